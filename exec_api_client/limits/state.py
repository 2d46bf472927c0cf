"""The rules of a quota, as functions of the time and of what happened so far. Pure.

A state holds when the requests of the last 24 hours were answered, which are in flight, which calls wait,
and what is paused. The minute and the day are views of that. Several quotas may share a state: each counts
all requests against its own numbers.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right, insort
from collections import Counter
from typing import NamedTuple

DAY = 86400.0

# Seconds after which a request in flight counts as answered when it was sent: its process may be dead.
LEASE = 120.0

# Seconds after which a call that waits is forgotten. It asks again every second.
PATIENCE = 2.5

# The server's clock may run slower than ours. A thousandth more than the window is never too early.
_DRIFT = 1.001

# Seconds. Threads may differ by less, as each reads the time before it gets the lock.
_SET_BACK = 1.0

# The name under which a pause holds for all operations.
_ALL = ""


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
    """A 429: the refused operation, the seconds to wait, whether the day is over, the API's message."""

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


class Pause(NamedTuple):
    """A time in which the API refuses requests. In the window after it, `next` keeps an even pace."""

    refusal: Refusal
    until: float
    next: float


class State:
    """The requests of one workspace.

    Attributes:
        answered: The times of the responses, in their order.
        in_flight: The reserved slots, and when each was reserved.
        waiting: The calls that wait, by slot: since when, when each last asked, and its quota.
        pauses: The pauses by operation.
        seen: The latest time of a step.
    """

    def __init__(self) -> None:
        self.answered = array("d")
        self.in_flight: dict[str, float] = {}
        self.waiting: dict[str, tuple[float, float, int]] = {}
        self.pauses: dict[str, Pause] = {}
        self.seen = 0.0

    @classmethod
    def load(cls, data: bytes) -> State:
        """Return the state that `dump` has written."""
        state = cls()
        head, _, answered = data.partition(b"\n")
        state.seen, state.in_flight, state.waiting, pauses = json.loads(head)
        for name, (refusal, *times) in pauses.items():
            state.pauses[name] = Pause(Refusal(*refusal), *times)
        state.answered.frombytes(answered)
        return state

    def dump(self) -> bytes:
        """Return the state as bytes."""
        head = json.dumps([self.seen, self.in_flight, self.waiting, self.pauses])
        return head.encode() + b"\n" + self.answered.tobytes()

    def merge(self, other: State) -> None:
        """Add the requests of a copy that went its own way. A slot is in flight if it is so in either."""
        both = Counter(self.answered) | Counter(other.answered)
        self.answered = array("d", sorted(both.elements()))
        self.in_flight = {**other.in_flight, **self.in_flight}
        self.pauses = {**other.pauses, **self.pauses}

    def reserve(self, quota: Quota, operation: str, slot: str, now: float) -> Wait | None:
        """Reserve a slot, or return the wait until there is one. First come, first served."""
        self._settle(now)
        self.in_flight.pop(slot, None)  # a store can lose its reply, and is asked again
        since = self.waiting[slot][0] if slot in self.waiting else now
        requests = quota.requests or 0
        ahead = sum(
            (began, other) < (since, slot)
            for other, (began, _, own) in self.waiting.items()
            if own >= requests
        )
        wait = self.forecast(quota, operation, now, ahead)
        if wait and wait.reason == "quota":
            self.waiting[slot] = (since, now, requests)
            return wait
        self.waiting.pop(slot, None)
        if wait is None:
            for name in (_ALL, operation):
                if name in self.pauses:
                    self.pauses[name] = self.pauses[name]._replace(next=now + quota.step)
            if quota.requests is not None:
                self.in_flight[slot] = now
        return wait

    def release(self, slot: str, sent: bool, now: float) -> None:
        """Free a slot: one window from now, or at once if nothing was sent."""
        self._settle(now)
        self.waiting.pop(slot, None)
        if self.in_flight.pop(slot, None) is not None and sent:
            insort(self.answered, now)

    def pause(self, refusal: Refusal, now: float) -> None:
        """Pause the refused operation, or all operations if another one is paused."""
        self._settle(now)
        until = now + min(refusal.seconds, DAY)
        pause, name = Pause(refusal, until, until), refusal.operation
        paused = {other for other, known in self.pauses.items() if known.until > now}
        if paused - {name}:
            self.pauses = {_ALL: max([pause, *self.pauses.values()], key=lambda each: each.until)}
        elif name not in paused or self.pauses[name].until <= until:
            self.pauses[name] = pause

    def forecast(self, quota: Quota, operation: str, now: float, ahead: int) -> Wait | None:
        """Return the wait of a request with others ahead, as far as is known here. None is no wait."""
        self._settle(now)
        for pause in (self.pauses[name] for name in (_ALL, operation) if name in self.pauses):
            if pause.until > now:
                return Wait(pause.until - now, "refused", pause.refusal)
            seconds = pause.next + ahead * quota.step - now
            if seconds > 0 and pause.until + quota.per > now:
                return Wait(seconds, "pace")
        if (seconds := self._until_room(quota.day_ceiling, DAY, now, ahead)) > 0:
            return Wait(seconds, "ceiling")
        if (seconds := self._until_room(quota.requests, quota.per * _DRIFT, now, ahead)) > 0:
            return Wait(seconds, "quota")
        return None

    def usage(self, per: float, now: float) -> tuple[int, int, float | None]:
        """Return the requests of the window and of the day, and until when the API refuses some."""
        self._settle(now)
        day = len(self.answered) + len(self.in_flight)
        refused = [pause.until for pause in self.pauses.values() if pause.until > now]
        return day - bisect_right(self.answered, now - per * _DRIFT), day, max(refused, default=None)

    def _until_room(self, requests: int | None, per: float, now: float, ahead: int) -> float:
        """Return the seconds until a window has room for a request and those ahead of it."""
        if requests is None:
            return 0.0
        windows, ahead = divmod(ahead, max(requests, 1))
        seconds = 0.0
        # The first `place` responses must be older than the window.
        place = len(self.answered) + len(self.in_flight) + ahead + 1 - requests
        if place > len(self.answered):
            seconds = per  # a request in flight frees its slot a whole window from now, or later
        elif place > bisect_right(self.answered, now - per):
            seconds = self.answered[place - 1] + per - now
        return seconds + windows * per

    def _settle(self, now: float) -> None:
        """Drop all that no longer counts. If the clock was set back, set all times back with it."""
        if (back := self.seen - now) > _SET_BACK:
            self.answered = array("d", [moment - back for moment in self.answered])
            self.in_flight = {slot: began - back for slot, began in self.in_flight.items()}
            for name, (refusal, until, following) in self.pauses.items():
                self.pauses[name] = Pause(refusal, until - back, following - back)
            self.seen = now
        self.seen = max(self.seen, now)
        for slot in [slot for slot, began in self.in_flight.items() if began <= now - LEASE]:
            insort(self.answered, self.in_flight.pop(slot))
        if self.answered and self.answered[0] <= now - DAY:
            del self.answered[: bisect_right(self.answered, now - DAY)]
        self.waiting = {slot: each for slot, each in self.waiting.items() if abs(now - each[1]) < PATIENCE}
        self.pauses = {name: pause for name, pause in self.pauses.items() if pause.until + DAY > now}
