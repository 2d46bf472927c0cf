"""A limit through clients on virtual time: what is sent, in which order and when, and what is told."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from benchmarks.servers import KINDS, trials
from exec_api_client import (
    AsyncExecClient,
    DailyLimitError,
    Hooks,
    RateLimit,
    RateLimitError,
    RetryPolicy,
)
from exec_api_client.hooks import WaitStarted
from exec_api_client.limits import Usage
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from exec_api_client.sandbox.limits import WindowKind
from tests.fakes import KEY, OK, ONCE
from tests.retry.script import Script, now, refused, write
from tests.virtual_time import EPOCH, START, clocks, environment, gather, here, virtual

WINDOW = 60.06
DAY = 86400.0


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_no_429_from_any_server_in_30_trials(kind: WindowKind) -> None:
    """Any phase, arrivals, latencies and instants of counting; no server knows of another's kind.

    A sliding counter lets fewer through than its own rule says: a part is refused, and found out again.
    """
    found = trials(kind, 30)
    assert found.calls > 1000
    if kind == "sliding_counter":
        assert 0 < found.refused < 0.05 * found.calls
        assert found.failed < 0.02 * found.calls
    else:
        assert (found.refused, found.failed) == (0, 0)


# --- order


@virtual
async def test_calls_are_sent_in_their_order_though_some_are_cancelled() -> None:
    server = Script(OK)
    async with server.client(rate_limit=RateLimit(4)) as client:
        tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(30)]
        await asyncio.sleep(10)
        for number in (4, 6, 7, 20):
            tasks[number].cancel()
        results = await gather(*tasks)
        gone = [n for n, result in enumerate(results) if isinstance(result, asyncio.CancelledError)]
        assert gone == [4, 6, 7, 20]
    assert server.paths == [str(number) for number in range(30) if number not in (4, 6, 7, 20)]
    gaps = [later - early for early, later in zip(server.sent, server.sent[4:], strict=False)]
    assert all(WINDOW <= gap < WINDOW + 0.2 for gap in gaps)


@virtual
async def test_operations_take_turns() -> None:
    server = Script(OK)
    async with server.client(rate_limit=RateLimit(1)) as client:
        reads = [asyncio.create_task(client.sessions.get("read")) for _ in range(4)]
        await asyncio.sleep(1)
        await write(client)
        await asyncio.gather(*reads)
    assert server.paths == ["read", "read", "things", "read", "read"]


@virtual
async def test_two_clients_share_a_limit_and_its_queue() -> None:
    server, limit = Script(OK), RateLimit(5)
    async with server.client(rate_limit=limit) as one, server.client(rate_limit=limit) as other:
        pairs = zip(range(10), itertools.cycle((one, other)), strict=False)
        await asyncio.gather(*(client.sessions.get(str(number)) for number, client in pairs))
        assert one.usage == other.usage
        assert one.rate_limit is limit
    assert sorted(server.paths[:5]) == ["0", "1", "2", "3", "4"]
    assert server.sent[5] - server.sent[0] == pytest.approx(WINDOW + 0.1)


@pytest.mark.parametrize("retries", [0, 2])
@virtual
async def test_a_slot_that_is_given_back_is_used_within_a_second(retries: int) -> None:
    server = Script(20.5, httpx.ConnectTimeout("too slow"), OK)
    policy = RetryPolicy(max_retries=retries)
    async with server.client(retry=policy, rate_limit=RateLimit(1)) as client:
        await gather(*map(client.sessions.get, "ab"))
    assert server.paths == (["a", "b", "a"] if retries else ["a", "b"])
    assert 20.5 <= server.sent[1] <= 21.5


# --- bursts


@pytest.mark.parametrize("limit", [RateLimit, lambda: None], ids=["limited", "unlimited"])
@virtual
async def test_a_burst_of_100_reads_against_60_a_minute(limit: Callable[[], RateLimit | None]) -> None:
    """The wait stands in the body only."""
    sandbox = Sandbox(sessions=1, limits=Limits(), latency=0.1, clock=here().time)
    (session,) = sandbox.world.sessions
    async with AsyncExecClient(
        SANDBOX_KEY, transport=sandbox.transport(), rate_limit=limit(), _environment=environment()
    ) as client:
        await asyncio.gather(*(client.sessions.get(session) for _ in range(100)))
    assert len(sandbox.requests) == 100 if limit() else 100 <= len(sandbox.requests) <= 110
    assert now() <= 60 * (1.02 if limit() else 1.05)


@virtual
async def test_writes_over_a_limit_of_their_own_do_not_stop_reads() -> None:
    """20 writes against 10 a minute, beside 30 reads."""
    taken, sent = list[float](), list[tuple[str, float]]()

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, now()))
        await asyncio.sleep(0.1)
        taken[:] = [moment for moment in taken if moment > now() - 60]
        if request.method == "POST" and len(taken) >= 10:
            return refused(int(taken[0] + 60 - now()) + 1)
        taken.extend([now()] if request.method == "POST" else [])
        return httpx.Response(200, json={"id": "x"})

    async with Script(OK).client(transport=httpx.MockTransport(answer)) as client:
        writes = [asyncio.create_task(write(client)) for _ in range(20)]
        await asyncio.sleep(0.15)
        await asyncio.gather(*(client.sessions.get("x") for _ in range(30)))
        assert now() < 2
        await asyncio.gather(*writes)
    assert len(sent) <= 20 + 30 + 10


# --- limits that are off, further, and of the day


@virtual
async def test_without_a_limit_nothing_waits_and_nothing_is_counted() -> None:
    server = Script(OK)
    async with server.client(rate_limit=None) as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(100)))
        assert client.usage is None
        assert client.rate_limit is None
    assert server.sent[-1] == pytest.approx(0.9)  # ten at once


@virtual
async def test_a_further_limit_holds_besides_the_clients_own_and_usage_counts_once() -> None:
    server = Script(OK)
    async with server.client(rate_limit=RateLimit(15), max_connections=1) as client:
        narrow = client.with_options(rate_limit=RateLimit(10))
        writes = [asyncio.create_task(write(narrow)) for _ in range(12)]
        await asyncio.sleep(2)
        assert client.usage == narrow.usage == Usage(10, 10, 15, 1000)
        await asyncio.gather(*(client.sessions.get("x") for _ in range(5)))
        assert now() == pytest.approx(2.5)  # the writes that wait hold neither the connection nor a slot
        await asyncio.gather(*writes)
        assert server.sent[15:] == pytest.approx([WINDOW + 0.1, WINDOW + 0.2])
        assert client.usage is not None
        assert client.usage.day == 17


@pytest.mark.parametrize("requests", [60, 2])
@virtual
async def test_nothing_is_sent_over_the_ceiling_of_the_day(requests: int) -> None:
    server = Script(OK)
    async with server.client(rate_limit=RateLimit(requests, day_ceiling=5)) as client:
        results = await gather(*(client.sessions.get("x") for _ in range(30)))
        errors = [result for result in results if isinstance(result, DailyLimitError)]
        assert len(errors) == 25
        assert "not sent: the ceiling of 5 requests a day is reached; again in 86" in str(errors[-1])
        assert errors[-1].retry_after == pytest.approx(DAY, abs=130)
        assert errors[-1].attempts == ()
        assert client.usage == Usage(client.usage.minute if client.usage else 0, 5, requests, 1000)
    assert len(server.sent) == 5


# --- deadlines


@pytest.mark.parametrize("others", [0, 1, 30])
@virtual
async def test_a_slot_that_comes_after_the_deadline_is_refused_at_once(others: int) -> None:
    """However many others wait, of the same operation and of another one."""
    server = Script(OK)
    async with server.client(rate_limit=RateLimit(1)) as client:
        await client.sessions.get("x")
        waiting = [asyncio.create_task(client.sessions.get("x")) for _ in range(others)]
        waiting += [asyncio.create_task(client.scenarios.get_analytics_summary("x")) for _ in range(others)]
        await asyncio.sleep(1)
        began = now()
        with pytest.raises(RateLimitError, match=r"rate limit of 1 requests in 60 s .* of 3 s") as caught:
            await client.with_options(deadline=3).sessions.get("x")
        assert now() == began
        assert caught.value.retry_after == pytest.approx(59.06 + WINDOW * others)
        assert caught.value.attempts == ()
        for task in waiting:
            task.cancel()
    assert len(server.sent) == 1


@virtual
async def test_a_call_that_gets_its_slot_before_its_deadline_waits() -> None:
    server = Script(OK)
    async with server.client(rate_limit=RateLimit(2)) as client:
        await asyncio.gather(*(client.sessions.get("x") for _ in range(2)))
        await asyncio.gather(*(client.with_options(deadline=61).sessions.get("x") for _ in range(2)))
    assert len(server.sent) == 4


# --- what is told


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


@virtual
async def test_one_warning_and_one_event_tell_of_a_long_wait(caplog: pytest.LogCaptureFixture) -> None:
    server, events = Script(OK), list[Any]()
    async with server.client(rate_limit=RateLimit(60), hooks=Hooks(on_wait=events.append)) as client:
        await asyncio.gather(*(client.sessions.get("x") for _ in range(100)))
        assert events == [WaitStarted("GET", "/sessions/x", pytest.approx(59.56), "quota")]
        assert warnings(caplog) == ["GET /sessions/x: waits 60 s for the rate limit"]
        await asyncio.gather(*(client.sessions.get("x") for _ in range(100)))
        assert len(events) == len(warnings(caplog)) == 3  # two more windows


@virtual
async def test_waits_that_follow_each_other_are_told_twice_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    server, events = Script(OK), list[Any]()
    async with server.client(rate_limit=RateLimit(1, 6), hooks=Hooks(on_wait=events.append)) as client:
        await asyncio.gather(*(client.sessions.get("x") for _ in range(11)))  # a minute, six seconds each
    assert len(events) == len(warnings(caplog)) == 2


@pytest.mark.parametrize("retry", [RetryPolicy(), ONCE], ids=["waits", "fails"])
@virtual
async def test_a_pause_is_told_once(retry: RetryPolicy, caplog: pytest.LogCaptureFixture) -> None:
    """By the retry of the refused call, or else by the first call that waits."""
    server, events = Script(refused(30), OK), list[Any]()
    async with server.client(hooks=Hooks(on_wait=events.append)) as client:
        first = asyncio.create_task(client.with_options(retry=retry).sessions.get("first"))
        await asyncio.sleep(1)
        await gather(first, *(client.sessions.get("other") for _ in range(5)))
    [warning] = warnings(caplog)
    if retry is ONCE:
        assert events == [WaitStarted("GET", "/sessions/other", pytest.approx(29.6), "refused")]
        assert warning == "GET /sessions/other: waits 30 s for the API, which refuses requests"
    else:
        assert events == []
        assert "attempt 1 failed (429: slow down); next in 30.50 s (server)" in warning


@virtual
async def test_usage_tells_until_when_the_api_refuses() -> None:
    server, events = Script(refused(4_000, message="daily limit"), OK), list[Any]()
    async with server.client(hooks=Hooks(on_wait=events.append)) as client:
        with pytest.raises(DailyLimitError):
            await client.sessions.get("x")
        assert client.usage == Usage(1, 1, 60, 1000, pytest.approx(EPOCH + START + 4_000.6))
        patient = client.with_options(retry=RetryPolicy(max_wait=DAY))
        await patient.sessions.get("x")
        assert client.usage == Usage(1, 2, 60, 1000, None)
    assert events == [WaitStarted("GET", "/sessions/x", pytest.approx(4_000.5), "refused")]


# --- threads


def test_an_event_loop_that_ends_amid_its_calls_holds_nobody_up() -> None:
    limit, environment = RateLimit(2), clocks(clock=lambda: 0.0)

    async def never(_: httpx.Request) -> httpx.Response:
        return await asyncio.get_running_loop().create_future()

    def client(answer: Any) -> AsyncExecClient:
        return AsyncExecClient(
            KEY, transport=httpx.MockTransport(answer), rate_limit=limit, _environment=environment
        )

    async def begin() -> list[asyncio.Task[Any]]:
        sessions = client(never).sessions
        tasks = [asyncio.create_task(sessions.get("x")) for _ in range(3)]
        await asyncio.sleep(0.01)
        return tasks

    async def go_on() -> None:
        with pytest.raises(RateLimitError, match="no room within the deadline"):
            await client(never).with_options(deadline=1).sessions.get("x")

    asyncio.run(begin())  # it cancels what is left
    asyncio.run(go_on())
    assert limit.usage("", EPOCH + WINDOW) == Usage(0, 2, 2, 1000)
