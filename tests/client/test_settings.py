"""The other settings of a client, of its copies and of a call."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, ConfigurationError, RetryPolicy
from tests.fakes import KEY, OK, ONCE, Api, page_of, refusal


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"timeout": 0}, "timeout must be a number of seconds above 0, not 0"),
        ({"timeout": "30"}, "timeout must be a number of seconds above 0, not '30'"),
        ({"deadline": 0}, "deadline must be a number of seconds above 0, not 0"),
        ({"deadline": "soon"}, "deadline must be a number of seconds above 0, not 'soon'"),
        (
            {
                "transport": Api(OK).transport,
                "http_client": SimpleNamespace(aclose=None, build_request=None),
            },
            "pass transport= or http_client=, not both",
        ),
        ({"max_connections": 1.5}, "max_connections must be a whole number from 1, not 1.5"),
        ({"max_response_bytes": True}, "max_response_bytes must be a whole number from 1, not True"),
        ({"timeout": float("inf")}, "timeout must be a number of seconds above 0, not inf"),
        ({"retry": 3}, "retry must be RetryPolicy(...), not 3"),
        ({"rate_limit": 60}, "rate_limit must be RateLimit(...) or None, not 60"),
        ({"hooks": print}, "hooks must be Hooks(...), not <built-in function print>"),
        ({"headers": [("a", "b")]}, "headers must be a dict with names as keys, not [('a', 'b')]"),
        (
            {"http_client": httpx.AsyncClient(params={"q": "1"})},
            "an httpx.AsyncClient without params",
        ),
        ({"transport": 1}, "transport must be an httpx.AsyncBaseTransport"),
        ({"http_client": Api(OK).transport}, "http_client must be an httpx.AsyncClient"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        AsyncExecClient(KEY, **settings)
    assert problem in str(caught.value)


async def test_wrong_settings_of_a_copy_and_of_a_call() -> None:
    api = Api(OK)
    async with api.client() as client:
        with pytest.raises(ConfigurationError, match="timeout must be a number of seconds above 0, not 0"):
            client.with_options(timeout=0)
        with pytest.raises(ConfigurationError, match="deadline must be a number of seconds above 0, not -1"):
            client.with_options(deadline=-1)
        with pytest.raises(ConfigurationError, match="timeout must be a number of seconds above 0, not 0"):
            await client.sessions.get("x", timeout=0)
    assert api.requests == []


def timeout_of(request: httpx.Request) -> float:
    """The one time limit of connecting, sending, reading and waiting for a connection."""
    (seconds,) = set(request.extensions["timeout"].values())
    return float(seconds)


async def test_the_timeout_of_a_client_a_copy_and_a_call_reaches_the_transport() -> None:
    api = Api(
        OK, OK, OK, page_of([{"id": "a"}], 1, 2, page_size=1), page_of([{"id": "b"}], 2, 2, page_size=1), OK
    )
    async with api.client(timeout=7, retry=ONCE) as client:
        await client.with_options(deadline=None).with_options().sessions.get("x")
        await client.sessions.get("x", timeout=2.5)
        await client.with_options(timeout=9).sessions.get("x")
        await client.sessions.list(timeout=4, page_size=1).collect()
    async with api.client() as client:
        await client.sessions.get("x")
    assert [timeout_of(request) for request in api.requests] == [7.0, 2.5, 9.0, 4.0, 4.0, 30.0]


async def test_a_copy_has_other_settings_and_leaves_the_first_as_it_was() -> None:
    api = Api(refusal(503))
    async with api.client(retry=ONCE) as client:
        patient = client.with_options(retry=RetryPolicy(max_retries=1))
        assert type(patient) is AsyncExecClient
        assert patient.sessions is not client.sessions
        for each in (patient, client):
            with pytest.raises(Exception, match="503"):
                await each.sessions.get("x")
    assert len(api.requests) == 2 + 1


def test_a_setting_of_another_copy_of_the_package_says_so() -> None:
    class RetryPolicy:
        """As in a vendored copy."""

    with pytest.raises(ConfigurationError, match=r"of tests\.\S+$"):
        AsyncExecClient(KEY, retry=RetryPolicy())  # type: ignore[arg-type]
