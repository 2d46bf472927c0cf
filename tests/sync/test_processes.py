"""The synchronous client in processes of their own: at their end, in forks, where it would wait for itself.

Warnings are errors there, and what Python cannot raise it prints.
"""

import pytest

from tests.faults.server import MANY, READ, WAIT, serving_in_a_thread
from tests.processes import run_alone

pytestmark = pytest.mark.usefixtures("no_proxy")

HEAD = """
import atexit, signal, threading
from exec_api_client import Hooks
from exec_api_client.sync import ExecClient
def client_of(**settings):
    return ExecClient(KEY, base_url=sys.argv[1], rate_limit=None, **settings)
def wait_for(child):
    ended = os.waitpid(child, 0)
    assert ended == (child, 0), ended
"""

SCRIPTS = {
    "a client that is never closed": """
        client = client_of()
        client.sessions.get("x")
        """,
    "a client that takes its time to close": """
        import asyncio, httpx
        class Slow(httpx.MockTransport):
            async def aclose(self):
                await asyncio.sleep(0.05)
        def last():
            assert threading.active_count() == 1
        atexit.register(last)
        client = client_of(transport=Slow(lambda _: httpx.Response(200, json={"id": "x"})))
        client.sessions.get("x")
        """,
    "a walk that is never ended": """
        from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
        client = ExecClient(SANDBOX_KEY, transport=Sandbox().transport())
        walk, ahead = iter(client.sessions.list()), client.sessions.list().prefetch()
        next(walk), next(ahead.__enter__())
        """,
    "a client that is dropped": """
        client_of().sessions.get("x")
        """,
    "a client that is in a cycle": """
        class Holder: pass
        holder = Holder()
        holder.self, holder.client = holder, client_of()
        holder.client.sessions.get("x")
        del holder
        """,
    "a program that ends in the middle": """
        sent = threading.Event()
        threading.excepthook = lambda told: None
        client = client_of(hooks=Hooks(on_request=lambda _: sent.set()))
        threading.Thread(target=client.sessions.get, args=["x"], daemon=True).start()
        assert sent.wait(10)
        """,
    "a program that exits": """
        client = client_of()
        client.sessions.get("x")
        sys.exit()
        """,
    "a fork": """
        client = client_of()
        client.sessions.get("parent")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                assert threading.active_count() == 1
                client.sessions.get("child")
                client.sessions.get("child")
                assert threading.active_count() == 2
                client.close()
                assert threading.active_count() == 1
                status = 0
            finally:
                os._exit(status)
        wait_for(child)
        client.sessions.get("parent")
        client.close()
        """,
    "a fork that goes on to its own end": """
        client = client_of()
        client.sessions.get("parent")
        child = os.fork()
        if child == 0:
            client.sessions.get("child")
            client.sessions.get("child")
            sys.exit()
        wait_for(child)
        client.sessions.get("parent")
        """,
    "a fork in the middle of other threads": """
        client = client_of()
        client.sessions.get("parent")
        held, forked = threading.Event(), threading.Event()
        def hold():
            with client._runner._lock, client._runner._worker._lock:
                held.set()
                forked.wait(10)
        threading.Thread(target=hold).start()
        assert held.wait(10)
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            client.sessions.get("child")
            client.close()
            sys.exit()
        forked.set()
        wait_for(child)
        """,
    "a fork that uses nothing": """
        client = client_of()
        client.sessions.get("parent")
        child = os.fork()
        if child == 0:
            client.close()
            sys.exit()
        wait_for(child)
        client.sessions.get("parent")
        """,
    "a fork before the first call": """
        client = client_of()
        child = os.fork()
        if child == 0:
            client.sessions.get("child")
            client.close()
            sys.exit()
        wait_for(child)
        client.sessions.get("parent")
        """,
}

# Forking where threads are is what is tried here; Python 3.12 and later warn of it.
OPTIONS = ["-W", "ignore:This process:DeprecationWarning"]


def run(script: str, base_url: str = "http://127.0.0.1") -> None:
    run_alone(HEAD, script, base_url, *OPTIONS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_in_a_process_of_its_own(name: str) -> None:
    middle = name == "a program that ends in the middle"
    with serving_in_a_thread((READ, WAIT) if middle else MANY) as server:
        run(SCRIPTS[name], server.base_url)


def test_in_a_fork_a_transport_that_was_passed_in_is_refused() -> None:
    script = """
        import httpx
        from exec_api_client import ConfigurationError
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


def test_the_clients_own_thread_cannot_wait_for_itself() -> None:
    script = """
        from exec_api_client import ConfigurationError
        from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
        uses = [
            lambda: client.sessions.list().count(),
            lambda: client.sessions.get("x"),
            lambda: client.with_options(timeout=1).sessions.list().page(),
            lambda: next(walk),
            lambda: client.close(),
        ]
        def hook(_):
            for use in uses:
                try:
                    use()
                except ConfigurationError as error:
                    refused.append("would wait for itself for ever" in str(error))
        refused = []
        client = ExecClient(SANDBOX_KEY, transport=Sandbox().transport(), hooks=Hooks(on_request=hook))
        walk = iter(client.sessions.list())
        next(walk)
        assert refused == [True] * 5, refused
        client.sessions.list().count()
        client.close()
        """
    run(script)


def test_the_package_does_without_it_until_it_is_asked_for() -> None:
    script = """
        import exec_api_client
        assert "exec_api_client.sync" in sys.modules
        for name in [name for name in sys.modules if name.startswith("exec_api_client")]:
            del sys.modules[name]
        from exec_api_client import AsyncExecClient
        AsyncExecClient(KEY)
        assert not {"exec_api_client.sync", "exec_api_client._sync"} & {*sys.modules}
        AsyncExecClient(KEY).sessions.list()
        assert "exec_api_client.sync" not in sys.modules
        assert threading.active_count() == 1
        """
    run(script)
