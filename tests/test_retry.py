"""When a request is tried again and how long the wait is: pure tables, then whole calls on virtual time."""

import json
import math
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    ConfigurationError,
    InternalServerError,
    RateLimitError,
    ResponseDecodeError,
    RetryPolicy,
)
from exec_api_client._operation import Body, Operation
from exec_api_client.retry import RETRIED_STATUSES, RetryBudget, may_retry, server_wait
from tests.fakes import Api, Time, refusal

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT

# --- the policy

probability = st.floats(0, 1, exclude_max=True)
seconds = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("retries", "bound"), [(0, 0.5), (1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 8.0), (60, 8.0)]
)
def test_the_bound_doubles_up_to_its_limit_and_chance_spreads_below_it(retries: int, bound: float) -> None:
    policy = RetryPolicy(max_retries=100)
    assert policy.delay(retries, None, 0.0) == 0.0
    assert policy.delay(retries, None, 0.5) == bound / 2


def test_the_defaults() -> None:
    policy = RetryPolicy()
    assert (policy.max_retries, policy.backoff, policy.max_backoff, policy.max_wait) == (2, 0.5, 8.0, 120.0)
    assert policy == RetryPolicy()


def test_after_the_last_retry_there_is_none() -> None:
    assert [RetryPolicy().delay(retries, None, 0.5) is None for retries in range(4)] == [
        False,
        False,
        True,
        True,
    ]
    assert RetryPolicy(max_retries=0).delay(0, 1.0, 0.5) is None


def test_a_longer_wait_than_allowed_is_not_slept() -> None:
    policy = RetryPolicy(max_wait=60)
    assert policy.delay(0, 60.0, 0.0) == 60.0
    assert policy.delay(0, 60.1, 0.0) is None
    assert RetryPolicy(max_wait=math.inf).delay(0, 86400.0, 0.0) == 86400.0


@given(st.integers(0, 9), seconds, probability)
def test_the_server_is_never_asked_early_nor_much_later(retries: int, asked: float, chance: float) -> None:
    delay = RetryPolicy(max_retries=10, max_wait=1e6).delay(retries, asked, chance)
    assert delay is not None
    assert asked <= delay <= asked + min(1.0, asked / 10)


@given(st.integers(0, 99), seconds, seconds, probability)
def test_a_wait_of_its_own_stays_within_both_bounds(
    retries: int, backoff: float, largest: float, chance: float
) -> None:
    delay = RetryPolicy(max_retries=100, backoff=backoff, max_backoff=largest).delay(retries, None, chance)
    assert delay is not None
    assert 0 <= delay <= min(largest, backoff * 2.0**retries)


@pytest.mark.parametrize("setting", ["max_retries", "backoff", "max_backoff", "max_wait"])
def test_negative_settings_are_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="numbers from 0 upwards are wanted"):
        RetryPolicy(**{setting: -1})


@pytest.mark.parametrize("setting", ["backoff", "max_backoff", "max_wait"])
def test_not_a_number_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError):
        RetryPolicy(**{setting: math.nan})


# --- whether


@pytest.mark.parametrize("status", range(300, 600))
def test_which_statuses_are_tried_again(status: int) -> None:
    error = APIStatusError("x", status_code=status)
    assert may_retry(error, idempotent=True) is (status in {408, 429, 500, 502, 503, 504})
    assert may_retry(error, idempotent=False) is (status == 429)


def test_the_statuses_are_listed() -> None:
    assert {408, 429, 500, 502, 503, 504} == RETRIED_STATUSES


@pytest.mark.parametrize("kind", [APIConnectionError, APITimeoutError])
@pytest.mark.parametrize(
    ("idempotent", "sent", "transient", "again"),
    [
        (True, True, True, True),
        (True, False, True, True),
        (False, False, True, True),
        (False, True, True, False),  # the server may have acted
        (True, True, False, False),  # it would end in the same way
        (False, False, False, False),
    ],
)
def test_a_lost_connection(
    kind: type[APIConnectionError], idempotent: bool, sent: bool, transient: bool, again: bool
) -> None:
    assert may_retry(kind("x", sent=sent, transient=transient), idempotent) is again


def test_an_answer_that_cannot_be_read_is_not_asked_for_again() -> None:
    assert not may_retry(ResponseDecodeError("x"), idempotent=True)
    assert not may_retry(APIError("x"), idempotent=True)


# --- what the server asks for


def wait(body: Any = None, **headers: Any) -> float | None:
    """Seconds that a body, or headers named with underscores, ask for."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return server_wait(named, json.dumps(body).encode(), NOW)


@pytest.mark.parametrize(
    ("body", "headers", "asked"),
    [
        ({"retry_after": 30}, {}, 30.0),
        ({"error": {"retry_after": 30}}, {}, 30.0),
        ({"error": {"message": "x"}, "retry_after": 0.5}, {}, 0.5),
        ({"error": "x", "retry_after": "12.5"}, {}, 12.5),
        ({"error": {"retry_after": 5}, "retry_after": 60}, {}, 5.0),
        ({"retry_after": 0}, {"retry_after": 60}, 0.0),
        ({"error": {"retry_after": None}, "retry_after": 30}, {}, 30.0),
        ({"error": {"retry_after": -1}, "retry_after": "soon"}, {"retry_after": 7}, 7.0),
        ({"retry_after": 30}, {"retry_after": 60, "retry_after_ms": 1}, 30.0),
        ({"retry_after": None}, {"retry_after": 60}, 60.0),
        (None, {"retry_after": 60, "retry_after_ms": 1500}, 1.5),
        (None, {"retry_after": "60", "retry_after_ms": "soon"}, 60.0),
        (None, {"retry_after": " 2.5 "}, 2.5),
        (None, {"retry_after": "Fri, 15 Jan 2027 08:00:45 GMT"}, 45.0),
        (None, {"retry_after": "Fri, 15 Jan 2027 09:00:45 +0100"}, 45.0),
        (None, {"retry_after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),  # over already
        (None, {"retry_after": "Friday, 15-Jan-27 08:00:45 GMT"}, 45.0),
        ({"retry_after": 86400}, {}, 86400.0),
        ({"retry_after": 86401}, {}, 86.401),  # no limit is longer than a day: milliseconds
        ({"retry_after": 86_400_000}, {}, 86400.0),
        (None, {"retry_after": 31 * 86400}, 31 * 86400.0),
    ],
)
def test_each_form_of_asking(body: Any, headers: dict[str, Any], asked: float) -> None:
    assert wait(body, **headers) == asked


UNREADABLE = [
    -1,
    -0.001,
    math.nan,
    math.inf,
    -math.inf,
    True,
    False,
    None,
    [],
    {},
    "",
    "soon",
    "-5",
    "nan",
    "inf",
]
UNREADABLE += ["1_0", "١٢", "0x10", "", 86_400_001, 1e300, 10**400, "1e400", "12s"]


@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: repr(value)[:20])
def test_a_body_that_cannot_be_meant_asks_for_nothing(value: Any) -> None:
    assert wait({"retry_after": value}) is None
    assert wait({"error": {"retry_after": value}}) is None
    assert wait({"retry_after": value}, retry_after="7") == 7.0


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "-1", "nan", "inf", "1e9", "True", "2027-01-15T08:00:00Z", "Fri, 15 Jan 2027"),
        *("Fri, 15 Jan 2127 08:00:00 GMT", "Fri, 15 Jan 99999 08:00:00 GMT", "Fri, 99 Foo 2027 08:00:00 GMT"),
    ],
)
def test_a_header_that_cannot_be_meant_asks_for_nothing(text: str) -> None:
    assert wait(retry_after=text) is None


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b"null", b"\xff", b"[" * 100_000])
def test_a_body_in_another_form_asks_for_nothing(content: bytes) -> None:
    assert server_wait({}, content, NOW) is None
    assert server_wait({"retry-after": "5"}, content, NOW) == 5.0


@given(st.text(), st.text(), st.binary())
def test_nothing_that_a_server_says_breaks_the_reading(
    header: str, milliseconds: str, content: bytes
) -> None:
    asked = server_wait({"retry-after": header, "retry-after-ms": milliseconds}, content, NOW)
    assert asked is None or 0 <= asked <= 31 * 86400


# --- whole calls

OK = httpx.Response(200, json={"id": "x"})
DOWN = refusal(503, message="down")


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
    async with Api(refusal(429)).client(retry=RetryPolicy(max_retries=0)) as client:
        with pytest.raises(RateLimitError) as caught:
            await client.sessions.get("x")
    assert caught.value.retry_after is None


async def test_max_retries_0_turns_retries_off() -> None:
    for answer in (DOWN, refusal(429, retry_after=1), httpx.ConnectError("refused")):
        api = Api(answer, OK)
        async with api.client(retry=RetryPolicy(max_retries=0)) as client:
            with pytest.raises(APIError):
                await client.sessions.get("x")
        assert len(api.requests) == 1


CREATE: Operation[Any] = Operation(
    "things.create", "POST", "/things", lambda status, data: data, body=Body({"name": "name"})
)
Fault = Callable[[str], Exception]


async def create(api: Api) -> Any:
    """Make a write, which the API does not have yet."""
    async with api.client() as client:
        return await client._call(CREATE, {"name": "x"}, None, CREATE.read)


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


# --- while a server is down


async def test_all_calls_together_spend_few_retries_on_a_server_that_is_down() -> None:
    api = Api(DOWN)
    async with api.client() as client:
        for _ in range(20):
            with pytest.raises(InternalServerError):
                await client.sessions.get("x")
    assert len(api.requests) == 20 + 10


def test_ten_successes_earn_a_retry() -> None:
    budget = RetryBudget()
    assert [budget.spend() for _ in range(11)] == [True] * 10 + [False]
    for _ in range(9):
        budget.earn()
    assert not budget.spend()
    budget.earn()
    budget.earn()  # one more than ten tenths, which are a little less than one
    assert budget.spend()


def test_a_success_earns_a_part_of_a_retry() -> None:
    budget = RetryBudget(tokens=1, earned=0.5)
    assert [budget.spend(), budget.spend()] == [True, False]
    budget.earn()
    assert not budget.spend()
    budget.earn()
    assert budget.spend()
    for _ in range(100):
        budget.earn()
    assert [budget.spend(), budget.spend()] == [True, False]  # no more than at first
