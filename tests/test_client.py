"""AsyncExecClient: settings, lifetime, what goes over the wire, and real sockets where they matter."""

import asyncio
import copy
import pickle
import re
import unicodedata
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APITimeoutError,
    AsyncExecClient,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    NotFoundError,
    ResponseDecodeError,
    RetryPolicy,
    __version__,
)
from tests import schemas
from tests.fakes import KEY, Api, Time, document, needed, operations, page_of, published, refusal
from tests.raw_server import RawServer, raw_server, refusing

OK = httpx.Response(200, json={"id": "x"})
ONCE = RetryPolicy(max_retries=0)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EXEC_API_KEY", "EXEC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def sent_key(api: Api) -> str:
    return api.requests[-1].headers["authorization"]


# --- the key


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


# --- the base URL


@pytest.mark.parametrize(
    "url",
    [
        "https://api.exec.com/rest/v1",
        "http://localhost:8787/rest/v1",
        "http://127.0.0.1:1",
        "http://[::1]:80/x",
    ],
)
async def test_right_base_urls(url: str) -> None:
    for written in (url, f"{url}/", f"{url}//"):
        api = Api(OK)
        async with api.client(base_url=written) as client:
            assert client.base_url == url
            await client.sessions.get("x")
        assert str(api.requests[0].url) == str(httpx.URL(f"{url}/sessions/x"))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("api.exec.com", "is no URL; write one such as 'https://api.exec.com/rest/v1'"),
        ("/rest/v1", "is no URL"),
        ("ftp://api.exec.com", "is no URL"),
        ("https://", "is no URL"),
        ("https://[bad", "is no URL"),
        ("https://api.exec.com/rest/v1\n", "is no URL"),
        (" https://api.exec.com", "is no URL"),
        ("https://a b", "is no URL"),
        ("https://api.exec.com:0x50", "is no URL"),
        ("https://api.exec.com:99999", "is no URL"),
        ("http://api.exec.com/rest/v1", "would send the API key unencrypted; write https://"),
        ("http://localhost.evil.com", "would send the API key unencrypted"),
        ("https://user:secret@api.exec.com", "has credentials, a query or a fragment"),
        ("https://api.exec.com?a=1", "has credentials, a query or a fragment"),
        ("https://api.exec.com#x", "has credentials, a query or a fragment"),
    ],
)
def test_wrong_base_urls(url: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        AsyncExecClient(KEY, base_url=url)
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_base_url_comes_from_the_environment_unless_it_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AsyncExecClient(KEY).base_url == "https://api.exec.com/rest/v1"
    monkeypatch.setenv("EXEC_BASE_URL", "https://eu.example.com/v1/")
    assert AsyncExecClient(KEY).base_url == "https://eu.example.com/v1"
    assert AsyncExecClient(KEY, base_url="https://x.example.com").base_url == "https://x.example.com"
    monkeypatch.setenv("EXEC_BASE_URL", "")
    assert AsyncExecClient(KEY).base_url == "https://api.exec.com/rest/v1"
    monkeypatch.setenv("EXEC_BASE_URL", "http://example.com")
    with pytest.raises(ConfigurationError, match="unencrypted"):
        AsyncExecClient(KEY)


# --- other settings


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"timeout": 0}, "timeout=0: a number of seconds above 0 is wanted"),
        ({"timeout": -1.0}, "timeout=-1.0"),
        ({"timeout": None}, "timeout=None"),
        ({"timeout": "30"}, "timeout='30'"),
        ({"timeout": float("nan")}, "timeout=nan"),
        ({"deadline": 0}, "deadline=0"),
        ({"deadline": "soon"}, "deadline='soon'"),
        ({"max_connections": 0}, "max_connections"),
        (
            {
                "transport": Api(OK).transport,
                "http_client": SimpleNamespace(aclose=None, build_request=None),
            },
            "pass transport= or http_client=, not both",
        ),
        ({"max_connections": "5"}, r"max_connections='5': a whole number from 1 is wanted"),
        ({"max_connections": 1.5}, "max_connections=1.5"),
        ({"max_response_bytes": True}, "max_response_bytes=True"),
        ({"timeout": True}, "timeout=True: a number of seconds above 0 is wanted"),
        ({"timeout": float("inf")}, "timeout=inf"),
        ({"deadline": 0}, "deadline=0: seconds, or None, is wanted"),
        ({"retry": 3}, "retry=3: RetryPolicy"),
        ({"rate_limit": 60}, "rate_limit=60"),
        ({"hooks": print}, "hooks=<built-in function print>"),
        ({"transport": 1}, "an httpx.AsyncBaseTransport is wanted"),
        ({"http_client": Api(OK).transport}, "an httpx.AsyncClient is wanted"),
        ({"base_url": ""}, "base_url='' is no URL"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        AsyncExecClient(KEY, **settings)
    assert problem in str(caught.value)


async def test_wrong_settings_of_a_copy_and_of_a_call() -> None:
    api = Api(OK)
    async with api.client() as client:
        with pytest.raises(ConfigurationError, match="timeout=0"):
            client.with_options(timeout=0)
        with pytest.raises(ConfigurationError, match="deadline=-1"):
            client.with_options(deadline=-1)
        with pytest.raises(ConfigurationError, match="timeout=0"):
            await client.sessions.get("x", timeout=0)
    assert api.requests == []


def timeout_of(request: httpx.Request) -> float:
    """The one time limit of connecting, sending, reading and waiting for a connection."""
    (seconds,) = set(request.extensions["timeout"].values())
    return float(seconds)


async def test_the_timeout_of_a_call_reaches_the_transport() -> None:
    api = Api(OK)
    async with api.client(timeout=7) as client:
        await client.sessions.get("x")
        await client.sessions.get("x", timeout=2.5)
        await client.with_options(timeout=9).sessions.get("x")
    async with api.client() as client:
        await client.sessions.get("x")
    assert [timeout_of(request) for request in api.requests] == [7.0, 2.5, 9.0, 30.0]


async def test_the_timeout_of_a_list_holds_for_each_of_its_pages() -> None:
    api = Api(page_of([{"id": "a"}], 1, 2, page_size=1), page_of([{"id": "b"}], 2, 2, page_size=1))
    async with api.client() as client:
        await client.sessions.list(timeout=4, page_size=1).collect()
    assert [timeout_of(request) for request in api.requests] == [4.0, 4.0]


async def test_a_copy_has_other_settings_and_leaves_the_first_as_it_was() -> None:
    api, time = Api(refusal(503), OK), Time()
    async with api.client(retry=ONCE, _seams=time.seams) as client:
        patient = client.with_options(retry=RetryPolicy(max_retries=1))
        assert type(patient) is AsyncExecClient
        assert patient.sessions is not client.sessions
        assert (await patient.sessions.get("x")).id == "x"
    api = Api(refusal(503), OK)
    async with api.client(retry=ONCE) as client:
        client.with_options(retry=RetryPolicy())
        with pytest.raises(Exception, match="503"):
            await client.sessions.get("x")


async def test_an_unreadable_answer_tells_of_the_attempts_before_it() -> None:
    api, time = Api(refusal(503), httpx.Response(200, text="<html>")), Time()
    async with api.client(_seams=time.seams) as client:
        with pytest.raises(ResponseDecodeError) as caught:
            await client.sessions.get("x")
    told = [(attempt.error, attempt.status) for attempt in caught.value.attempts]
    assert told == [("InternalServerError", 503), ("ResponseDecodeError", 200)]


async def test_a_copy_keeps_what_is_left_out() -> None:
    api = Api(OK)
    async with api.client(timeout=7, deadline=9, retry=ONCE) as client:
        await client.with_options(deadline=None).with_options().sessions.get("x")
    assert timeout_of(api.requests[0]) == 7.0


# --- what goes over the wire


async def test_the_headers_of_every_request() -> None:
    api = Api(OK)
    async with api.client() as client:
        await client.sessions.get("x")
    headers = api.requests[0].headers
    assert headers["user-agent"] == f"exec-api-client/{__version__}"
    assert headers["accept"] == "application/json"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", __version__)
    assert "content-type" not in headers


def words(name: str) -> set[str]:
    """The words of an identifier or a title in lower case, less their accents."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return set(re.findall(r"[a-z]+|\d+", re.sub(r"(?=[A-Z])", " ", plain).lower()))


@pytest.mark.parametrize(
    ("method", "path", "described"),
    [pytest.param(*each, id=f"{each[0]} {each[1]}") for each in published()],
)
async def test_every_published_operation_has_its_method(
    method: str, path: str, described: dict[str, Any]
) -> None:
    operation = operations()[method, path]
    resource, name = operation.name.split(".")
    assert words(resource) == words(described.get("tags", ["default"])[0])
    assert words(name) <= words(described.get("operationId", f"{method.lower()} {path}"))
    arguments = needed(operation, described)
    status, answer = schemas.answer(described, document())
    api = Api(httpx.Response(status) if answer is None else httpx.Response(status, json=answer))
    async with api.client() as client:
        await getattr(getattr(client, resource), name)(**arguments)
    [request] = api.requests
    assert request.method == method
    for argument, parameter in operation.parameters.items():
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", str(arguments[argument]))
    assert api.targets[0].partition("?")[0] == quote(path)


async def test_a_redirect_is_not_followed() -> None:
    api = Api(httpx.Response(302, headers={"location": "https://evil.example.com/"}), OK)
    async with api.client() as client:
        with pytest.raises(Exception, match="the server redirects, which is not followed; check base_url"):
            await client.sessions.get("x")
    assert len(api.requests) == 1


# --- lifetime


async def test_a_closed_client_says_so() -> None:
    api = Api(OK)
    client = api.client()
    assert not client.closed
    await client.sessions.get("x")
    await client.aclose()
    await client.aclose()
    assert client.closed
    pager = client.sessions.list()
    calls: list[Callable[[], Any]] = [lambda: client.sessions.get("x"), lambda: pager, pager.collect]
    for call in calls:
        with pytest.raises(ClientClosedError, match="the client is closed; make a new one"):
            await call()
    assert len(api.requests) == 1


async def test_closing_a_client_closes_its_copies() -> None:
    async with Api(OK).client() as client:
        other = client.with_options(timeout=1)
    assert other.closed


async def test_leaving_a_block_that_failed_closes_too() -> None:
    with pytest.raises(ZeroDivisionError):
        async with Api(OK).client() as client:
            1 / 0  # noqa: B018
    assert client.closed


async def test_a_client_that_was_never_used_can_be_closed() -> None:
    await AsyncExecClient(KEY).aclose()


async def test_an_httpx_client_that_was_passed_in_stays_open_and_does_not_keep_the_key() -> None:
    api = Api(OK)
    async with httpx.AsyncClient(transport=api.transport, headers={"x-team": "sales"}) as http:
        async with AsyncExecClient(KEY, http_client=http) as client:
            await client.sessions.get("x")
        assert not http.is_closed
        await http.get("https://example.com")
    assert [request.headers["x-team"] for request in api.requests] == ["sales", "sales"]
    assert ["authorization" in request.headers for request in api.requests] == [True, False]


def test_a_client_survives_a_second_event_loop() -> None:
    api = Api(OK)
    client = api.client()

    async def read() -> str:
        return (await client.sessions.get("x")).id

    assert asyncio.run(read()) == asyncio.run(read()) == "x"


# --- real sockets

BODY = b'{"id": "x"}'
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: keep-alive\r\n\r\n%s" % (len(BODY), BODY)
CUT = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + BODY


def on_socket(server: RawServer | str, **settings: Any) -> AsyncExecClient:
    """A client on the network, whose waits between attempts are virtual."""
    url = server if isinstance(server, str) else server.base_url
    return AsyncExecClient(KEY, **{"base_url": url, "_seams": Time().seams, "trust_env": False, **settings})


async def test_a_request_on_a_real_socket() -> None:
    async with raw_server(ANSWER) as server, on_socket(server) as client:
        assert (await client.sessions.get("a b", include=["transcript", "evaluations"])).id == "x"
    lines = server.heads[0].decode().split("\r\n")
    assert lines[0] == "GET /rest/v1/sessions/a%20b?include=transcript,evaluations HTTP/1.1"
    assert f"Authorization: Bearer {KEY}" in lines


async def test_copies_share_their_connections() -> None:
    async with raw_server(ANSWER) as server, on_socket(server) as client:
        await client.sessions.get("x")
        await client.with_options(timeout=5).sessions.get("y")
        await client.sessions.get("z", timeout=5)
    assert len(server.heads) == 3
    assert server.connections == 1


async def test_a_refused_connection() -> None:
    with refusing() as url:
        async with on_socket(url) as client:
            with pytest.raises(APIConnectionError, match="GET /sessions/x: ConnectError: ") as caught:
                await client.sessions.get("x")
    assert len(caught.value.attempts) == 3
    assert not caught.value.sent
    assert caught.value.transient


async def test_a_connection_that_ends_before_the_headers() -> None:
    async with raw_server(b"") as server, on_socket(server) as client:
        with pytest.raises(APIConnectionError, match="RemoteProtocolError: ") as caught:
            await client.sessions.get("x")
    assert len(caught.value.attempts) == len(server.heads) == 3
    assert caught.value.sent


async def test_a_body_that_is_cut_short_is_never_taken_for_a_whole_one() -> None:
    async with raw_server(CUT) as server, on_socket(server, retry=ONCE) as client:
        with pytest.raises(APIConnectionError, match=r"RemoteProtocolError: .*complete message body"):
            await client.sessions.get("x")
    assert len(server.heads) == 1


async def test_the_next_attempt_mends_a_cut_body() -> None:
    async with raw_server(CUT, b"", ANSWER) as server, on_socket(server) as client:
        assert (await client.sessions.get("x")).id == "x"
    assert len(server.heads) == 3


async def test_a_server_that_does_not_answer_in_time() -> None:
    async with raw_server(None) as server, on_socket(server, retry=ONCE) as client:
        with pytest.raises(APITimeoutError, match="GET /sessions/x: ReadTimeout: ") as caught:
            await client.sessions.get("x", timeout=0.2)
    assert isinstance(caught.value, APIConnectionError)
    assert caught.value.sent
    assert len(server.heads) == 1


async def test_the_deadline_ends_a_call_that_hangs() -> None:
    async with raw_server(None) as server, on_socket(server, deadline=0.05) as client:
        with pytest.raises(APITimeoutError, match=r"not done within the deadline of 0\.05 s") as caught:
            await client.sessions.get("x")
    assert (caught.value.method, caught.value.path) == ("GET", "/sessions/x")


async def test_what_is_no_http_is_a_failed_connection() -> None:
    async with raw_server(b"SSH-2.0-OpenSSH_9.6\r\n") as server, on_socket(server, retry=ONCE) as client:
        with pytest.raises(APIConnectionError, match="RemoteProtocolError: "):
            await client.sessions.get("x")


async def test_an_error_answer_on_a_real_socket() -> None:
    said = b'{"error": {"type": "not_found", "message": "Session not found: x"}}'
    answer = b"HTTP/1.1 404 Not Found\r\ncontent-length: %d\r\n\r\n%s" % (len(said), said)
    async with raw_server(answer) as server, on_socket(server) as client:
        with pytest.raises(NotFoundError, match="404 not_found: Session not found: x"):
            await client.sessions.get("x")


async def test_a_call_that_is_cancelled_stops() -> None:
    async with raw_server(None, ANSWER) as server, on_socket(server) as client:
        call = asyncio.create_task(client.sessions.get("x"))
        await server.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await client.sessions.get("y")).id == "x"
    assert len(server.heads) == 2


def test_with_says_what_to_write_instead() -> None:
    with pytest.raises(TypeError, match=r"async with.*ExecClient"), Api().client():
        raise AssertionError
