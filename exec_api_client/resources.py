"""Base of the generated resources."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, Generic, TypeVar, cast

from ._runtime.operations import Operation
from ._runtime.requests import build_request
from ._transport.responses import Send, read_response
from .pagination import AsyncPager, Pager, Runner

R = TypeVar("R")
T = TypeVar("T")


class Resource:
    """The operations of one tag. The client makes it."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    async def _get(self, operation: Operation[T], arguments: Mapping[str, Any], timeout: float | None) -> T:
        response = await self._send(build_request(operation, arguments), timeout)
        # Some servers answer with 204 where they document a body. The call has succeeded all the same.
        return cast("T", None) if response.status_code == 204 else read_response(response, operation.read)

    def _list(
        self, operation: Operation[list[T]], arguments: Mapping[str, Any], timeout: float | None
    ) -> AsyncPager[T]:
        return AsyncPager(self._send, operation, arguments, timeout)


class ResourceSync(Generic[R]):
    """The operations of one tag for synchronous code. The client makes it."""

    def __init__(self, resource: R, runner: Runner) -> None:
        self._resource = resource
        self._runner = runner

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _wait(self, call: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(call)

    def _walk(self, pager: AsyncPager[T]) -> Pager[T]:
        return Pager(pager, self._runner)
