"""The quota: how many requests are let through, counted in one of four ways.

Exec publishes the numbers (60 a minute, 1,000 a day) and that an answer over the limit holds
`retry_after`; it does not publish the kind of window, where the field stands, its unit, or whether
a rejected request counts. So all of these can be chosen, and a client can be tried against each.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from . import checks
from .messages import Response, json_response
from .windows import TINY, FixedWindow, SlidingCounter, SlidingLog, TokenBucket, Window

WindowKind = Literal["fixed", "sliding_log", "token_bucket", "sliding_counter"]
Place = Literal["body", "error"]
Unit = Literal["seconds", "milliseconds"]

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is let through, and how the rest is told.

    Attributes:
        requests: How many in each window; None: as many as you like. Default: 60.
        per: The length of that window in seconds. Default: 60.0.
        per_day: How many in a day; None: as many as you like. Default: 1000.
        window: How both are counted. Default: "fixed".
            "fixed": windows that follow one another, each with its own count;
            "sliding_log": the requests of the last `per` seconds, exactly;
            "token_bucket": a full bucket of `requests` tokens, refilled evenly;
            "sliding_counter": this window's count and the part of the last one's that the
            last `per` seconds still cover.
        phase: For the windows that follow one another, how many seconds of the first have gone by
            when the sandbox starts. Default: 0.0.
        count_rejected: Whether a request that was refused counts too. Default: False.
        retry_after_in: Where the field stands: "body" for the top level, "error" for inside
            `error`. Default: "body".
        retry_after_unit: "seconds" (the default) or "milliseconds"; always whole, rounded up.

    Raises:
        ValueError: A value makes no sense.
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


class Limiter:
    """Applies Limits; the minute and the day both have to agree.

    Args:
        limits: What is allowed.
        clock: Returns the time in seconds; the first window begins when the limiter is made.
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
        retry_after = max(1, math.ceil(wait * scale - TINY))
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
