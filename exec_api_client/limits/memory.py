"""The store in the memory of this process, for all its threads and event loops. Pure, except for one lock.

It remembers when the requests of the last 24 hours were answered, which are in flight, and what is paused.
The minute and the day are views of that.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right, insort
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from .store import Clock, Quota, Refusal, Wait

DAY = 86400.0

# The server's clock may run slower than ours. A thousandth more than the window is never too early.
_DRIFT = 1.001

# The name under which a pause holds for all operations.
_ALL = ""


@dataclass(slots=True)
class _Pause:
    """A time in which the API refuses requests, and the window of even pace that follows.

    Attributes:
        refusal: The 429.
        began: The time of the 429.
        until: The time from which the API accepts requests again.
        next: The time from which the next request may be sent.
    """

    refusal: Refusal
    began: float
    until: float
    next: float


class MemoryStore:
    """A `Store` that answers at once."""

    def __init__(self) -> None:
        self._answered: list[float] = []
        self._in_flight: set[int] = set()
        self._pauses: dict[str, _Pause] = {}
        self._slots = count(1)
        self._process, self._lock = os.getpid(), threading.RLock()

    async def reserve(self, quota: Quota, operation: str, clock: Clock) -> int | Wait:
        """Reserve a slot and return its number, or return the wait until there is one."""
        with self._locked(quota.per, clock) as now:
            if wait := self._forecast(quota, operation, now, 0):
                return wait
            for pause in self._pauses_of(operation):
                pause.next = now + quota.step
            slot = next(self._slots)
            if quota.requests is not None:
                self._in_flight.add(slot)
            return slot

    async def release(self, slot: int, clock: Clock, *, sent: bool) -> None:
        """Free a slot: one window from now, or at once if nothing was sent."""
        # The garbage collector can end a call while this thread holds the lock, so it is a reentrant one.
        with self._locked(DAY, clock) as now:
            if slot in self._in_flight:
                self._in_flight.discard(slot)
                if sent:
                    insort(self._answered, now)

    async def pause(self, refusal: Refusal, clock: Clock) -> None:
        """Pause the refused operation, or all operations if another one is paused."""
        with self._locked(DAY, clock) as now:
            until = now + min(refusal.seconds, DAY)
            pause, name = _Pause(refusal, now, until, until), refusal.operation
            paused = {other for other, known in self._pauses.items() if known.until > now}
            if paused - {name}:
                pause = max([pause, *self._pauses.values()], key=lambda each: each.until)
                self._pauses = {_ALL: pause}
            elif name not in paused or self._pauses[name].until <= until:
                self._pauses[name] = pause

    def forecast(self, quota: Quota, operation: str, clock: Clock, ahead: int) -> Wait | None:
        """Return the wait of a request with others ahead, as far as is known here. None is no wait."""
        with self._locked(quota.per, clock) as now:
            return self._forecast(quota, operation, now, ahead)

    def usage(self, per: float, clock: Clock) -> tuple[int, int, float | None]:
        """Return the requests of the window and of the day, and until when the API refuses some."""
        with self._locked(per, clock) as now:
            day = len(self._answered) + len(self._in_flight)
            refused = [pause.until for pause in self._pauses.values() if pause.until > now]
            return day - self._before_window(per, now), day, max(refused, default=None)

    def _forecast(self, quota: Quota, operation: str, now: float, ahead: int) -> Wait | None:
        for pause in self._pauses_of(operation):
            if pause.until > now:
                return Wait(pause.until - now, "refused", pause.refusal)
            if (seconds := pause.next + ahead * quota.step - now) > 0:
                return Wait(seconds, "pace")
        if (seconds := self._until_day_has_room(quota, now, ahead)) > 0:
            return Wait(seconds, "ceiling")
        if (seconds := self._until_window_has_room(quota, now, ahead)) > 0:
            return Wait(seconds, "quota")
        return None

    def _until_window_has_room(self, quota: Quota, now: float, ahead: int) -> float:
        if quota.requests is None:
            return 0.0
        windows, ahead = divmod(ahead, quota.requests)
        first, last = self._before_window(quota.per, now), len(self._answered)
        place = last + len(self._in_flight) + ahead - quota.requests
        if place < first:
            seconds = 0.0
        elif place < last:
            seconds = self._answered[place] + quota.per * _DRIFT - now
        else:  # a request in flight frees its slot a whole window from now, or later
            seconds = quota.per
        return seconds + windows * quota.per

    def _until_day_has_room(self, quota: Quota, now: float, ahead: int) -> float:
        if quota.day_ceiling is None:
            return 0.0
        place = len(self._answered) + len(self._in_flight) + ahead - quota.day_ceiling
        if place < 0:
            return 0.0
        return self._answered[place] + DAY - now if place < len(self._answered) else DAY

    def _before_window(self, per: float, now: float) -> int:
        """Return the number of responses that came before the window."""
        return bisect_right(self._answered, now - per * _DRIFT)

    def _pauses_of(self, operation: str) -> list[_Pause]:
        return [self._pauses[name] for name in (_ALL, operation) if name in self._pauses]

    @contextmanager
    def _locked(self, per: float, clock: Clock) -> Generator[float]:
        """Hold the lock and yield the present, after all that no longer counts is dropped."""
        if self._process != os.getpid():
            # A fork: a thread of the parent may hold the lock. The parent's requests count as answered now.
            self._process, self._lock = os.getpid(), threading.RLock()
            self._answered += [clock()] * len(self._in_flight)
            self._in_flight.clear()
        with self._lock:
            now, answered = clock(), self._answered
            if answered and answered[-1] > now:
                later = bisect_right(answered, now)
                answered[later:] = [now] * (len(answered) - later)
            if answered and answered[0] <= now - DAY:
                del answered[: bisect_right(answered, now - DAY)]
            for name, pause in tuple(self._pauses.items()):
                if (set_back := pause.began - now) > 0:
                    pause.began, pause.until = now, pause.until - set_back
                    pause.next -= set_back
                if pause.until + per <= now:
                    del self._pauses[name]
            yield now
