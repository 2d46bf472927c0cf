"""What is tried again and what is not, through whole calls."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    InternalServerError,
    RateLimitError,
)
from exec_api_client._runtime.arguments import Argument
from exec_api_client._runtime.operations import Body, Operation
from exec_api_client._runtime.requests import build_request
from tests.fakes import OK, ONCE, Api, Time, refusal
from tests.retry.script import DOWN


async def test_a_read_is_tried_again_after_503() -> None:
    time, api = Time(), Api(DOWN, DOWN, OK)
    async with api.client(_seams=time.seams) as client:
        assert (await client.sessions.get("x")).id == "x"
    assert api.targets == ["/sessions/x"] * 3
    assert time.slept == [0.25, 0.5]


async def test_the_last_failure_is_raised_and_knows_all_attempts() -> None:
    api = Api(refusal(500), refusal(502), DOWN)
    async with api.client() as client:
        with pytest.raises(InternalServerError, match=r"503: down \(after 3 attempts\)") as caught:
            await client.sessions.get("x")
    assert [attempt.status for attempt in caught.value.attempts] == [500, 502, 503]
    assert len(api.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 501, 520])
async def test_what_would_end_in_the_same_way_is_not_tried_again(status: int) -> None:
    time, api = Time(), Api(refusal(status))
    async with api.client(_seams=time.seams) as client:
        with pytest.raises(APIStatusError) as caught:
            await client.sessions.get("x")
    assert len(api.requests) == len(caught.value.attempts) == 1
    assert time.slept == []


@pytest.mark.parametrize("form", [{"json": {"retry_after": 20}}, {"headers": {"retry-after": "20"}}])
async def test_after_429_the_wait_is_the_servers(form: dict[str, Any]) -> None:
    time, api = Time(), Api(httpx.Response(429, **form), OK)
    async with api.client(_seams=time.seams) as client:
        await client.sessions.get("x")
    assert len(api.requests) == 2
    assert 20 <= time.passed <= 21.5


async def test_a_429_that_asks_for_more_than_allowed_fails_at_once() -> None:
    time, api = Time(), Api(refusal(429, retry_after=3600, message="Slow down"))
    async with api.client(_seams=time.seams) as client:
        with pytest.raises(RateLimitError, match="Slow down") as caught:
            await client.sessions.get("x")
    assert caught.value.retry_after == 3600.0
    assert len(api.requests) == 1
    assert time.passed == 0


async def test_a_429_without_a_wait_has_none() -> None:
    async with Api(refusal(429)).client(retry=ONCE) as client:
        with pytest.raises(RateLimitError) as caught:
            await client.sessions.get("x")
    assert caught.value.retry_after is None


async def test_max_retries_0_turns_retries_off() -> None:
    for answer in (DOWN, refusal(429, retry_after=1), httpx.ConnectError("refused")):
        api = Api(answer, OK)
        async with api.client(retry=ONCE) as client:
            with pytest.raises(APIError):
                await client.sessions.get("x")
        assert len(api.requests) == 1


CREATE: Operation[Any] = Operation(
    "things.create",
    "POST",
    "/things",
    lambda status, data: data,
    body=Body({"name": Argument("name", "string")}),
)


Fault = Callable[[str], Exception]


async def create(api: Api) -> Any:
    """Make a write, which the API does not have yet."""
    async with api.client() as client:
        return await client._send(build_request(CREATE, {"name": "x"}), None)


async def test_a_write_is_tried_again_after_429_only() -> None:
    api = Api(refusal(429, retry_after=1), httpx.Response(201, json={"id": "t1"}))
    assert await create(api) == {"id": "t1"}
    assert [request.content for request in api.requests] == [b'{"name":"x"}'] * 2
    for status in (408, 500, 502, 503, 504):
        api = Api(refusal(status), httpx.Response(201, json={"id": "t1"}))
        with pytest.raises(APIStatusError):
            await create(api)
        assert len(api.requests) == 1


@pytest.mark.parametrize("fault", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_a_write_that_was_never_sent_is_tried_again(fault: Fault) -> None:
    api = Api(fault("x"), httpx.Response(201, json={"id": "t1"}))
    assert await create(api) == {"id": "t1"}
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.WriteTimeout, httpx.RemoteProtocolError],
)
async def test_a_write_that_the_server_may_have_is_not_tried_again_and_a_read_is(fault: Fault) -> None:
    api = Api(fault("x"), httpx.Response(201, json={}))
    with pytest.raises(APIConnectionError) as caught:
        await create(api)
    assert len(api.requests) == 1
    assert caught.value.sent
    api = Api(fault("x"), OK)
    async with api.client() as client:
        await client.sessions.get("x")
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "fault", [httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.TooManyRedirects]
)
async def test_what_cannot_get_better_is_not_tried_again(fault: Fault) -> None:
    api = Api(fault("x"), OK)
    async with api.client() as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.sessions.get("x")
    assert not caught.value.transient
    assert len(api.requests) == 1


async def test_no_wait_goes_beyond_the_deadline() -> None:
    time, api = Time(), Api(refusal(503, retry_after=10), OK)
    async with api.client(_seams=time.seams, deadline=5) as client:
        with pytest.raises(InternalServerError):
            await client.sessions.get("x")
    assert (len(api.requests), time.passed) == (1, 0)
    async with Api(refusal(503, retry_after=10), OK).client(_seams=time.seams, deadline=15) as client:
        assert (await client.sessions.get("x")).id == "x"
