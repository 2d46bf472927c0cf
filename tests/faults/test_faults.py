"""Each fault over a real connection: always one of our exceptions, the cause kept, no request too many."""

import asyncio
import gzip
import logging
import socket
import ssl
import tracemalloc
from typing import Any

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APIStatusError,
    AsyncExecClient,
    ExecError,
    InternalServerError,
    RateLimitError,
    ResponseDecodeError,
    RetryPolicy,
)
from exec_api_client._send import Seams
from tests.fakes import KEY
from tests.faults.server import READ, RESET, WAIT, answer, json_answer, refusing, serving
from tests.faults.table import (
    EMPTY,
    FAULTS,
    HTML,
    LIBRARIES,
    OK,
    Fault,
    by_name,
    connected,
    make,
    write,
)

MADE = json_answer(b'{"id": "made"}', "201 Created")


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def causes(error: BaseException) -> list[BaseException]:
    """What lies behind an error, itself included."""
    chain = [error]
    for each in chain:
        chain += [other for other in (each.__cause__, each.__context__) if other and other not in chain]
    return chain


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_fault(fault: Fault, library: str) -> None:
    async with (
        serving(fault.script, tls=fault.tls) as server,
        connected(library, server.base_url, **fault.settings) as client,
    ):
        if fault.error is None:
            await client.sessions.list()
        else:
            with pytest.raises(ExecError) as caught:
                await client.sessions.list()
            error: Any = caught.value
            assert type(error) is fault.error
            assert type(error.__cause__).__name__ == (fault.cause or "NoneType")
            assert fault.says in str(error)
            assert (error.method, error.path) == ("GET", "/sessions")
            if fault.requests != 1:
                assert len(error.attempts) == max(fault.requests, 1)
    assert server.requests == fault.requests
    await quiet()


async def quiet() -> None:
    """Nothing is left to do but the test itself."""
    for _ in range(20):  # httpx's generators end one inside the other
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


# --- faults of the way to the server


async def test_refused(library: str) -> None:
    with refusing() as url:
        async with connected(library, url) as client:
            for operation in (write("GET"), write()):  # the server cannot have acted: a write is safe, too
                with pytest.raises(APIConnectionError, match="ConnectError: ") as caught:
                    await make(client, operation)
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
    async with serving((READ, OK), tls=True) as server, connected(library, server.base_url) as client:
        with pytest.raises(APIConnectionError, match=r"CERTIFICATE_VERIFY_FAILED|[Cc]ertificate") as caught:
            await client.sessions.list()
    assert (server.requests, server.connections <= 1) == (0, True)
    assert not caught.value.transient
    assert any(isinstance(error, ssl.SSLCertVerificationError) for error in causes(caught.value))


async def test_a_server_without_tls(library: str) -> None:
    async with (
        serving((b"HTTP/1.1 400 Bad Request\r\n\r\n",)) as server,
        connected(library, server.base_url.replace("http:", "https:")) as client,
    ):
        with pytest.raises(APIConnectionError, match=r"ConnectError: .*SSL"):
            await client.sessions.list()
    assert server.requests == 0


# --- writes


@pytest.mark.parametrize(
    "name",
    [
        "closed before the headers",
        "closed in the headers",
        "closed after the headers",
        "reset before the headers",
        "garbage",
        "silence",
        "502 with HTML",
        "503 with nothing",
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
                await make(client, write(method))
            assert type(caught.value) is fault.error
            assert server.requests == requests


async def test_a_write_that_was_refused_is_sent_again(library: str) -> None:
    refusal = answer(HTML, "429 Slow Down")
    async with (
        serving((READ, refusal, READ, refusal, READ, MADE)) as server,
        connected(library, server.base_url) as client,
    ):
        assert await make(client, write()) == {"id": "made"}
    assert server.bodies == [b'{"name":"x"}'] * 3


async def test_204_is_an_answer(library: str) -> None:
    async with (
        serving((READ, b"HTTP/1.1 204 No Content\r\n\r\n", READ, MADE)) as server,
        connected(library, server.base_url) as client,
    ):
        assert await make(client, write("DELETE", lambda status, data: (status, data))) == (204, None)
        assert await make(client, write()) == {"id": "made"}
    assert server.connections == 1


@pytest.mark.parametrize("ending", [(), (RESET,)], ids=["closed", "reset"])
async def test_a_kept_connection_that_dies_under_a_request(ending: Any, library: str) -> None:
    dying = (READ, OK, READ, *ending)
    async with serving(dying, (READ, OK)) as server, connected(library, server.base_url) as client:
        await client.sessions.list()
        await client.sessions.list()
        assert (server.requests, server.connections) == (3, 2)
    async with serving(dying, (READ, MADE)) as server, connected(library, server.base_url) as client:
        await client.sessions.list()
        with pytest.raises(APIConnectionError) as caught:
            await make(client, write())
        assert caught.value.sent
        assert (server.requests, server.connections) == (2, 1)


async def test_a_kept_connection_that_was_closed_between_two_calls(library: str) -> None:
    async with serving((READ, OK), (READ, MADE)) as server, connected(library, server.base_url) as client:
        await client.sessions.list()
        await server.all_left()
        await asyncio.sleep(0.01)
        assert await make(client, write()) == {"id": "made"}
    assert (server.requests, server.connections) == (2, 2)


# --- redirects


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 Same", "308 Moved"])
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
                await make(client, write())
    assert server.requests == 2
    assert (other.connections, other.requests) == (0, 0)


# --- much of something


async def test_a_gzip_bomb_is_stopped_while_it_is_read(library: str) -> None:
    most = 2**20
    bomb = gzip.compress(bytes(64 * most))  # 64 MiB in 64 kB: one read
    stream = answer(bomb, "200 OK", "content-encoding: gzip", length=2 * len(bomb))
    async with (
        serving((READ, stream, WAIT)) as server,
        connected(library, server.base_url, max_response_bytes=most) as client,
    ):
        with pytest.raises(ResponseDecodeError):  # what is imported at the first request does not count
            await client.sessions.list()
        tracemalloc.start()
        try:
            with pytest.raises(ResponseDecodeError, match=r"larger than 1048576 bytes") as caught:
                await client.sessions.list()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        await server.all_left()  # although the client is still open
    assert caught.value.status_code == 200
    assert server.requests == 2
    assert peak < 4 * most
    await quiet()


async def test_a_long_answer_is_stopped_while_it_is_read(library: str) -> None:
    huge = answer(b"[" * 2**20, length=2**30)
    async with (
        serving((READ, huge, WAIT)) as server,
        connected(library, server.base_url, max_response_bytes=2**16) as client,
    ):
        with pytest.raises(ResponseDecodeError, match="larger than 65536 bytes"):
            await client.sessions.list()
        await server.all_left()
    assert server.requests == 1


async def test_an_answer_of_exactly_the_largest_size(library: str) -> None:
    for encoding, body in (("identity", EMPTY), ("gzip", gzip.compress(EMPTY))):
        script = (READ, json_answer(body, "200 OK", f"content-encoding: {encoding}")) * 2
        async with serving(script) as server:
            async with connected(library, server.base_url, max_response_bytes=len(EMPTY)) as client:
                await client.sessions.list()
            async with connected(library, server.base_url, max_response_bytes=len(EMPTY) - 1) as client:
                with pytest.raises(ResponseDecodeError, match="larger than"):
                    await client.sessions.list()


# --- for ever

TASKS, SLOTS, BUDGET = 50, 10, 10


async def storm(library: str, status: str) -> tuple[int, list[BaseException]]:
    """50 tasks call a server that never recovers: how many requests it sees, and what comes of them."""
    script = (READ, answer(b"", status)) * TASKS
    async with (
        serving(script) as server,
        connected(library, server.base_url, max_connections=SLOTS) as client,
    ):
        calls = [client.sessions.get(str(number)) for number in range(TASKS)]
        errors = await asyncio.gather(*calls, return_exceptions=True)
    return server.requests, [error for error in errors if isinstance(error, BaseException)]


async def test_503_for_ever_costs_a_budget_of_retries(library: str) -> None:
    requests, errors = await storm(library, "503 Out")
    assert requests == TASKS + BUDGET
    assert {type(error) for error in errors} == {InternalServerError}
    assert len(errors) == TASKS


async def test_429_for_ever_costs_a_budget_of_retries(library: str) -> None:
    requests, errors = await storm(library, "429 Slow Down")
    # Those who could not know of the 429 are tried again for nothing: as many as are under way at once.
    assert requests == TASKS + SLOTS + BUDGET
    assert {type(error) for error in errors} == {RateLimitError}
    assert len(errors) == TASKS


async def test_a_deadline_between_two_attempts_keeps_the_last_failure_and_its_cause(library: str) -> None:
    patient, seams = RetryPolicy(backoff=0.02), Seams(random=lambda: 0.9)
    async with (
        serving((READ, RESET), (READ, WAIT)) as server,
        connected(library, server.base_url, max_connections=1, retry=patient, _seams=seams) as client,
    ):
        # Between its attempts it lets another call pass, which keeps the only slot.
        hurried = asyncio.ensure_future(client.with_options(deadline=1.0).sessions.get("x"))
        other = asyncio.ensure_future(client.sessions.get("y"))
        with pytest.raises(APIConnectionError, match="ReadError: ") as caught:
            await hurried
        other.cancel()
    assert type(caught.value.__cause__).__name__ == "ReadError"
    assert server.requests == 2
    await asyncio.gather(other, return_exceptions=True)


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


@pytest.fixture(autouse=True)
def _quiet_server(caplog: pytest.LogCaptureFixture) -> None:
    # The server's half of asyncio tells of handshakes that the client broke off.
    caplog.set_level(logging.CRITICAL, "asyncio")
