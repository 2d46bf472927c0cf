"""The sandbox in process, through httpx."""

from collections.abc import AsyncIterator

import httpx
import pytest

from exec_api_client.sandbox import Sandbox

from .conftest import HEADERS, Clock


@pytest.fixture
async def client(sandbox: Sandbox, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url="https://api.exec.com/rest/v1",
        headers=HEADERS,
        transport=sandbox.transport(sleep=clock.sleep),
        timeout=5.0,
    ) as client:
        yield client


async def test_requests_and_responses_arrive_as_they_were_sent(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    answer = await client.get("/sessions", params={"rank": "gold,silver", "page_size": 3})
    assert (answer.status_code, answer.http_version) == (200, "HTTP/1.1")
    assert answer.headers["content-length"] == str(len(answer.content))
    assert sandbox.requests[-1].params == {"rank": "gold,silver", "page_size": "3"}
    answer = await client.get("/sessions/a%2Fb%20c?include=transcript")
    assert answer.json()["error"]["message"] == "Session not found: a/b c"
    assert sandbox.requests[-1].path == "/rest/v1/sessions/a%2Fb%20c"

    async def body() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    seen: list[bytes] = []
    sandbox.before_request = lambda request: seen.append(request.body)
    assert (await client.post("/sessions", content=body())).status_code == 405
    head = await client.head("/sessions")
    assert (head.status_code, head.content, seen) == (405, b"", [b"onetwo", b""])


async def test_latency(client: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    start = clock.now
    sandbox.latency = 0.25
    sandbox.fail_next(delay=2)
    await client.get("/sessions")
    assert clock.now == start + 2.25
    sandbox.latency = 60
    with pytest.raises(httpx.ReadTimeout):
        await client.get("/sessions")
    assert clock.now == start + 7.25
    assert (await client.get("/sessions", timeout=None)).status_code == 200
    assert clock.now == start + 67.25


@pytest.mark.parametrize(
    ("connection", "expected", "message"),
    [
        ("refused", httpx.ConnectError, "connection attempts"),
        ("reset", httpx.ReadError, "reset"),
        ("dropped", httpx.RemoteProtocolError, "without sending a response"),
        ("truncated", httpx.RemoteProtocolError, "complete message body"),
    ],
)
async def test_connection_faults(
    client: httpx.AsyncClient,
    sandbox: Sandbox,
    clock: Clock,
    connection: str,
    expected: type[httpx.TransportError],
    message: str,
) -> None:
    start = clock.now
    sandbox.fail_next(connection=connection, delay=2.0)
    with pytest.raises(expected, match=message) as caught:
        await client.get("/sessions")
    assert caught.value.request.url.path == "/rest/v1/sessions"
    assert clock.now == start + (0.0 if connection == "refused" else 2.0)
    assert (await client.get("/sessions")).status_code == 200


async def test_a_cut_body_shows_its_first_half(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fail_next(status=502, body="0123456789", connection="truncated")
    async with client.stream("GET", "/sessions") as answer:
        assert (answer.status_code, answer.headers["content-length"]) == (502, "10")
        pieces = answer.aiter_bytes()
        assert await anext(pieces) == b"01234"
        with pytest.raises(httpx.RemoteProtocolError, match="received 5 bytes, expected 10"):
            await anext(pieces)
    sandbox.fail_next(status=502, body="", connection="truncated")
    with pytest.raises(httpx.RemoteProtocolError, match="received 0 bytes, expected 1"):
        await client.get("/sessions")


async def test_an_error_of_a_hook_reaches_the_test(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.before_request = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        await client.get("/sessions")
