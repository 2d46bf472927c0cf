"""The quota, counted in one of four ways.

Exec publishes 60 requests a minute and 1,000 a day. It does not publish the kind of window, or
whether a rejected request counts. `Limits` has options for both, to try a client against each.
"""

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from .checks import is_number, is_whole, require
from .messages import Response, error_response

WindowKind = Literal["fixed", "sliding_log", "token_bucket", "sliding_counter"]

DAY = 86_400.0
TINY = 1e-9  # seconds that rounding may add to a time or take from it


@dataclass(frozen=True, slots=True)
class Limits:
    """The quota of the workspace.

    Attributes:
        requests: Requests in each window, or None for no limit. Default: 60.
        per: The length of that window in seconds. Default: 60.0.
        per_day: Requests in a day, or None for no limit. Default: 1000.
        window: The way to count both. Default: "fixed".
            "fixed": one window after another, each with its own count.
            "sliding_log": exactly the requests of the last `per` seconds.
            "token_bucket": a bucket of `requests` tokens, full at first, that refills evenly.
            "sliding_counter": the count of this window, and of the window before it the share
            that the last `per` seconds still cover.
        count_rejected: Whether a rejected request counts too. Default: False.

    Raises:
        ValueError: A value is not valid.
    """

    requests: int | None = 60
    per: float = 60.0
    per_day: int | None = 1000
    window: WindowKind = "fixed"
    count_rejected: bool = False

    def __post_init__(self) -> None:
        for name, number in (("requests", self.requests), ("per_day", self.per_day)):
            valid = number is None or is_whole(number, 1)
            require(valid, name, number, "a whole number, 1 or more, or None for no limit")
        require(is_number(self.per) and self.per > 0, "per", self.per, "a number of seconds above 0")
        kinds = get_args(WindowKind)
        require(self.window in kinds, "window", self.window, f"one of {', '.join(kinds)}")


PUBLISHED_LIMITS = Limits()
"""The published quota: 60 requests a minute and 1,000 a day."""

NO_LIMITS = Limits(requests=None, per_day=None)


class Limiter:
    """The state of the quota. The minute and the day must both have room."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._start = clock()
        self._windows: list[tuple[str, Window]] = []
        minute = "minute" if limits.per == 60 else f"{limits.per:g} seconds"
        for requests, per, name in (
            (limits.requests, limits.per, minute),
            (limits.per_day, DAY, "day"),
        ):
            if requests is not None:
                window = WINDOWS[limits.window](requests, per)
                self._windows.append((f"{requests} requests per {name}", window))

    def admit(self) -> Response | None:
        """Count a request that comes now. Return None where there is room, else the 429."""
        now = self._clock() - self._start
        waits = [(window.wait(now), limit) for limit, window in self._windows]
        wait, limit = max(waits, default=(0.0, ""))
        if wait <= 0 or self._limits.count_rejected:
            for _, window in self._windows:
                window.count(now)
        if wait <= 0:
            return None
        return error_response(
            429,
            "rate_limit_error",
            f"Rate limit exceeded: {limit}",
            code="rate_limit_exceeded",
            retry_after=max(1, math.ceil(wait - TINY)),
        )


class Window(ABC):
    """A count of requests over time. `now` is in seconds and never goes back."""

    def __init__(self, requests: int, per: float) -> None:
        self._requests, self._per = requests, per

    @abstractmethod
    def wait(self, now: float) -> float:
        """Return the seconds until there is room for a request; 0.0 for now."""

    @abstractmethod
    def count(self, now: float) -> None:
        """Count a request."""


class _FixedWindow(Window):
    """A count that starts again at each multiple of `per`."""

    def __init__(self, requests: int, per: float) -> None:
        super().__init__(requests, per)
        self._number: int = 0
        self._used = 0
        self._before = 0  # the count of the window before

    def wait(self, now: float) -> float:
        self._turn(now)
        return 0.0 if self._used < self._requests else (self._number + 1) * self._per - now

    def count(self, now: float) -> None:
        self._turn(now)
        self._used += 1

    def _turn(self, now: float) -> None:
        number = math.floor(now / self._per + TINY)
        if number > self._number:
            self._before = self._used if number == self._number + 1 else 0
            self._number, self._used = number, 0


class _SlidingCounter(_FixedWindow):
    """The count of this window, and a share of the count of the window before it."""

    def wait(self, now: float) -> float:
        self._turn(now)
        gone = now / self._per - self._number
        room = self._requests - 1
        if self._before * (1 - gone) + self._used <= room + TINY:
            return 0.0
        if self._used <= room:  # later in this window, when the share is smaller
            return (1 - (room - self._used) / self._before - gone) * self._per
        return (2 - room / self._used - gone) * self._per  # in the next window


class _SlidingLog(Window):
    """The times of the last requests. Each counts for exactly `per` seconds."""

    def __init__(self, requests: int, per: float) -> None:
        super().__init__(requests, per)
        self._times: deque[float] = deque(maxlen=requests)

    def wait(self, now: float) -> float:
        if len(self._times) < self._requests:
            return 0.0
        left = self._times[0] + self._per - now
        return left if left > TINY else 0.0

    def count(self, now: float) -> None:
        self._times.append(now)


class _TokenBucket(Window):
    """Tokens that come back evenly. Their number falls below 0 where rejected requests count."""

    def __init__(self, requests: int, per: float) -> None:
        super().__init__(requests, per)
        self._tokens, self._seen = float(requests), 0.0

    def wait(self, now: float) -> float:
        self._fill(now)
        missing = 1.0 - self._tokens
        return missing * self._per / self._requests if missing > TINY else 0.0

    def count(self, now: float) -> None:
        self._fill(now)
        self._tokens -= 1.0

    def _fill(self, now: float) -> None:
        gained = (now - self._seen) * self._requests / self._per
        self._tokens = min(float(self._requests), self._tokens + gained)
        self._seen = now


WINDOWS: dict[WindowKind, type[Window]] = {
    "fixed": _FixedWindow,
    "sliding_log": _SlidingLog,
    "token_bucket": _TokenBucket,
    "sliding_counter": _SlidingCounter,
}
