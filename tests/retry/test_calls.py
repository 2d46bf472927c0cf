"""What is tried again and what is not, through a whole client on virtual time."""

import ssl
from typing import Any

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    Attempt,
    InternalServerError,
    ResponseDecodeError,
    RetryPolicy,
)
from tests.fakes import OK, ONCE, refusal
from tests.retry.script import DOWN, MANY, Answer, Script, now, refused, statuses, write
from tests.virtual_time import virtual


def shown(answer: Any) -> str:
    return str(getattr(answer, "status_code", type(answer).__name__))


UNVERIFIED = httpx.ConnectError("certificate verify failed")
UNVERIFIED.__cause__ = ssl.SSLCertVerificationError("self-signed")

# What the server cannot have acted on, what it may have acted on, and what would end in the same way.
UNSENT: list[Answer] = [
    refused(1),
    *(httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")),
]
SENT: list[Answer] = [
    *(refusal(status) for status in (408, 500, 502, 503, 504, 520, 522, 524, 529, 530)),
    *(httpx.ReadError("x"), httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.WriteTimeout("x")),
    httpx.RemoteProtocolError("x"),
]
FINAL: list[Answer] = [
    *(refusal(status, headers={"retry-after": "1"}) for status in (301, 400, 401, 403, 404, 409, 418, 422)),
    *(refusal(501), refusal(505), refusal(525)),
    *(httpx.UnsupportedProtocol("x"), httpx.LocalProtocolError("x"), httpx.TooManyRedirects("x")),
    UNVERIFIED,
    httpx.Response(200, content=b"<html>"),
]


@pytest.mark.parametrize("fault", [*UNSENT, *SENT, httpx.ProxyError("x")], ids=shown)
@virtual
async def test_a_read_is_tried_again_where_it_may_succeed(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        assert (await client.sessions.get("x")).id == "x"
    assert server.paths == ["x", "x"]


@pytest.mark.parametrize("fault", FINAL, ids=shown)
@virtual
async def test_what_would_end_in_the_same_way_is_not_tried_again(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        with pytest.raises(APIError) as caught:
            await client.sessions.get("x")
    assert now() == pytest.approx(0.1)
    assert len(server.sent) == len(caught.value.attempts) == 1
    assert caught.value.attempts[0].delay is None


@pytest.mark.parametrize("fault", UNSENT, ids=shown)
@virtual
async def test_a_write_is_tried_again_where_the_server_cannot_have_acted(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        assert (await write(client)).status_code == 200
    assert server.bodies == [b'{"secret":1}'] * 2


@pytest.mark.parametrize("fault", SENT, ids=shown)
@virtual
async def test_a_write_that_may_have_happened_is_repeated_only_if_it_is_idempotent(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        with pytest.raises(APIError):
            await write(client)
        assert len(server.sent) == 1
        server.answers = [fault, OK]
        assert (await write(client, "PUT")).status_code == 200


@virtual
async def test_a_write_that_a_deadline_cuts_off_may_have_been_acted_on() -> None:
    """The first attempt was never sent; of the second nobody knows."""
    server = Script(httpx.ConnectError("x"), 60.0, OK)
    async with server.client(deadline=8) as client:
        with pytest.raises(APIConnectionError) as caught:
            await write(client)
    assert now() == 8
    assert caught.value.sent
    assert [(attempt.error, attempt.source) for attempt in caught.value.attempts] == [
        ("APIConnectionError", "backoff"),
        ("APITimeoutError", "deadline"),
    ]


@pytest.mark.parametrize(
    ("policy", "requests"), [(RetryPolicy(), 3), (ONCE, 1), (RetryPolicy(max_retries=1), 2)]
)
@pytest.mark.parametrize("fault", [DOWN, refused(1), httpx.ConnectError("x")], ids=shown)
@virtual
async def test_two_retries_unless_told_otherwise(fault: Answer, policy: RetryPolicy, requests: int) -> None:
    server = Script(fault)
    async with server.client() as client:
        with pytest.raises(APIError) as caught:
            await client.with_options(retry=policy).sessions.get("x")
    assert len(server.sent) == len(caught.value.attempts) == requests


@virtual
async def test_the_last_failure_is_raised_and_knows_all_attempts() -> None:
    server = Script(DOWN, httpx.ReadError("x"), refusal(404))
    async with server.client() as client:
        with pytest.raises(APIStatusError, match=r"404: .* \(after 3 attempts\)$") as caught:
            await client.sessions.get("x")
        assert caught.value.attempts == (
            Attempt("InternalServerError", 503, 0.25, "backoff"),
            Attempt("APIConnectionError", None, 0.5, "backoff"),
            Attempt("NotFoundError", 404, None, "backoff"),
        )
        server.answers = [DOWN, httpx.Response(200, content=b"<html>")]
        with pytest.raises(ResponseDecodeError) as unread:
            await client.sessions.get("x")
    assert [attempt.status for attempt in unread.value.attempts] == [503, 200]


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 1 - 2**-53])
@virtual
async def test_full_jitter_between_nothing_and_a_bound_that_doubles_up_to_8_s(chance: float) -> None:
    server = Script(DOWN, latency=0.0)
    async with server.client(lambda: chance, retry=MANY) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    delays = [chance * bound for bound in (0.5, 1, 2, 4, 8, 8, 8, 8, 8)]
    slept = [later - early for early, later in zip(server.sent, server.sent[1:], strict=False)]
    assert slept == pytest.approx(delays)
    assert [attempt.delay for attempt in caught.value.attempts] == [*delays, None]


@pytest.mark.parametrize("first", [httpx.ReadTimeout("x"), DOWN], ids=shown)
@virtual
async def test_a_delete_whose_first_response_was_lost_has_both_attempts(first: Answer) -> None:
    async with Script(first, refusal(404)).client() as client:
        with pytest.raises(APIStatusError) as caught:
            await client.request("DELETE", "/things/1")
    assert statuses(caught.value) == [getattr(first, "status_code", None), 404]
