"""The sandbox on a real socket."""

import asyncio
import contextlib
import gc
import logging
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

import httpx
import pytest

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox

from .conftest import HEADERS

GET = f"GET /rest/v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SANDBOX_KEY}\r\n\r\n".encode()


async def test_an_error_of_a_hook_is_a_500(
    client: httpx.AsyncClient, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.before_request = lambda _: 1 / 0
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/sessions")
    assert answer.status_code == 500
    assert answer.json()["error"]["message"] == "The sandbox failed: ZeroDivisionError"
    assert "ZeroDivisionError" in caplog.text
    assert SANDBOX_KEY not in caplog.text
    sandbox.before_request = None
    assert (await client.get("/sessions")).status_code == 200


async def test_clients_share_the_quota_and_the_faults(sandbox: Sandbox) -> None:
    sandbox.limits = Limits(requests=30)
    sandbox.fail_next(status=503, times=3)
    async with sandbox.serve() as one, sandbox.serve() as other, contextlib.AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, headers=HEADERS))
            for url in (one, other) * 3
        ]
        calls = [client.get("/sessions", params={"page_size": 1}) for client in clients for _ in range(8)]
        statuses = [answer.status_code for answer in await asyncio.gather(*calls)]
    assert {status: statuses.count(status) for status in {*statuses}} == {503: 3, 200: 30, 429: 15}


async def test_a_port_can_be_chosen_and_is_free_again(sandbox: Sandbox) -> None:
    async with sandbox.serve() as base_url:
        port = urlsplit(base_url).port
        assert port
        with pytest.raises(OSError, match="in use"):
            async with sandbox.serve(port=port):
                pass
    async with sandbox.serve("localhost", port) as again:
        assert urlsplit(again).port == port


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
async def test_the_url_of_every_address_is_loopback(sandbox: Sandbox, host: str, shown: str) -> None:
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    async with sandbox.serve(host) as base_url:
        assert base_url.startswith(f"http://{shown}:")
        async with AsyncExecClient(SANDBOX_KEY, base_url=base_url, trust_env=False) as client:
            assert await client.sessions.list().count() == 400


def test_without_h11_only_a_socket_is_missing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "exec_api_client.sandbox.server", raising=False)
    monkeypatch.setitem(sys.modules, "h11", None)
    sandbox.transport()
    with pytest.raises(ImportError, match="a sandbox on a socket needs h11; run `pip install h11`"):
        sandbox.serve()


async def test_what_is_not_http_is_refused(base_url: str, sandbox: Sandbox) -> None:
    reader, writer = await connected(base_url)
    writer.write(b"\x16\x03\x01" + b"\xff" * 50_000)  # TLS
    async with asyncio.timeout(5):
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
    assert not sandbox.requests


async def connected(base_url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(base_url)
    return await asyncio.open_connection(address.hostname, address.port)


async def test_no_client_holds_the_end_up_or_leaves_anything_behind(sandbox: Sandbox) -> None:
    """Neither an idle one, nor one that waits, nor one that does not read, nor one that breaks off."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    sandbox.fail_next(status=200, body=b"x" * 20_000_000, times=2)
    async with sandbox.serve() as base_url:
        _, deaf, leaving, waiting = clients = [await connected(base_url) for _ in range(4)]
        for reader, writer in (deaf, leaving):
            writer.write(GET)
            await reader.read(10)
        broken = leaving[1].get_extra_info("socket")
        broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        leaving[1].transport.abort()
        arrived = asyncio.Event()
        sandbox.latency, sandbox.before_request = 60, lambda _: arrived.set()
        waiting[1].write(GET)
        await arrived.wait()
        start = time.perf_counter()
    assert time.perf_counter() - start < 1
    assert asyncio.all_tasks() == before
    gc.collect()  # a task that failed complains when it is forgotten
    assert complaints == []
    with pytest.raises(ConnectionRefusedError):
        await connected(base_url)
    for _, writer in clients:
        writer.close()
