"""When the server or a client ends in the middle, nothing is left behind."""

import asyncio
import contextlib
import gc
import socket
import struct
import time
from urllib.parse import urlsplit

import pytest

from exec_api_client.sandbox import Sandbox
from tests.sandbox.connection import HEAD, Raw


async def test_nothing_is_left_behind(sandbox: Sandbox) -> None:
    before = asyncio.all_tasks()
    sandbox.latency = 60
    arrived = asyncio.Event()
    sandbox.before_request = lambda _: arrived.set()
    async with sandbox.serve() as base_url, Raw(base_url), Raw(base_url) as waiting:
        await waiting.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await arrived.wait()
        start = time.perf_counter()
    assert time.perf_counter() - start < 1
    assert asyncio.all_tasks() == before
    with pytest.raises(ConnectionRefusedError):
        async with Raw(base_url):
            pass


async def test_ending_does_not_wait_for_a_client_that_does_not_read(sandbox: Sandbox) -> None:
    sandbox.fail_next(status=200, body=b"x" * 20_000_000)
    async with sandbox.serve() as base_url:
        connection = Raw(base_url)
        await connection.__aenter__()
        await connection.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await connection.reader.read(10)
        start = time.perf_counter()
    assert time.perf_counter() - start < 0.5
    await connection.__aexit__()


@pytest.mark.parametrize(
    ("steps", "handover"), [*((steps, None) for steps in range(8)), (0, 3), (3, 0), (4, 0), (5, 0)]
)
async def test_ending_while_a_connection_is_being_made(
    sandbox: Sandbox, steps: int, handover: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step of the event loop from the client's connect to the server's first read."""
    if handover is not None:  # so that every one of the server's precautions is needed once
        monkeypatch.setattr("exec_api_client.sandbox.server._HANDOVER", handover)
    before = asyncio.all_tasks()
    async with sandbox.serve() as base_url:
        address = urlsplit(base_url)
        client = socket.create_connection((address.hostname, address.port))
        for _ in range(steps):
            await asyncio.sleep(0)
    with client:
        client.setblocking(False)
        for _ in range(20):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
        with contextlib.suppress(ConnectionResetError):  # where it was never accepted
            assert client.recv(1) == b""
    gc.collect()  # what was left open would warn now


async def test_a_client_that_breaks_off_leaves_no_complaint(sandbox: Sandbox) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    sandbox.fail_next(status=200, body=b"x" * 1000, pause=0.001, piece=1)
    async with sandbox.serve() as base_url:
        connection = Raw(base_url)
        await connection.__aenter__()
        await connection.send(f"GET /rest/v1/sessions HTTP/1.1\r\n{HEAD}\r\n")
        await connection.reader.read(10)
        client = connection.writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.writer.transport.abort()
        done, unfinished = await asyncio.wait(asyncio.all_tasks() - before, timeout=0.5)
        assert not unfinished
        del done  # a task that failed complains when it is forgotten
        gc.collect()
    assert complaints == []
