"""Kept-alive connections that are dead when they are used again."""

import asyncio
from typing import Any

import pytest

from exec_api_client import APIConnectionError, RateLimit
from tests.fakes import ONCE, Time
from tests.faults.server import READ, RESET, answer, json_answer, serving
from tests.faults.table import EMPTY, OK, connected, write

MADE = json_answer(b'{"id": "made"}', "201 Created")
ENDINGS: Any = pytest.mark.parametrize("ending", [(), (RESET,)], ids=["closed", "reset"])


async def test_a_read_every_ten_minutes_for_a_day_never_fails(library: str) -> None:
    """A load balancer that closes idle connections, a laptop that slept, a thawed function."""
    dying, time = ((READ, OK, READ), (READ, OK, READ, RESET)) * 72, Time()
    settings = {"retry": ONCE, "rate_limit": RateLimit(), "_environment": time.environment}
    async with serving(*dying) as server, connected(library, server.base_url, **settings) as client:
        for _ in range(144):
            await client.sessions.list()
            time.passed += 600
    assert server.connections == 144
    assert time.slept == []


@ENDINGS
async def test_one_read_passes_by_any_number_of_dead_connections(ending: Any, library: str) -> None:
    dying = (READ, OK, READ, *ending)
    async with (
        serving(*[dying] * 10, (READ, OK)) as server,
        connected(library, server.base_url, retry=ONCE) as client,
    ):
        await asyncio.gather(*(client.sessions.list() for _ in range(10)))
        await client.sessions.list()
        assert (server.connections, server.requests) == (11, 21)


@ENDINGS
async def test_a_write_on_a_dead_connection_is_not_repeated(ending: Any, library: str) -> None:
    dying = (READ, OK, READ, *ending)
    async with serving(dying, (READ, MADE)) as server, connected(library, server.base_url) as client:
        await client.sessions.list()
        with pytest.raises(APIConnectionError) as caught:
            await write(client)
        assert caught.value.sent
        assert (server.requests, server.connections) == (2, 1)


async def test_a_write_after_a_connection_was_closed_in_time_takes_a_fresh_one(library: str) -> None:
    async with serving((READ, OK), (READ, MADE)) as server, connected(library, server.base_url) as client:
        await client.sessions.list()
        await server.all_left()
        await asyncio.sleep(0.01)
        assert (await write(client)).json() == {"id": "made"}
    assert (server.requests, server.connections) == (2, 2)


async def test_a_connection_that_dies_in_a_body_was_alive(library: str) -> None:
    cut = answer(EMPTY, length=len(EMPTY) + 1)
    async with (
        serving((READ, OK, READ, cut)) as server,
        connected(library, server.base_url, retry=ONCE) as client,
    ):
        await client.sessions.list()
        with pytest.raises(APIConnectionError):
            await client.sessions.list()
    assert server.requests == 2
