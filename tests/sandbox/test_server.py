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
from tests.sandbox.connection import HEAD, Raw

from .conftest import HEADERS

GET = f"GET /rest/v1/sessions?page_size=1 HTTP/1.1\r\n{HEAD}\r\n"


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


# --- requests that are not HTTP, and ends in the middle


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "nonsense\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"),  # no Host
        (400, "GET / HTTP/1.1\r\nHost"),  # ends within the headers
        (400, f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\nabc"),  # ends within the body
        (501, f"POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: gzip\r\n\r\n"),
        (431, f"GET / HTTP/1.1\r\n{HEAD}X: {'x' * 200_000}\r\n\r\n"),
        (400, b"\x16\x03\x01" + b"\xff" * 50_000),  # TLS
    ],
)
async def test_malformed_requests(base_url: str, sandbox: Sandbox, status: int, text: str | bytes) -> None:
    async with Raw(base_url) as connection:
        await connection.send(text)
        connection.writer.write_eof()
        got, headers, _ = await connection.answer()
        assert (got, headers["connection"]) == (status, "close")
        assert await connection.ended()
    assert not sandbox.requests


async def test_nothing_is_left_behind(sandbox: Sandbox) -> None:
    """Neither by an idle client, nor by one that waits, nor by one that does not read."""
    before = asyncio.all_tasks()
    sandbox.fail_next(status=200, body=b"x" * 20_000_000)
    async with sandbox.serve() as base_url, Raw(base_url), Raw(base_url) as waiting, Raw(base_url) as deaf:
        await deaf.send(GET)
        await deaf.reader.read(10)
        arrived = asyncio.Event()
        sandbox.latency, sandbox.before_request = 60, lambda _: arrived.set()
        await waiting.send(GET)
        await arrived.wait()
        start = time.perf_counter()
    assert time.perf_counter() - start < 1
    assert asyncio.all_tasks() == before
    with pytest.raises(ConnectionRefusedError):
        async with Raw(base_url):
            pass


async def test_a_client_that_breaks_off_leaves_no_complaint(sandbox: Sandbox) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    sandbox.fail_next(status=200, body=b"x" * 20_000_000)
    async with sandbox.serve() as base_url:
        connection = Raw(base_url)
        await connection.__aenter__()
        await connection.send(GET)
        await connection.reader.read(10)
        client = connection.writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.writer.transport.abort()
        _, unfinished = await asyncio.wait(asyncio.all_tasks() - before, timeout=0.5)
        assert not unfinished
        gc.collect()  # a task that failed complains when it is forgotten
    assert complaints == []
