"""The API key: where it comes from, where it goes, and where it is not shown."""

import copy
import pickle

import httpx
import pytest

from exec_api_client import AsyncExecClient, BadRequestError, ConfigurationError, ResponseDecodeError
from tests.fakes import KEY, OK, Api, refusal


def sent_key(api: Api) -> str:
    return api.requests[-1].headers["authorization"]


async def test_the_key_goes_into_the_header() -> None:
    api = Api(OK)
    async with api.client() as client:
        await client.sessions.get("x")
    assert sent_key(api) == f"Bearer {KEY}"


async def test_a_key_of_any_form_that_the_server_repeats_is_not_shown() -> None:
    secret = "acme-workspace-0123456789"
    echoes = [
        refusal(400, {"x-echo": secret}, message=f"bad key {secret}"),
        httpx.Response(200, text=f"<html>{secret}"),
        httpx.Response(200, json={"id": secret}),
    ]
    async with Api(*echoes).client(secret) as client:
        with pytest.raises(BadRequestError) as refused:
            await client.sessions.get("x")
        assert (refused.value.message, refused.value.headers["x-echo"]) == ("bad key [key]", "[key]")
        with pytest.raises(ResponseDecodeError) as unreadable:
            await client.sessions.get("x")
        assert secret not in f"{unreadable.value} {unreadable.value.__cause__!r}"
        assert (await client.sessions.get("x")).id == "[key]"


async def test_whitespace_around_a_key_is_stripped() -> None:
    api = Api(OK)
    async with api.client(f" \t{KEY}\r\n") as client:
        await client.sessions.get("x")
    assert sent_key(api) == f"Bearer {KEY}"


async def test_the_key_comes_from_the_environment_unless_it_is_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXEC_API_KEY", " from_environment\n")
    api = Api(OK)
    async with api.client(None) as client:
        await client.sessions.get("x")
        assert sent_key(api) == "Bearer from_environment"
    async with api.client(KEY) as client:
        await client.sessions.get("x")
        assert sent_key(api) == f"Bearer {KEY}"


def test_without_a_key_the_message_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"pass api_key= or set EXEC_API_KEY .*Settings > API"):
        AsyncExecClient()
    monkeypatch.setenv("EXEC_API_KEY", KEY)
    for empty in ("", "  \n"):
        with pytest.raises(ConfigurationError, match="no API key"):
            AsyncExecClient(empty)


@pytest.mark.parametrize(
    "key",
    [f"{KEY} x", f"{KEY}\r\nx-evil: 1", f"{KEY}\x00", f"{KEY}é", f"{KEY}\u200b", f"{KEY}\tx", f"{KEY}\x7f"],
)
def test_a_key_that_cannot_stand_in_a_header_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ConfigurationError, match="copy it again from Settings > API") as caught:
        AsyncExecClient(key)
    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_the_client_does_not_show_its_key() -> None:
    async with Api(OK).client() as client:
        for shown in (
            repr(client),
            str(client),
            repr(vars(client)),
            repr(client.sessions),
            str(client.sessions.list()),
        ):
            assert KEY not in shown
        assert repr(client) == "<AsyncExecClient of https://api.exec.com/rest/v1>"
        assert repr(client.sessions) == "<SessionsResource>"
    assert repr(client) == "<AsyncExecClient of https://api.exec.com/rest/v1, closed>"


async def test_neither_client_nor_key_is_pickled_and_the_message_says_why() -> None:
    async with Api(OK).client() as client:
        for copied in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="a client is not pickled: it holds a key and connections"):
                copied(client)
        with pytest.raises(TypeError, match="is not pickled"):
            pickle.dumps(client.sessions.list())
