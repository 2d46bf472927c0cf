"""An answer that is too large is stopped while it is read."""

import asyncio
import gzip
import tracemalloc

import pytest

from exec_api_client import ResponseDecodeError
from tests.event_loop import turns
from tests.faults.server import READ, WAIT, answer, json_answer, serving
from tests.faults.table import EMPTY, connected


async def test_a_gzip_bomb_is_stopped_while_it_is_read(library: str) -> None:
    most = 2**20
    bomb = gzip.compress(bytes(64 * most))  # 64 MiB in 64 kB: one read
    stream = answer(bomb, "200 OK", "content-encoding: gzip", length=2 * len(bomb))
    async with (
        serving((READ, stream, WAIT)) as server,
        connected(library, server.base_url, max_response_bytes=most) as client,
    ):
        with pytest.raises(ResponseDecodeError):  # what is imported at the first request does not count
            await client.sessions.list()
        tracemalloc.start()
        try:
            with pytest.raises(ResponseDecodeError, match=r"larger than 1048576 bytes") as caught:
                await client.sessions.list()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        await server.all_left()  # although the client is still open
    assert caught.value.status_code == 200
    assert server.requests == 2
    assert peak < 4 * most
    await turns()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_long_answer_is_stopped_while_it_is_read(library: str) -> None:
    huge = answer(b"[" * 2**20, length=2**30)
    async with (
        serving((READ, huge, WAIT)) as server,
        connected(library, server.base_url, max_response_bytes=2**16) as client,
    ):
        with pytest.raises(ResponseDecodeError, match="larger than 65536 bytes"):
            await client.sessions.list()
        await server.all_left()
    assert server.requests == 1


async def test_an_answer_of_exactly_the_largest_size(library: str) -> None:
    for encoding, body in (("identity", EMPTY), ("gzip", gzip.compress(EMPTY))):
        script = (READ, json_answer(body, "200 OK", f"content-encoding: {encoding}")) * 2
        async with serving(script) as server:
            async with connected(library, server.base_url, max_response_bytes=len(EMPTY)) as client:
                await client.sessions.list()
            async with connected(library, server.base_url, max_response_bytes=len(EMPTY) - 1) as client:
                with pytest.raises(ResponseDecodeError, match="larger than"):
                    await client.sessions.list()
