"""Which failures of reads and writes are tried again, through a whole client on virtual time."""

import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from exec_api_client import APIConnectionError, APIError, APIStatusError, Attempt, ResponseDecodeError
from tests.fakes import OK, refusal
from tests.retry.script import Answer, Script, refused, write
from tests.virtual_time import virtual

# --- reads


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@virtual
async def test_a_status_that_can_pass_is_tried_again(status: int) -> None:
    server = Script(refusal(status), OK)
    async with server.client() as client:
        assert (await client.sessions.get("x")).id == "x"
    assert len(server.sent) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 405, 409, 410, 418, 422, 501, 505, 520])
@virtual
async def test_no_other_status_is_tried_again(status: int) -> None:
    server = Script(refusal(status, headers={"retry-after": "1"}), OK)
    async with server.client() as client:
        with pytest.raises(APIStatusError) as caught:
            await client.sessions.get("x")
    assert len(server.sent) == 1
    assert caught.value.attempts == (Attempt(type(caught.value).__name__, status, None, "server"),)


@pytest.mark.parametrize(
    "fault",
    [
        *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError),
        *(
            httpx.ReadError,
            httpx.ReadTimeout,
            httpx.WriteError,
            httpx.WriteTimeout,
            httpx.RemoteProtocolError,
        ),
    ],
)
@virtual
async def test_a_connection_that_fails_is_tried_again(fault: Callable[[str], Exception]) -> None:
    server = Script(fault("x"), OK)
    async with server.client() as client:
        assert (await client.sessions.get("x")).id == "x"
    assert len(server.sent) == 2


class CutShort(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"id": '
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


@virtual
async def test_a_body_that_is_cut_short_is_tried_again() -> None:
    bodies: list[Any] = [CutShort(), httpx.ByteStream(b'{"id": "x"}')]

    async def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=bodies.pop(0))

    async with Script(OK).client(transport=httpx.MockTransport(handle)) as client:
        assert (await client.sessions.get("x")).id == "x"
    assert bodies == []


@virtual
async def test_an_answer_that_cannot_be_read_is_not_tried_again() -> None:
    server = Script(httpx.Response(200, content=b"<html>"), OK)
    async with server.client() as client:
        with pytest.raises(ResponseDecodeError):
            await client.sessions.get("x")
    assert len(server.sent) == 1


@virtual
async def test_a_certificate_that_does_not_verify_is_not_tried_again() -> None:
    problem = httpx.ConnectError("certificate verify failed")
    problem.__cause__ = ssl.SSLCertVerificationError("self-signed")
    server = Script(problem, OK)
    async with server.client() as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.sessions.get("x")
    assert len(server.sent) == 1
    assert caught.value.attempts == (Attempt("APIConnectionError", None, None, "backoff"),)


# --- writes


@pytest.mark.parametrize(
    "fault",
    [refused(1), httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")],
    ids=lambda fault: type(fault).__name__,
)
@virtual
async def test_a_write_is_tried_again_where_the_server_cannot_have_acted(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        assert (await write(client)).status == 200
    assert len(server.sent) == 2


@pytest.mark.parametrize(
    "fault",
    [
        *(refusal(status) for status in (408, 500, 502, 503, 504)),
        *(httpx.ReadError("x"), httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.WriteTimeout("x")),
        httpx.RemoteProtocolError("x"),
    ],
    ids=lambda fault: getattr(fault, "status_code", type(fault).__name__),
)
@virtual
async def test_a_write_that_may_have_happened_is_not_repeated(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        with pytest.raises(APIError):
            await write(client)
        assert len(server.sent) == 1
        server.answers = [fault, OK]
        assert (await write(client, idempotent=True)).status == 200
