"""The key is in nothing that a call leaves: success, cancellation, closing, limits; faults: tests/faults."""

import asyncio
import traceback
from typing import Any

import httpx
import pytest

from exec_api_client import (
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncExecClient,
    ClientClosedError,
    RateLimit,
)
from tests.event_loop import until
from tests.fakes import Api, refusal
from tests.faults.server import READ, WAIT, answer, json_answer, serving
from tests.faults.table import EMPTY, connected
from tests.key.search import CANARY, Records, failing, look_into, search, search_client


async def test_success(library: str, records: Records) -> None:
    async with (
        serving((READ, json_answer(EMPTY)) * 9) as server,
        connected(library, server.base_url, api_key=CANARY) as client,
    ):
        look_into(await client.sessions.list())
        look_into(await client.sessions.list().collect())
        search_client(client)
    search_client(client)
    # They were there to be searched.
    names = {record.name.partition(".")[0] for record in records.kept}
    assert names >= {"exec_api_client", "httpcore" + library[5:6].strip()}
    assert f"Bearer {CANARY}".encode() in server.heads[0]


@pytest.mark.parametrize(
    "answer",
    [
        *(refusal(401, **{field: f"Invalid: {CANARY}"}) for field in ("type", "code", "message")),
        httpx.Response(503, headers={"x-echo": CANARY, "x-request-id": CANARY}),
    ],
)
async def test_a_server_that_repeats_the_key(answer: httpx.Response) -> None:
    async with Api(answer).client(CANARY) as client:
        search(await failing(client, APIError))


# --- calls that are ended


@pytest.mark.parametrize(
    "script", [(READ, WAIT), (READ, answer(b"{", length=99), WAIT)], ids=["sent", "body"]
)
async def test_cancellation_deadline_and_closing(script: Any, library: str) -> None:
    async with serving(script) as server, connected(library, server.base_url, api_key=CANARY) as client:
        call = asyncio.ensure_future(failing(client, asyncio.CancelledError))
        await until(lambda: server.requests == 1)
        call.cancel()
        search(await call)

        async def impatient() -> BaseException:
            try:
                async with asyncio.timeout(0.02):
                    await client.sessions.list()
            except TimeoutError as error:
                return error
            raise AssertionError("not reached")

        search(await impatient())
        search(await failing(client.with_options(deadline=0.02), APITimeoutError))
        seen = server.requests
        call = asyncio.ensure_future(failing(client, ClientClosedError))
        await until(lambda: server.requests > seen)
        await client.aclose()
        search(await call)
        search(await failing(client, ClientClosedError))
        search_client(client)


async def test_cancellation_while_connecting() -> None:
    async with serving((WAIT,)) as server:
        url = server.base_url.replace("http:", "https:")
        async with AsyncExecClient(CANARY, base_url=url) as client:
            call = asyncio.ensure_future(failing(client, asyncio.CancelledError))
            await until(lambda: server.connections == 1)
            call.cancel()
            search(await call)
            search_client(client)


async def test_an_interrupt_within_httpx() -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    async with AsyncExecClient(CANARY, transport=httpx.MockTransport(interrupt)) as client:
        error = await failing(client, KeyboardInterrupt)
    search(error)
    files = {frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)}
    assert not [name for name in files if "site-packages" in name]


async def test_the_limits(library: str) -> None:
    limit = RateLimit(day_ceiling=1)
    async with (
        serving((READ, answer(b'{"retry_after": 900}', "429 Slow Down")) * 9) as server,
        connected(library, server.base_url, api_key=CANARY, rate_limit=limit) as client,
    ):
        for _ in range(2):
            search(await failing(client, APIStatusError))
            search_client(client)
        assert server.requests == 1
