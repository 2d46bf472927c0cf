"""Generated from openapi.yaml by `make generate`; not to be edited by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..._operation import Operation
    from .scenarios import ScenariosResource
    from .sessions import SessionsResource

T = TypeVar("T")


class Resources:
    """One resource for each tag of the API's documentation; each is loaded when it is first used."""

    async def _call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        timeout: float | None,
        read: Callable[[int, Any], T],
        /,
    ) -> T:
        raise NotImplementedError

    @cached_property
    def scenarios(self) -> ScenariosResource:
        """The operations tagged "Scenarios"."""
        from .scenarios import ScenariosResource  # noqa: PLC0415 (loaded when first used)

        return ScenariosResource(self._call)

    @cached_property
    def sessions(self) -> SessionsResource:
        """The operations tagged "Sessions"."""
        from .sessions import SessionsResource  # noqa: PLC0415 (loaded when first used)

        return SessionsResource(self._call)
