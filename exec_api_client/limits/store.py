"""What a quota asks of the store that remembers its requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

Clock = Callable[[], float]
"""Returns the Unix time in seconds."""


class Quota(NamedTuple):
    """The numbers to keep to: `requests` in `per` seconds, `day_ceiling` in 24 hours; None for any number."""

    requests: int | None
    per: float
    day_ceiling: int | None

    @property
    def step(self) -> float:
        """Seconds between two requests at an even pace."""
        return 0.0 if self.requests is None else self.per / self.requests


class Refusal(NamedTuple):
    """A 429.

    Attributes:
        operation: The operation that the API refused.
        seconds: Seconds during which nothing should be sent.
        daily: Whether the day's limit is the reason.
        message: The API's message.
    """

    operation: str
    seconds: float
    daily: bool
    message: str


class Wait(NamedTuple):
    """The reason why a request may not be sent now.

    Attributes:
        seconds: Seconds until it may be sent, as far as is known.
        reason: `quota`, `ceiling` of the day, `refused` after a 429, or `pace` in the window after that.
        refusal: The 429, if the API refuses requests now.
    """

    seconds: float
    reason: str
    refusal: Refusal | None = None


class Store(Protocol):
    """A memory of requests. Several quotas may share it: each counts all requests against its own numbers.

    A store reads the clock when it has its lock. Clocks are set back at times: a later moment counts as now.
    """

    async def reserve(self, quota: Quota, operation: str, clock: Clock) -> int | Wait:
        """Reserve a slot and return its number, or return the wait until there is one."""
        ...

    async def release(self, slot: int, clock: Clock, *, sent: bool) -> None:
        """Free a slot: one window from now, or at once if nothing was sent."""
        ...

    async def pause(self, refusal: Refusal, clock: Clock) -> None:
        """Pause the refused operation, or all operations if another one is paused."""
        ...

    def forecast(self, quota: Quota, operation: str, clock: Clock, ahead: int) -> Wait | None:
        """Return the wait of a request with others ahead, as far as is known here. None is no wait."""
        ...

    def usage(self, per: float, clock: Clock) -> tuple[int, int, float | None]:
        """Return the requests of the window and of the day, and until when the API refuses some."""
        ...
