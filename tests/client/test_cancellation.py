"""A cancelled call stops at once, sends nothing more, and takes nothing from the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import pytest

from exec_api_client import AsyncExecClient, RateLimit
from tests.event_loop import turns, until
from tests.fakes import KEY
from tests.faults.server import FOUND, READ, WAIT, Drip, Pause, RawServer, answer, serving
from tests.faults.table import connected
from tests.virtual_time import clocks

SLOTS = 10


async def test_after_1200_cancelled_calls_every_connection_works(library: str) -> None:
    rounds, slow = 120 if library == "httpx" else 30, (READ, Pause(0.01), FOUND) * 200
    async with serving(slow) as server, connected(library, server.base_url) as client:
        cancelled = 0
        for number in range(rounds):
            calls = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(SLOTS)]
            await (asyncio.sleep(0.01) if number % 2 else turns(number // 2))
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            cancelled += sum(call.cancelled() for call in calls)
        assert cancelled > 5 * rounds
        await until(lambda: server.answering == 0)
        server.at_once = 0
        async with asyncio.timeout(2):
            await asyncio.gather(*(client.sessions.get("x") for _ in range(SLOTS)))
        assert server.at_once == SLOTS
    await server.all_left()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@asynccontextmanager
async def narrow(library: str, server: RawServer, **settings: Any) -> AsyncIterator[AsyncExecClient]:
    """A client with a single slot; so has the httpx2 under it."""
    if library == "httpx":
        async with connected(library, server.base_url, max_connections=1, **settings) as client:
            yield client
        return
    transport = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=1), verify=False)
    if library == "httpx2 transport":
        async with AsyncExecClient(
            KEY,
            base_url=server.base_url,
            transport=transport,
            max_connections=1,
            rate_limit=None,
            **settings,
        ) as client:
            yield client
        return
    async with (
        httpx2.AsyncClient(transport=transport) as http,
        AsyncExecClient(
            KEY, base_url=server.base_url, http_client=http, max_connections=1, rate_limit=None, **settings
        ) as client,
    ):
        yield client


async def test_httpx_alone_loses_its_slot() -> None:
    """The reason for `Pool`, and the proof that the test below can fail: encode/httpcore#1093.

    Once this fails, httpx is mended, and `Pool` needs no second lane.
    """
    limits = httpx.Limits(max_connections=1)
    async with (
        serving(MANY) as server,
        httpx.AsyncClient(limits=limits, timeout=0.1, trust_env=False) as http,
    ):

        async def every_await() -> None:
            for steps in range(1000):
                call = asyncio.ensure_future(http.get(f"{server.base_url}/sessions/x"))
                await turns(steps)
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
                await http.get(f"{server.base_url}/sessions/y")

        with pytest.raises(httpx.PoolTimeout):
            await every_await()


MANY = (READ, FOUND) * 200
TRICKLE = (READ, Drip(answer(b'{"id": "x"}'), every=0.0)) * 200


@pytest.mark.parametrize("script", [MANY, TRICKLE], ids=["at once", "byte by byte"])
async def test_cancelling_at_every_await_leaves_the_one_slot_free(script: Any, library: str) -> None:
    async with serving(script) as server, narrow(library, server) as client:
        cancelled = 0
        for steps in range(1000):
            call = asyncio.ensure_future(client.sessions.get("x"))
            await turns(steps)
            if call.done():
                assert (await call).id == "x"
                break
            seen, cancelled = server.requests, cancelled + 1
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            async with asyncio.timeout(1):
                assert (await client.sessions.get("y")).id == "x"
            # The cancelled one may have been on the wire already; it is not sent again.
            heads = [head.split(b" ")[1][-1:] for head in server.heads[seen:]]
            assert sorted(heads) in ([b"y"], [b"x", b"y"])
        assert cancelled > 5
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_lost_place_is_made_up_for_until_a_fresh_pool_takes_over() -> None:
    """Between the first cancelled call and the one that retires the pool there has to be room for all."""
    slow = (READ, Pause(0.02), FOUND) * 4
    async with serving(slow) as server:
        for steps in range(40):
            async with connected("httpx", server.base_url, max_connections=2) as client:
                call = asyncio.ensure_future(client.sessions.get("x"))
                await turns(steps)
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
                await until(lambda: server.answering == 0)
                server.at_once = 0
                async with asyncio.timeout(1):
                    await asyncio.gather(client.sessions.get("y"), client.sessions.get("z"))
                assert server.at_once == 2, steps


async def test_a_cancelled_task_ends_within_a_few_turns_and_sends_nothing_more(library: str) -> None:
    async with serving((READ, WAIT)) as server, connected(library, server.base_url) as client:
        calls = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(5)]
        await until(lambda: server.requests == 5)
        for call in calls:
            call.cancel()
        await turns()
        assert all(call.cancelled() for call in calls)
        await server.all_left()
    assert server.requests == 5


async def test_no_attempt_follows_when_a_wait_between_two_is_cancelled(library: str) -> None:
    waits = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        waits.set()
        await asyncio.Event().wait()

    async with (
        serving((READ, answer(b"", "503 Out")) * 5) as server,
        connected(library, server.base_url, _environment=clocks(sleep)) as client,
    ):
        call = asyncio.ensure_future(client.sessions.get("x"))
        await waits.wait()
        call.cancel()
        await turns()
        assert call.cancelled()
    assert server.requests == 1


# --- those who wait


async def waiting(client: AsyncExecClient, number: int) -> list[asyncio.Future[Any]]:
    calls = [asyncio.ensure_future(client.sessions.get(str(name))) for name in range(number)]
    await turns()
    return calls


async def cancel(calls: list[asyncio.Future[Any]]) -> None:
    for call in calls:
        call.cancel()
    await turns()
    assert all(call.cancelled() for call in calls)


async def test_cancelled_waiters_for_a_slot_block_nobody(library: str) -> None:
    async with (
        serving((READ, Pause(0.05), FOUND) * 9) as server,
        connected(library, server.base_url, max_connections=1) as client,
    ):
        calls = await waiting(client, 6)
        await cancel(calls[1:5])
        async with asyncio.timeout(1):
            assert [(await call).id for call in (calls[0], calls[5])] == ["x", "x"]
            await client.sessions.get("after")
    assert [head.split(b" ")[1].rsplit(b"/")[-1] for head in server.heads] == [b"0", b"5", b"after"]


class Clock:
    """Time that stands still until it is told; who sleeps looks again at each turn of the loop."""

    def __init__(self) -> None:
        self.time = 0.0
        self.environment = clocks(self.sleep, lambda: self.time)

    async def sleep(self, seconds: float) -> None:
        ends = self.time + seconds
        while self.time < ends:  # noqa: ASYNC110 (a turn of the loop is what is slept)
            await asyncio.sleep(0)


async def test_cancelled_waiters_for_the_limit_block_nobody(library: str) -> None:
    clock, limit = Clock(), RateLimit(requests=1, per=60)
    async with (
        serving((READ, FOUND) * 9) as server,
        connected(library, server.base_url, rate_limit=limit, _environment=clock.environment) as client,
    ):
        await client.sessions.get("first")
        calls = await waiting(client, 5)
        await cancel(calls[:4])
        assert server.requests == 1
        clock.time += 61
        async with asyncio.timeout(1):
            assert (await calls[4]).id == "x"
        assert server.requests == 2
        assert client.usage is not None
        assert client.usage.minute == 1


async def test_cancelled_waiters_in_a_pause_block_nobody(library: str) -> None:
    clock = Clock()
    refusal = answer(b'{"retry_after": 30}', "429 Slow Down")
    async with (
        serving((READ, refusal) + (READ, FOUND) * 9, (READ, FOUND) * 9) as server,
        connected(library, server.base_url, rate_limit=RateLimit(), _environment=clock.environment) as client,
    ):
        calls = await waiting(client, 1)
        await until(lambda: server.requests == 1)
        await until(lambda: client.usage is not None and client.usage.refused_until is not None)
        calls += await waiting(client, 4)
        await cancel(calls[:4])
        assert server.requests == 1
        clock.time += 40
        async with asyncio.timeout(1):
            assert (await calls[4]).id == "x"
            clock.time += 1  # the even pace after a 429
            await client.sessions.get("after")
    assert server.requests == 3
