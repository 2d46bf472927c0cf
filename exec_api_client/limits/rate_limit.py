"""What the quota allows now: the minute and the day; pure but for one lock.

The API allows 60 requests a minute and 1,000 a day for a whole workspace ("Rate limits" of its
documentation). What kind of window it counts in is not published, so the rule here is right for each:
a slot comes free one window after the *answer* arrived, however long the request was under way. Only
a request that is given up on the wire may be counted later by the server than it is here.
"""

from __future__ import annotations

import bisect
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..errors import ConfigurationError

DAY = 86400.0

# How long a waiting task sleeps at most before it asks again: others may have given up their places.
LOOK_AGAIN = 1.0

# A place whose task has not asked for so long belongs to an event loop that is gone.
_ABANDONED = 5 * LOOK_AGAIN

# Two clocks do not run alike: a thousandth more than the window is never too early.
_DRIFT = 1.001

# No Unix time in seconds is as large.
_LATEST = 1e11


class Usage(NamedTuple):
    """How much of the quota is spent, as far as this process knows.

    Attributes:
        minute: Requests that count against the window now.
        day: Requests of the last 24 hours.
        per_minute: The window's quota.
        per_day: The day's quota.
    """

    minute: int
    day: int
    per_minute: int
    per_day: int


class RateLimit:
    """The quota of a workspace; pass one to several clients that use the same workspace.

    The defaults are the API's own: "Rate limits" of its documentation.

    Args:
        requests: How many requests a window allows. Default: 60.
        per: The window's length in seconds. Default: 60.
        per_day: The day's quota, which is shown in `usage` and not enforced. Default: 1,000.
        day_ceiling: The largest number of requests in 24 hours; the next one raises `DailyLimitError`
            and is not sent. Default: None, no ceiling.
        state: What `state()` returned in an earlier process. Default: None, nothing is spent.

    Raises:
        ConfigurationError: A number cannot be right, or the state is not one of ours.
    """

    def __init__(
        self,
        requests: int = 60,
        per: float = 60.0,
        *,
        per_day: int = 1000,
        day_ceiling: int | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        counts = [(requests, 1), (per_day, 1), (0 if day_ceiling is None else day_ceiling, 0)]
        if per.__class__ not in (int, float) or not (
            0 < per < float("inf")
            and all(count.__class__ is int and count >= least for count, least in counts)
        ):
            raise ConfigurationError(
                "RateLimit: requests and per_day from 1, per above 0, day_ceiling from 0"
            )
        self.requests = requests
        self.per = per
        self.per_day = per_day
        self.day_ceiling = day_ceiling
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._ended: deque[Callable[[], object]] = deque()
        self._tickets = 0
        self._waiting: list[int] = []
        self._asked: dict[int, float] = {}
        self._under_way: dict[int, float] = {}
        self._free_at: list[float] = []
        self._sent_last = -float("inf")
        self._paced_until = -float("inf")
        self._answered: deque[float] = deque(_restored(state))
        self._restored = bool(self._answered)

    def __repr__(self) -> str:
        day = f"per_day={self.per_day}, day_ceiling={self.day_ceiling}"
        return f"RateLimit({self.requests}, {self.per:g}, {day})"

    def usage(self, clock: float, now: float) -> Usage:
        """How much is spent.

        Args:
            clock: The present on a clock that never jumps.
            now: The present as a Unix time.
        """
        with self._locked():
            self._forget(clock, now)
            under_way = len(self._under_way)
            return Usage(
                under_way + len(self._free_at), under_way + len(self._answered), self.requests, self.per_day
            )

    def state(self) -> dict[str, Any]:
        """The requests of the last 24 hours, to be written as JSON and given to `RateLimit(state=...)`."""
        with self._locked():
            sent = sorted((*self._answered, *self._under_way.values()))
            return {"version": 1, "sent": [round(moment, 3) for moment in sent]}

    def ticket(self) -> int:
        """A number for a call, behind all earlier ones; it is good for each attempt of the call."""
        with self._locked():
            self._tickets += 1
            return self._tickets

    def ask(self, ticket: int, clock: float, now: float, pause: float = 0.0) -> float:
        """Take a slot, or wait for one in the queue: the lower the ticket, the earlier.

        Args:
            ticket: Who asks.
            clock: The present on a clock that never jumps.
            now: The present as a Unix time.
            pause: Seconds for which the asker may not send anyway. Its place is free for others
                until the last `LOOK_AGAIN` of them. Default: 0.

        Returns:
            0 where the slot is taken, else seconds; who sleeps for more than `LOOK_AGAIN` of them
            may miss a slot that is given back.
        """
        with self._locked():
            self._forget(clock, now)
            self._asked[ticket] = clock
            self._drop([other for other, asked in self._asked.items() if asked < clock - _ABANDONED])
            place = bisect.bisect_left(self._waiting, ticket)
            queued = self._waiting[place : place + 1] == [ticket]
            if pause > LOOK_AGAIN:
                self._drop([ticket])
                return pause
            if not queued:
                self._waiting.insert(place, ticket)
            wait = max(pause, self._slot(place, clock), self._pace(place, clock), self._day(now))
            if wait <= 0:
                self._drop([ticket])
                self._under_way[ticket] = now
                self._sent_last = clock
            return wait

    def leave(self, ticket: int) -> None:
        """Give up a place in the queue, if there is one.

        Args:
            ticket: Whose place it is.
        """
        self._ended.append(lambda: self._drop([ticket]))

    def answered(self, ticket: int, clock: float, now: float) -> None:
        """The answer to a request is here, or will never come; its slot is free one window from now.

        Args:
            ticket: Who asked.
            clock: The present on a clock that never jumps.
            now: The present as a Unix time.
        """

        def end() -> None:
            if self._under_way.pop(ticket, None) is not None:
                self._answered.append(now)
                bisect.insort(self._free_at, clock + self.per * _DRIFT)

        self._ended.append(end)

    def never_left(self, ticket: int) -> None:
        """A request did not reach the server: its slot is free at once.

        Args:
            ticket: Who asked.
        """
        self._ended.append(lambda: self._under_way.pop(ticket, None))

    def rejected(self, until: float) -> None:
        """The server said 429 in spite of all this: pace evenly until a window without another has passed.

        Args:
            until: When sending may go on, on the clock that never jumps.
        """
        with self._locked():
            self._paced_until = max(self._paced_until, until + self.per)
            self._sent_last = min(self._sent_last, until - self.per / self.requests)

    def day_is_over(self, now: float) -> float:
        """Seconds until the ceiling of the day allows another request; 0 where it does now.

        Args:
            now: The present as a Unix time.
        """
        with self._locked():
            return self._day(now)

    @contextmanager
    def _locked(self) -> Generator[None]:
        """Hold the lock, after what has ended meanwhile has been counted.

        What ends is only noted, without the lock: that can happen while a coroutine is thrown away, in
        the middle of anything, and of this as well.
        """
        if self._process != os.getpid():
            self._forked()
        with self._lock:
            while self._ended:
                self._ended.popleft()()
            yield

    def _forked(self) -> None:
        """Begin anew in a child process: its parent's calls are not here, though they count."""
        self._process, self._lock = os.getpid(), threading.Lock()
        self._drop(list(self._asked))
        self._answered = deque(sorted((*self._answered, *self._under_way.values())))
        self._under_way, self._free_at, self._restored = {}, [], True

    def _drop(self, tickets: Iterable[int]) -> None:
        for ticket in tickets:
            self._asked.pop(ticket, None)
            place = bisect.bisect_left(self._waiting, ticket)
            if self._waiting[place : place + 1] == [ticket]:
                del self._waiting[place]

    def _slot(self, place: int, clock: float) -> float:
        """Seconds until the window has a slot for this place; those in front keep theirs."""
        later = place + len(self._under_way) + len(self._free_at) - self.requests
        if later < 0:
            return 0.0
        # What is under way comes free no sooner than a whole window from now.
        return self._free_at[later] - clock if later < len(self._free_at) else self.per

    def _pace(self, place: int, clock: float) -> float:
        """Seconds until it is this place's turn after a 429: one at a time, in even steps."""
        if clock >= self._paced_until:
            return 0.0
        step = self.per / self.requests
        return max(0.0, self._sent_last + step - clock) + place * step

    def _day(self, now: float) -> float:
        """Seconds until the ceiling of the day has room."""
        if self.day_ceiling is None:
            return 0.0
        day = [moment for moment in self._answered if moment > now - DAY]
        over = len(day) + len(self._under_way) - self.day_ceiling
        if over < 0:
            return 0.0
        return day[over] + DAY - now if over < len(day) else DAY

    def _forget(self, clock: float, now: float) -> None:
        window = self.per * _DRIFT
        if self._restored:
            self._restored = False
            ages = [max(0.0, now - moment) for moment in self._answered]
            self._free_at = sorted([*self._free_at, *(clock + window - age for age in ages if age < window)])
        while self._free_at and self._free_at[0] <= clock:
            del self._free_at[0]
        while self._answered and self._answered[0] <= now - DAY:
            self._answered.popleft()


def _restored(state: Any) -> list[float]:
    if state is None:
        return []
    known = state.__class__ is dict and state.get("version") == 1
    sent: Any = state.get("sent") if known else None
    if sent.__class__ is not list or not all(
        moment.__class__ in (int, float) and 0 <= moment < _LATEST for moment in sent
    ):
        raise ConfigurationError("RateLimit: state= takes what RateLimit.state() returned")
    return sorted(sent)
