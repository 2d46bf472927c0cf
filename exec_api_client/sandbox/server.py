"""The sandbox on a socket, on asyncio's streams. h11 reads and writes its HTTP/1.1."""

import asyncio
import contextlib
import http.client
import logging
import socket
import struct
from collections.abc import AsyncGenerator

import h11  # no dependency of its own: httpx brings it, through httpcore

from .faults import NO_BODY, Delivery, Exchange
from .messages import Request, error_response

MAX_HEAD = 32 * 1024
"""The largest request line and headers, together, in bytes."""

_OURS = ("content-length", "connection")
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # no client can connect to "every address"
_FAREWELL = 1.0  # seconds for a client to read the last response
_HANDOVER = 4
# Steps of the event loop from a connection that it has accepted to `accept` below. A server that
# closes between the two forgets the connection's socket without closing it.

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def serve(exchange: Exchange, host: str, port: int, base_path: str) -> AsyncGenerator[str, None]:
    """Serve until the block is left, as `Sandbox.serve` says. Yields the base URL."""
    connections: set[asyncio.Task[None]] = set()
    closing = False

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if closing:
            writer.transport.abort()
            return
        task = asyncio.create_task(_Connection(exchange, reader, writer).run())
        connections.add(task)
        task.add_done_callback(connections.discard)
        task.add_done_callback(lambda _: writer.close())  # also where it was cancelled at once

    server = await asyncio.start_server(accept, host, port)
    try:
        bound: tuple[str, int] = server.sockets[0].getsockname()[:2]
        address = _LOOPBACK.get(bound[0], bound[0])
        shown = f"[{address}]" if ":" in address else address
        yield f"http://{shown}:{bound[1]}{base_path}"
    finally:
        closing = True
        try:
            for _ in range(_HANDOVER):
                await asyncio.sleep(0)
        finally:
            server.close()
            ending = list(connections)
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)
            await server.wait_closed()


class _Connection:
    """One connection, from its first request to its end."""

    def __init__(
        self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._exchange = exchange
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)

    async def run(self) -> None:
        try:
            while await self._serve_one():
                self._http.start_next_cycle()
        except OSError:
            pass  # the client is gone
        except asyncio.CancelledError:  # the server ends and waits for nobody
            self._writer.transport.abort()
            raise
        finally:
            await self._close()

    async def _serve_one(self) -> bool:
        """Serve one request. Return whether another may follow."""
        try:
            request = await self._read()
        except h11.RemoteProtocolError as error:
            response = error_response(error.error_status_hint, "invalid_request", str(error))
            await self._send(Delivery(response), last=True)
            await self._take_leave()
            return False
        if request is None:
            return False
        delivery = self._respond(request)
        if delivery.delay > 0:
            await asyncio.sleep(delivery.delay)
        if delivery.connection in ("refused", "reset"):
            self._reset()
        elif delivery.connection != "dropped":
            await self._send(delivery, with_body=request.method != "HEAD")
        return self._http.our_state is h11.DONE

    async def _read(self) -> Request | None:
        """Return the next request, or None where the client has closed the connection."""
        head, body = None, b""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(MAX_HEAD))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                break
        if head is None:
            return None
        path, _, query = head.target.decode("latin-1").partition("?")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        return Request(head.method.decode("ascii"), path, query, headers, body)

    def _respond(self, request: Request) -> Delivery:
        try:
            return self._exchange(request)
        except Exception as error:  # of a hook or a predicate: the server must go on
            _log.exception("the sandbox could not respond")
            message = f"The sandbox failed: {type(error).__name__}"
            return Delivery(error_response(500, "api_error", message))

    async def _send(self, delivery: Delivery, *, with_body: bool = True, last: bool = False) -> None:
        response = delivery.response
        headers = [pair for pair in response.headers.items() if pair[0] not in _OURS]
        if response.status not in NO_BODY:
            headers.append(("content-length", str(delivery.length)))
        if last or delivery.connection == "truncated":
            headers.append(("connection", "close"))
        await self._write(
            h11.Response(
                status_code=response.status,
                headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
                reason=http.client.responses.get(response.status, ""),
            )
        )
        if with_body and response.status not in NO_BODY:
            await self._write(h11.Data(data=delivery.body))
        if delivery.connection != "truncated":
            await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def _take_leave(self) -> None:
        """Let the client read the response before the connection closes.

        Closing while the client still sends would reset the connection and lose the response.
        """
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(_FAREWELL):
                self._writer.write_eof()
                while await self._reader.read(MAX_HEAD):
                    pass

    def _reset(self) -> None:
        """Break the connection: the client gets a reset in place of an end."""
        with contextlib.suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()

    async def _close(self) -> None:
        self._writer.close()
        try:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_FAREWELL):
                    await self._writer.wait_closed()
        finally:
            self._writer.transport.abort()
