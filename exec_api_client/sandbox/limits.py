"""The quota: how many requests are let through, counted in one of four ways.

Exec publishes the numbers (60 a minute, 1,000 a day) and that an answer over the limit holds
`retry_after`; it does not publish the kind of window, where the field stands, its unit, or whether
a rejected request counts. So all of these can be chosen, and a client can be tried against each.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from . import checks
from .messages import Response, json_response

WindowKind = Literal["fixed", "sliding_log", "token_bucket", "sliding_counter"]
Place = Literal["body", "error"]
Unit = Literal["seconds", "milliseconds"]

DAY = 86_400.0
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is let through, and how the rest is told.

    Attributes:
        requests: how many in each window; None: as many as you like. Default: 60.
        per: the length of that window in seconds. Default: 60.0.
        per_day: how many in a day; None: as many as you like. Default: 1000.
        window: how both are counted. Default: "fixed".
            "fixed": windows that follow one another, each with its own count;
            "sliding_log": the requests of the last `per` seconds, exactly;
            "token_bucket": a full bucket of `requests` tokens, refilled evenly;
            "sliding_counter": this window's count and the part of the last one's that the
            last `per` seconds still cover.
        phase: for the windows that follow one another, how many seconds of the first have gone by
            when the sandbox starts. Default: 0.0.
        count_rejected: whether a request that was refused counts too. Default: False.
        retry_after_in: where the field stands: "body" for the top level, "error" for inside
            `error`. Default: "body".
        retry_after_unit: "seconds" (the default) or "milliseconds"; always whole, rounded up.

    Raises ValueError for values that make no sense.
    """

    requests: int | None = 60
    per: float = 60.0
    per_day: int | None = 1000
    window: WindowKind = "fixed"
    phase: float = 0.0
    count_rejected: bool = False
    retry_after_in: Place = "body"
    retry_after_unit: Unit = "seconds"

    def __post_init__(self) -> None:
        checks.whole("requests", self.requests, 1, none="for no limit")
        checks.seconds("per", self.per, above=True)
        checks.whole("per_day", self.per_day, 1, none="for no limit")
        checks.choice("window", self.window, get_args(WindowKind))
        checks.seconds("phase", self.phase)
        checks.choice("retry_after_in", self.retry_after_in, get_args(Place))
        checks.choice("retry_after_unit", self.retry_after_unit, get_args(Unit))


PUBLISHED_LIMITS = Limits()
"""What Exec publishes: 60 requests a minute and 1,000 a day."""


class Window(Protocol):
    """Counts requests over time. `now` is in seconds and never goes back."""

    def wait(self, now: float) -> float:
        """Return the seconds until the next request would be let through; 0.0 for now."""
        ...

    def count(self, now: float) -> None:
        """Count a request."""
        ...


class Limiter:
    """Applies Limits; the minute and the day both have to agree.

    Args:
        limits: what is allowed.
        clock: returns the time in seconds; the first window begins when the limiter is made.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._start = clock() - limits.phase
        self._windows: list[tuple[str, Window]] = []
        if limits.requests is not None:
            name = "minute" if limits.per == 60 else f"{limits.per:g} seconds"
            words = f"{limits.requests} requests per {name}"
            self._windows.append((words, make_window(limits.window, limits.requests, limits.per)))
        if limits.per_day is not None:
            words = f"{limits.per_day} requests per day"
            self._windows.append((words, make_window(limits.window, limits.per_day, DAY)))

    def admit(self) -> Response | None:
        """Count a request that comes now. Return None where it is let through, else the 429."""
        now = self._clock() - self._start
        waits = [(window.wait(now), words) for words, window in self._windows]
        longest, words = max(waits, default=(0.0, ""))
        if longest <= 0 or self.limits.count_rejected:
            for _, window in self._windows:
                window.count(now)
        return None if longest <= 0 else self._rejection(longest, words)

    def _rejection(self, wait: float, words: str) -> Response:
        scale = 1000 if self.limits.retry_after_unit == "milliseconds" else 1
        retry_after = max(1, math.ceil(wait * scale - _TINY))
        error: dict[str, object] = {
            "type": "rate_limit_error",
            "code": "rate_limit_exceeded",
            "message": f"Rate limit exceeded: {words}",
        }
        body: dict[str, object] = {"error": error}
        (error if self.limits.retry_after_in == "error" else body)["retry_after"] = retry_after
        return json_response(429, body)


def make_window(kind: WindowKind, requests: int, per: float) -> Window:
    """Return an empty window that lets `requests` through in `per` seconds."""
    kinds: dict[WindowKind, Callable[[int, float], Window]] = {
        "fixed": FixedWindow,
        "sliding_log": SlidingLog,
        "token_bucket": TokenBucket,
        "sliding_counter": SlidingCounter,
    }
    return kinds[kind](requests, per)


class FixedWindow:
    """A count that starts again at each multiple of `per`."""

    def __init__(self, requests: int, per: float) -> None:
        self._requests, self._per = requests, per
        self._number, self._used = 0, 0

    def wait(self, now: float) -> float:
        """See Window."""
        self._turn(now)
        return 0.0 if self._used < self._requests else (self._number + 1) * self._per - now

    def count(self, now: float) -> None:
        """See Window."""
        self._turn(now)
        self._used += 1

    def _turn(self, now: float) -> None:
        number = math.floor(now / self._per + _TINY)
        if number > self._number:
            self._number, self._used = number, 0


class SlidingLog:
    """The times of the last requests; each counts for exactly `per` seconds."""

    def __init__(self, requests: int, per: float) -> None:
        self._per = per
        self._times: deque[float] = deque(maxlen=requests)

    def wait(self, now: float) -> float:
        """See Window."""
        if len(self._times) < (self._times.maxlen or 0):
            return 0.0
        left = self._times[0] + self._per - now
        return left if left > _TINY else 0.0

    def count(self, now: float) -> None:
        """See Window."""
        self._times.append(now)


class TokenBucket:
    """Tokens that come back evenly; whoever takes one that is not there makes a debt."""

    def __init__(self, requests: int, per: float) -> None:
        self._requests, self._rate = requests, requests / per
        self._tokens, self._seen = float(requests), 0.0

    def wait(self, now: float) -> float:
        """See Window."""
        self._fill(now)
        missing = 1.0 - self._tokens
        return missing / self._rate if missing > _TINY else 0.0

    def count(self, now: float) -> None:
        """See Window."""
        self._fill(now)
        self._tokens -= 1.0

    def _fill(self, now: float) -> None:
        gained = (now - self._seen) * self._rate
        self._tokens = min(float(self._requests), self._tokens + gained)
        self._seen = now


class SlidingCounter:
    """This window's count, and the last one's as far as it still reaches into the last `per`."""

    def __init__(self, requests: int, per: float) -> None:
        self._requests, self._per = requests, per
        self._number, self._used, self._before = 0, 0, 0

    def wait(self, now: float) -> float:
        """See Window."""
        self._turn(now)
        gone = now / self._per - self._number
        room = self._requests - 1
        if self._before * (1 - gone) + self._used <= room + _TINY:
            return 0.0
        if self._used <= room:  # later in this window, when less of the last one counts
            return (1 - (room - self._used) / self._before - gone) * self._per
        return (2 - room / self._used - gone) * self._per  # in the next window

    def count(self, now: float) -> None:
        """See Window."""
        self._turn(now)
        self._used += 1

    def _turn(self, now: float) -> None:
        number = math.floor(now / self._per + _TINY)
        if number > self._number:
            self._before = self._used if number == self._number + 1 else 0
            self._number, self._used = number, 0
