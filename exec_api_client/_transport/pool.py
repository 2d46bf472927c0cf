"""The connections of a client: a pool for each event loop, made by its first call and closed with it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager

from .._runtime.requests import Request, Response
from ..errors import ClientClosedError, ConfigurationError
from .http import HTTPClient, Wire
from .progress import Progress


class Lane:
    """One httpx client and how many are using it; `fresh` where another can take its place."""

    def __init__(self, client: HTTPClient, *, ours: bool, fresh: bool) -> None:
        self.client = client
        self.ours = ours
        self.fresh = fresh
        self.users = 0
        self.cancelled = 0


class Pool:
    """The connections of one event loop: at most `size` requests at once, first come first served.

    httpx 0.28 can lose a place in its pool for good when a request is cancelled (encode/httpcore#1093).
    So its pool has twice the room that is used; after `size` cancelled requests a fresh one takes its
    place, and the old one is closed when its last user has left.
    """

    def __init__(self, wire: Wire) -> None:
        self.slots = asyncio.Semaphore(wire.size)
        self._wire = wire
        self._lane = self._open()
        self._calls: set[asyncio.Timeout] = set()
        self._left = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def call(self, seconds: float | None) -> AsyncGenerator[None]:
        """A call on its way: `TimeoutError` ends it after some seconds, or when the pool is closed."""
        async with asyncio.timeout(seconds) as call:
            self._calls.add(call)
            try:
                yield
            finally:
                self._calls.discard(call)
                self._left.set()

    async def send(self, request: Request, timeout: float, progress: Progress) -> Response:
        """Send a request once and read the whole answer; the caller holds one of `slots`.

        Args:
            request: What to send.
            timeout: Seconds without progress, in connecting, sending or reading.
            progress: Is told how far the attempt has come.

        Raises:
            APIConnectionError: No whole answer came.
            ResponseDecodeError: The answer cannot be decompressed, or is too large.
            ClientClosedError: The client was closed meanwhile.
        """
        lane = self._lane
        lane.users += 1
        try:
            return await self._wire.exchange(lane.client, request, timeout, progress)
        except asyncio.CancelledError:
            lane.cancelled += 1
            raise
        finally:
            lane.users -= 1
            if lane.fresh and lane.cancelled >= self._wire.size and lane is self._lane:
                self._lane = self._open()
            if lane is not self._lane and lane.users == 0:
                task = asyncio.get_running_loop().create_task(lane.client.aclose())
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """End the calls that are under way, then close the connections."""
        for call in self._calls:
            if not call.expired():
                call.reschedule(0.0)
        while self._calls:
            self._left.clear()
            await self._left.wait()
        if self._lane.ours:
            await self._lane.client.aclose()
        await asyncio.gather(*self._closing)

    def _open(self) -> Lane:
        wire = self._wire
        if wire.http_client is not None:
            return Lane(wire.http_client, ours=False, fresh=False)
        return Lane(wire.client(), ours=True, fresh=wire.transport is None)


class Connection:
    """A pool for each event loop, and whether they may be used; shared by a client and its copies."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.closed = False
        self._pools: dict[asyncio.AbstractEventLoop, tuple[Pool, AsyncGenerator[None]]] = {}
        self._ending: asyncio.Future[None] | None = None
        self._home: asyncio.AbstractEventLoop | None = None
        self._process, self._lock = os.getpid(), threading.RLock()

    def check_open(self) -> None:
        """Raise `ClientClosedError` if the client is closed."""
        if self.closed:
            raise ClientClosedError(
                "the client is closed; make a new one, or call it before aclose() and the end of `async with`"
            )

    async def pool(self) -> Pool:
        """The pool of the running event loop."""
        self.check_open()
        loop = asyncio.get_running_loop()
        with self._exclusive():
            for other in [other for other in self._pools if other.is_closed()]:
                del self._pools[other]
            known = self._pools.get(loop)
            if known is not None:
                return known[0]
            self._check_home(loop)
        pool = Pool(self.wire)
        guard = self._guard(loop, pool)
        with self._exclusive():
            self._pools[loop] = pool, guard
        # A loop ends the generators that have been started in it: so the pool is closed with its loop.
        await anext(guard)
        return pool

    def _exclusive(self) -> AbstractContextManager[object]:
        """The lock; another one in a forked child, whose parent may hold it for ever."""
        if self._process != os.getpid():
            self._process, self._lock = os.getpid(), threading.RLock()
        return self._lock

    def _check_home(self, loop: asyncio.AbstractEventLoop) -> None:
        """Refuse a second loop for what was passed in; own connections are made for each."""
        passed = "http_client" if self.wire.http_client is not None else "transport"
        taken = self._home is not None if self.wire.http_client is not None else bool(self._pools)
        if (self.wire.http_client is not None or self.wire.transport is not None) and taken:
            raise ConfigurationError(
                f"{passed}= belongs to another event loop: make a client for each, or leave {passed} out"
            )
        self._home = loop

    async def _guard(self, loop: asyncio.AbstractEventLoop, pool: Pool) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            with self._exclusive():
                self._pools.pop(loop, None)
            await pool.aclose()

    async def aclose(self) -> None:
        """Close all pools; a client that was passed in is left open for its owner."""
        self.closed = True
        with self._exclusive():
            _, guard = self._pools.pop(asyncio.get_running_loop(), (None, None))
        self.dropped()
        if guard is not None:
            # Who is cancelled here leaves the closing to itself, which takes no longer for that.
            self._ending = asyncio.ensure_future(_end(guard))
            await asyncio.shield(self._ending)

    def dropped(self) -> None:
        """Nobody uses this any more: have each event loop close its pool."""
        self.closed = True
        with self._exclusive():
            guards = [(loop, guard) for loop, (_, guard) in self._pools.items()]
            self._pools.clear()
        for loop, guard in guards:
            if not loop.is_closed():
                asyncio.run_coroutine_threadsafe(guard.aclose(), loop)


async def _end(guard: AsyncGenerator[None]) -> None:
    await guard.aclose()
