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
"""A change of a state at a time, and its result."""

Change = Callable[[bytes | None, float], tuple[bytes, T]]
"""A step in bytes: from those that a store holds, and the time, to the new ones and its result."""

# Seconds that a call waits for a store outside this process.
_LONGEST_STEP = 1.0

# Seconds until a store that failed is asked again.
_RETRY_AFTER = 5.0

log = logging.getLogger(__name__)


class Store:
    """The memory of this process, for all its threads and event loops."""

    def __init__(self) -> None:
        self._states: dict[str, State] = {}
        self._process, self._lock = os.getpid(), threading.RLock()

    @property
    def shared(self) -> bool | None:
        """Whether a store outside this process is reached. None if there is none."""
        return None

    def forecast(self, workspace: str, quota: Quota, operation: str, now: float, ahead: int) -> Wait | None:
        """Return the wait of a request with others ahead, as far as is known here. None is no wait."""
        return self._look(workspace, lambda state, at: state.forecast(quota, operation, at, ahead), now)

    async def ask(self, workspace: str, quota: Quota, operation: str, now: float, ahead: int) -> Wait | None:
        """Return the same as `forecast`, with all that other processes have done meanwhile."""
        return await self._change(
            workspace, lambda state, at: state.forecast(quota, operation, at, ahead), now
        )

    async def reserve(
        self, workspace: str, quota: Quota, operation: str, slot: str, now: float
    ) -> Wait | None:
        """Reserve a slot, or return the wait until there is one."""
        return await self._change(workspace, lambda state, at: state.reserve(quota, operation, slot, at), now)

    def release(self, workspace: str, slot: str, now: float, *, sent: bool) -> None:
        """Free a slot: one window from now, or at once if nothing was sent."""
        self._change_soon(workspace, lambda state, at: state.release(slot, sent, at), now)

    async def pause(self, workspace: str, refusal: Refusal, now: float) -> None:
        """Pause the refused operation, or all operations if another one is paused."""
        await self._change(workspace, lambda state, at: state.pause(refusal, at), now)

    def usage(self, workspace: str, per: float, now: float) -> tuple[int, int, float | None]:
        """Return the requests of the window and of the day, and until when the API refuses some."""
        return self._look(workspace, lambda state, at: state.usage(per, at), now)

    async def _change(self, workspace: str, step: Step[T], now: float) -> T:
        return self._look(workspace, step, now)

    def _change_soon(self, workspace: str, step: Step[object], now: float) -> None:
        """Apply a step without waiting for it, as of a call that is cancelled."""
        self._look(workspace, step, now)

    def _look(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step to the state as far as it is known in this process."""
        if self._process != os.getpid():  # a fork: a thread of the parent may hold the lock
            self._process, self._lock = os.getpid(), threading.RLock()
        # The garbage collector can end a call while this thread holds the lock, so it is a reentrant one.
        with self._lock:
            return step(self._states.setdefault(workspace, State()), now)


class SharedStore(Store, ABC):
    """A store outside this process, which a thread asks. While it fails, this process counts alone.

    Args:
        name: The store in a warning. It holds no password.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._offset = 0.0  # seconds that the store's clock is ahead of ours
        self._reached = False
        self._retry_at: float | None = None  # on the clock, if it fails now
        self._behind = set[str]()  # the workspaces that were counted here alone, and not yet in the store
        self._threads: dict[int, concurrent.futures.Executor] = {}  # by process, since a fork has none

    @abstractmethod
    def _update(self, workspace: str, change: Change[T], now: float) -> T:
        """Replace the bytes of a workspace, and return the result of the change.

        Nothing may alter them meanwhile. The change can be made again, and the last one counts.
        Any exception says that the store fails.
        """

    @property
    def shared(self) -> bool | None:
        """Whether the last step reached the store."""
        return self._reached

    async def _change(self, workspace: str, step: Step[T], now: float) -> T:
        if not self._is_skipped():
            work = self._submit(workspace, step, now)
            try:
                async with asyncio.timeout(_LONGEST_STEP):
                    return await asyncio.wrap_future(work)
            except TimeoutError:
                if work.done():  # it was the event loop that was busy
                    return work.result()
                self._fail(f"no answer in {_LONGEST_STEP:g} s")
        return self._alone(workspace, step, now)

    def _change_soon(self, workspace: str, step: Step[object], now: float) -> None:
        if self._is_skipped():
            self._alone(workspace, step, now)
        else:
            with suppress(RuntimeError):  # Python ends: the slot comes free like that of a dead process
                self._submit(workspace, step, now)

    def _look(self, workspace: str, step: Step[T], now: float) -> T:
        return super()._look(workspace, step, now + self._offset)

    def _submit(self, workspace: str, step: Step[T], now: float) -> concurrent.futures.Future[T]:
        # One thread: a release never overtakes the reservation.
        thread = self._threads.get(os.getpid())
        if thread is None:
            thread = concurrent.futures.ThreadPoolExecutor(1, "exec-api-client-quota")
            thread = self._threads.setdefault(os.getpid(), thread)
        return thread.submit(lambda: self._work(workspace, step, now))

    def _work(self, workspace: str, step: Step[T], now: float) -> T:
        """Apply a step in the store, or here if it fails."""
        if not self._is_skipped():
            try:
                state, result = self._update(workspace, self._in_bytes(workspace, step), now)
            except Exception as error:
                self._fail(f"{type(error).__name__}: {error}")
            else:
                self._succeed(workspace, state)
                return result
        return self._alone(workspace, step, now)

    def _alone(self, workspace: str, step: Step[T], now: float) -> T:
        self._behind.add(workspace)
        return self._look(workspace, step, now)

    def _in_bytes(self, workspace: str, step: Step[T]) -> Change[tuple[State, T]]:
        def change(data: bytes | None, at: float) -> tuple[bytes, tuple[State, T]]:
            state, known = State.load(data) if data else State(), self._states.get(workspace)
            if known is not None and (workspace in self._behind or not data):  # or it has forgotten all
                state.merge(known)
            result = step(state, at)
            return state.dump(), (state, result)

        return change

    def _is_skipped(self) -> bool:
        return self._retry_at is not None and time.monotonic() < self._retry_at

    def _succeed(self, workspace: str, state: State) -> None:
        with self._lock:
            self._states[workspace] = state
            self._behind.discard(workspace)
            if self._retry_at is not None:
                log.warning("%s is back, and counts for all again", self._name)
            self._retry_at, self._reached = None, True

    def _fail(self, reason: str) -> None:
        with self._lock:
            if self._retry_at is None:
                log.warning("%s fails (%s): this process counts alone until it is back", self._name, reason)
            self._retry_at, self._reached = time.monotonic() + _RETRY_AFTER, False
