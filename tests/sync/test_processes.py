"""The synchronous client at the end of a program, after a fork and under Ctrl-C, in processes of their own.

Warnings are errors there, and the programs print nothing.
"""

import pytest

from tests.faults.server import MANY, READ, WAIT, serving_in_a_thread
from tests.processes import run_alone

pytestmark = pytest.mark.usefixtures("no_proxy")

HEAD = """
import asyncio, atexit, random, signal, threading, time
import httpx
from exec_api_client import ConfigurationError, Hooks
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient
def client_of(**settings):
    return ExecClient(KEY, base_url=sys.argv[1], rate_limit=None, **settings)
def wait_for(child):
    ended = os.waitpid(child, 0)
    assert ended == (child, 0), ended
"""

SCRIPTS = {
    "a client that is never closed, and one that nobody holds": """
        client = client_of()
        client.sessions.get("x")
        client_of().sessions.get("x")
        sys.exit()
        """,
    "a client that takes its time to close": """
        class Slow(httpx.MockTransport):
            async def aclose(self):
                await asyncio.sleep(0.05)
        def last():
            assert threading.active_count() == 1
        atexit.register(last)
        client = client_of(transport=Slow(lambda _: httpx.Response(200, json={"id": "x"})))
        client.sessions.get("x")
        """,
    "the middle of a list and of a prefetch": """
        client = ExecClient(SANDBOX_KEY, transport=Sandbox().transport())
        items, ahead = iter(client.sessions.list()), client.sessions.list().prefetch()
        next(items), next(ahead.__enter__())
        """,
    "the middle of a call": """
        sent = threading.Event()
        threading.excepthook = lambda told: None
        client = client_of(hooks=Hooks(on_request=lambda _: sent.set()))
        threading.Thread(target=client.sessions.get, args=["x"], daemon=True).start()
        assert sent.wait(10)
        """,
    "a fork that calls and ends": """
        client = client_of()
        client.sessions.get("parent")
        child = os.fork()
        if child == 0:
            assert threading.active_count() == 1
            client.sessions.get("child")
            client.sessions.get("child")
            assert threading.active_count() == 2
            sys.exit()
        wait_for(child)
        client.sessions.get("parent")
        """,
    "forks that close": """
        client = client_of()
        if (before := os.fork()) == 0:
            client.sessions.get("child")
            client.close()
            assert threading.active_count() == 1
            sys.exit()
        client.sessions.get("parent")
        if (after := os.fork()) == 0:
            client.close()
            sys.exit()
        wait_for(before)
        wait_for(after)
        client.sessions.get("parent")
        client.close()
        """,
}

# Python 3.12 and later warn of a fork where threads run.
OPTIONS = ["-W", "ignore:This process:DeprecationWarning"]


def run(script: str, base_url: str = "http://127.0.0.1", *options: str) -> None:
    run_alone(HEAD, script, base_url, *OPTIONS, *options)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_program_ends(name: str) -> None:
    with serving_in_a_thread((READ, WAIT) if name == "the middle of a call" else MANY) as server:
        run(SCRIPTS[name], server.base_url)


def test_gevent_is_told_of() -> None:
    run_alone(
        "from gevent import monkey; monkey.patch_all()",
        """
        from exec_api_client import ConfigurationError, ExecClient
        from exec_api_client.sandbox import Sandbox, SANDBOX_KEY
        for _ in range(2):
            client = ExecClient(SANDBOX_KEY, transport=Sandbox().transport())
            try:
                client.sessions.get("x")
            except ConfigurationError as error:
                assert "gevent" in str(error)
            else:
                raise AssertionError
        """,
        "",
    )


def test_a_fork_does_not_share_a_transport_that_was_passed_in() -> None:
    script = """
        client = client_of(transport=httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "x"})))
        client.sessions.get("x")
        child = os.fork()
        if child == 0:
            try:
                client.sessions.get("x")
            except ConfigurationError as error:
                os._exit("make a client for each" not in str(error))
            os._exit(1)
        wait_for(child)
        client.close()
        """
    run(script)


# --- Ctrl-C


def test_ctrl_c_ends_the_call_and_leaves_the_client() -> None:
    script = """
        async def answer(_):
            if not ended:
                try:
                    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
                    await asyncio.Event().wait()
                finally:
                    ended.append(True)
            return httpx.Response(200, json={"id": "x"})
        ended = []
        client = client_of(transport=httpx.MockTransport(answer))
        try:
            client.sessions.get("x")
        except KeyboardInterrupt:
            assert ended, "the request goes on"
        else:
            raise AssertionError("the call was not interrupted")
        assert client.sessions.get("x").id == "x"
        client.close()
        """
    run(script)


def test_ctrl_c_during_a_list_loses_no_item() -> None:
    script = """
        def interrupt(_):
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        client = ExecClient(
            SANDBOX_KEY,
            transport=Sandbox(sessions=250, limits=None).transport(),
            hooks=Hooks(on_response=lambda _: random.random() < 0.5 and interrupt(_)),
            rate_limit=None,
        )
        for seed in range(8):
            random.seed(seed)
            pager, ids = client.sessions.list(page_size=25), []
            items = iter(pager)
            while True:
                try:
                    ids.append(next(items).id)
                except KeyboardInterrupt:
                    if seed % 2:
                        pager = pager.resume(pager.bookmark)
                        items = iter(pager)
                except StopIteration:
                    break
            assert len(ids) == len({*ids}) == 250, (seed, len(ids), len({*ids}))
        client.close()
        """
    run(script)


def test_thousands_of_interrupts_leave_a_working_client() -> None:
    # They come at any instant of a call of a millisecond, before it too.
    script = """
        async def answer(_):
            await asyncio.sleep(0)
            return httpx.Response(200, json={"id": "x"})
        # An interrupt outside the client's code: in a destructor, or between a coroutine and its call.
        sys.unraisablehook = lambda told: None
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        random.seed(1)
        client = client_of(transport=httpx.MockTransport(answer))
        client.sessions.get("x")  # an interrupted import can block Python's own import lock
        interrupts, longest = 0, 0.0
        while interrupts < 3_000:
            begun = time.monotonic()
            try:
                signal.setitimer(signal.ITIMER_REAL, 10 ** random.uniform(-5, -2.8))
                client.sessions.get("x")
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                interrupts += 1
            longest = max(longest, time.monotonic() - begun)
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert longest < 5, longest
        assert client.sessions.get("x").id == "x"
        assert threading.active_count() == 2
        client.close()
        """
    run(script, "http://127.0.0.1", "-W", "ignore::RuntimeWarning")
