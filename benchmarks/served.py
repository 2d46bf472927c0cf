"""A server in a process of its own, whose costs are not counted: `python -m benchmarks.served [ROWS]`.

It lists so many sessions, page by page; without a number it gives each request the same page. It prints
its port and lives until its standard input ends.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from exec_api_client import RateLimit

from .lists import SessionList
from .peers import page_of_sessions

# Limits are kept to as ever, but are wide enough never to wait.
WIDE = RateLimit(requests=1_000_000, per=60.0, per_day=1_000_000)


class Served(asyncio.Protocol):
    """One connection, kept open; requests have no body."""

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self._answer = answer
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        *requests, self._asked = (self._asked + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(self._answer(request.split(b" ")[1].decode()))


def answers(rows: int | None) -> Callable[[str], bytes]:
    """What is answered to a target."""
    if rows is None:
        whole = _whole(page_of_sessions())
        return lambda target: whole
    sessions = SessionList(rows)
    return lambda target: _whole(sessions.answer(httpx.QueryParams(urlsplit(target).query)))


def _whole(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(rows: int | None) -> None:
    """Serve until standard input ends."""
    answer = answers(rows)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Served(answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def served(rows: int | None = None) -> Iterator[str]:
    """The base URL of such a server."""
    command = [sys.executable, "-m", "benchmarks.served", *([] if rows is None else [str(rows)])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/rest/v1"
        finally:
            server.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if sys.argv[1:] else None))
