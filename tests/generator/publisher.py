"""A documentation's host on a real socket, which says what a test wants and notes what it is asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from generator.index import describes


def address(name: str, source: bytes) -> str:
    """Where a page of ours is published: below the folder of the document that it is a part of."""
    return str(PurePosixPath("/", describes(source) or "").parent / name)


class Answer(NamedTuple):
    """What is said to one request; a `write` writes the body itself, to the socket, and may never end."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    write: Callable[[Any], None] | None = None


class Publisher(ThreadingHTTPServer):
    """`answers` holds what each path says: one answer, or several, of which the last is for ever."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answers: dict[str, bytes | Answer | list[Answer]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def index(self, *lines: str, path: str = "/llms.txt") -> str:
        """Publish an index of these lines, and say its address."""
        self.answers[path] = "\n".join(["# Exec", "", "## Docs", "", *lines, ""]).encode()
        return self.url + path

    def index_of(self, *paths: str) -> str:
        """Publish an index of these paths."""
        return self.index(*(f"- [A page]({self.url}{path}): about it" for path in paths))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that leaves early is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked.append(self.path)
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
            answers = self.server.answers.get(self.path, Answer(b"not here", 404))
            if isinstance(answers, list):
                answers = answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            self._say(Answer(answers) if isinstance(answers, bytes) else answers)
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.write is None:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        # A client that has had enough hangs up while this is written.
        with contextlib.suppress(ConnectionError):
            if answer.write is None:
                self.wfile.write(answer.body)
            else:
                answer.write(self.wfile)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output clean."""


@contextmanager
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
