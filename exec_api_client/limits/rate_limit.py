"""The quota of a workspace.

The API allows 60 requests a minute and 1,000 a day for a whole workspace ("Rate limits" of its
documentation). It does not publish the kind of its window. So a slot comes free one window after the
*response* arrived, which is right for fixed and sliding windows and for token buckets.
"""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple
from weakref import WeakValueDictionary

from ..errors import ConfigurationError
from .memory import MemoryStore
from .store import Clock, Quota, Store


class Usage(NamedTuple):
    """The spent part of the quota, as far as this process knows.

    Attributes:
        minute: Requests that count against the window now.
        day: Requests of the last 24 hours.
        per_minute: The window's quota.
        per_day: The day's quota.
        refused_until: Unix time until which the API refuses requests; None if it accepts them.
    """

    minute: int
    day: int
    per_minute: int
    per_day: int
    refused_until: float | None = None


class RateLimit:
    """The quota of a workspace. Pass one to several clients that use the same workspace.

    The defaults are the API's own: "Rate limits" of its documentation.

    Args:
        requests: Requests that a window allows. Default: 60.
        per: The window's length in seconds. Default: 60.
        per_day: The day's quota, which `usage` shows. It is not enforced. Default: 1,000.
        day_ceiling: Requests that 24 hours allow. The next one raises `DailyLimitError` and is not sent.
            Default: None, no ceiling.

    Raises:
        ConfigurationError: A number is out of its range.
    """

    def __init__(
        self,
        requests: int = 60,
        per: float = 60.0,
        *,
        per_day: int = 1000,
        day_ceiling: int | None = None,
    ) -> None:
        self.requests = requests
        self.per = per
        self.per_day = per_day
        self.day_ceiling = day_ceiling
        counts = [("requests", requests, 1), ("per_day", per_day, 1)]
        counts += [] if day_ceiling is None else [("day_ceiling", day_ceiling, 0)]
        for name, value, least in counts:
            if value.__class__ is not int or value < least:
                raise ConfigurationError(
                    f"RateLimit: {name} must be a whole number from {least} upwards, not {value!r}"
                )
        if per.__class__ not in (int, float) or not 0 < per < float("inf"):
            raise ConfigurationError(f"RateLimit: per must be a number of seconds above 0, not {per!r}")
        self.quota = Quota(requests, per, day_ceiling)
        self.store: Store = MemoryStore()
        self._turns = WeakValueDictionary[asyncio.AbstractEventLoop, asyncio.Lock]()

    def __repr__(self) -> str:
        day = f"per_day={self.per_day!r}, day_ceiling={self.day_ceiling!r}"
        return f"RateLimit({self.requests!r}, {self.per!r}, {day})"

    def usage(self, clock: Clock = time.time) -> Usage:
        """Return the spent part of the quota.

        Args:
            clock: Returns the Unix time in seconds. Default: `time.time`.
        """
        minute, day, refused_until = self.store.usage(self.per, clock)
        return Usage(minute, day, self.requests, self.per_day, refused_until)

    def turn(self) -> asyncio.Lock:
        """Return the fair lock of the running event loop: its holder asks for the next slot."""
        loop = asyncio.get_running_loop()
        turn = self._turns.get(loop)
        if turn is None:
            turn = self._turns[loop] = asyncio.Lock()
        return turn


class NoLimit(RateLimit):
    """No quota: it keeps only the pauses that the API asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.quota = Quota(None, 0.0, None)
