"""Generated from openapi.yaml by `make generate`; not to be edited by hand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._transport.responses import Send
from ...pagination import Runner

if TYPE_CHECKING:
    from .scenarios import ScenariosResource, ScenariosResourceSync
    from .sessions import SessionsResource, SessionsResourceSync


class Resources:
    """One resource for each tag of the API's documentation, loaded when it is first used."""

    _send: Send

    @cached_property
    def scenarios(self) -> ScenariosResource:
        """The operations tagged "Scenarios"."""
        from .scenarios import ScenariosResource  # noqa: PLC0415 (loaded when first used)

        return ScenariosResource(self._send)

    @cached_property
    def sessions(self) -> SessionsResource:
        """The operations tagged "Sessions"."""
        from .sessions import SessionsResource  # noqa: PLC0415 (loaded when first used)

        return SessionsResource(self._send)


class ResourcesSync:
    """The same resources for synchronous code. Each call waits for one of an asynchronous client."""

    _resources: Resources
    _runner: Runner

    @cached_property
    def scenarios(self) -> ScenariosResourceSync:
        """The operations tagged "Scenarios"."""
        from .scenarios import ScenariosResourceSync  # noqa: PLC0415 (loaded when first used)

        return ScenariosResourceSync(self._resources.scenarios, self._runner)

    @cached_property
    def sessions(self) -> SessionsResourceSync:
        """The operations tagged "Sessions"."""
        from .sessions import SessionsResourceSync  # noqa: PLC0415 (loaded when first used)

        return SessionsResourceSync(self._resources.sessions, self._runner)
