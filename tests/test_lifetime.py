"""Closing, dropping, other loops, other threads, other processes: each works or says what is wrong."""

import asyncio
import gc
import socket
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import httpx2
import pytest

from exec_api_client import (
    APIConnectionError,
    APITimeoutError,
    AsyncExecClient,
    ClientClosedError,
    ConfigurationError,
    RateLimit,
    RetryPolicy,
)
from tests.fakes import KEY, ROOT
from tests.faults.server import (
    READ,
    WAIT,
    Drip,
    Pause,
    RawServer,
    answer,
    json_answer,
    serving,
    serving_in_a_thread,
)
from tests.faults.table import LIBRARIES, connected

OK = json_answer(b'{"id": "x"}')
MANY = (READ, OK) * 50


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def plain(server: RawServer | str, **settings: Any) -> AsyncExecClient:
    url = server if isinstance(server, str) else server.base_url
    return AsyncExecClient(KEY, **{"base_url": url, "rate_limit": None, **settings})


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(1):
        while not condition():  # noqa: ASYNC110 (a condition of any kind)
            await asyncio.sleep(0.001)


def alone() -> bool:
    """No task but the test's own and those of the server."""
    tasks = {task for task in asyncio.all_tasks() if task.get_name() != "server"}
    return tasks == {asyncio.current_task()}


# --- closing while requests are under way


async def closed_under(client: AsyncExecClient, calls: int, ready: Callable[[], bool]) -> None:
    """Close a client that is being used: all calls end at once, and say why."""
    using = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(calls)]
    await until(ready)
    await turns()
    await client.aclose()
    assert all(call.done() for call in using)
    for call in using:
        with pytest.raises(ClientClosedError, match="the client is closed; make a new one") as caught:
            await call
        assert not isinstance(caught.value.__context__, httpx.HTTPError)
    await turns()
    assert alone()


@pytest.mark.parametrize(
    "script",
    [(READ, WAIT), (READ, answer(b"{", length=9), WAIT), (READ, Drip(b"HTTP/1.1 200 OK\r\n" * 99), WAIT)],
    ids=["before the headers", "in the body", "in slow headers"],
)
async def test_closing_ends_calls_on_the_wire_and_in_the_queue(script: Any, library: str) -> None:
    async with serving(script) as server, connected(library, server.base_url, max_connections=2) as client:
        await closed_under(client, 5, lambda: server.requests == 2)
        if library != "httpx2 client":
            await server.all_left()
        assert server.requests == 2


async def test_closing_ends_a_call_that_is_connecting() -> None:
    # The server accepts and never says a word of TLS.
    async with serving((WAIT,)) as server:
        client = plain(server.base_url.replace("http:", "https:"))
        await closed_under(client, 3, lambda: server.connections == 3)
        await server.all_left()


async def test_closing_ends_a_wait_between_two_attempts(library: str) -> None:
    refusal = answer(b'{"retry_after": 100}', "503 Out")
    async with serving((READ, refusal) * 9) as server, connected(library, server.base_url) as client:
        await closed_under(client, 3, lambda: server.requests == 3)
        assert server.requests == 3


async def test_closing_ends_a_pause(library: str) -> None:
    refusal = answer(b'{"retry_after": 100}', "429 Slow Down")
    async with serving((READ, refusal) * 9) as server, connected(library, server.base_url) as client:
        await closed_under(client, 3, lambda: server.requests == 3)


async def test_closing_ends_a_wait_for_the_limit(library: str) -> None:
    limit = RateLimit(requests=2, per=60)
    async with (
        serving((READ, OK) * 9) as server,
        connected(library, server.base_url, rate_limit=limit) as client,
    ):
        await client.sessions.get("x")
        await client.sessions.get("x")
        await closed_under(client, 3, lambda: True)
        assert server.requests == 2


async def test_leaving_the_block_ends_calls_that_it_has_not_awaited() -> None:
    async with serving((READ, WAIT)) as server:
        async with plain(server) as client:
            call = asyncio.ensure_future(client.sessions.get("x"))
            await until(lambda: server.requests == 1)
        with pytest.raises(ClientClosedError):
            await call


async def test_a_walk_ends_when_the_client_is_closed() -> None:
    page = b'{"data": [{}], "pagination": {"page": 1, "page_size": 1, "total_count": 9, "total_pages": 9}}'
    async with serving((READ, json_answer(page)) * 9) as server:
        client = plain(server)
        pages = client.sessions.list().pages()
        await anext(pages)
        await client.aclose()
        with pytest.raises(ClientClosedError):
            await anext(pages)
        assert server.requests == 1


async def test_closing_the_http_client_underneath_says_so() -> None:
    async with (
        serving((READ, WAIT)) as server,
        httpx2.AsyncClient() as http,
        plain(server, http_client=http, retry=RetryPolicy(max_retries=0)) as client,
    ):
        call = asyncio.ensure_future(client.sessions.get("x"))
        await until(lambda: server.requests == 1)
        await http.aclose()
        with pytest.raises(ClientClosedError, match="was closed while a request was under way"):
            await call
        with pytest.raises(ClientClosedError):
            await client.sessions.get("x")


# --- closing twice, using a closed client


async def test_closing_twice_and_at_once(library: str) -> None:
    async with serving(MANY) as server, connected(library, server.base_url) as client:
        await client.sessions.get("x")
        await asyncio.gather(*(client.aclose() for _ in range(5)))
        await client.aclose()
        assert client.closed
    assert alone()


async def test_closing_at_once_while_requests_are_under_way() -> None:
    async with serving((READ, WAIT)) as server:
        client = plain(server)
        calls = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(3)]
        await until(lambda: server.requests == 3)
        await asyncio.gather(*(client.aclose() for _ in range(3)))
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(result) for result in results] == [ClientClosedError] * 3
        await server.all_left()
    assert alone()


async def test_a_closed_client_opens_nothing(library: str) -> None:
    async with serving(MANY) as server, connected(library, server.base_url) as client:
        await client.aclose()
        with pytest.raises(ClientClosedError):
            await client.sessions.get("x")
        with pytest.raises(ClientClosedError):
            async with client:
                raise AssertionError("not reached")
        with pytest.raises(ClientClosedError):
            await client.with_options(timeout=1).sessions.get("x")
    assert server.connections == 0


# --- several loops


def test_a_second_loop_when_the_first_left_connections_open() -> None:
    with serving_in_a_thread(MANY) as server:
        client = plain(server)

        async def use(last: bool) -> None:
            await asyncio.gather(*(client.sessions.get(str(number)) for number in range(3)))
            if last:
                await client.aclose()

        for last in (False, False, True):
            asyncio.run(use(last))
        gc.collect()
        assert (server.requests, server.connections) == (9, 9)


def test_two_threads_with_two_loops_at_once() -> None:
    with serving_in_a_thread((READ, Pause(0.01), OK) * 50) as server:
        client = plain(server, rate_limit=RateLimit(requests=40, per=3600), max_connections=4)
        together = threading.Barrier(2, timeout=5)
        failures: list[BaseException] = []

        async def use() -> None:
            for _ in range(5):
                await asyncio.gather(*(client.sessions.get("x") for _ in range(4)))

        def work() -> None:
            try:
                together.wait()
                asyncio.run(use())
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)
        assert failures == []
        assert server.requests == 40  # all that the limit allows, and it is shared
        assert client.usage is not None
        assert client.usage.minute == 40
        assert server.at_once > 4
        asyncio.run(client.aclose())


def test_closing_from_another_loop_ends_the_calls_in_the_first() -> None:
    with serving_in_a_thread((READ, WAIT)) as server:
        client = plain(server)
        results: list[Any] = []

        async def use() -> None:
            results.extend(
                await asyncio.gather(*(client.sessions.get("x") for _ in range(3)), return_exceptions=True)
            )

        thread = threading.Thread(target=lambda: asyncio.run(use()))
        thread.start()
        asyncio.run(until(lambda: server.requests == 3))
        asyncio.run(client.aclose())
        thread.join(timeout=5)
        assert [type(result) for result in results] == [ClientClosedError] * 3


# --- clients that nobody closes


async def test_a_dropped_client_closes_its_connections_without_a_warning() -> None:
    async with serving(MANY) as server:
        client = plain(server)
        await asyncio.gather(*(client.sessions.get("x") for _ in range(3)))
        assert server.open == 3
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del client
            gc.collect()
            await server.all_left()
            gc.collect()
        assert caught == []
    assert alone()


def test_a_dropped_client_whose_loop_is_over() -> None:
    with serving_in_a_thread(MANY) as server:
        client = plain(server)
        asyncio.run(client.sessions.get("x"))  # type: ignore[arg-type]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            del client
            gc.collect()
        assert caught == []


# --- other processes; warnings are errors there, and what Python cannot raise it prints

# asyncio warns of slow steps, and tells of what went wrong as errors.
HEAD = """
import asyncio, gc, logging, os, sys
from exec_api_client import AsyncExecClient
logging.getLogger("asyncio").setLevel(logging.ERROR)
"""

SCRIPTS = {
    "a second loop": """
        client = AsyncExecClient(KEY, base_url=sys.argv[1], rate_limit=None)
        async def use():
            await asyncio.gather(*(client.sessions.get("x") for _ in range(3)))
        asyncio.run(use())
        asyncio.run(use())
        """,
    "a client that is never closed": """
        async def use():
            global client
            client = AsyncExecClient(KEY, base_url=sys.argv[1])
            await client.sessions.get("x")
        asyncio.run(use())
        """,
    "a client that is dropped": """
        async def use():
            await AsyncExecClient(KEY, base_url=sys.argv[1]).sessions.get("x")
            gc.collect()
            await asyncio.sleep(0.02)
        asyncio.run(use())
        """,
    "a program that ends in the middle": """
        async def use():
            client = AsyncExecClient(KEY, base_url=sys.argv[1], max_connections=2)
            calls = [asyncio.create_task(client.sessions.get("x")) for _ in range(9)]
            await asyncio.sleep(0.01)
        asyncio.run(use())
        """,
    "a client that is closed in the middle": """
        async def use():
            async with AsyncExecClient(KEY, base_url=sys.argv[1], max_connections=2) as client:
                calls = [asyncio.create_task(client.sessions.get("x")) for _ in range(9)]
                await asyncio.sleep(0.01)
            await asyncio.gather(*calls, return_exceptions=True)
        asyncio.run(use())
        """,
    "many cancelled calls": """
        async def use():
            client = AsyncExecClient(KEY, base_url=sys.argv[1], max_connections=2, rate_limit=None)
            async with client:
                for turns in range(30):
                    call = asyncio.create_task(client.sessions.get("x"))
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    call.cancel()
                    await asyncio.gather(call, return_exceptions=True)
        asyncio.run(use())
        """,
    "a fork": """
        import threading
        async def use():
            client = AsyncExecClient(KEY, base_url=sys.argv[1], rate_limit=None)
            await client.sessions.get("parent")
            held, free = threading.Event(), threading.Event()
            def hold():
                with client._sender.connection._exclusive():
                    held.set()
                    free.wait()
            other = threading.Thread(target=hold)
            other.start()
            held.wait()
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    asyncio.run(in_child(client))
                    status = 0
                finally:
                    os._exit(status)
            while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
                await asyncio.sleep(0.01)
            free.set()
            other.join()
            assert ended == (child, 0), ended
            await client.sessions.get("parent")
            await client.aclose()
        async def in_child(client):
            await client.sessions.get("child")
            await client.sessions.get("child")
            await client.aclose()
        asyncio.run(use())
        """,
}


def run(script: str, base_url: str) -> None:
    code = f"{HEAD}KEY = {KEY!r}\n{textwrap.dedent(script)}\ngc.collect()\n"
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code, base_url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_in_a_process_of_its_own(name: str) -> None:
    with serving_in_a_thread(MANY) as server:
        run(SCRIPTS[name], server.base_url)
        targets = [head.split(b" ")[1].rsplit(b"/")[-1] for head in server.heads]
        if name == "a fork":
            # The child has a connection of its own, and the parent's is as it was.
            assert targets == [b"parent", b"child", b"child", b"parent"]
            assert server.connections == 2


# --- the environment, and where a key may go


async def test_a_proxy_of_the_environment_is_used_only_if_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving((READ, b"HTTP/1.1 403 Forbidden\r\n\r\n")) as proxy:
        address = proxy.base_url.removesuffix("/rest/v1")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
        target = "https://api.exec.invalid/rest/v1"
        once = RetryPolicy(max_retries=0)
        async with plain(target, trust_env=True, retry=once) as client:
            with pytest.raises(APIConnectionError, match="ProxyError: 403 Forbidden"):
                await client.sessions.get("x")
        assert [head.split(b"\r\n")[0] for head in proxy.heads] == [b"CONNECT api.exec.invalid:443 HTTP/1.1"]
        assert KEY.encode() not in b"".join(proxy.heads)
        async with plain(target, trust_env=False, retry=once) as client:
            with pytest.raises(APIConnectionError, match="ConnectError"):
                await client.sessions.get("x")
        assert proxy.requests == 1
        # Nor does an unencrypted key leave this machine by way of a proxy.
        async with serving(MANY) as server, plain(server, trust_env=True) as client:
            assert (await client.sessions.get("x")).id == "x"
        assert proxy.requests == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://api.exec.com/rest/v1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:8000",
        "HTTP://API.EXEC.COM",
    ],
)
def test_plain_http_goes_to_this_machine_only(url: str) -> None:
    with pytest.raises(ConfigurationError, match="would send the API key unencrypted; write https://"):
        AsyncExecClient(KEY, base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1\\@api.exec.com",
        "http://127.0.0.1@api.exec.com",
        "http://localhost#@api.exec.com",
        "https://[::1",
        "https://exa mple.com",
        "https://api.exec.com\n.example.com",
        "https://xn--\u00fc.example",
        "http://localhost:65536",
        "https://" + "a" * 70_000,
        "",
        " ",
        KEY,
    ],
)
def test_a_base_url_that_could_mean_another_host_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        AsyncExecClient(KEY, base_url=url or "https://")


async def test_cookies_are_not_kept(library: str) -> None:
    script = (READ, answer(b'{"id": "x"}', "200 OK", "set-cookie: a=b; path=/"), READ, OK)
    async with serving(script) as server, connected(library, server.base_url) as client:
        await client.sessions.get("x")
        await client.sessions.get("x")
    # A client that was passed in keeps what it likes.
    assert (b"cookie" in server.heads[1].lower()) is (library == "httpx2 client")


async def test_a_close_that_is_cancelled_goes_on_by_itself() -> None:
    async with serving((READ, OK, WAIT), (READ, WAIT)) as server:
        client = AsyncExecClient(KEY, base_url=server.base_url)
        calls = [asyncio.ensure_future(client.sessions.get("x")) for _ in range(2)]
        [first], [call] = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        assert first.result().id == "x"
        closing = asyncio.ensure_future(client.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        with pytest.raises(ClientClosedError):
            await call
        await until(lambda: server.open == 0)


async def test_a_call_that_is_given_up_while_it_connects_gives_its_slot_back() -> None:
    with closed_backlog() as url:
        async with AsyncExecClient("k" * 20, base_url=url) as client:
            for _ in range(3):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await client.sessions.get("x")
            assert client.usage is not None
            assert client.usage.minute == client.usage.day == 0
            with pytest.raises(APITimeoutError) as late:
                await client.with_options(deadline=0.1).sessions.get("x")
            assert not late.value.sent


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

    first = threading.Thread(target=lambda: asyncio.run(hold()))
    first.start()
    assert asked.wait(10)
    try:
        with pytest.raises(ConfigurationError, match=f"{passed}= belongs to another event loop"):
            asyncio.run(client.sessions.get("x"))
    finally:
        done.set()
        first.join()


@contextmanager
def closed_backlog() -> Iterator[str]:
    """A server that accepts nothing, and whose queue is full: who connects waits."""
    with socket.socket() as server, ExitStack() as stack:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
