"""The client in processes of their own: warnings are errors there, and what Python cannot raise it prints."""

import pytest

from tests.faults.server import MANY, serving_in_a_thread
from tests.processes import run_alone

HEAD = """
import asyncio
from exec_api_client import AsyncExecClient
"""

SCRIPTS = {
    "a second loop while the first has left connections open": """
        client = AsyncExecClient(KEY, base_url=sys.argv[1], rate_limit=None)
        async def use():
            await asyncio.gather(*(client.sessions.get("x") for _ in range(3)))
        asyncio.run(use())
        asyncio.run(use())
        asyncio.run(client.aclose())
        """,
    "a program that ends in the middle": """
        async def use():
            client = AsyncExecClient(KEY, base_url=sys.argv[1], max_connections=2)
            calls = [asyncio.create_task(client.sessions.get("x")) for _ in range(9)]
            await asyncio.sleep(0.01)
        asyncio.run(use())
        """,
    "a fork": """
        async def use():
            client = AsyncExecClient(KEY, base_url=sys.argv[1], rate_limit=None)
            await client.sessions.get("parent")
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


@pytest.mark.parametrize("name", SCRIPTS)
def test_in_a_process_of_its_own(name: str) -> None:
    with serving_in_a_thread(MANY) as server:
        # Only aclose() closes connections, as in httpx.
        options = ["-W", "ignore::ResourceWarning"] if "left connections" in name else []
        run_alone(HEAD, SCRIPTS[name], server.base_url, *options)
        targets = [head.split(b" ")[1].rsplit(b"/")[-1] for head in server.heads]
        if name == "a fork":
            # The child has a connection of its own, and the parent's is as it was.
            assert targets == [b"parent", b"child", b"child", b"parent"]
            assert server.connections == 2
