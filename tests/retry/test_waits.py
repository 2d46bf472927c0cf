"""How long a call waits before it is tried again, through a whole client on virtual time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from exec_api_client import InternalServerError, RateLimit, RetryPolicy
from tests.fakes import OK, ONCE
from tests.retry.script import DOWN, MANY, Answer, Script, limited_or_not, refused
from tests.virtual_time import EPOCH, START, virtual

# --- the delay


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 1 - 2**-53])
@virtual
async def test_full_jitter_between_nothing_and_a_bound_that_doubles_up_to_8_s(chance: float) -> None:
    server = Script(DOWN, latency=0.0)
    async with server.client(lambda: chance, retry=MANY) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    bounds = [0.5, 1, 2, 4, 8, 8, 8, 8, 8]
    slept = [later - early for early, later in zip(server.sent, server.sent[1:], strict=False)]
    assert slept == pytest.approx([chance * bound for bound in bounds])
    assert [attempt.delay for attempt in caught.value.attempts] == [
        *(chance * bound for bound in bounds),
        None,
    ]


@virtual
async def test_two_retries_unless_told_otherwise() -> None:
    server = Script(DOWN)
    async with server.client() as client:
        for policy, requests in ((RetryPolicy(), 3), (ONCE, 1), (RetryPolicy(max_retries=1), 2)):
            server.sent.clear()
            with pytest.raises(InternalServerError):
                await client.with_options(retry=policy).sessions.get("x")
            assert len(server.sent) == requests


# --- the server's wait


def in_each_form(seconds: int) -> list[httpx.Response]:
    moment = datetime.fromtimestamp(EPOCH + START + seconds, UTC)
    return [
        httpx.Response(429, json={"retry_after": seconds}),
        httpx.Response(429, json={"error": {"message": "x", "retry_after": seconds}}),
        httpx.Response(429, json={"error": "x", "retry_after": str(seconds)}),
        httpx.Response(429, headers={"retry-after-ms": str(seconds * 1000)}),
        httpx.Response(429, headers={"retry-after": str(seconds)}, content=b"<html>"),
        httpx.Response(429, headers={"retry-after": format_datetime(moment, usegmt=True)}),
        httpx.Response(503, headers={"retry-after": str(seconds)}),
    ]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1 - 2**-53])
@pytest.mark.parametrize("seconds", [1, 7, 30, 119, 120])
@pytest.mark.parametrize("form", range(len(in_each_form(1))))
@virtual
async def test_never_sooner_than_the_server_says_nor_much_later(
    form: int, seconds: int, chance: float
) -> None:
    """In each form; the answer arrives at once, so that a date says what a number does."""
    server = Script(in_each_form(seconds)[form], OK, latency=0.0)
    async with server.client(lambda: chance) as client:
        await client.sessions.get("x")
    first, second = server.sent
    assert 0 <= second - first - seconds <= min(1.0, 0.1 * seconds) + 1e-6


@limited_or_not
@pytest.mark.parametrize("chance", [0.0, 1 - 2**-53])
@virtual
async def test_the_refused_call_is_the_first_though_others_queue(
    chance: float, limit: Callable[[], RateLimit | None]
) -> None:
    answers: list[Answer] = [OK, OK, 0.5, OK, refused(5), *[OK] * 60]
    server = Script(*answers)
    async with server.client(lambda: chance, rate_limit=limit(), max_connections=4) as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(40)))
    again = server.paths.index("3", 4)
    arrived = server.sent[3] + server.latency
    assert 5 <= server.sent[again] - arrived <= 5.5 + 1e-6
    between = [at for at in server.sent if arrived < at < server.sent[again]]
    assert between == []
    assert len(server.sent) == 41


@pytest.mark.parametrize("wait", [-1, "soon", True, None, [], 1e300, 86_400_001, "nan", "inf"], ids=repr)
@virtual
async def test_a_wait_that_cannot_be_meant_falls_back_to_jitter(wait: object) -> None:
    server = Script(refused(wait), OK, latency=0.0)
    async with server.client() as client:
        await client.sessions.get("x")
    assert server.sent == [0.0, 0.25]
