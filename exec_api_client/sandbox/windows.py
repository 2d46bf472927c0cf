"""The four ways of counting requests over time."""

import math
from collections import deque
from typing import Protocol

TINY = 1e-9
"""What rounding may make of an instant or a wait, in seconds."""


class Window(Protocol):
    """Counts requests over time. `now` is in seconds and never goes back."""

    def wait(self, now: float) -> float:
        """Return the seconds until the next request would be let through; 0.0 for now."""
        ...

    def count(self, now: float) -> None:
        """Count a request."""
        ...


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
        number = math.floor(now / self._per + TINY)
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
        return left if left > TINY else 0.0

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
        return missing / self._rate if missing > TINY else 0.0

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
        if self._before * (1 - gone) + self._used <= room + TINY:
            return 0.0
        if self._used <= room:  # later in this window, when less of the last one counts
            return (1 - (room - self._used) / self._before - gone) * self._per
        return (2 - room / self._used - gone) * self._per  # in the next window

    def count(self, now: float) -> None:
        """See Window."""
        self._turn(now)
        self._used += 1

    def _turn(self, now: float) -> None:
        number = math.floor(now / self._per + TINY)
        if number > self._number:
            self._before = self._used if number == self._number + 1 else 0
            self._number, self._used = number, 0
