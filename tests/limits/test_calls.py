"""The limit through a client on virtual time: what is sent, in which order, and when."""

import asyncio
import itertools

import httpx
import pytest

from benchmarks.servers import KINDS, trials
from exec_api_client import AsyncExecClient, RateLimit, RetryPolicy
from exec_api_client.limits.rate_limit import LOOK_AGAIN
from exec_api_client.sandbox.limits import WindowKind
from tests.fakes import KEY
from tests.limits.desk import WINDOW
from tests.virtual_time import gather, here, seams, virtual


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_no_429_from_any_server_in_200_trials(kind: WindowKind) -> None:
    """Any phase, arrivals, latencies and instants of counting; no server knows of another's kind.

    A sliding counter lets fewer through than its own rule says: a part is refused, and found out again.
    """
    found = trials(kind, 200)
    assert found.calls > 8000
    if kind == "sliding_counter":
        assert 0 < found.refused < 0.05 * found.calls
        assert found.failed < 0.02 * found.calls
    else:
        assert (found.refused, found.failed) == (0, 0)


def arrivals() -> tuple[httpx.MockTransport, list[tuple[float, str]]]:
    """A transport that takes a tenth of a second, and what arrived when."""
    sent: list[tuple[float, str]] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append((here().time(), request.url.path.rpartition("/")[2]))
        await asyncio.sleep(0.1)
        return httpx.Response(200, json={"id": "x"})

    return httpx.MockTransport(answer), sent


def in_order(sent: list[tuple[float, str]]) -> list[int]:
    """Who was sent, by time; those who were sent at the same instant by number."""
    return [number for _, number in sorted((round(time, 6), int(path)) for time, path in sent)]


@virtual
async def test_calls_are_sent_in_the_order_in_which_they_were_made_though_some_are_cancelled() -> None:
    transport, sent = arrivals()
    limit = RateLimit(4)
    async with AsyncExecClient(KEY, transport=transport, rate_limit=limit, _seams=seams()) as client:
        tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(30)]
        await asyncio.sleep(10)
        for number in (4, 6, 7, 20):
            tasks[number].cancel()
        results = await gather(*tasks)
        gone = [n for n, result in enumerate(results) if isinstance(result, asyncio.CancelledError)]
        assert gone == [4, 6, 7, 20]
    assert in_order(sent) == [number for number in range(30) if number not in (4, 6, 7, 20)]
    times = [time for time, _ in sent]
    assert all(WINDOW <= later - early < WINDOW + 0.2 for early, later in zip(times, times[4:], strict=False))


@pytest.mark.parametrize("retries", [0, 2])
@virtual
async def test_a_slot_that_is_given_back_is_used_within_a_second(retries: int) -> None:
    sent = list[tuple[float, str]]()

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append((here().time(), request.url.path.rpartition("/")[2]))
        if len(sent) == 1:
            await asyncio.sleep(20.5)
            raise httpx.ConnectTimeout("too slow")
        return httpx.Response(200, json={"id": "x"})

    start, transport = here().time(), httpx.MockTransport(answer)
    policy, limit = RetryPolicy(max_retries=retries), RateLimit(1)
    async with AsyncExecClient(
        KEY, transport=transport, retry=policy, rate_limit=limit, _seams=seams()
    ) as client:
        await gather(*map(client.sessions.get, "ab"))
    if retries:  # the first comes back after 0.25 s, before the other has looked
        assert [path for _, path in sent] == ["a", "a", "b"]
        assert sent[1][0] - start == pytest.approx(20.75)
        assert sent[2][0] - sent[1][0] == pytest.approx(WINDOW)
    else:
        assert [path for _, path in sent] == ["a", "b"]
        assert 20.5 <= sent[1][0] - start <= 20.5 + LOOK_AGAIN


@virtual
async def test_two_clients_share_a_limit_and_one_queue() -> None:
    transport, sent = arrivals()
    limit = RateLimit(5)
    async with (
        AsyncExecClient(KEY, transport=transport, rate_limit=limit, _seams=seams()) as one,
        AsyncExecClient(KEY, transport=transport, rate_limit=limit, _seams=seams()) as other,
    ):
        pairs = zip(range(10), itertools.cycle((one, other)), strict=False)
        await asyncio.gather(*(client.sessions.get(str(number)) for number, client in pairs))
        assert one.usage == other.usage
        assert one.rate_limit is limit
    assert in_order(sent) == list(range(10))
    assert sent[5][0] - sent[0][0] == pytest.approx(WINDOW + 0.1)


@virtual
async def test_without_a_limit_nothing_waits_and_nothing_is_counted() -> None:
    transport, sent = arrivals()
    async with AsyncExecClient(KEY, transport=transport, rate_limit=None, _seams=seams()) as client:
        await asyncio.gather(*(client.sessions.get(str(number)) for number in range(100)))
        assert client.usage is None
        assert client.rate_limit is None
    assert sent[-1][0] - sent[0][0] == pytest.approx(0.9)  # ten at once
