"""One pause for all calls after a 429."""

import asyncio
from collections.abc import Callable

import pytest

from exec_api_client import ClientClosedError, RateLimit, RateLimitError
from exec_api_client.limits.rate_limit import LOOK_AGAIN
from tests.fakes import OK, ONCE
from tests.retry.script import DOWN, Script, limited_or_not, now, refused, write
from tests.virtual_time import gather, virtual


@limited_or_not
@virtual
async def test_after_a_429_every_task_waits_first_attempts_and_copies_too(
    limit: Callable[[], RateLimit | None],
) -> None:
    server = Script(refused(20), OK)
    async with server.client(rate_limit=limit()) as client:
        first = asyncio.create_task(client.sessions.get("first"))
        await asyncio.sleep(1)
        copy = client.with_options(timeout=3)
        await asyncio.gather(first, client.sessions.get("x"), copy.sessions.get("x"), write(copy))
    assert server.sent[0] == 0
    assert min(server.sent[1:]) >= 20.1
    assert len(server.sent) == 5


@virtual
async def test_the_pause_is_taken_from_the_last_answer_that_asks_for_longer() -> None:
    server = Script(0.1, refused(20), 2.0, refused(30), 3.0, refused(1), OK)
    async with server.client() as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(3)))
    assert len(server.sent) == 6
    assert min(server.sent[3:]) == pytest.approx(2 + 30.5)


@virtual
async def test_a_429_pauses_all_though_its_own_call_is_not_tried_again() -> None:
    server = Script(refused(), OK, latency=0.0)
    async with server.client(retry=ONCE, rate_limit=None) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await client.sessions.get("x")
    assert server.sent == [0.0, 0.25]


@virtual
async def test_an_answer_to_what_was_sent_before_does_not_end_the_pause() -> None:
    server = Script(refused(20), 5.0, OK, OK)
    async with server.client() as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(2)))
        assert len(server.sent) == 3
    assert server.sent[2] >= 20.1


@virtual
async def test_a_5xx_to_what_was_sent_before_waits_for_the_pause() -> None:
    server = Script(refused(20), 5.0, DOWN, OK)
    async with server.client() as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(2)))
    assert min(server.sent[2:]) >= 20.1


@virtual
async def test_cancelled_waiters_hold_nobody_up() -> None:
    server = Script(*[refused(20)] * 10, OK)
    async with server.client() as client:
        tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(20)]
        await asyncio.sleep(5)
        assert len(server.sent) == 10
        for task in tasks[:15]:
            task.cancel()
        results = await gather(*tasks)
        assert [isinstance(result, BaseException) for result in results] == [*[True] * 15, *[False] * 5]
        assert now() < 30
    assert server.paths[10:] == ["15", "16", "17", "18", "19"]
    assert server.sent[10] == pytest.approx(20.6)


@pytest.mark.parametrize("wait", [20, 90])
@virtual
async def test_after_the_pause_requests_go_at_an_even_pace_oldest_first(wait: int) -> None:
    server = Script(*[refused(wait)] * 3, OK)
    async with server.client(max_connections=3) as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(8)))
    assert server.paths == ["0", "1", "2", *(str(number) for number in range(8))]
    assert server.sent[3:] == pytest.approx([wait + 0.6 + number for number in range(8)])


@virtual
async def test_closing_ends_those_who_wait() -> None:
    server = Script(refused(60))
    client = server.client()
    tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(3)]
    await asyncio.sleep(5)
    await client.aclose()
    assert {type(result) for result in await gather(*tasks)} == {ClientClosedError}
    assert now() <= 5 + LOOK_AGAIN
