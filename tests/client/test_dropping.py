"""Clients that nobody closes."""

import asyncio
import gc
import warnings

from tests.client.clients import plain
from tests.event_loop import alone
from tests.faults.server import MANY, serving, serving_in_a_thread


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
