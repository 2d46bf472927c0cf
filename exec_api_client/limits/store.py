"""Where the states of workspaces are kept: in this process, or outside it with a memory as a stand-in."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from .state import Quota, Refusal, State, Wait

T = TypeVar("T")

Step = Callable[[State, float], T]
"""A change of a state at a time, such as `State.reserve`."""

# Seconds between reading the clock and holding the lock.
_LATE = 0.1

# Seconds that a call waits for a store outside this process.
_LONGEST_STEP = 1.0

# Seconds until a store that failed is asked again.
_RETRY_AFTER = 5.0

log = logging.getLogger(__name__)


class Store:
    """The memory of this process, for all its threads and event loops."""

    def __init__(self) -> None:
        self._states: dict[str, State] = {}
        self._latest = 0.0
        self._process, self._lock = os.getpid(), threading.RLock()

    @property
    def shared(self) -> bool | None:
        """Whether a store outside this process is reached. None if there is none."""
        return None

    async def change(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step to the state of a workspace, and return its result."""
        return self.look(workspace, step, now)

    def change_soon(self, workspace: str, step: Step[object], now: float) -> None:
        """Apply a step without waiting for it, as of a call that is cancelled."""
        self.look(workspace, step, now)

    def look(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step to the state as far as it is known in this process."""
        if self._process != os.getpid():  # a fork: a thread of the parent may hold the lock
            self._process, self._lock = os.getpid(), threading.RLock()
        # The garbage collector can end a call while this thread holds the lock, so it is a reentrant one.
        with self._lock:
            # A thread that is late by a moment does not set the clock back.
            late = 0 < self._latest - now < _LATE
            self._latest = now = self._latest if late else now
            return step(self._states.setdefault(workspace, State()), now)

    def refresh(self, workspace: str) -> None:
        """Read the state anew, if that takes no time."""

    def forecast(self, workspace: str, quota: Quota, operation: str, now: float, ahead: int) -> Wait | None:
        """Return the wait of a request with others ahead, as far as is known here. None is no wait."""
        return self.look(workspace, lambda state, at: state.forecast(quota, operation, at, ahead), now)

    async def reserve(
        self, workspace: str, quota: Quota, operation: str, slot: str, now: float
    ) -> Wait | None:
        """Reserve a slot, or return the wait until there is one."""
        return await self.change(workspace, lambda state, at: state.reserve(quota, operation, slot, at), now)

    def release(self, workspace: str, slot: str, now: float, *, sent: bool) -> None:
        """Free a slot: one window from now, or at once if nothing was sent."""
        self.change_soon(workspace, lambda state, at: state.release(slot, sent, at), now)

    async def pause(self, workspace: str, refusal: Refusal, now: float) -> None:
        """Pause the refused operation, or all operations if another one is paused."""
        await self.change(workspace, lambda state, at: state.pause(refusal, at), now)

    def usage(self, workspace: str, per: float, now: float) -> tuple[int, int, float | None]:
        """Return the requests of the window and of the day, and until when the API refuses some."""
        return self.look(workspace, lambda state, at: state.usage(per, at), now)


class SharedStore(Store, ABC):
    """A store outside this process, which a thread asks. While it fails, this process counts alone.

    Args:
        name: The store in a warning. It holds no password.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._offset = 0.0  # seconds that the store's clock is ahead of ours
        self._away = False
        self._retry_at = 0.0
        self._in_flight: dict[str, set[str]] = {}  # when it went away
        self._threads: dict[int, concurrent.futures.Executor] = {}

    @abstractmethod
    def _update(self, workspace: str, change: Callable[[bytes | None, float], bytes], now: float) -> None:
        """Replace the bytes of a workspace by those that a function makes of them and the time.

        Nothing may change them meanwhile. The function can be called again, and the last call counts.
        Any exception says that the store is away.
        """

    @property
    def shared(self) -> bool | None:
        """Whether the store is reached."""
        return not self._away

    async def change(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step to the state of a workspace, and return its result."""
        if not self._is_skipped():
            try:
                async with asyncio.timeout(_LONGEST_STEP):
                    return await asyncio.wrap_future(self._submit(workspace, step, now))
            except TimeoutError:
                self._lose(f"no answer in {_LONGEST_STEP:g} s")
        return self.look(workspace, step, now)

    def change_soon(self, workspace: str, step: Step[object], now: float) -> None:
        """Apply a step without waiting for it, as of a call that is cancelled."""
        if self._is_skipped():
            self.look(workspace, step, now)
        else:
            with suppress(RuntimeError):  # Python ends: the slot comes free like that of a dead process
                self._submit(workspace, step, now)

    def look(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step to the state as of the last change here."""
        return super().look(workspace, step, now + self._offset)

    def _submit(self, workspace: str, step: Step[T], now: float) -> concurrent.futures.Future[T]:
        # One thread: a release never overtakes the reservation. A fork has none of its parent's threads.
        thread = self._threads.get(os.getpid())
        if thread is None:
            thread = concurrent.futures.ThreadPoolExecutor(1, "exec-api-client-quota")
            thread = self._threads.setdefault(os.getpid(), thread)
        return thread.submit(lambda: self._work(workspace, step, now))

    def _work(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step in the store, or here if it fails."""
        if not self._is_skipped():
            try:
                return self._step(workspace, step, now)
            except Exception as error:
                self._lose(f"{type(error).__name__}: {error}")
        return self.look(workspace, step, now)

    def _step(self, workspace: str, step: Step[T], now: float) -> T:
        results: list[tuple[State, T]] = []

        def change(data: bytes | None, at: float) -> bytes:
            state = State.load(data) if data else State()
            known, before = self._states.get(workspace), self._in_flight.get(workspace)
            if known is not None and (before is not None or not data):  # it was away, or forgot all
                state.merge(known, before if data and before else set())
            results.append((state, step(state, at)))
            return state.dump()

        self._update(workspace, change, now)
        state, result = results[-1]
        with self._lock:
            self._states[workspace] = state
            self._in_flight.pop(workspace, None)
            if self._away:
                log.warning("%s is back, and counts for all again", self.name)
            self._away, self._retry_at = False, 0.0
        return result

    def _is_skipped(self) -> bool:
        return time.monotonic() < self._retry_at

    def _lose(self, reason: str) -> None:
        with self._lock:
            if not self._away:
                log.warning("%s fails (%s): this process counts alone until it is back", self.name, reason)
                self._in_flight = {name: set(state.in_flight) for name, state in self._states.items()}
            self._away, self._retry_at = True, time.monotonic() + _RETRY_AFTER
