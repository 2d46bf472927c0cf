"""The sandbox on a real socket: HTTP/1.1 with keep-alive, on asyncio's streams."""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import AsyncGenerator

from .delivery import Delivery, Exchange
from .faults import NO_BODY
from .http1 import MAX_HEAD, MalformedError, Received, head_bytes, read_request
from .messages import error_response

IDLE_TIMEOUT = 75.0
"""Seconds that a connection may wait for its next request, and a request for its last byte."""

_OURS = ("content-length", "connection")
_REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # nobody can be sent to "every address"
_FAREWELL = 1.0  # seconds for a client to take what is still to be sent, before it is cut off
_HANDOVER = 4
# Steps of the event loop from a connection that it has accepted to `accept` below. A server that
# is closed in between forgets the connection's socket without closing it.

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def serve(
    exchange: Exchange,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    base_path: str = "",
    idle_timeout: float = IDLE_TIMEOUT,
) -> AsyncGenerator[str, None]:
    """Serve until the block is left; yields the base URL.

    On leaving, whatever is still going on is cancelled, and every connection is closed when the
    block is over.

    Args:
        exchange: What answers: `Sandbox.exchange`.
        host: The address to listen on; for every address (0.0.0.0 or ::) the URL has loopback's.
            Default: loopback only.
        port: The port, or 0 (the default) for one that the system chooses.
        base_path: What to put behind the address in the URL. Default: nothing.
        idle_timeout: Seconds after which a silent or dawdling client is let go. Default: 75.

    Raises:
        OSError: The address cannot be had.
    """
    connections: set[asyncio.Task[None]] = set()
    closing = False

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if closing:  # accepted by the system before, handed over only now
            writer.transport.abort()
            return
        task = asyncio.create_task(_Connection(exchange, reader, writer, idle_timeout).run())
        connections.add(task)
        task.add_done_callback(connections.discard)
        task.add_done_callback(lambda _: writer.close())  # also if it never came to run

    server = await asyncio.start_server(accept, host, port, limit=MAX_HEAD)
    try:
        bound: tuple[str, int] = server.sockets[0].getsockname()[:2]
        address, chosen = _REACHED_AT.get(bound[0], bound[0]), bound[1]
        shown = f"[{address}]" if ":" in address else address
        yield f"http://{shown}:{chosen}{base_path}"
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
        self,
        exchange: Exchange,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        idle_timeout: float,
    ) -> None:
        self._exchange = exchange
        self._reader = reader
        self._writer = writer
        self._idle_timeout = idle_timeout

    async def run(self) -> None:
        try:
            while await self._serve_one():
                pass
        except OSError:  # a TimeoutError is one too
            pass  # the client is gone, or as good as gone
        except asyncio.CancelledError:  # the server ends, and waits for nobody
            self._writer.transport.abort()
            raise
        finally:
            await self._close()

    async def _serve_one(self) -> bool:
        """Serve one request; return whether another may follow."""
        try:
            async with asyncio.timeout(self._idle_timeout):
                received = await read_request(self._reader)
        except MalformedError as error:
            response = error_response(error.status, "invalid_request", error.message)
            await self._send(Delivery(response), keep_alive=False)
            await self._take_leave()
            return False
        if received is None:
            return False
        delivery = self._answer(received)
        if delivery.delay > 0:
            await asyncio.sleep(delivery.delay)
        if delivery.connection in ("refused", "reset"):
            self._reset()
            return False
        if delivery.connection == "dropped":
            return False
        keep_alive = received.keep_alive and delivery.connection is None
        await self._send(delivery, keep_alive=keep_alive, head=received.request.method == "HEAD")
        return keep_alive

    def _answer(self, received: Received) -> Delivery:
        try:
            return self._exchange(received.request)
        except Exception as error:  # of a hook or a predicate: the server has to go on
            _log.exception("the sandbox could not answer")
            message = f"The sandbox failed: {type(error).__name__}"
            return Delivery(error_response(500, "api_error", message))

    async def _send(self, delivery: Delivery, *, keep_alive: bool, head: bool = False) -> None:
        response = delivery.response
        headers = [pair for pair in response.headers.items() if pair[0] not in _OURS]
        if response.status not in NO_BODY:
            headers.append(("content-length", str(delivery.length)))
        if not keep_alive:
            headers.append(("connection", "close"))
        await self._write(head_bytes(response.status, headers))
        if head or response.status in NO_BODY:
            return
        for number, piece in enumerate(delivery.pieces()):
            if number and delivery.pause:
                await asyncio.sleep(delivery.pause)
            await self._write(piece)

    async def _write(self, data: bytes) -> None:
        async with asyncio.timeout(self._idle_timeout):
            self._writer.write(data)
            await self._writer.drain()

    async def _take_leave(self) -> None:
        """Let the client read the answer before the connection goes.

        Closing while its bytes are still coming in would reset the connection, and an answer
        that is on its way would be lost.
        """
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(_FAREWELL):
                self._writer.write_eof()
                while await self._reader.read(MAX_HEAD):
                    pass

    def _reset(self) -> None:
        """Break the connection off: the client gets a reset, not an end."""
        with contextlib.suppress(OSError):
            self._writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        self._writer.transport.abort()

    async def _close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(_FAREWELL):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()
        except asyncio.CancelledError:
            self._writer.transport.abort()
            raise
