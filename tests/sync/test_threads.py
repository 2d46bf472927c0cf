"""The synchronous client from any thread, and where an event loop is running."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from exec_api_client import Hooks, Page, _sync_walks
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient, Pager
from tests.sync.clients import threads


async def test_it_works_where_an_event_loop_is_running(client: ExecClient) -> None:
    assert asyncio.get_running_loop().is_running()
    assert client.sessions.list().count() == 250
    assert sum(1 for _ in client.sessions.list()) == 250


def test_many_threads_share_one_client_and_its_thread(client: ExecClient) -> None:
    ids = [session.id for session in client.sessions.list()]
    with ThreadPoolExecutor(8) as executor:
        read = list(executor.map(lambda each: client.sessions.get(each).id, ids[:80]))
    assert read == ids[:80]
    assert threads() == 1


def test_threads_that_begin_at_once_start_one_thread(sandbox: Sandbox) -> None:
    together = threading.Barrier(8, timeout=5)
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None) as client:

        def begin(_: int) -> int:
            together.wait()
            return client.sessions.list().count()

        with ThreadPoolExecutor(8) as executor:
            assert list(executor.map(begin, range(8))) == [250] * 8
        assert threads() == 1


@pytest.mark.parametrize("walk_of", [Pager.items, Pager.pages])
def test_threads_that_share_a_walk_get_other_items(
    client: ExecClient, walk_of: Callable[[Pager[Any]], Iterator[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    giving, pop = threading.Lock(), _sync_walks._Buffer.pop

    def pop_alone(items: Any) -> Any:
        assert giving.acquire(blocking=False), "two threads are given an item at once"
        time.sleep(0)
        item = pop(items)
        giving.release()
        return item

    monkeypatch.setattr(_sync_walks._Buffer, "pop", pop_alone)
    walk = walk_of(client.sessions.list(page_size=5))
    with ThreadPoolExecutor(4) as executor:
        parts = [part.result() for part in [executor.submit(list, walk) for _ in range(4)]]
    given = [item for part in parts for item in part]
    items = [item for page in given for item in page] if isinstance(given[0], Page) else given
    assert len(items) == len({item.id for item in items}) == 250


WHO = contextvars.ContextVar("WHO", default="nobody")


def test_hooks_see_the_context_of_the_caller(sandbox: Sandbox) -> None:
    seen: list[str] = []
    hooks = Hooks(on_request=lambda _: seen.append(WHO.get()))
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), hooks=hooks) as client:
        client.sessions.list().count()
        WHO.set("jane")
        client.sessions.list().count()
    assert seen == ["nobody", "jane"]
