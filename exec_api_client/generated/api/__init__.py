"""Generated from openapi.yaml by `make generate`; not to be edited by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..._runtime.operations import Operation
    from ..._sync import BlockingPortal
    from .scenarios import ScenariosResource, ScenariosResourceSync
    from .sessions import SessionsResource, SessionsResourceSync

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


class ResourcesSync:
    """The same for synchronous callers: each call is one of an asynchronous client, and is waited for."""

    _resources: Resources
    _portal: BlockingPortal

    @cached_property
    def scenarios(self) -> ScenariosResourceSync:
        """The operations tagged "Scenarios"."""
        from .scenarios import ScenariosResourceSync  # noqa: PLC0415 (loaded when first used)

        return ScenariosResourceSync(self._resources.scenarios, self._portal)

    @cached_property
    def sessions(self) -> SessionsResourceSync:
        """The operations tagged "Sessions"."""
        from .sessions import SessionsResourceSync  # noqa: PLC0415 (loaded when first used)

        return SessionsResourceSync(self._resources.sessions, self._portal)
