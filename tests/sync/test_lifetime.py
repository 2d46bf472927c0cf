"""The synchronous client's thread: when it begins and ends, and what becomes of calls under way."""

import asyncio
import gc
import os
import signal
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from exec_api_client import ClientClosedError, Hooks
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient
from tests.fakes import KEY, OK, Api
from tests.faults.server import MANY, READ, WAIT, RawServer, serving_in_a_thread
from tests.sync.clients import threads

pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No test leaves a thread of a client, or a loop that is not closed."""
    yield
    gc.collect()
    until(lambda: threads() == 0)
    assert not [
        each for each in gc.get_objects() if isinstance(each, asyncio.AbstractEventLoop) and open_(each)
    ]


def open_(loop: asyncio.AbstractEventLoop) -> bool:
    return not loop.is_closed() and not type(loop).__module__.startswith("tests")


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.001)


def plain(server: RawServer, **settings: Any) -> ExecClient:
    return ExecClient(KEY, **{"base_url": server.base_url, "rate_limit": None, **settings})


# --- closing


def test_the_thread_begins_with_the_first_call_and_ends_with_the_client() -> None:
    with serving_in_a_thread(MANY) as server:
        with plain(server) as client:
            assert threads() == 0
            assert client.sessions.get("x").id == "x"
            assert threads() == 1
            assert not client.closed
        assert threads() == 0
        assert client.closed
        assert repr(client).endswith(", closed>")
        client.close()
        until(lambda: server.open == 0)


@pytest.mark.parametrize("used", [True, False])
def test_a_closed_client_says_so(used: bool) -> None:
    api = Api(OK)
    client = ExecClient(KEY, transport=api.transport)
    walk = iter(client.sessions.list())
    if used:
        client.sessions.get("x")
    client.close()
    for use in (
        lambda: client.sessions.get("x"),
        client.sessions.list().count,
        lambda: next(walk),
        client.__enter__,
        client.with_options(timeout=5).sessions.list().page,
    ):
        with pytest.raises(ClientClosedError, match="the client is closed; make a new one"):
            use()
    assert threads() == 0
    assert len(api.requests) == used


def test_closing_ends_the_calls_under_way() -> None:
    with serving_in_a_thread((READ, WAIT)) as server, ThreadPoolExecutor(4) as others:
        client = plain(server)
        calls = [
            others.submit(client.sessions.get, "x"),
            others.submit(client.sessions.list().collect),
            others.submit(next, iter(client.sessions.list())),
            others.submit(client.with_options(timeout=9).sessions.list().count),
        ]
        until(lambda: server.requests == 4)
        client.close()
        failures: list[Any] = [call.exception(timeout=5) for call in calls]
        assert [type(failure) for failure in failures] == [ClientClosedError] * 4
        assert [failure.bookmark is not None for failure in failures] == [False, True, True, False]
        assert threads() == 0


def test_closing_ends_whatever_waits() -> None:
    api = Api(OK)
    client = ExecClient(KEY, transport=api.transport)
    begun = threading.Event()

    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    with ThreadPoolExecutor(1) as others:
        waits = others.submit(client._runner.run, wait())
        assert begun.wait(5)
        client.close()
        with pytest.raises(ClientClosedError, match="closed"):
            waits.result(timeout=5)


def test_a_prefetch_whose_client_is_closed_inside() -> None:
    sandbox = Sandbox(sessions=300, limits=None)
    client = ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None)
    with client.sessions.list().prefetch() as ahead:
        next(ahead)
        client.close()


def test_a_call_that_comes_while_the_client_closes_does_not_wait_for_ever() -> None:
    for _ in range(30):
        api = Api(OK)
        client = ExecClient(KEY, transport=api.transport, rate_limit=None)
        client.sessions.get("x")
        with ThreadPoolExecutor(4) as others:
            calls = [others.submit(call_until_closed, client) for _ in range(4)]
            client.close()
            assert [call.result(timeout=5) for call in calls] == [True] * 4


def call_until_closed(client: ExecClient) -> bool:
    while True:
        try:
            client.sessions.get("x")
        except ClientClosedError:
            return True


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_what_ends_a_program_is_raised_where_the_call_was_made(kind: type[BaseException]) -> None:
    problems = [kind("now")]

    def leave(_: object) -> None:
        if problems:
            raise problems.pop()

    api = Api(OK)
    with ExecClient(KEY, transport=api.transport, hooks=Hooks(on_request=leave)) as client:
        with pytest.raises(kind, match="now"):
            client.sessions.get("x")
        assert client.sessions.get("x").id == "x"
        assert threads() == 1


# --- clients that nobody closes


def test_a_forgotten_client_ends_its_thread_without_a_warning() -> None:
    with serving_in_a_thread(MANY) as server:
        client = plain(server)
        client.sessions.get("x")
        [thread] = [thread for thread in threading.enumerate() if thread.name == "exec-api-client"]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            gone = weakref.ref(client)
            del client
            assert gone() is None
            thread.join(timeout=5)
            assert not thread.is_alive()
            until(lambda: server.open == 0)
            gc.collect()
        assert caught == []


def test_a_resource_or_a_pager_keeps_the_thread() -> None:
    sandbox = Sandbox(sessions=250, limits=None)
    client = ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None)
    sessions = client.sessions
    del client
    gc.collect()
    walk = iter(sessions.list())
    del sessions
    gc.collect()
    assert len([*walk]) == 250
    del walk


# --- interrupts


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Ctrl-C as Python has it; a program in the background is started without."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_ends_the_call_and_leaves_the_client() -> None:
    with serving_in_a_thread((READ, WAIT), MANY) as server, plain(server) as client:
        interrupter = threading.Thread(target=interrupt, args=[lambda: server.requests == 1])
        interrupter.start()
        with pytest.raises(KeyboardInterrupt):
            client.sessions.get("x")
        interrupter.join()
        until(lambda: server.open == 0)  # its request is given up
        assert client.sessions.get("x").id == "x"
        assert threads() == 1


def interrupt(when: Callable[[], bool]) -> None:
    until(when)
    os.kill(os.getpid(), signal.SIGINT)
