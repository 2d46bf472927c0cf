"""The rules of retrying, each through a whole client on virtual time."""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncExecClient,
    Attempt,
    ClientClosedError,
    DailyLimitError,
    Hooks,
    InternalServerError,
    RateLimit,
    RateLimitError,
    ResponseDecodeError,
    RetryPolicy,
)
from exec_api_client._operation import Request
from exec_api_client._pause import PROBE
from exec_api_client._send import Settings
from exec_api_client.hooks import RequestSent, ResponseReceived, RetryPlanned
from exec_api_client.limits import LOOK_AGAIN
from exec_api_client.retry import server_wait
from tests.fakes import KEY, page_of, refusal
from tests.virtual_time import EPOCH, START, gather, here, seams, virtual

OK = httpx.Response(200, json={"id": "x"})
DOWN = refusal(503, message="down")
NONE = RetryPolicy(max_retries=0)
MANY = RetryPolicy(max_retries=9)

Answer = httpx.Response | Exception | float


class Script:
    """A server that answers in turn, the last for ever; a number is seconds to take before the next answer.

    `sent` holds when each request arrived, in seconds since the start.
    """

    def __init__(self, *answers: Answer, latency: float = 0.1) -> None:
        self.sent: list[float] = []
        self.paths: list[str] = []
        self.latency = latency
        self.answers = list(answers)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(now())
        self.paths.append(request.url.path.rpartition("/")[2])
        answer, latency = self.next(), self.latency
        if isinstance(answer, float):
            answer, latency = self.next(), answer
        await asyncio.sleep(latency)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def client(self, random: Callable[[], float] = lambda: 0.5, **settings: Any) -> AsyncExecClient:
        transport = httpx.MockTransport(self.handle)
        return AsyncExecClient(KEY, **{"transport": transport, "_seams": seams(random), **settings})


def now() -> float:
    """Seconds since the start."""
    return here().time() - START


def refused(wait: object = None, **said: Any) -> httpx.Response:
    return httpx.Response(429, json={"error": {"message": "slow down", **said}, "retry_after": wait})


def write(client: AsyncExecClient, *, idempotent: bool = False, **settings: Any) -> Awaitable[Any]:
    """A call that changes something, which the API does not have yet."""
    request = Request("POST", "/things", content=b'{"secret":1}', idempotent=idempotent)
    known = Settings(30.0, None, RetryPolicy())
    return client._sender.send(request, known._replace(**settings))


def statuses(error: APIError) -> list[int | None]:
    return [attempt.status for attempt in error.attempts]


# --- R1: what is tried again


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@virtual
async def test_r1_a_status_that_can_pass_is_tried_again(status: int) -> None:
    server = Script(refusal(status), OK)
    async with server.client() as client:
        assert (await client.sessions.get("x")).id == "x"
    assert len(server.sent) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 405, 409, 410, 418, 422, 501, 505, 520])
@virtual
async def test_r1_no_other_status_is(status: int) -> None:
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
async def test_r1_a_connection_that_fails_is_tried_again(fault: Callable[[str], Exception]) -> None:
    server = Script(fault("x"), OK)
    async with server.client() as client:
        assert (await client.sessions.get("x")).id == "x"
    assert len(server.sent) == 2


class CutShort(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"id": '
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


@virtual
async def test_r1_a_body_that_is_cut_short_is_tried_again() -> None:
    bodies: list[Any] = [CutShort(), httpx.ByteStream(b'{"id": "x"}')]

    async def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=bodies.pop(0))

    async with Script(OK).client(transport=httpx.MockTransport(handle)) as client:
        assert (await client.sessions.get("x")).id == "x"
    assert bodies == []


@virtual
async def test_r1_an_answer_that_cannot_be_read_is_not() -> None:
    server = Script(httpx.Response(200, content=b"<html>"), OK)
    async with server.client() as client:
        with pytest.raises(ResponseDecodeError):
            await client.sessions.get("x")
    assert len(server.sent) == 1


@virtual
async def test_r1_a_certificate_that_does_not_verify_is_not() -> None:
    problem = httpx.ConnectError("certificate verify failed")
    problem.__cause__ = ssl.SSLCertVerificationError("self-signed")
    server = Script(problem, OK)
    async with server.client() as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.sessions.get("x")
    assert len(server.sent) == 1
    assert caught.value.attempts == (Attempt("APIConnectionError", None, None, "backoff"),)


# --- R2: writes


@pytest.mark.parametrize(
    "fault",
    [refused(1), httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")],
    ids=lambda fault: type(fault).__name__,
)
@virtual
async def test_r2_a_write_is_tried_again_where_the_server_cannot_have_acted(fault: Answer) -> None:
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
async def test_r2_a_write_that_may_have_happened_is_not_repeated(fault: Answer) -> None:
    server = Script(fault, OK)
    async with server.client() as client:
        with pytest.raises(APIError):
            await write(client)
        assert len(server.sent) == 1
        server.answers = [fault, OK]
        assert (await write(client, idempotent=True)).status == 200


# --- R3: the delay


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 1 - 2**-53])
@virtual
async def test_r3_full_jitter_between_nothing_and_a_bound_that_doubles_up_to_8_s(chance: float) -> None:
    server = Script(DOWN, latency=0.0)
    async with server.client(lambda: chance, retry=MANY) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    bounds = [0.5, 1, 2, 4, 8, 8, 8, 8, 8]
    slept = [later - early for early, later in zip(server.sent, server.sent[1:], strict=False)]
    assert slept == pytest.approx([chance * bound for bound in bounds])
    assert [attempt.delay for attempt in caught.value.attempts] == [
        *(chance * bound for bound in bounds),
        None,
    ]


@virtual
async def test_r3_two_retries_unless_told_otherwise() -> None:
    server = Script(DOWN)
    async with server.client() as client:
        for policy, requests in ((RetryPolicy(), 3), (NONE, 1), (RetryPolicy(max_retries=1), 2)):
            server.sent.clear()
            with pytest.raises(InternalServerError):
                await client.with_options(retry=policy).sessions.get("x")
            assert len(server.sent) == requests


def test_r3_thousands_of_doublings_do_not_overflow() -> None:
    assert RetryPolicy(max_retries=10**6).delay(5000, None, 0.5) == 4.0


# --- R4: the server's wait


def in_each_form(seconds: int) -> list[httpx.Response]:
    moment = datetime.fromtimestamp(EPOCH + START + seconds, UTC)
    return [
        httpx.Response(429, json={"retry_after": seconds}),
        httpx.Response(429, json={"error": {"message": "x", "retry_after": seconds}}),
        httpx.Response(429, json={"error": "x", "retry_after": str(seconds)}),
        httpx.Response(429, headers={"retry-after-ms": str(seconds * 1000)}),
        httpx.Response(429, headers={"retry-after": str(seconds)}, content=b"<html>"),
        httpx.Response(429, headers={"retry-after": format_datetime(moment, usegmt=True)}),
        httpx.Response(503, headers={"retry-after": str(seconds)}),
    ]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1 - 2**-53])
@pytest.mark.parametrize("seconds", [1, 7, 30, 119, 120])
@pytest.mark.parametrize("form", range(7))
@virtual
async def test_r4_never_sooner_than_the_server_says_nor_much_later(
    form: int, seconds: int, chance: float
) -> None:
    """In each form; the answer arrives at once, so that a date says what a number does."""
    server = Script(in_each_form(seconds)[form], OK, latency=0.0)
    async with server.client(lambda: chance) as client:
        await client.sessions.get("x")
    first, second = server.sent
    assert 0 <= second - first - seconds <= min(1.0, 0.1 * seconds) + 1e-6


@pytest.mark.parametrize("limit", [RateLimit, lambda: None], ids=["limited", "unlimited"])
@pytest.mark.parametrize("chance", [0.0, 1 - 2**-53])
@virtual
async def test_r4_the_refused_call_is_the_first_though_others_queue(
    chance: float, limit: Callable[[], RateLimit | None]
) -> None:
    answers: list[Answer] = [OK, OK, 0.5, OK, refused(5), *[OK] * 60]
    server = Script(*answers)
    async with server.client(lambda: chance, rate_limit=limit(), max_connections=4) as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(40)))
    again = server.paths.index("3", 4)
    arrived = server.sent[3] + server.latency
    assert 5 <= server.sent[again] - arrived <= 5.5 + 1e-6
    between = [at for at in server.sent if arrived < at < server.sent[again]]
    assert between == []
    assert len(server.sent) == 41


@pytest.mark.parametrize("wait", [-1, "soon", True, None, [], 1e300, 86_400_001, "nan", "inf"], ids=repr)
@virtual
async def test_r4_a_wait_that_cannot_be_meant_falls_back_to_jitter(wait: object) -> None:
    server = Script(refused(wait), OK, latency=0.0)
    async with server.client() as client:
        await client.sessions.get("x")
    assert server.sent == [0.0, 0.25]


def test_r4_a_date_without_a_zone_is_gmt_wherever_the_clock_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for zone in ("America/New_York", "Asia/Tokyo"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            for date in ("Fri, 15 Jan 2027 08:00:45", "Fri, 15 Jan 2027 08:00:45 -0000"):
                assert server_wait({"retry-after": date}, b"", EPOCH) == 45
    finally:
        monkeypatch.undo()
        time.tzset()


# --- R5: a wait that is too long


@virtual
async def test_r5_a_long_wait_is_not_slept_and_later_calls_fail_here_until_it_is_over() -> None:
    server = Script(refused(1000), OK)
    async with server.client() as client:
        with pytest.raises(RateLimitError, match=r"429: slow down$") as caught:
            await client.sessions.get("x")
        assert type(caught.value) is RateLimitError
        assert now() == pytest.approx(0.1)
        assert (caught.value.retry_after, statuses(caught.value)) == (1000.0, [429])
        for seconds in (0, 100, 500):
            await asyncio.sleep(seconds)
            results = await gather(*(client.sessions.get(str(number)) for number in range(50)))
            assert {type(result) for result in results} == {RateLimitError}
        error = results[0]
        assert isinstance(error, RateLimitError)
        assert str(error) == "GET /sessions/0: 429: not sent: still refused (slow down); again in 400 s"
        assert error.retry_after == pytest.approx(400.5)
        assert error.attempts == ()
        assert len(server.sent) == 1
        await asyncio.sleep(300)
        assert (await client.sessions.get("x")).id == "x"  # now the rest of the wait may be slept
    assert 1000.1 <= server.sent[1] <= 1001.1


@pytest.mark.parametrize(
    "said",
    [{"message": "1000 requests per day"}, {"code": "daily_limit"}, {"type": "day_quota", "message": "x"}],
)
@virtual
async def test_r5_where_the_answer_speaks_of_the_day_the_error_does_too(said: dict[str, str]) -> None:
    server = Script(refused(40_000, **said), OK)
    async with server.client() as client:
        for wait in (40_000.0, 40_000.5):
            with pytest.raises(DailyLimitError) as caught:
                await client.sessions.get("x")
            assert caught.value.retry_after == pytest.approx(wait)
    assert len(server.sent) == 1


@virtual
async def test_r5_a_short_wait_is_slept_though_the_answer_speaks_of_the_day() -> None:
    server = Script(refused(30, message="daily limit"), OK)
    async with server.client() as client:
        await client.sessions.get("x")
    assert len(server.sent) == 2


@virtual
async def test_r5_a_day_without_a_wait_is_not_tried_again() -> None:
    server = Script(refused(message="daily limit"), OK)
    async with server.client() as client:
        with pytest.raises(DailyLimitError) as caught:
            await client.sessions.get("x")
    assert caught.value.retry_after is None
    assert len(server.sent) == 1


@pytest.mark.parametrize("limit", [RateLimit, lambda: None], ids=["limited", "unlimited"])
@virtual
async def test_r5_one_looks_whether_it_is_over_and_the_rest_follows(
    limit: Callable[[], RateLimit | None],
) -> None:
    server = Script(refused(500), 3.0, OK, OK)
    async with server.client(rate_limit=limit()) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(400)
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(20)))
    _, probe, second, *_ = server.sent
    assert 500.1 <= probe <= 501.1
    assert probe + 3.0 <= second <= probe + 3.0 + LOOK_AGAIN
    assert len(server.sent) == 21


@virtual
async def test_r5_a_look_that_is_refused_begins_another_pause() -> None:
    server = Script(refused(500), refused(700), OK)
    async with server.client() as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(450)
        results = await gather(*(client.sessions.get(str(number)) for number in range(20)))
        assert {type(result) for result in results} == {RateLimitError}
        assert len(server.sent) == 2
        await asyncio.sleep(690)
        assert (await client.sessions.get("x")).id == "x"
    assert server.sent[2] - server.sent[1] == pytest.approx(700.6)


@virtual
async def test_r5_a_look_that_is_refused_for_a_moment_waits_for_a_moment_only() -> None:
    server = Script(refused(200), refused(2), OK)
    async with server.client() as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(190)
        await client.sessions.get("x")
    assert server.sent[2] - server.sent[1] == pytest.approx(2.2)


@virtual
async def test_r5_when_the_one_that_looks_gets_no_answer_another_looks() -> None:
    server = Script(refused(200), 60.0, OK, OK)
    async with server.client(retry=NONE) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(190)
        tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(5)]
        await asyncio.sleep(12)
        tasks[0].cancel()
        results = await gather(*tasks)
        assert [isinstance(result, BaseException) for result in results] == [True, *[False] * 4]
    assert server.sent[2] - server.sent[1] == pytest.approx(PROBE)


@virtual
async def test_r5_a_look_waits_for_the_limit_before_it_keeps_the_others_waiting() -> None:
    """With 20 s to go until a slot is free, each look would be put off in steps of 5 s."""
    server = Script(OK, refused(40), OK)
    async with server.client(retry=RetryPolicy(max_wait=10), rate_limit=RateLimit(2)) as client:
        await client.sessions.get("x")
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        patient = client.with_options(retry=RetryPolicy())
        await asyncio.gather(*(patient.sessions.get("x") for _ in range(3)))
    assert server.sent[2] == pytest.approx(0.1 + 60.06)


@virtual
async def test_r5_each_copy_decides_by_its_own_patience() -> None:
    server = Script(refused(500), OK)
    async with server.client() as client:
        patient = client.with_options(retry=RetryPolicy(max_wait=3600))
        hasty = client.with_options(retry=RetryPolicy(max_wait=0))
        waiting = [asyncio.create_task(patient.sessions.get("x")) for _ in range(30)]
        await asyncio.sleep(5)
        for other in (client, hasty):
            with pytest.raises(
                RateLimitError
            ) as caught:  # though all connections are taken by those who wait
                await other.sessions.get("x")
            assert caught.value.retry_after == pytest.approx(496, abs=1)
        assert now() == 5
        await asyncio.gather(*waiting)
    assert len(server.sent) == 30 + 1
    assert 500 <= server.sent[10] <= 502


@virtual
async def test_r5_a_wait_of_just_the_longest_that_is_allowed_is_slept_by_all() -> None:
    """Chance adds nothing to it, and at this instant a sum of floats would be a little more."""
    server = Script(refused(120), OK, latency=0.0)
    async with server.client(lambda: 0.9) as client:
        await asyncio.sleep(6300.0028)
        assert here().time() + 120 - here().time() > 120
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(12)))
    assert max(server.sent) - server.sent[0] >= 120


@virtual
async def test_r5_whoever_waits_when_the_wait_grows_too_long_raises_its_own_last_error() -> None:
    server = Script(0.1, refused(20), 5.0, refused(1000), OK)
    async with server.client() as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(2)))
    assert now() <= 5 + LOOK_AGAIN
    assert [statuses(result) for result in results if isinstance(result, RateLimitError)] == [[429], [429]]
    assert [getattr(result, "retry_after", None) for result in results] == [20.0, 1000.0]


@virtual
async def test_a_retry_over_the_ceiling_of_the_day_raises_the_last_real_error() -> None:
    server = Script(DOWN)
    async with server.client(rate_limit=RateLimit(day_ceiling=2)) as client:
        with pytest.raises(InternalServerError):
            await client.sessions.get("x")
        with pytest.raises(DailyLimitError):
            await client.sessions.get("x")
    assert len(server.sent) == 2


# --- R6: the deadline


@virtual
async def test_r6_the_last_real_error_comes_at_once_where_the_next_sleep_would_pass_the_deadline() -> None:
    server = Script(refusal(503, headers={"retry-after": "10"}), OK)
    async with server.client(deadline=8) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    assert now() == pytest.approx(0.1)
    assert caught.value.attempts == (Attempt("InternalServerError", 503, None, "deadline"),)


@virtual
async def test_r6_the_deadline_covers_the_answer() -> None:
    server = Script(60.0, OK)
    async with server.client(deadline=8) as client:
        with pytest.raises(
            APITimeoutError, match=r"^GET /sessions/x: not done within the deadline of 8 s$"
        ) as caught:
            await client.sessions.get("x")
    assert now() == 8
    assert caught.value.sent
    assert caught.value.attempts == (Attempt("APITimeoutError", None, None, "deadline"),)


@virtual
async def test_r6_the_deadline_covers_the_reading_of_a_byte_at_a_time() -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(1)

    async def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Drip())

    async with Script(OK).client(transport=httpx.MockTransport(handle), deadline=20) as client:
        with pytest.raises(APITimeoutError):
            await client.sessions.get("x")
    assert now() == 20


@virtual
async def test_r6_the_deadline_covers_the_wait_for_a_connection() -> None:
    server = Script(20.0, OK, OK)
    async with server.client(deadline=5, max_connections=1) as client:
        first = asyncio.create_task(client.with_options(deadline=None).sessions.get("x"))
        await asyncio.sleep(0)
        with pytest.raises(APITimeoutError) as caught:
            await client.sessions.get("x")
        assert now() == 5
        assert not caught.value.sent
        assert caught.value.attempts == ()
        await first


@virtual
async def test_r6_a_slot_that_comes_free_after_the_deadline_is_not_waited_for() -> None:
    server = Script(OK)
    async with server.client(deadline=30, rate_limit=RateLimit(1)) as client:
        await client.sessions.get("x")
        with pytest.raises(RateLimitError, match=r"the limit of 1 in 60 s .* deadline of 30 s") as caught:
            await client.sessions.get("x")
        assert now() == pytest.approx(0.1)
        assert caught.value.retry_after == pytest.approx(60, abs=0.1)
        assert len(server.sent) == 1


@virtual
async def test_r6_a_pause_that_ends_after_the_deadline_is_not_waited_for() -> None:
    """Not in the queue for the one connection either, which the refused call keeps."""
    server = Script(refused(30), OK)
    async with server.client(max_connections=1) as client:
        first = asyncio.create_task(client.sessions.get("x"))
        await asyncio.sleep(1)
        with pytest.raises(RateLimitError, match="not sent: still refused") as caught:
            await client.with_options(deadline=10).sessions.get("x")
        assert now() == 1
        assert 29 <= (caught.value.retry_after or 0) <= 31
        await first


@virtual
async def test_r6_a_retry_that_the_limit_puts_off_beyond_the_deadline_raises_the_last_real_error() -> None:
    server = Script(DOWN)
    async with server.client(deadline=30, rate_limit=RateLimit(1)) as client:
        with pytest.raises(InternalServerError) as caught:
            await client.sessions.get("x")
    assert len(server.sent) == 1
    assert now() == pytest.approx(0.35)
    assert statuses(caught.value) == [503]


@virtual
async def test_r6_an_attempt_that_is_cut_off_may_have_been_acted_on() -> None:
    """The first attempt of this write never left; of the second nobody knows."""
    server = Script(httpx.ConnectError("x"), 60.0, OK)
    async with server.client() as client:
        with pytest.raises(APITimeoutError) as caught:
            await write(client, deadline=8)
    assert caught.value.sent
    assert [(attempt.error, attempt.source) for attempt in caught.value.attempts] == [
        ("APIConnectionError", "backoff"),
        ("APITimeoutError", "deadline"),
    ]
    assert now() == 8


@virtual
async def test_r6_a_call_that_waits_for_a_connection_again_raises_the_last_real_error() -> None:
    server = Script(DOWN, 60.0, OK, OK)
    async with server.client(max_connections=1) as client:
        call = asyncio.create_task(client.with_options(deadline=9).sessions.get("x"))
        await asyncio.sleep(0.2)
        other = asyncio.create_task(client.sessions.get("x"))
        with pytest.raises(InternalServerError):
            await call
        assert now() == 9
        other.cancel()
        await gather(other)


# --- R7: the budget


@pytest.mark.parametrize("fault", [DOWN, httpx.ConnectError("x"), httpx.ReadTimeout("x")], ids=str)
@pytest.mark.parametrize("tasks", [50, 500])
@virtual
async def test_r7_an_outage_costs_ten_retries_in_all(tasks: int, fault: Answer) -> None:
    server = Script(fault)
    async with server.client(rate_limit=None) as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(tasks)))
    assert all(isinstance(result, APIError) for result in results)
    assert len(server.sent) == tasks + 10
    sources = [result.attempts[-1].source for result in results if isinstance(result, APIError)]
    assert set(sources) <= {"budget", "backoff"}


@virtual
async def test_r7_ten_successes_earn_a_retry() -> None:
    server = Script(DOWN)
    async with server.client(rate_limit=None) as client:
        await gather(*(client.sessions.get("x") for _ in range(20)))
        for successes, retries in ((5, 0), (6, 1), (200, 10)):
            server.answers = [OK]
            for _ in range(successes):
                await client.sessions.get("x")
            server.answers = [DOWN]
            server.sent.clear()
            await gather(*(client.sessions.get("x") for _ in range(20)))
            assert len(server.sent) == 20 + retries


@virtual
async def test_r7_copies_share_the_budget() -> None:
    server = Script(DOWN)
    async with server.client() as client:
        for _ in range(20):
            with pytest.raises(InternalServerError):
                await client.with_options(timeout=3).sessions.get("x")
    assert len(server.sent) == 20 + 10


@virtual
async def test_r7_who_could_not_know_of_a_pause_is_tried_again_for_nothing() -> None:
    """Forty at once are refused: all are sent again, and the ten tokens are still there."""
    server = Script(*[refused(2)] * 40, OK)
    async with server.client(rate_limit=None, max_connections=40) as client:
        results = await gather(*(client.sessions.get("x") for _ in range(40)))
        assert not [result for result in results if isinstance(result, BaseException)]
        assert len(server.sent) == 80
        server.answers = [DOWN]
        server.sent.clear()
        await gather(*(client.sessions.get("x") for _ in range(20)))
        assert len(server.sent) == 20 + 10


@pytest.mark.parametrize("limit", [RateLimit, lambda: None], ids=["limited", "unlimited"])
@virtual
async def test_r7_429_for_ever_with_50_tasks_costs_70_requests(limit: Callable[[], RateLimit | None]) -> None:
    """One for each call, one more for each of the ten that were refused together, and ten from the budget."""
    server = Script(refused(1))
    async with server.client(rate_limit=limit()) as client:
        results = await gather(*(client.sessions.get(str(number)) for number in range(50)))
    assert {type(result) for result in results} == {RateLimitError}
    assert len(server.sent) == 50 + 10 + 10


@virtual
async def test_r7_503_for_ever_with_50_tasks_costs_60_requests_with_the_limit_too() -> None:
    server = Script(DOWN)
    async with server.client(rate_limit=RateLimit(1000)) as client:
        await gather(*(client.sessions.get(str(number)) for number in range(50)))
    assert len(server.sent) == 50 + 10


# --- R8: one pause for all


@pytest.mark.parametrize("limit", [RateLimit, lambda: None], ids=["limited", "unlimited"])
@virtual
async def test_r8_after_a_429_every_task_waits_first_attempts_and_copies_too(
    limit: Callable[[], RateLimit | None],
) -> None:
    server = Script(refused(20), OK)
    async with server.client(rate_limit=limit()) as client:
        first = asyncio.create_task(client.sessions.get("first"))
        await asyncio.sleep(1)
        copy = client.with_options(timeout=3)
        await asyncio.gather(first, client.sessions.get("x"), copy.sessions.get("x"), write(copy))
    assert server.sent[0] == 0
    assert min(server.sent[1:]) >= 20.1
    assert len(server.sent) == 5


@virtual
async def test_r8_the_pause_is_taken_from_the_last_answer_that_asks_for_longer() -> None:
    server = Script(0.1, refused(20), 2.0, refused(30), 3.0, refused(1), OK)
    async with server.client() as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(3)))
    assert len(server.sent) == 6
    assert min(server.sent[3:]) == pytest.approx(2 + 30.5)


@virtual
async def test_r8_a_429_pauses_all_though_its_own_call_is_not_tried_again() -> None:
    server = Script(refused(), OK, latency=0.0)
    async with server.client(retry=NONE, rate_limit=None) as client:
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await client.sessions.get("x")
    assert server.sent == [0.0, 0.25]


@virtual
async def test_r8_an_answer_to_what_was_sent_before_does_not_end_the_pause() -> None:
    server = Script(refused(20), 5.0, OK, OK)
    async with server.client() as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(2)))
        assert len(server.sent) == 3
    assert server.sent[2] >= 20.1


@virtual
async def test_r8_a_5xx_to_what_was_sent_before_waits_for_the_pause() -> None:
    server = Script(refused(20), 5.0, DOWN, OK)
    async with server.client() as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(2)))
    assert min(server.sent[2:]) >= 20.1


@virtual
async def test_r8_cancelled_waiters_hold_nobody_up() -> None:
    server = Script(*[refused(20)] * 10, OK)
    async with server.client() as client:
        tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(20)]
        await asyncio.sleep(5)
        assert len(server.sent) == 10
        for task in tasks[:15]:
            task.cancel()
        results = await gather(*tasks)
        assert [isinstance(result, BaseException) for result in results] == [*[True] * 15, *[False] * 5]
        assert now() < 30
    assert server.paths[10:] == ["15", "16", "17", "18", "19"]
    assert server.sent[10] == pytest.approx(20.6)


@pytest.mark.parametrize("wait", [20, 90])
@virtual
async def test_r8_after_the_pause_requests_go_at_an_even_pace_oldest_first(wait: int) -> None:
    server = Script(*[refused(wait)] * 3, OK)
    async with server.client(max_connections=3) as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(8)))
    assert server.paths == ["0", "1", "2", *(str(number) for number in range(8))]
    assert server.sent[3:] == pytest.approx([wait + 0.6 + number for number in range(8)])


@virtual
async def test_r8_closing_ends_those_who_wait() -> None:
    server = Script(refused(60))
    client = server.client()
    tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(3)]
    await asyncio.sleep(5)
    await client.aclose()
    assert {type(result) for result in await gather(*tasks)} == {ClientClosedError}
    assert now() <= 5 + LOOK_AGAIN


# --- R11: hooks, attempts, logging


@virtual
async def test_r11_hooks_are_told_of_requests_answers_and_retries() -> None:
    server, events = Script(DOWN, httpx.ReadError("x"), refused(3), OK), list[Any]()
    hooks = Hooks(on_request=events.append, on_response=events.append, on_retry=events.append)
    async with server.client(hooks=hooks, retry=MANY) as client:
        await client.sessions.get("x", include=["transcript"])
    place, elapsed = ("GET", "/sessions/x"), pytest.approx(0.1)
    assert events == [
        RequestSent(*place, 1),
        ResponseReceived(*place, 1, 503, elapsed),
        RetryPlanned(*place, 1, "InternalServerError", 0.25, "backoff"),
        RequestSent(*place, 2),
        RetryPlanned(*place, 2, "APIConnectionError", 0.5, "backoff"),
        RequestSent(*place, 3),
        ResponseReceived(*place, 3, 429, elapsed),
        RetryPlanned(*place, 3, "RateLimitError", pytest.approx(3.15), "server"),
        RequestSent(*place, 4),
        ResponseReceived(*place, 4, 200, elapsed),
    ]


def fail(event: object) -> None:
    raise ValueError(f"no {event}")


@virtual
async def test_r11_a_hook_that_raises_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    server = Script(DOWN, OK)
    async with server.client(hooks=Hooks(fail, fail, fail)) as client:
        assert (await client.sessions.get("x")).id == "x"
        assert client.usage is not None
        assert client.usage.minute == 2
    hooks = [record.message for record in caplog.records if "hook" in record.message]
    assert hooks == [
        "a hook failed with ValueError on RequestSent",
        "a hook failed with ValueError on ResponseReceived",
        "a hook failed with ValueError on RetryPlanned",
        "a hook failed with ValueError on RequestSent",
        "a hook failed with ValueError on ResponseReceived",
    ]


@virtual
async def test_r11_the_final_error_carries_the_attempts() -> None:
    server = Script(DOWN, httpx.ReadError("x"), refusal(404))
    async with server.client() as client:
        with pytest.raises(APIStatusError, match=r"\(after 3 attempts\)$") as caught:
            await client.sessions.get("x")
    assert caught.value.attempts == (
        Attempt("InternalServerError", 503, 0.25, "backoff"),
        Attempt("APIConnectionError", None, 0.5, "backoff"),
        Attempt("NotFoundError", 404, None, "backoff"),
    )


@virtual
async def test_r11_the_log_tells_method_path_status_attempt_and_wait_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server = Script(refused(2, message="no-body-in-logs"), page_of([]))
    async with server.client() as client:
        await client.sessions.list(rank=["gold"])
        server.answers = [DOWN, OK]
        await write(client, idempotent=True)
    ours = [record for record in caplog.records if record.name == "exec_api_client"]
    assert [(record.levelname, record.getMessage()) for record in ours] == [
        ("DEBUG", "GET /sessions: attempt 1: 429 in 0.100 s"),
        (
            "WARNING",
            "GET /sessions: attempt 1 failed with RateLimitError (429); next in 2.10 s (server)",
        ),
        ("DEBUG", "GET /sessions: attempt 2: 200 in 0.100 s"),
        ("DEBUG", "POST /things: attempt 1: 503 in 0.100 s"),
        (
            "WARNING",
            "POST /things: attempt 1 failed with InternalServerError (503); next in 0.25 s (backoff)",
        ),
        ("DEBUG", "POST /things: attempt 2: 200 in 0.100 s"),
    ]
    said = json.dumps([str(vars(record)) for record in ours])
    assert KEY not in said
    assert "secret" not in said
    assert "gold" not in said
    assert "no-body-in-logs" not in said
