"""The deadline covers whatever a call does or waits for."""

import asyncio

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APITimeoutError,
    Attempt,
    InternalServerError,
    RateLimit,
    RateLimitError,
)
from tests.fakes import OK, refusal
from tests.retry.script import DOWN, Script, now, refused, statuses
from tests.virtual_time import gather, virtual


@virtual
async def test_the_last_real_error_comes_at_once_where_the_next_sleep_would_pass_the_deadline() -> None:
    server = Script(refusal(503, headers={"retry-after": "10"}), OK)
    async with server.client(deadline=8) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    assert now() == pytest.approx(0.1)
    assert caught.value.attempts == (Attempt("InternalServerError", 503, None, "deadline"),)


@virtual
async def test_the_deadline_covers_the_answer() -> None:
    server = Script(60.0, OK)
    async with server.client(deadline=8) as client:
        with pytest.raises(
            APITimeoutError, match=r"^GET /sessions/x: not done within the deadline of 8 s$"
        ) as caught:
            await client.sessions.get("x")
    assert now() == 8
    assert caught.value.sent
    assert caught.value.attempts == (Attempt("APITimeoutError", None, None, "deadline"),)


@virtual
async def test_the_deadline_covers_the_wait_for_a_connection() -> None:
    server = Script(20.0, OK, OK)
    async with server.client(deadline=5, max_connections=1) as client:
        first = asyncio.create_task(client.with_options(deadline=None).sessions.get("x"))
        await asyncio.sleep(0)
        with pytest.raises(APITimeoutError) as caught:
            await client.sessions.get("x")
        assert now() == 5
        assert not caught.value.sent
        assert caught.value.attempts == ()
        await first


@virtual
async def test_a_refusal_for_longer_than_the_deadline_says_so() -> None:
    server = Script(refused(30))
    async with server.client(deadline=10) as client:
        with pytest.raises(RateLimitError, match=r"; again in 30 s \(max_wait=120, deadline=10\)$"):
            await client.sessions.get("x")


@virtual
async def test_a_pause_that_ends_after_the_deadline_is_not_waited_for() -> None:
    """Not behind the refused call either, which waits in front."""
    server = Script(refused(30), OK)
    async with server.client(max_connections=1) as client:
        first = asyncio.create_task(client.sessions.get("x"))
        await asyncio.sleep(1)
        with pytest.raises(RateLimitError, match="not sent: the API still refuses") as caught:
            await client.with_options(deadline=10).sessions.get("x")
        assert now() == 1
        assert 29 <= (caught.value.retry_after or 0) <= 31
        await first


@virtual
async def test_a_retry_that_the_limit_puts_off_beyond_the_deadline_raises_the_last_real_error() -> None:
    server = Script(DOWN)
    async with server.client(deadline=30, rate_limit=RateLimit(1)) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    assert len(server.sent) == 1
    assert now() == pytest.approx(0.35)
    assert statuses(caught.value) == [503]


@virtual
async def test_a_call_that_waits_for_a_connection_again_raises_the_last_real_error() -> None:
    lost = httpx.ReadError("lost")
    server = Script(lost, 60.0, OK, OK)
    async with server.client(max_connections=1) as client:
        call = asyncio.create_task(client.with_options(deadline=9).sessions.get("x"))
        await asyncio.sleep(0.2)
        other = asyncio.create_task(client.sessions.get("x"))
        with pytest.raises(APIConnectionError, match="ReadError: ") as caught:
            await call
        assert caught.value.__cause__ is lost
        assert now() == 9
        other.cancel()
        await gather(other)
