"""How few retries all calls together spend on a server that is down."""

from collections.abc import Callable

import httpx
import pytest

from exec_api_client import APIError, InternalServerError, RateLimit, RateLimitError
from tests.fakes import OK
from tests.retry.script import DOWN, Answer, Script, limited_or_not, refused
from tests.virtual_time import gather, virtual


@pytest.mark.parametrize("fault", [DOWN, httpx.ConnectError("x"), httpx.ReadTimeout("x")], ids=str)
@virtual
async def test_an_outage_with_50_tasks_costs_ten_retries_in_all(fault: Answer) -> None:
    server = Script(fault)
    async with server.client(rate_limit=None) as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(50)))
    assert all(isinstance(result, APIError) for result in results)
    assert len(server.sent) == 50 + 10
    sources = [result.attempts[-1].source for result in results if isinstance(result, APIError)]
    assert set(sources) <= {"budget", "backoff"}


@virtual
async def test_ten_successes_earn_a_retry() -> None:
    server = Script(DOWN)
    async with server.client(rate_limit=None) as client:
        await gather(*(client.sessions.get("x") for _ in range(20)))
        for successes, retries in ((5, 0), (6, 1), (200, 10)):
            server.answers = [OK]
            for _ in range(successes):
                await client.sessions.get("x")
            server.answers = [DOWN]
            server.sent.clear()
            await gather(*(client.sessions.get("x") for _ in range(20)))
            assert len(server.sent) == 20 + retries


@virtual
async def test_copies_share_the_budget() -> None:
    server = Script(DOWN)
    async with server.client() as client:
        for _ in range(20):
            with pytest.raises(InternalServerError):
                await client.with_options(timeout=3).sessions.get("x")
    assert len(server.sent) == 20 + 10


@virtual
async def test_retries_of_what_was_sent_before_the_first_429_are_free() -> None:
    """Forty at once are refused: all are sent again, and the ten tokens are still there."""
    server = Script(*[refused(2)] * 40, OK)
    async with server.client(rate_limit=None, max_connections=40) as client:
        results = await gather(*(client.sessions.get("x") for _ in range(40)))
        assert not [result for result in results if isinstance(result, BaseException)]
        assert len(server.sent) == 80
        server.answers = [DOWN]
        server.sent.clear()
        await gather(*(client.sessions.get("x") for _ in range(20)))
        assert len(server.sent) == 20 + 10


@limited_or_not
@virtual
async def test_429_for_ever_with_50_tasks_costs_70_requests(limit: Callable[[], RateLimit | None]) -> None:
    """One for each call, one more for each of the ten that were refused together, and ten from the budget."""
    server = Script(refused(1))
    async with server.client(rate_limit=limit()) as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(50)))
    assert {type(result) for result in results} == {RateLimitError}
    assert len(server.sent) == 50 + 10 + 10
