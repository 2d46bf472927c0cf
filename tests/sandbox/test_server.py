"""The sandbox on a real socket."""

import asyncio
import contextlib
import gc
import logging
import socket
import struct
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sandbox.server import serve

from .conftest import HEADERS

KEY_LINE = f"Authorization: Bearer {SANDBOX_KEY}\r\n"
HEAD = f"Host: x\r\n{KEY_LINE}"


@pytest.fixture
async def base_url(sandbox: Sandbox) -> AsyncIterator[str]:
    async with sandbox.serve() as base_url:
        yield base_url


@pytest.fixture
async def client(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS, timeout=5.0) as client:
        yield client


class Raw:
    """A connection to which any bytes can be written."""

    def __init__(self, base_url: str) -> None:
        self._address = urlsplit(base_url)

    async def __aenter__(self) -> "Raw":
        opening = asyncio.open_connection(self._address.hostname, self._address.port)
        self.reader, self.writer = await opening
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    async def send(self, text: str | bytes) -> None:
        self.writer.write(text.encode("latin-1") if isinstance(text, str) else text)
        await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        async with asyncio.timeout(5):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), headers, body

    async def ended(self) -> bool:
        async with asyncio.timeout(5):
            return await self.reader.read() == b""


async def test_answers_as_in_process(client: httpx.AsyncClient, base_url: str, sandbox: Sandbox) -> None:
    host, path = urlsplit(base_url).hostname, urlsplit(base_url).path
    assert (host, path) == ("127.0.0.1", "/rest/v1")
    session_id = next(iter(sandbox.world.sessions))
    async with httpx.AsyncClient(
        base_url="http://x/rest/v1", headers=HEADERS, transport=sandbox.transport()
    ) as inside:
        for url in (
            "/sessions?rank=gold,silver",
            f"/sessions/{session_id}?include=transcript,evaluations",
            "/scenarios/assignments",
            "/scenarios/renewal-at-risk/analytics/summary",
            "/scenarios/renewal-at-risk/analytics/participants",
            "/sessions?page=0",
            "/nothing%20here",
        ):
            there, here = await client.get(url), await inside.get(url)
            assert (there.status_code, there.content) == (here.status_code, here.content)
            assert dict(there.headers) == dict(here.headers)


async def test_connections_are_kept(base_url: str) -> None:
    async with Raw(base_url) as connection:
        for _ in range(3):
            await connection.send(f"GET /rest/v1/sessions?page_size=1 HTTP/1.1\r\n{HEAD}\r\n")
            status, headers, _ = await connection.answer()
            assert status == 200
            assert "connection" not in headers
        await connection.send(2 * f"GET /rest/v1/x HTTP/1.1\r\n{HEAD}\r\n")  # one after the other, unasked
        assert [(await connection.answer())[0] for _ in range(2)] == [404, 404]


@pytest.mark.parametrize(
    ("version", "header", "kept"),
    [
        ("1.1", "", True),
        ("1.1", "Connection: close\r\n", False),
        ("1.1", "Connection: x, CLOSE\r\n", False),
        ("1.0", "", False),
        ("1.0", "Connection: keep-alive\r\n", True),
    ],
)
async def test_who_wants_it_closed(base_url: str, version: str, header: str, kept: bool) -> None:
    async with Raw(base_url) as connection:
        await connection.send(f"GET /rest/v1/x HTTP/{version}\r\n{HEAD}{header}\r\n")
        assert (await connection.answer())[0] == 404
        if kept:
            await connection.send(f"GET /rest/v1/x HTTP/{version}\r\n{HEAD}{header}\r\n")
            assert (await connection.answer())[0] == 404
        else:
            assert await connection.ended()


async def test_many_at_once(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answers = await asyncio.gather(*(client.get("/sessions", params={"page": n}) for n in range(1, 51)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(sandbox.requests) == 50


async def test_bodies_and_head(client: httpx.AsyncClient) -> None:
    assert (await client.post("/sessions", json={"a": "b" * 100_000})).status_code == 405
    head = await client.head("/sessions")
    assert (head.status_code, head.content) == (405, b"")
    assert int(head.headers["content-length"]) > 0
    assert (await client.get("/sessions")).status_code == 200


async def test_a_whole_url_as_target(base_url: str) -> None:
    async with Raw(base_url) as connection:
        await connection.send(f"\r\nGET {base_url}/sessions?page_size=1 HTTP/1.1\r\n{HEAD}\r\n")
        assert (await connection.answer())[0] == 200


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "nonsense\r\n\r\n"),
        (400, "GET /\r\n\r\n"),
        (400, "GET  / HTTP/1.1\r\n\r\n"),
        (400, "G(T / HTTP/1.1\r\n\r\n"),
        (400, f"GET /a b HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET /\xe9 HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET x HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"OPTIONS * HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET http://[x/ HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET ftp://x/ HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET / HTTQ/1.1\r\n{HEAD}\r\n"),
        (505, f"GET / HTTP/2.0\r\n{HEAD}\r\n"),
        (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"),  # no Host
        (400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}{KEY_LINE}\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}no colon\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Spaced : x\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD} folded\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}X: a\x00b\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}X: a\nY: b\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: -1\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: {'9' * 5000}\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        (413, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: 99999999\r\n\r\n"),
        (417, f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"),
        (501, f"POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (431, f"GET / HTTP/1.1\r\n{HEAD}X: {'x' * 200_000}\r\n\r\n"),
        (431, f"GET /{'x' * 40_000} HTTP/1.1\r\n{HEAD}\r\n"),
        (431, b"\x16\x03\x01" + b"\xff" * 50_000),
    ],
)
async def test_malformed_requests(base_url: str, sandbox: Sandbox, status: int, text: str | bytes) -> None:
    if isinstance(text, str) and text.endswith("\r\n\r\n") and status != 431:
        text += "trailing bytes that nobody reads"

    async def closed_writing() -> int:
        async with Raw(base_url) as connection:
            await connection.send(text)
            connection.writer.write_eof()
            got, headers, _ = await connection.answer()
            assert headers["connection"] == "close"
            assert await connection.ended()
            return got

    assert await closed_writing() == status
    assert not sandbox.requests


async def test_a_malformed_request_ends_though_the_client_keeps_its_side_open(base_url: str) -> None:
    async with Raw(base_url) as connection:
        start = time.perf_counter()
        await connection.send("nonsense\r\n\r\n")
        assert (await connection.answer())[0] == 400
        assert await connection.ended()
        assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    "text", ["GET / HTTP/1.1\r\nHost", f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\nabc"]
)
async def test_a_request_that_ends_early(base_url: str, text: str) -> None:
    async with Raw(base_url) as connection:
        await connection.send(text)
        connection.writer.write_eof()
        assert (await connection.answer())[0] == 400
        assert await connection.ended()


@pytest.mark.parametrize("text", ["", "\r\n", "\r\n\r\n"])
async def test_a_connection_without_a_request(base_url: str, text: str) -> None:
    async with Raw(base_url) as connection:
        await connection.send(text)
        connection.writer.write_eof()
        assert await connection.ended()


@pytest.mark.parametrize(
    "text", ["", "GET / HTTP/1.1\r\nHost", f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\n"]
)
async def test_dawdlers_are_let_go(sandbox: Sandbox, text: str) -> None:
    async with serve(sandbox.exchange, idle_timeout=0.02) as url, Raw(url) as connection:
        await connection.send(text)
        assert await connection.ended()


async def test_latency_and_dribbling(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.latency = 0.03
    start = time.perf_counter()
    assert (await client.get("/sessions")).status_code == 200
    assert 0.03 <= time.perf_counter() - start < 1
    sandbox.latency = 60
    with pytest.raises(httpx.ReadTimeout):
        await client.get("/sessions", timeout=0.02)
    sandbox.latency = 0
    sandbox.fail_next(status=200, body="0123456789", pause=0.01, piece=4)
    async with client.stream("GET", "/sessions") as answer:
        assert [piece async for piece in answer.aiter_raw()] == [b"0123", b"4567", b"89"]


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ("refused", httpx.ReadError),
        ("reset", httpx.ReadError),
        ("dropped", httpx.RemoteProtocolError),
        ("truncated", httpx.RemoteProtocolError),
    ],
)
async def test_connection_faults(
    client: httpx.AsyncClient, sandbox: Sandbox, connection: str, expected: type[Exception]
) -> None:
    for _ in range(2):  # on a fresh connection, and on one that was kept
        sandbox.fail_next(connection=connection)
        with pytest.raises(expected):
            await client.get("/sessions")
        assert (await client.get("/sessions")).status_code == 200


async def test_faults_with_a_status(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fail_next(
        status=520, headers={"X-Odd": "\xe9", "Connection": "odd", "Content-Length": "7"}, body=b""
    )
    answer = await client.get("/sessions")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (520, b"", "0")
    assert "connection" not in answer.headers
    sandbox.fail_next(status=204)
    answer = await client.get("/sessions")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers
    assert (await client.get("/sessions")).status_code == 200


async def test_a_hook_that_raises_is_a_500(
    client: httpx.AsyncClient, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    def hook(_: object) -> None:
        raise LookupError("from the hook")

    sandbox.before_request = hook
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/sessions")
    assert answer.status_code == 500
    assert answer.json()["error"]["message"] == "The sandbox failed: LookupError"
    assert "from the hook" in caplog.text
    assert SANDBOX_KEY not in caplog.text
    sandbox.before_request = None
    assert (await client.get("/sessions")).status_code == 200


async def test_a_client_that_leaves_in_the_middle(base_url: str, sandbox: Sandbox) -> None:
    sandbox.fail_next(status=200, body=b"x" * 5_000_000, pause=0.001, piece=100_000)
    async with Raw(base_url) as connection:
        await connection.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await connection.reader.read(10)
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS) as client:
        assert (await client.get("/sessions")).status_code == 200


async def test_nothing_is_left_behind(sandbox: Sandbox) -> None:
    before = asyncio.all_tasks()
    sandbox.latency = 60
    arrived = asyncio.Event()
    sandbox.before_request = lambda _: arrived.set()
    async with sandbox.serve() as base_url, Raw(base_url), Raw(base_url) as waiting:
        await waiting.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await arrived.wait()
        start = time.perf_counter()
    assert time.perf_counter() - start < 1
    assert asyncio.all_tasks() == before
    with pytest.raises(ConnectionRefusedError):
        async with Raw(base_url):
            pass


async def test_ending_does_not_wait_for_a_client_that_does_not_read(sandbox: Sandbox) -> None:
    sandbox.fail_next(status=200, body=b"x" * 20_000_000)
    async with sandbox.serve() as base_url:
        connection = Raw(base_url)
        await connection.__aenter__()
        await connection.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await connection.reader.read(10)
        start = time.perf_counter()
    assert time.perf_counter() - start < 0.5
    await connection.__aexit__()


@pytest.mark.parametrize(
    ("steps", "handover"), [*((steps, None) for steps in range(8)), (0, 3), (3, 0), (4, 0), (5, 0)]
)
async def test_ending_while_a_connection_is_being_made(
    sandbox: Sandbox, steps: int, handover: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step of the event loop from the client's connect to the server's first read."""
    if handover is not None:  # so that every one of the server's precautions is needed once
        monkeypatch.setattr("exec_api_client.sandbox.server._HANDOVER", handover)
    before = asyncio.all_tasks()
    async with sandbox.serve() as base_url:
        address = urlsplit(base_url)
        client = socket.create_connection((address.hostname, address.port))
        for _ in range(steps):
            await asyncio.sleep(0)
    with client:
        client.setblocking(False)
        for _ in range(20):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
        with contextlib.suppress(ConnectionResetError):  # where it was never accepted
            assert client.recv(1) == b""
    gc.collect()  # what was left open would warn now


async def test_a_client_that_breaks_off_leaves_no_complaint(sandbox: Sandbox) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    sandbox.fail_next(status=200, body=b"x" * 1000, pause=0.001, piece=1)
    async with sandbox.serve() as base_url:
        connection = Raw(base_url)
        await connection.__aenter__()
        await connection.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await connection.reader.read(10)
        client = connection.writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.writer.transport.abort()
        done, unfinished = await asyncio.wait(asyncio.all_tasks() - before, timeout=0.5)
        assert not unfinished
        del done  # a task that failed complains when it is forgotten
        gc.collect()
    assert complaints == []


async def test_a_port_can_be_chosen_and_is_free_again(sandbox: Sandbox) -> None:
    async with sandbox.serve() as base_url:
        port = urlsplit(base_url).port
        assert port
        with pytest.raises(OSError, match="in use"):
            async with sandbox.serve(port=port):
                pass
    async with sandbox.serve("localhost", port) as again:
        assert urlsplit(again).port == port


async def test_the_same_sandbox_twice(sandbox: Sandbox) -> None:
    async with sandbox.serve() as one, sandbox.serve() as other:
        assert one != other
        async with httpx.AsyncClient(headers=HEADERS) as client:
            for url in (one, other):
                assert (await client.get(f"{url}/sessions")).status_code == 200
    assert len(sandbox.requests) == 2
