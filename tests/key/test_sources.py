"""The API key: where it comes from, where it goes, and which ones are refused."""

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, ConfigurationError, RateLimit, RetryPolicy
from tests.fakes import OK, Api
from tests.key.search import CANARY, absent, search


async def sent(key: Any) -> str:
    """The header of a call with a key."""
    api = Api(OK)
    async with api.client(key) as client:
        await client.sessions.get("x")
    [request] = api.requests
    header: str = request.headers["authorization"]
    return header


async def test_the_key_comes_from_the_environment_unless_it_is_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXEC_API_KEY", " from_environment\n")
    assert await sent(None) == "Bearer from_environment"
    assert await sent(f" \t{CANARY}\r\n") == f"Bearer {CANARY}"
    assert await sent("another-form-of-key") == "Bearer another-form-of-key"


async def test_a_function_is_asked_for_each_request() -> None:
    keys: Iterator[Any] = iter(["first", " second\n", "", "th\xefrd", 4])
    api = Api(OK)
    async with api.client(lambda: next(keys)) as client:
        for _ in range(2):
            await client.sessions.get("x")
        for said in (
            "no API key",
            "must not hold spaces",
            "must be a str, or a function without async that returns one, not int",
            "not raise StopIteration",
        ):
            with pytest.raises(ConfigurationError, match=said):
                await client.sessions.get("x")
    assert [request.headers["authorization"] for request in api.requests] == ["Bearer first", "Bearer second"]


async def test_a_function_that_fails_shows_no_key_and_takes_no_slot() -> None:
    def fail() -> str:
        raise ValueError(f"no room for {CANARY}")

    async with AsyncExecClient(fail, transport=Api(OK).transport) as client:
        with pytest.raises(ConfigurationError) as caught:
            await client.sessions.get("x")
        search(caught.value)
        assert client.usage is not None
        assert client.usage.minute == 0


async def test_a_transport_keeps_the_request_that_it_was_given() -> None:
    """So respx, pytest-httpx and MockTransport see the header, also after a failure."""
    seen = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        raise httpx.ReadError("lost", request=request)

    async with AsyncExecClient(CANARY, transport=httpx.MockTransport(answer)) as client:
        try:
            await client.with_options(deadline=0.01).sessions.get("x")
        except Exception as error:
            search(error)
    assert {request.headers["authorization"] for request in seen} == {f"Bearer {CANARY}"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_key": None}, r"pass api_key= or set EXEC_API_KEY .*Settings > API"),
        *(({"api_key": key}, "no API key") for key in ("", "  \n")),
        *(
            ({"api_key": f"{CANARY}{end}"}, "copy it again from Settings > API")
            for end in (" x", "\r\nx-evil: 1", "\0", "\xe9", "\u200b", "\u201d", "\tx", "\x7f", f"\n{CANARY}")
        ),
        *(({"api_key": key}, "returns one, not ") for key in (CANARY.encode(), 5, b"")),
        *(
            ({"base_url": url}, "base_url")
            for url in (
                "http://api.exec.com",
                "nonsense",
                CANARY,
                f"https://{CANARY}@api.exec.com",
                f"https://api.exec.com/?key={CANARY}",
                f"http://api.exec.com/{CANARY}",
            )
        ),
    ],
    ids=lambda value: repr(value).replace(CANARY, "KEY")[:40],
)
@pytest.mark.parametrize("by_environment", [False, True])
def test_wrong_settings(
    settings: dict[str, Any], said: str, by_environment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"api_key": CANARY, **settings}
    for name in ("api_key", "base_url"):
        value = settings.get(name)
        if by_environment and isinstance(value, str) and "\0" not in value:
            monkeypatch.setenv(f"EXEC_{name.upper()}", settings.pop(name))
    with pytest.raises(ConfigurationError, match=said) as caught:
        AsyncExecClient(**settings)
    error = caught.value
    error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next  # less this test's own frame
    search(error)


@pytest.mark.parametrize(
    "make",
    [
        RateLimit,
        RetryPolicy,
        *(
            lambda key, name=name: AsyncExecClient(CANARY, **{name: key})
            for name in ("timeout", "deadline", "retry", "rate_limit", "hooks", "transport", "http_client")
        ),
    ],
)
def test_a_key_in_another_setting_is_not_repeated(make: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(CANARY)
    absent(repr(caught.value))


async def test_neither_client_nor_key_is_pickled_or_shown() -> None:
    async with Api(OK).client(CANARY) as client:
        absent(f"{client} {client!r} {vars(client)} {client.sessions!r} {client.sessions.list()}")
        assert repr(client) == "<AsyncExecClient of https://api.exec.com/rest/v1>"
        assert repr(client.sessions) == "<SessionsResource>"
        for copied in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="a client cannot be pickled, since it holds a key"):
                copied(client)
    assert repr(client) == "<AsyncExecClient of https://api.exec.com/rest/v1, closed>"
