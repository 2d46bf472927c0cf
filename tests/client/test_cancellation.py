"""A cancelled call stops at once, sends nothing more, and takes nothing from the others."""

import asyncio
from typing import Any

import pytest

from tests.event_loop import turns, until
from tests.faults.server import FOUND, READ, Drip, Pause, answer, serving
from tests.faults.table import LIBRARIES, connected

SLOTS = 10


async def test_after_1200_cancelled_calls_every_connection_works(library: str) -> None:
    rounds, slow = 120 if library == "httpx" else 10, (READ, Pause(0.01), FOUND) * 200
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


MANY = (READ, FOUND) * 200
TRICKLE = (READ, Drip(answer(b'{"id": "x"}'), every=0.0)) * 200


@pytest.mark.parametrize(
    ("script", "library"),
    [*((MANY, library) for library in LIBRARIES), (TRICKLE, "httpx")],
    ids=[*LIBRARIES, "byte by byte"],
)
async def test_cancelling_at_every_await_leaves_the_one_slot_free(script: Any, library: str) -> None:
    async with serving(script) as server, connected(library, server.base_url, max_connections=1) as client:
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
    slow = (READ, Pause(0.01), FOUND) * 4
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


async def test_cancelled_waiters_for_a_slot_block_nobody(library: str) -> None:
    async with (
        serving((READ, Pause(0.05), FOUND) * 9) as server,
        connected(library, server.base_url, max_connections=1) as client,
    ):
        calls = [asyncio.ensure_future(client.sessions.get(str(name))) for name in range(6)]
        await turns()
        for call in calls[1:5]:
            call.cancel()
        await turns()
        assert all(call.cancelled() for call in calls[1:5])
        async with asyncio.timeout(1):
            assert [(await call).id for call in (calls[0], calls[5])] == ["x", "x"]
            await client.sessions.get("after")
    assert [head.split(b" ")[1].rsplit(b"/")[-1] for head in server.heads] == [b"0", b"5", b"after"]
