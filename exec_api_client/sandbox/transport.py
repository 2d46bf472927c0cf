"""The sandbox in process, as a transport for httpx: nothing is opened, nothing can leak."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from .delivery import Delivery, Exchange
from .messages import Request

Sleep = Callable[[float], Awaitable[object]]


class SandboxTransport(httpx.AsyncBaseTransport):
    """Hands each request to the sandbox, whatever host it is addressed to.

    Faults are raised as the exceptions that httpx raises for them on a network. A delay that
    is longer than the request's read timeout is a `httpx.ReadTimeout` after that timeout.

    Args:
        exchange: What answers: `Sandbox.exchange`.
        sleep: How to wait, in seconds. Default: `asyncio.sleep`.
    """

    def __init__(self, exchange: Exchange, *, sleep: Sleep = asyncio.sleep) -> None:
        self._exchange = exchange
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request.

        Raises:
            httpx.TransportError: What the faults in force stand for.
        """
        body = await request.aread()
        delivery = self._exchange(
            Request(
                method=request.method,
                path=request.url.raw_path.partition(b"?")[0].decode("ascii"),
                query=request.url.query.decode("ascii"),
                headers=dict(request.headers),
                body=body,
            )
        )
        if delivery.connection == "refused":
            raise httpx.ConnectError("All connection attempts failed", request=request)
        wait = _Wait(self._sleep, request)
        await wait(delivery.delay)
        if delivery.connection == "reset":
            raise httpx.ReadError("Connection reset by peer", request=request)
        if delivery.connection == "dropped":
            message = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(message, request=request)
        response = delivery.response
        return httpx.Response(
            response.status,
            headers={**response.headers, "content-length": str(delivery.length)},
            stream=_Body(delivery, wait, request) if request.method != "HEAD" else None,
            extensions={"http_version": b"HTTP/1.1"},
        )


class _Wait:
    """Waits, but no longer than the request's read timeout."""

    def __init__(self, sleep: Sleep, request: httpx.Request) -> None:
        self._sleep = sleep
        self._request = request
        self._limit: float | None = request.extensions.get("timeout", {}).get("read")

    async def __call__(self, seconds: float) -> None:
        if self._limit is not None and seconds > self._limit:
            await self._sleep(self._limit)
            raise httpx.ReadTimeout("The read operation timed out", request=self._request)
        if seconds > 0:
            await self._sleep(seconds)


class _Body(httpx.AsyncByteStream):
    """The body of a delivery, piece by piece."""

    def __init__(self, delivery: Delivery, wait: _Wait, request: httpx.Request) -> None:
        self._delivery = delivery
        self._wait = wait
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        for piece in self._delivery.pieces():
            if sent:
                await self._wait(self._delivery.pause)
            sent += len(piece)
            yield piece
        if sent < self._delivery.length:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body"
                f" (received {sent} bytes, expected {self._delivery.length})",
                request=self._request,
            )
