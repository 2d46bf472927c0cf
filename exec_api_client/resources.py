"""What every generated resource stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ._runtime.operations import Caller, Operation, build
from .pagination import AsyncPager

T = TypeVar("T")


class Resource:
    """The operations of one tag; made by the client, not by its users."""

    __slots__ = ("_call",)

    def __init__(self, call: Caller) -> None:
        self._call = call

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    async def _get(self, operation: Operation[T], arguments: Mapping[str, Any], timeout: float | None) -> T:
        return await self._call(operation, arguments, timeout, operation.read)

    def _list(
        self, operation: Operation[list[T]], arguments: Mapping[str, Any], timeout: float | None
    ) -> AsyncPager[T]:
        build(operation, arguments)  # a wrong argument is reported here, not at the first await
        return AsyncPager(self._call, operation, arguments, timeout)
