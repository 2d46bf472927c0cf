"""Responses and faults as httpx sees them, in process and on a socket."""

import contextlib
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from exec_api_client.sandbox import Sandbox

from .conftest import HEADERS


@contextlib.asynccontextmanager
async def in_process(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    url, transport = "https://api.exec.com/rest/v1", sandbox.transport()
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, transport=transport) as client:
        yield client


@contextlib.asynccontextmanager
async def on_a_socket(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with sandbox.serve() as url, httpx.AsyncClient(base_url=url, headers=HEADERS) as client:
        yield client


@pytest.fixture(params=[in_process, on_a_socket])
async def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with request.param(sandbox) as client:
        yield client


async def test_both_ways_give_the_same_responses(sandbox: Sandbox) -> None:
    session_id = next(iter(sandbox.world.sessions))
    async with in_process(sandbox) as one, on_a_socket(sandbox) as other:
        for url in (
            "/sessions?rank=gold,silver",
            f"/sessions/{session_id}?include=transcript,evaluations",
            "/scenarios/assignments",
            "/scenarios/renewal-at-risk/analytics/summary",
            "/sessions?page=0",
            "/nothing%20here",
        ):
            here, there = await one.get(url), await other.get(url)
            assert (here.status_code, here.content) == (there.status_code, there.content)
            assert dict(here.headers) == dict(there.headers)


async def test_requests_arrive_as_they_were_sent(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await client.get("/sessions", params={"rank": "gold,silver", "page_size": 3})
    assert (answer.status_code, answer.http_version) == (200, "HTTP/1.1")
    assert sandbox.requests[-1].params == {"rank": "gold,silver", "page_size": "3"}
    answer = await client.get("/sessions/a%2Fb%20c?include=transcript")
    assert answer.json()["error"]["message"] == "Session not found: a/b c"
    assert sandbox.requests[-1].path == "/rest/v1/sessions/a%2Fb%20c"

    async def chunks() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    seen: list[bytes] = []
    sandbox.before_request = lambda request: seen.append(request.body)
    assert (await client.post("/sessions", content=chunks())).status_code == 405
    assert (await client.post("/sessions", content=b"b" * 100_000)).status_code == 405
    head = await client.head("/sessions")
    assert (head.status_code, head.content) == (405, b"")
    assert int(head.headers["content-length"]) > 0
    assert (await client.get("/sessions")).status_code == 200
    assert seen == [b"onetwo", b"b" * 100_000, b"", b""]


async def test_latency_and_delays(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.latency = 60
    with pytest.raises(httpx.ReadTimeout):
        await client.get("/sessions", timeout=0.02)
    sandbox.latency = 0.02
    sandbox.fail_next(delay=0.03)
    start = time.perf_counter()
    assert (await client.get("/sessions", timeout=None)).status_code == 200
    assert time.perf_counter() - start >= 0.05


async def test_faults_with_a_status(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    odd = {"X-Odd": "\xe9", "Content-Type": "text/odd"}
    sandbox.fail_next(status=520, headers=odd, body=b"")
    answer = await client.get("/sessions")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (520, b"", "0")
    assert (answer.headers["x-odd"], answer.headers["content-type"]) == ("\xe9", "text/odd")
    sandbox.fail_next(status=204)
    answer = await client.get("/sessions")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get("/sessions")).status_code == 200


@pytest.mark.parametrize(
    ("connection", "expected", "message"),
    [
        ("refused", (httpx.ConnectError, httpx.ReadError), None),
        ("reset", httpx.ReadError, None),
        ("dropped", httpx.RemoteProtocolError, "without sending a response"),
        ("truncated", httpx.RemoteProtocolError, "complete message body"),
    ],
)
async def test_connection_faults(
    client: httpx.AsyncClient,
    sandbox: Sandbox,
    connection: str,
    expected: type[Exception],
    message: str | None,
) -> None:
    for _ in range(2):  # on a fresh connection, and on one that was kept
        sandbox.fail_next(connection=connection)
        with pytest.raises(expected, match=message):
            await client.get("/sessions")
        assert (await client.get("/sessions")).status_code == 200


async def test_an_error_of_a_hook_reaches_the_test_in_process(sandbox: Sandbox) -> None:
    sandbox.before_request = lambda _: 1 / 0
    async with in_process(sandbox) as client:
        with pytest.raises(ZeroDivisionError):
            await client.get("/sessions")
