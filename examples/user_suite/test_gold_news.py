"""A suite of a user's own: no network, no key, no waiting; pytest-asyncio may be in either mode."""

import pytest
from gold_news import gold_news

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import Limits, Sandbox

pytestmark = pytest.mark.asyncio


async def test_the_newest_golds_are_named(sandbox: Sandbox, client: AsyncExecClient) -> None:
    sandbox.add_session(user="maya.raghavan@lumera.example", score=91.5)
    sandbox.add_session(user="daniel.osei@lumera.example", score=74)
    sandbox.add_session(user="daniel.osei@lumera.example", score=96)
    assert await gold_news(client) == "Gold for Daniel (96), Maya (91.5)"


async def test_three_are_enough_and_cost_one_request(sandbox: Sandbox, client: AsyncExecClient) -> None:
    for _ in range(5):
        sandbox.add_session(score=95)
    assert (await gold_news(client)).count("(95)") == 3
    [request] = sandbox.requests
    assert request.params["rank"] == "gold"


async def test_a_hiccup_is_not_noticed(sandbox: Sandbox, client: AsyncExecClient) -> None:
    sandbox.add_session(user="maya.raghavan@lumera.example", score=90)
    sandbox.fail_next(status=503)
    sandbox.fail_next(connection="reset")
    assert await gold_news(client) == "Gold for Maya (90)"
    assert len(sandbox.requests) == 3


async def test_an_outage(sandbox: Sandbox, client: AsyncExecClient) -> None:
    sandbox.fail_next(times=None, status=503)
    assert await gold_news(client) == "No news: Exec does not answer."


async def test_a_rate_limit(sandbox: Sandbox, client: AsyncExecClient) -> None:
    sandbox.limits = Limits(requests=1, per=30)
    await client.sessions.list()
    assert await gold_news(client) == "No news yet: ask again in 30 seconds."


async def test_an_empty_workspace(client: AsyncExecClient) -> None:
    assert await gold_news(client) == "No gold yet. Who will be first?"
