"""One client in several event loops and threads, and without one."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, ClientClosedError, ConfigurationError, RateLimit
from tests.client.clients import plain
from tests.event_loop import until
from tests.faults.server import FOUND, READ, WAIT, Pause, serving_in_a_thread


def test_two_threads_with_two_loops_at_once() -> None:
    with serving_in_a_thread((READ, Pause(0.01), FOUND) * 50) as server:
        client = plain(server, rate_limit=RateLimit(requests=40, per=3600), max_connections=4)
        together = threading.Barrier(2, timeout=5)

        async def use() -> None:
            for _ in range(5):
                await asyncio.gather(*(client.sessions.get("x") for _ in range(4)))
            together.wait()
            await client.aclose()

        def work(_: int) -> None:
            together.wait()
            asyncio.run(use())

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(work, range(2)))  # raises what failed in one
        assert server.requests == 40  # all that the limit allows, and it is shared
        assert client.usage is not None
        assert client.usage.minute == 40
        assert server.at_once > 4


def test_closing_from_another_loop_ends_the_calls_in_the_first() -> None:
    with serving_in_a_thread((READ, WAIT)) as server:
        client = plain(server)
        results: list[Any] = []

        async def use() -> None:
            results.extend(
                await asyncio.gather(*(client.sessions.get("x") for _ in range(3)), return_exceptions=True)
            )
            await until(lambda: server.open == 0)

        thread = threading.Thread(target=lambda: asyncio.run(use()))
        thread.start()
        asyncio.run(until(lambda: server.requests == 3))
        asyncio.run(client.aclose())
        thread.join(timeout=5)
        assert [type(result) for result in results] == [ClientClosedError] * 3


@pytest.mark.parametrize("passed", ["http_client", "transport"])
def test_what_was_passed_in_belongs_to_one_event_loop(passed: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "x"}))
    own: Any = transport if passed == "transport" else httpx.AsyncClient(transport=transport)
    client = AsyncExecClient("k" * 20, **{passed: own})
    asked = threading.Event()
    done = threading.Event()

    async def hold() -> None:
        await client.sessions.get("x")
        asked.set()
        await asyncio.to_thread(done.wait, 10)
        assert (await client.sessions.get("x")).id == "x"

    first = threading.Thread(target=lambda: asyncio.run(hold()))
    first.start()
    assert asked.wait(10)
    try:
        for _ in range(2):
            with pytest.raises(ConfigurationError, match=f"{passed}= belongs to another event loop"):
                asyncio.run(client.sessions.get("x"))
    finally:
        done.set()
        first.join()


def test_a_call_outside_asyncio_says_so() -> None:
    """As in trio, where another loop runs."""
    client = AsyncExecClient("k" * 20)
    for use in (client.sessions.get("x"), client.__aenter__(), client.aclose()):
        with pytest.raises(ConfigurationError, match="must run in an asyncio event loop, not in trio"):
            use.send(None)
