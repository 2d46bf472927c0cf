"""Each fault over a real connection: one of our exceptions without the key, and no request too many."""

import asyncio
import socket
import ssl
from typing import Any

import httpx
import pytest

from exec_api_client import APIConnectionError, APIStatusError, AsyncExecClient, ExecError, RetryPolicy
from tests.event_loop import turns
from tests.fakes import KEY
from tests.faults.server import READ, answer, refusing, serving
from tests.faults.table import FAULTS, LIBRARIES, OK, Fault, by_name, connected, write
from tests.key.search import CANARY, causes, failing, search, search_client


# A transport of httpx2 comes under a client of httpx2.
@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("library", LIBRARIES[:2])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_fault(fault: Fault, library: str) -> None:
    async with (
        serving(fault.script) as server,
        connected(library, server.base_url, api_key=CANARY, **fault.settings) as client,
    ):
        if fault.error is None:
            await client.sessions.list()
        else:
            error: Any = await failing(client)
            assert type(error) is fault.error
            assert type(error.__cause__).__name__ == (fault.cause or "NoneType")
            assert fault.says in str(error)
            assert (error.method, error.path) == ("GET", "/sessions")
            if fault.requests != 1:
                assert len(error.attempts) == max(fault.requests, 1)
            search(error)
            search_client(client)
    assert server.requests == fault.requests
    await turns()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize(
    "name",
    [
        "closed before the headers",
        "closed in the headers",
        "reset before the headers",
        "silence",
        "502 with HTML",
    ],
)
async def test_a_write_that_may_have_been_done_is_not_sent_again(name: str, library: str) -> None:
    fault = by_name(name)
    async with (
        serving(fault.script) as server,
        connected(library, server.base_url, **fault.settings) as client,
    ):
        for method, requests in (("POST", 1), ("PATCH", 1), ("PUT", 3), ("DELETE", 3)):
            server.heads.clear()
            with pytest.raises(ExecError) as caught:
                await write(client, method)
            assert type(caught.value) is fault.error
            assert server.requests == requests


# --- faults of the way to the server


async def test_refused(library: str) -> None:
    with refusing() as url:
        async with connected(library, url, api_key=CANARY) as client:
            search(await failing(client, APIConnectionError))
            for method in ("GET", "POST"):  # the server cannot have acted: a write is safe, too
                with pytest.raises(APIConnectionError, match="ConnectError: ") as caught:
                    await write(client, method)
                assert len(caught.value.attempts) == 3
                assert type(caught.value.__cause__).__name__ == "ConnectError"


async def test_name_not_found(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with connected(library, "https://api.exec.invalid/rest/v1", trust_env=False) as client:
        with pytest.raises(APIConnectionError, match=r"ConnectError: .*Name or service not known") as caught:
            await client.sessions.list()
    assert len(caught.value.attempts) == 3
    assert not caught.value.sent
    assert any(isinstance(error, socket.gaierror) for error in causes(caught.value))


async def test_a_certificate_that_does_not_verify_is_not_tried_again(library: str) -> None:
    async with (
        serving((READ, OK), tls=True) as server,
        connected(library, server.base_url, api_key=CANARY) as client,
    ):
        error: Any = await failing(client, APIConnectionError)
        search(error)
    assert "; the certificate is not trusted: name a file" in str(error)
    assert (server.requests, server.connections <= 1) == (0, True)
    assert not error.transient
    assert any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes(error))


async def test_a_server_without_tls(library: str) -> None:
    async with (
        serving((b"HTTP/1.1 400 Bad Request\r\n\r\n",)) as server,
        connected(library, server.base_url.replace("http:", "https:")) as client,
    ):
        with pytest.raises(APIConnectionError, match=r"ConnectError: .*SSL"):
            await client.sessions.list()
    assert server.requests == 0


# --- redirects


@pytest.mark.parametrize("status", ["302 Found", "307 Same"])
async def test_a_redirect_to_another_host_takes_nothing_there(status: str, library: str) -> None:
    async with serving((READ, OK)) as other:
        location = f"location: {other.base_url.replace('127.0.0.1', 'localhost')}/sessions"
        async with (
            serving((READ, answer(b"", status, location))) as server,
            connected(library, server.base_url) as client,
        ):
            with pytest.raises(APIStatusError, match="the server redirects") as caught:
                await client.sessions.list()
            assert caught.value.status_code == int(status[:3])
            with pytest.raises(APIStatusError, match="the server redirects"):
                await write(client)
    assert server.requests == 2
    assert (other.connections, other.requests) == (0, 0)


# --- whatever a transport may raise


@pytest.mark.parametrize(
    ("raised", "transient"),
    [
        (ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC]"), True),
        (ConnectionResetError("reset"), True),
        (OSError(28, "No space left"), True),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), False),
        (RuntimeError("Event loop is closed"), False),
        (AssertionError(), False),
        (KeyError("x"), False),
        (httpx.InvalidURL("Invalid port"), False),
        (httpx.CookieConflict("x"), False),
        (httpx.UnsupportedProtocol("ws"), False),
        (httpx.StreamClosed(), False),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_no_foreign_exception_comes_through(raised: Exception, transient: bool) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise raised

    transport = httpx.MockTransport(fail)
    async with AsyncExecClient(
        KEY, transport=transport, retry=RetryPolicy(backoff=0), rate_limit=None
    ) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.sessions.list()
    assert caught.value.__cause__ is raised
    assert caught.value.transient is transient
    assert len(caught.value.attempts) == (3 if transient else 1)


async def test_a_url_too_long_for_httpx(library: str) -> None:
    async with serving((READ, OK)) as server, connected(library, server.base_url) as client:
        with pytest.raises(APIConnectionError, match="InvalidURL: URL too long") as caught:
            await client.sessions.list(user_ids=["x" * 30] * 3000)
        assert len(caught.value.attempts) == 1
    assert server.requests == 0
