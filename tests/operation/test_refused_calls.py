"""Wrong arguments through a client: said at once, and nothing is sent."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, ConfigurationError
from tests.fakes import KEY, Api


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda c: c.sessions.list(page=0), "sessions.list(page=0): page must be at least 1"),
        (lambda c: c.sessions.list(sorting="rank"), "sorting must be one of '"),
        (lambda c: c.sessions.list(rank="gold"), "rank must be a list; write ['gold']"),
        (lambda c: c.scenarios.get_analytics_participants(""), "scenario_id must not be empty"),
        (lambda c: c.sessions.list(user_emails=[KEY]).count(), "sessions.list: an argument holds an API key"),
        (lambda c: c.sessions.get(".."), "session_id must not change the path; pass an identifier"),
        (lambda c: c.sessions.get("x", include=["audio"]), "include[0] must be one of '"),
        (lambda c: c.sessions.get(KEY), "sessions.get: an argument holds an API key"),
    ],
)
async def test_a_wrong_argument_is_refused_and_nothing_sent(
    call: Callable[[AsyncExecClient], Any], problem: str
) -> None:
    """A list refuses at the call, a read when it is awaited."""
    api = Api(httpx.Response(200, json={"data": []}))
    async with api.client() as client:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (a ConfigurationError is one)
            await call(client)
    assert isinstance(caught.value, ConfigurationError)
    assert problem in str(caught.value)
    assert KEY not in str(caught.value)
    assert api.requests == []
