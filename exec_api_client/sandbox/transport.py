"""The sandbox in process, as a transport for httpx. It opens nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from .faults import Delivery, Exchange
from .messages import Request

Sleep = Callable[[float], Awaitable[object]]


class SandboxTransport(httpx.AsyncBaseTransport):
    """A transport that hands each request to the sandbox, whatever its host.

    Faults raise the exceptions that httpx raises for them on a network. A delay longer than the
    request's read timeout is a `httpx.ReadTimeout` after that timeout.

    Args:
        exchange: Returns the response and its delivery: `Sandbox.exchange`.
        sleep: Waits for a number of seconds. Default: `asyncio.sleep`.
    """

    def __init__(self, exchange: Exchange, *, sleep: Sleep = asyncio.sleep) -> None:
        self._exchange = exchange
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response to one request.

        Raises:
            httpx.TransportError: The fault that happened.
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
        await self._wait(delivery.delay, request)
        if delivery.connection == "reset":
            raise httpx.ReadError("Connection reset by peer", request=request)
        if delivery.connection == "dropped":
            message = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(message, request=request)
        headers = {**delivery.response.headers, "content-length": str(delivery.length)}
        return httpx.Response(
            delivery.response.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            stream=None if request.method == "HEAD" else _Body(delivery, request),
            extensions={"http_version": b"HTTP/1.1"},
        )

    async def _wait(self, seconds: float, request: httpx.Request) -> None:
        limit: float | None = request.extensions.get("timeout", {}).get("read")
        if limit is not None and seconds > limit:
            await self._sleep(limit)
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        if seconds > 0:
            await self._sleep(seconds)


class _Body(httpx.AsyncByteStream):
    """The body of a delivery, as httpx reads it."""

    def __init__(self, delivery: Delivery, request: httpx.Request) -> None:
        self._delivery = delivery
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent, length = self._delivery.body, self._delivery.length
        yield sent
        if len(sent) < length:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body"
                f" (received {len(sent)} bytes, expected {length})",
                request=self._request,
            )
