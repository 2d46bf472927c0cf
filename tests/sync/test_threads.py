"""The thread of the synchronous client: when it starts and ends, and who may call."""

import asyncio
import contextvars
import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from exec_api_client import ClientClosedError, ConfigurationError, Hooks
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient
from tests.fakes import KEY, OK, Api
from tests.faults.server import MANY, READ, WAIT, RawServer, serving_in_a_thread

pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No test leaves a thread of a client."""
    yield
    until(lambda: threads() == 0)


def threads() -> int:
    """The number of clients that have a thread."""
    return [thread.name for thread in threading.enumerate()].count("exec-api-client")


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.001)


def plain(server: RawServer, **settings: Any) -> ExecClient:
    return ExecClient(KEY, base_url=server.base_url, rate_limit=None, **settings)


# --- start and end


def test_the_thread_starts_with_the_first_call_and_ends_with_the_client() -> None:
    with serving_in_a_thread(MANY) as server:
        with plain(server) as client:
            assert threads() == 0
            assert client.sessions.get("x").id == "x"
            assert threads() == 1
            assert not client.closed
        assert threads() == 0
        assert client.closed
        client.close()
        until(lambda: server.open == 0)


@pytest.mark.parametrize("used", [True, False])
def test_a_closed_client_says_so(used: bool) -> None:
    api = Api(OK)
    client = ExecClient(KEY, transport=api.transport)
    items = iter(client.sessions.list())
    if used:
        client.sessions.get("x")
    client.close()
    for use in (
        lambda: client.sessions.get("x"),
        client.sessions.list().count,
        lambda: next(items),
        client.__enter__,
        client.with_options(timeout=5).sessions.list().page,
    ):
        with pytest.raises(ClientClosedError, match="the client is closed; make a new one"):
            use()
    assert threads() == 0
    assert len(api.requests) == used


def test_closing_ends_the_calls_in_flight() -> None:
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


def test_a_call_that_meets_the_close_does_not_hang(caplog: pytest.LogCaptureFixture) -> None:
    def call_until_closed() -> None:
        while True:
            client.sessions.get("x")

    for _ in range(5):
        client = ExecClient(KEY, transport=Api(OK).transport, rate_limit=None)
        with ThreadPoolExecutor(4) as others:
            calls = [others.submit(call_until_closed) for _ in range(4)]
            client.close()
            assert {type(call.exception(timeout=5)) for call in calls} == {ClientClosedError}
    gc.collect()
    assert not caplog.records  # asyncio logs a task that is left in a closed loop


# --- callers


async def test_it_works_where_an_event_loop_is_running(client: ExecClient) -> None:
    assert asyncio.get_running_loop().is_running()
    assert sum(1 for _ in client.sessions.list()) == 250


def test_threads_share_a_client_and_its_thread(client: ExecClient) -> None:
    together = threading.Barrier(8, timeout=5)

    def read(_: int) -> int:
        together.wait()
        return sum(1 for _ in client.sessions.list())

    with ThreadPoolExecutor(8) as executor:
        assert list(executor.map(read, range(8))) == [250] * 8
    assert threads() == 1


WHO = contextvars.ContextVar("WHO", default="nobody")


def test_hooks_see_the_context_of_the_caller(sandbox: Sandbox) -> None:
    seen: list[str] = []
    hooks = Hooks(on_request=lambda _: seen.append(WHO.get()))
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), hooks=hooks) as client:
        client.sessions.list().count()
        WHO.set("jane")
        client.sessions.list().count()
    assert seen == ["nobody", "jane"]


def test_a_hook_that_calls_its_client_gets_an_error_and_does_not_hang(sandbox: Sandbox) -> None:
    refused: list[str] = []

    def hook(_: object) -> None:
        for use in (
            client.sessions.list().count,
            lambda: client.sessions.get("x"),
            client.with_options(timeout=1).sessions.list().page,
            lambda: next(iter(client.sessions.list())),
            client.close,
        ):
            with pytest.raises(ConfigurationError, match="must not wait for itself") as caught:
                use()
            refused.append(str(caught.value))

    hooks = Hooks(on_request=hook)
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), hooks=hooks) as client:
        assert client.sessions.list().count() == 250
    assert len(refused) == 5


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_a_hook_that_ends_the_program_ends_it_in_the_caller(kind: type[BaseException]) -> None:
    problems = [kind("now")]

    def leave(_: object) -> None:
        if problems:
            raise problems.pop()

    with ExecClient(KEY, transport=Api(OK).transport, hooks=Hooks(on_request=leave)) as client:
        with pytest.raises(kind, match="now"):
            client.sessions.get("x")
        assert client.sessions.get("x").id == "x"
        assert threads() == 1


def test_the_event_loop_is_made_where_no_interrupt_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    makers: list[str] = []
    make = asyncio.new_event_loop

    def note() -> asyncio.AbstractEventLoop:
        makers.append(threading.current_thread().name)
        return make()

    monkeypatch.setattr(asyncio, "new_event_loop", note)
    with ExecClient(KEY, transport=Api(OK).transport) as client:
        client.sessions.get("x")
    assert makers == ["exec-api-client"]
