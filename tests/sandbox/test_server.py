"""The sandbox on a real socket."""

import asyncio
import logging
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.sandbox.connection import HEAD, Raw

from .conftest import HEADERS


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


async def test_a_port_can_be_chosen_and_is_free_again(sandbox: Sandbox) -> None:
    async with sandbox.serve() as base_url:
        port = urlsplit(base_url).port
        assert port
        with pytest.raises(OSError, match="in use"):
            async with sandbox.serve(port=port):
                pass
    async with sandbox.serve("localhost", port) as again:
        assert urlsplit(again).port == port


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
async def test_who_listens_everywhere_is_found_on_this_machine(
    sandbox: Sandbox, host: str, shown: str
) -> None:
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    async with sandbox.serve(host) as base_url:
        assert base_url.startswith(f"http://{shown}:")
        async with AsyncExecClient(SANDBOX_KEY, base_url=base_url, trust_env=False) as client:
            assert await client.sessions.list().count() == 400


async def test_the_same_sandbox_twice(sandbox: Sandbox) -> None:
    async with sandbox.serve() as one, sandbox.serve() as other:
        assert one != other
        async with httpx.AsyncClient(headers=HEADERS) as client:
            for url in (one, other):
                assert (await client.get(f"{url}/sessions")).status_code == 200
    assert len(sandbox.requests) == 2
