"""The server's waits: slept, shared by those who are refused, or too long."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from exec_api_client import (
    DailyLimitError,
    InternalServerError,
    RateLimit,
    RateLimitError,
    RetryPolicy,
)
from tests.fakes import OK, ONCE
from tests.retry.script import DOWN, Script, limited_or_not, now, refused, statuses, write
from tests.virtual_time import gather, here, virtual

# --- the pause


@limited_or_not
@virtual
async def test_after_a_429_the_calls_of_its_operation_wait_and_no_others(
    limit: Callable[[], RateLimit | None],
) -> None:
    server = Script(refused(20), OK)
    async with server.client(rate_limit=limit(), max_connections=2) as client:
        reads = [asyncio.create_task(client.sessions.get(str(number))) for number in range(5)]
        await asyncio.sleep(1)
        copy = client.with_options(timeout=3)
        reads.append(asyncio.create_task(copy.sessions.get("copy")))
        await asyncio.gather(*(write(client) for _ in range(5)), write(copy))
        assert now() == pytest.approx(1.3)
        assert server.paths.count("things") == 6
        await asyncio.gather(*reads)
    reads_at = [at for at, path in zip(server.sent, server.paths, strict=True) if path != "things"]
    assert len(reads_at) == 7
    assert min(reads_at[2:]) >= 20.1


@limited_or_not
@virtual
async def test_a_second_operation_that_is_refused_makes_the_pause_one_for_all(
    limit: Callable[[], RateLimit | None],
) -> None:
    server = Script(refused(20), refused(10), OK)
    async with server.client(rate_limit=limit()) as client:
        await asyncio.gather(client.sessions.get("x"), write(client))
    assert min(server.sent[2:]) >= 20.1
    assert len(server.sent) == 4


@virtual
async def test_clients_that_share_a_limit_share_its_pause_and_its_pace() -> None:
    limit, server = RateLimit(), Script(refused(20), OK)
    async with server.client(rate_limit=limit) as one, server.client(rate_limit=limit) as other:
        first = asyncio.create_task(one.sessions.get("x"))
        await asyncio.sleep(1)
        await asyncio.gather(first, *(other.sessions.get("x") for _ in range(3)))
    assert server.sent[1] == pytest.approx(20.6)
    gaps = [later - early for early, later in zip(server.sent[1:], server.sent[2:], strict=False)]
    assert all(gap >= 1 for gap in gaps)


@virtual
async def test_a_429_pauses_though_its_own_call_is_not_tried_again() -> None:
    server = Script(refused(), OK, latency=0.0)
    async with server.client(retry=ONCE, rate_limit=None) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await client.sessions.get("x")
    assert server.sent == [0.0, 0.25]


@pytest.mark.parametrize("late", [OK, DOWN])
@virtual
async def test_a_response_to_an_earlier_request_does_not_end_the_pause(late: httpx.Response) -> None:
    server = Script(refused(20), 5.0, late, OK)
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


# --- waits that are too long


@virtual
async def test_a_long_wait_is_not_slept_and_later_calls_fail_here_until_it_is_over() -> None:
    server = Script(refused(1000), OK)
    async with server.client() as client:
        with pytest.raises(RateLimitError, match=r"down; again in 1000 s \(max_wait=120\)$") as caught:
            await client.sessions.get("x")
        assert type(caught.value) is RateLimitError
        assert now() == pytest.approx(0.1)
        assert (caught.value.retry_after, statuses(caught.value)) == (1000.0, [429])
        for seconds in (0, 100, 500):
            await asyncio.sleep(seconds)
            results = await gather(*(client.sessions.get(str(number)) for number in range(50)))
            assert {type(result) for result in results} == {RateLimitError}
        error = results[0]
        assert isinstance(error, RateLimitError)
        problem = "not sent: the API still refuses requests (slow down); again in 400 s"
        assert str(error) == f"GET /sessions/0: 429: {problem}"
        assert error.retry_after == pytest.approx(400.5)
        assert error.attempts == ()
        assert len(server.sent) == 1
        await asyncio.sleep(300)
        assert (await client.sessions.get("x")).id == "x"  # now the rest of the wait may be slept
    assert 1000.1 <= server.sent[1] <= 1001.1


@virtual
async def test_where_the_response_speaks_of_the_day_the_error_does_too() -> None:
    server = Script(refused(40_000, message="1000 requests per day"), OK)
    async with server.client() as client:
        for wait in (40_000.0, 40_000.5):
            with pytest.raises(DailyLimitError) as caught:
                await client.sessions.get("x")
            assert caught.value.retry_after == pytest.approx(wait)
    assert len(server.sent) == 1


@virtual
async def test_a_short_wait_is_slept_though_the_response_speaks_of_the_day() -> None:
    server = Script(refused(30, message="daily limit"), OK)
    async with server.client() as client:
        await client.sessions.get("x")
        server.answers = [refused(message="daily limit")]  # and no wait is none to sleep
        with pytest.raises(DailyLimitError) as caught:
            await client.sessions.get("x")
    assert caught.value.retry_after is None
    assert len(server.sent) == 3


@virtual
async def test_each_copy_decides_by_its_own_patience() -> None:
    server = Script(refused(500), OK)
    async with server.client() as client:
        patient = client.with_options(retry=RetryPolicy(max_wait=3600))
        hasty = client.with_options(retry=RetryPolicy(max_wait=0))
        waiting = [asyncio.create_task(patient.sessions.get("x")) for _ in range(30)]
        await asyncio.sleep(5)
        for other in (client, hasty):
            with pytest.raises(RateLimitError) as caught:  # though others wait in front of it
                await other.sessions.get("x")
            assert caught.value.retry_after == pytest.approx(496, abs=1)
        assert now() == 5
        await asyncio.gather(*waiting)
    assert 500 <= server.sent[10] <= 502


@virtual
async def test_a_wait_of_just_the_longest_that_is_allowed_is_slept_by_all() -> None:
    """Chance adds nothing to it, and at this instant a sum of floats would be a little more."""
    server = Script(refused(120), OK, latency=0.0)
    async with server.client(lambda: 0.9) as client:
        await asyncio.sleep(6300.0028)
        assert here().time() + 120 - here().time() > 120
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(12)))
    assert max(server.sent) - server.sent[0] >= 120


@virtual
async def test_a_call_that_waits_when_the_wait_grows_too_long_raises_its_own_last_error() -> None:
    server = Script(0.1, refused(20), 5.0, refused(1000), OK)
    async with server.client() as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(2)))
    assert now() <= 6
    assert [statuses(result) for result in results if isinstance(result, RateLimitError)] == [[429], [429]]
    assert [getattr(result, "retry_after", None) for result in results] == [20.0, 1000.0]


@virtual
async def test_a_retry_over_the_ceiling_of_the_day_raises_the_last_real_error() -> None:
    server = Script(DOWN)
    async with server.client(rate_limit=RateLimit(day_ceiling=2)) as client:
        with pytest.raises(InternalServerError):
            await client.sessions.get("x")
        with pytest.raises(DailyLimitError):
            await client.sessions.get("x")
    assert len(server.sent) == 2
