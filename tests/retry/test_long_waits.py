"""A wait that is too long is not slept, and later calls fail until it is over."""

import asyncio
from collections.abc import Callable

import pytest

from exec_api_client import DailyLimitError, InternalServerError, RateLimit, RateLimitError, RetryPolicy
from exec_api_client.limits.pause import PROBE
from exec_api_client.limits.rate_limit import LOOK_AGAIN
from tests.fakes import OK, ONCE
from tests.retry.script import DOWN, Script, limited_or_not, now, refused, statuses
from tests.virtual_time import gather, here, virtual


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
        assert str(error) == "GET /sessions/0: 429: not sent: still refused (slow down); again in 400 s"
        assert error.retry_after == pytest.approx(400.5)
        assert error.attempts == ()
        assert len(server.sent) == 1
        await asyncio.sleep(300)
        assert (await client.sessions.get("x")).id == "x"  # now the rest of the wait may be slept
    assert 1000.1 <= server.sent[1] <= 1001.1


@pytest.mark.parametrize(
    "said",
    [{"message": "1000 requests per day"}, {"code": "daily_limit"}, {"type": "day_quota", "message": "x"}],
)
@virtual
async def test_where_the_answer_speaks_of_the_day_the_error_does_too(said: dict[str, str]) -> None:
    server = Script(refused(40_000, **said), OK)
    async with server.client() as client:
        for wait in (40_000.0, 40_000.5):
            with pytest.raises(DailyLimitError) as caught:
                await client.sessions.get("x")
            assert caught.value.retry_after == pytest.approx(wait)
    assert len(server.sent) == 1


@virtual
async def test_a_short_wait_is_slept_though_the_answer_speaks_of_the_day() -> None:
    server = Script(refused(30, message="daily limit"), OK)
    async with server.client() as client:
        await client.sessions.get("x")
    assert len(server.sent) == 2


@virtual
async def test_a_day_without_a_wait_is_not_tried_again() -> None:
    server = Script(refused(message="daily limit"), OK)
    async with server.client() as client:
        with pytest.raises(DailyLimitError) as caught:
            await client.sessions.get("x")
    assert caught.value.retry_after is None
    assert len(server.sent) == 1


@limited_or_not
@virtual
async def test_one_looks_whether_it_is_over_and_the_rest_follows(
    limit: Callable[[], RateLimit | None],
) -> None:
    server = Script(refused(500), 3.0, OK, OK)
    async with server.client(rate_limit=limit()) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(400)
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(20)))
    _, probe, second, *_ = server.sent
    assert 500.1 <= probe <= 501.1
    assert probe + 3.0 <= second <= probe + 3.0 + LOOK_AGAIN
    assert len(server.sent) == 21


@virtual
async def test_a_look_that_is_refused_begins_another_pause() -> None:
    server = Script(refused(500), refused(700), OK)
    async with server.client() as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(450)
        results = await gather(*(client.sessions.get(str(number)) for number in range(20)))
        assert {type(result) for result in results} == {RateLimitError}
        assert len(server.sent) == 2
        await asyncio.sleep(690)
        assert (await client.sessions.get("x")).id == "x"
    assert server.sent[2] - server.sent[1] == pytest.approx(700.6)


@virtual
async def test_a_look_that_is_refused_for_a_moment_waits_for_a_moment_only() -> None:
    server = Script(refused(200), refused(2), OK)
    async with server.client() as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(190)
        await client.sessions.get("x")
    assert server.sent[2] - server.sent[1] == pytest.approx(2.2)


@virtual
async def test_when_the_one_that_looks_gets_no_answer_another_looks() -> None:
    server = Script(refused(200), 60.0, OK, OK)
    async with server.client(retry=ONCE) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(190)
        tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(5)]
        await asyncio.sleep(12)
        tasks[0].cancel()
        results = await gather(*tasks)
        assert [isinstance(result, BaseException) for result in results] == [True, *[False] * 4]
    assert server.sent[2] - server.sent[1] == pytest.approx(PROBE)


@virtual
async def test_a_look_waits_for_the_limit_before_it_keeps_the_others_waiting() -> None:
    """With 20 s to go until a slot is free, each look would be put off in steps of 5 s."""
    server = Script(OK, refused(40), OK)
    async with server.client(retry=RetryPolicy(max_wait=10), rate_limit=RateLimit(2)) as client:
        await client.sessions.get("x")
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        patient = client.with_options(retry=RetryPolicy())
        await asyncio.gather(*(patient.sessions.get("x") for _ in range(3)))
    assert server.sent[2] == pytest.approx(0.1 + 60.06)


@virtual
async def test_each_copy_decides_by_its_own_patience() -> None:
    server = Script(refused(500), OK)
    async with server.client() as client:
        patient = client.with_options(retry=RetryPolicy(max_wait=3600))
        hasty = client.with_options(retry=RetryPolicy(max_wait=0))
        waiting = [asyncio.create_task(patient.sessions.get("x")) for _ in range(30)]
        await asyncio.sleep(5)
        for other in (client, hasty):
            with pytest.raises(
                RateLimitError
            ) as caught:  # though all connections are taken by those who wait
                await other.sessions.get("x")
            assert caught.value.retry_after == pytest.approx(496, abs=1)
        assert now() == 5
        await asyncio.gather(*waiting)
    assert len(server.sent) == 30 + 1
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
async def test_whoever_waits_when_the_wait_grows_too_long_raises_its_own_last_error() -> None:
    server = Script(0.1, refused(20), 5.0, refused(1000), OK)
    async with server.client() as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(2)))
    assert now() <= 5 + LOOK_AGAIN
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
