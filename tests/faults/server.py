"""A server of raw bytes on loopback that plays a script on each connection.

A script is a sequence of steps, and the connection ends after the last:

- `READ` waits for a whole request;
- bytes are sent as they are;
- `Drip(data)` sends them one by one, and stops where they end;
- `WAIT` waits until the client leaves;
- `RESET` ends the connection with a TCP reset;
- a function is called with the last request's head, and gives bytes to send.
"""

import asyncio
import re
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

CERTIFICATE = Path(__file__).with_name("loopback.pem")


class Do(Enum):
    READ = auto()
    WAIT = auto()
    RESET = auto()


READ, WAIT, RESET = Do.READ, Do.WAIT, Do.RESET


class Drip(NamedTuple):
    """Bytes that arrive one by one, so that each of them is progress."""

    data: bytes
    every: float = 0.01


class Pause(NamedTuple):
    """Time that passes before the next step."""

    seconds: float


Step = bytes | Do | Drip | Pause | Callable[[bytes], bytes]
Script = Sequence[Step]


class RawServer:
    """Plays the n-th script on the n-th connection, the last one for ever, and counts.

    Attributes:
        heads: The head of each request.
        bodies: The body of each request.
        connections: How many there have been.
        open: How many there are.
        answering: How many requests wait for their answers.
        at_once: The largest number of these.
        sent: How many bytes have been sent.
    """

    def __init__(self, scripts: Sequence[Script], tls: bool) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.at_once = 0
        self.sent = 0
        self.answering = 0
        self._scripts = scripts
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self.base_url = ""

    @property
    def requests(self) -> int:
        return len(self.heads)

    async def start(self) -> asyncio.Server:
        context = None
        if self._tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=context, limit=2**20)
        port = server.sockets[0].getsockname()[1]
        self.base_url = f"http{'s' if self._tls else ''}://127.0.0.1:{port}/rest/v1"
        return server

    async def stop(self) -> None:
        for _ in range(5):  # for connections that have just been accepted
            await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()  # what the client has not read stays unread
        await asyncio.sleep(0)

    async def all_left(self) -> None:
        """Wait until no connection is open; within a second."""
        async with asyncio.timeout(1):
            while self.open:
                self._left.clear()
                await self._left.wait()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer), name="server")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self._writers.add(writer)
        self.connections += 1
        self.open += 1
        waiting = 0
        try:
            for step in script:
                if step is READ:
                    self.answering -= waiting
                    waiting = 0
                    await self._read(reader)
                    waiting = 1
                    self.answering += 1
                    self.at_once = max(self.at_once, self.answering)
                else:
                    await self._play(step, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass  # the client left
        finally:
            self.answering -= waiting
            writer.close()
            self.open -= 1
            self._left.set()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        body = await reader.readexactly(int(length[1])) if length else b""
        self.heads.append(head)
        self.bodies.append(body)

    async def _play(self, step: Step, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match step:
            case Do.WAIT:
                await reader.read()
            case Do.RESET:
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            case Drip(data, every):
                for place in range(len(data)):
                    await self._send(writer, data[place : place + 1])
                    await asyncio.sleep(every)
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case bytes():
                for place in range(0, len(step), 2**16):
                    await self._send(writer, step[place : place + 2**16])
            case _:
                assert callable(step)
                await self._send(writer, step(self.heads[-1]))

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        await writer.drain()
        self.sent += len(data)


@asynccontextmanager
async def serving(*scripts: Script, tls: bool = False) -> AsyncIterator[RawServer]:
    """A server in the running loop, which ends with the block."""
    raw = RawServer(scripts, tls)
    server = await raw.start()
    try:
        yield raw
    finally:
        server.close()
        await raw.stop()
        await server.wait_closed()


@contextmanager
def serving_in_a_thread(*scripts: Script) -> Iterator[RawServer]:
    """A server with a loop of its own, for clients that have several loops or none."""
    raw = RawServer(scripts, tls=False)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(raw.start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def stop() -> None:
        server.close()
        await raw.stop()
        await server.wait_closed()

    try:
        yield raw
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def refusing() -> Iterator[str]:
    """The base URL of a port that is taken and refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/rest/v1"


def answer(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """An answer as it stands on the wire; the connection stays open after it."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def json_answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    return answer(body, status, "content-type: application/json", *headers)


def chunked(body: bytes) -> bytes:
    parts = [body[place : place + 16] for place in range(0, len(body), 16)]
    written = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + written + b"0\r\n\r\n"


FOUND = json_answer(b'{"id": "x"}')
MANY = (READ, FOUND) * 50
