"""Connection pools: one for each event loop, closed by `aclose`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from .._runtime.requests import Request
from ..errors import ClientClosedError, ConfigurationError
from .http import HTTPAdapter, HTTPClient
from .responses import Response


@dataclass(eq=False)
class Lane:
    """One httpx client, its running requests and the number of cancelled ones."""

    client: HTTPClient
    running: int = 0
    cancelled: int = 0


class ConnectionPool:
    """The connections of one event loop.

    httpx 0.28 can lose a connection for good when a request is cancelled
    (https://github.com/encode/httpcore/issues/1093). So each httpx client has room for twice as many
    connections as are used, and after as many cancelled requests a new client takes its place.

    Attributes:
        slots: Limits the requests that are in flight. Holds one for each call of `send`.
    """

    def __init__(self, adapter: HTTPAdapter) -> None:
        self.slots = asyncio.Semaphore(adapter.size)
        self._adapter = adapter
        self._lane = Lane(adapter.open())
        self._calls = set[asyncio.Timeout]()
        self._left = asyncio.Event()
        self._closing = set[asyncio.Task[None]]()
        self._ending: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def call(self, seconds: float | None) -> AsyncGenerator[None]:
        """Raise `TimeoutError` after some seconds, or when the pool is closed."""
        async with asyncio.timeout(seconds) as call:
            self._calls.add(call)
            try:
                yield
            finally:
                self._calls.discard(call)
                self._left.set()

    async def send(self, request: Request, timeout: float) -> Response:
        """Send a request and read the whole response. The caller holds a slot.

        Args:
            request: The request.
            timeout: Seconds without progress in connecting, sending or reading.

        Raises:
            APIConnectionError: No whole response came.
            ResponseDecodeError: The body of a success cannot be decompressed, or is too large.
            ClientClosedError: The client was closed meanwhile.
        """
        lane = self._lane
        lane.running += 1
        try:
            return await self._adapter.exchange(lane.client, request, timeout)
        except asyncio.CancelledError:
            lane.cancelled += 1
            raise
        finally:
            lane.running -= 1
            worn = not self._adapter.passed and lane.cancelled >= self._adapter.size
            if worn and lane is self._lane:
                self._lane = Lane(self._adapter.open())
            if lane is not self._lane and lane.running == 0:
                self._close(lane)

    def close(self) -> asyncio.Task[None]:
        """Begin to end the calls in flight and to close the connections. A second call changes nothing."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())
        return self._ending

    async def _end(self) -> None:
        for call in self._calls:
            if not call.expired():
                call.reschedule(0.0)
        while self._calls:
            self._left.clear()
            await self._left.wait()
        if self._adapter.http_client is None:
            self._close(self._lane)
        await asyncio.gather(*self._closing)

    def _close(self, lane: Lane) -> None:
        task = asyncio.ensure_future(lane.client.aclose())
        self._closing.add(task)  # An event loop holds only weak references to its tasks.
        task.add_done_callback(self._closing.discard)


class ConnectionPools:
    """The pools of a client and its copies, one for each event loop.

    It has no lock: each loop changes its own entry only, and a lock could stay held in a fork.
    """

    def __init__(self, adapter: HTTPAdapter) -> None:
        self.adapter = adapter
        self.closed = False
        self._pools = dict[asyncio.AbstractEventLoop, ConnectionPool]()

    def check_open(self) -> asyncio.AbstractEventLoop:
        """Return the running event loop.

        Raises:
            ClientClosedError: The client is closed.
            ConfigurationError: No asyncio loop is running.
        """
        if self.closed:
            raise ClientClosedError(
                "the client is closed; make a new one, or call it before aclose() and the end of `async with`"
            )
        return _running_loop()

    async def get(self) -> ConnectionPool:
        """Return the pool of the running event loop.

        Raises:
            ClientClosedError: The client is closed.
            ConfigurationError: No asyncio loop is running, or a passed transport or client belongs to
                another loop. Or the environment names certificates that cannot be read.
        """
        loop = self.check_open()
        if pool := self._pools.get(loop):
            return pool
        await self.adapter.prepare()
        if pool := self._pools.get(loop):
            return pool
        passed = self.adapter.passed
        for other in tuple(self._pools):
            if other.is_closed() and passed != "http_client":
                self._pools.pop(other, None)
        pool = self._pools[loop] = ConnectionPool(self.adapter)
        if passed and next(iter(self._pools)) is not loop:
            del self._pools[loop]
            raise ConfigurationError(
                f"{passed}= belongs to another event loop: make a client for each, or leave {passed} out"
            )
        return pool

    async def aclose(self) -> None:
        """End all calls in flight and close all pools. A passed `http_client` stays open.

        The pool of another running loop is closed there, soon after.
        """
        here = _running_loop()
        self.closed = True
        for loop, pool in tuple(self._pools.items()):
            with suppress(RuntimeError):  # The loop is closed, and the connections with it.
                if loop is not here:
                    loop.call_soon_threadsafe(pool.close)
        if here in self._pools:
            # If this is cancelled, the pool is closed all the same.
            await asyncio.shield(self._pools[here].close())


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "AsyncExecClient must run in an asyncio event loop, not in trio or plain code; "
            "use ExecClient there, in a thread"
        ) from None
