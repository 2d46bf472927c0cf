"""Closing a client, and using one that is closed."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import pytest

from exec_api_client import AsyncExecClient, ClientClosedError, RateLimit
from tests.client.clients import plain
from tests.event_loop import alone, turns, until
from tests.fakes import KEY, OK, ONCE, Api
from tests.faults.server import FOUND, READ, WAIT, Drip, answer, serving
from tests.faults.table import connected

# --- open or closed


async def test_a_closed_client_says_so() -> None:
    api = Api(OK)
    client = api.client()
    assert not client.closed
    await client.sessions.get("x")
    copy = client.with_options(timeout=1)
    await asyncio.gather(*(client.aclose() for _ in range(5)))
    await client.aclose()
    assert client.closed
    assert copy.closed
    pager = client.sessions.list()
    calls: list[Callable[[], Any]] = [lambda: client.sessions.get("x"), lambda: pager, pager.collect]
    calls += [client.__aenter__, lambda: copy.sessions.get("x")]
    for call in calls:
        with pytest.raises(ClientClosedError, match="the client is closed; make a new one"):
            await call()
    assert len(api.requests) == 1


async def test_leaving_a_block_that_failed_closes_too() -> None:
    with pytest.raises(ZeroDivisionError):
        async with Api(OK).client() as client:
            1 / 0  # noqa: B018
    assert client.closed


async def test_an_httpx_client_that_was_passed_in_stays_open_and_does_not_keep_the_key() -> None:
    api = Api(OK)
    async with httpx.AsyncClient(transport=api.transport, headers={"x-team": "sales"}) as http:
        async with AsyncExecClient(KEY, http_client=http) as client:
            await client.sessions.get("x")
        assert not http.is_closed
        await http.get("https://example.com")
    assert [request.headers["x-team"] for request in api.requests] == ["sales", "sales"]
    assert ["authorization" in request.headers for request in api.requests] == [True, False]


# --- closing while requests are under way


REFUSAL = b'{"retry_after": 100}'


@pytest.mark.parametrize(
    ("script", "limit", "sent"),
    [
        ((READ, WAIT), 99, 2),
        ((READ, answer(b"{", length=9), WAIT), 99, 2),
        ((READ, Drip(b"HTTP/1.1 200 OK\r\n" * 99), WAIT), 99, 2),
        ((READ, answer(REFUSAL, "503 Out")) * 9, 99, 5),
        ((READ, answer(REFUSAL, "429 Slow Down")) * 9, 99, 2),
        ((READ, WAIT), 1, 1),
    ],
    ids=[
        "before the headers",
        "in the body",
        "in slow headers",
        "between attempts",
        "in a pause",
        "for the limit",
    ],
)
async def test_closing_ends_calls_on_the_wire_and_those_that_wait(
    script: Any, limit: int, sent: int, library: str
) -> None:
    settings = {"max_connections": 2, "rate_limit": RateLimit(limit)}
    async with serving(script) as server, connected(library, server.base_url, **settings) as client:
        await closed_under(client, 5, lambda: server.requests == sent)
        if library != "httpx2 client":
            await server.all_left()
        assert server.requests == sent


async def closed_under(client: AsyncExecClient, calls: int, ready: Callable[[], bool]) -> None:
    """Close a client that is being used: all calls end at once, and say why."""
    using = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(calls)]
    await until(ready)
    await turns()
    await client.aclose()
    assert all(call.done() for call in using)
    for call in using:
        with pytest.raises(ClientClosedError, match="was closed while a call was") as caught:
            await call
        assert not isinstance(caught.value.__context__, httpx.HTTPError)
    await turns()
    assert alone()


async def test_closing_ends_a_call_that_is_connecting() -> None:
    # The server accepts and never says a word of TLS.
    async with serving((WAIT,)) as server:
        client = plain(server.base_url.replace("http:", "https:"))
        await closed_under(client, 3, lambda: server.connections == 3)
        await server.all_left()


async def test_closing_the_http_client_underneath_says_so() -> None:
    async with (
        serving((READ, WAIT)) as server,
        httpx2.AsyncClient() as http,
        plain(server, http_client=http, retry=ONCE) as client,
    ):
        call = asyncio.ensure_future(client.sessions.get("x"))
        await until(lambda: server.requests == 1)
        await http.aclose()
        with pytest.raises(ClientClosedError, match="was closed while a call was"):
            await call
        with pytest.raises(ClientClosedError):
            await client.sessions.get("x")


async def test_a_close_that_is_cancelled_goes_on_by_itself() -> None:
    async with serving((READ, FOUND, WAIT), (READ, WAIT)) as server:
        client = AsyncExecClient(KEY, base_url=server.base_url)
        calls = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(2)]
        [first], [call] = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        assert first.result().id == "x"
        closing = asyncio.ensure_future(client.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        with pytest.raises(ClientClosedError):
            await call
        await until(lambda: server.open == 0)
