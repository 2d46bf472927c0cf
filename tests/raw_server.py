"""A server of raw bytes on a real socket, for what a transport in memory cannot show."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class RawServer:
    """Counts connections and keeps the head of each request; `asked` is set by the first."""

    def __init__(self, answers: tuple[bytes | None, ...]) -> None:
        self.base_url = ""
        self.heads: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()
        self._answers = answers
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rest/v1"
        return server

    async def stop(self) -> None:
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._open.add(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not reader.at_eof():
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                answer = self._answers[min(len(self.heads), len(self._answers)) - 1]
                if answer is None:
                    await asyncio.Event().wait()
                else:
                    writer.write(answer)
                    await writer.drain()
                    if b"keep-alive" not in answer:
                        break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client left
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(*answers: bytes | None) -> AsyncIterator[RawServer]:
    """Serve these bytes, one answer for each request and the last for ever; None leaves it waiting.

    The connection ends after an answer unless that says `keep-alive`.
    """
    raw = RawServer(answers)
    server = await raw.start()
    try:
        yield raw
    finally:
        server.close()
        await raw.stop()
        await server.wait_closed()


@contextmanager
def refusing() -> Iterator[str]:
    """The base URL of a port that is taken and refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/rest/v1"
