"""A store that several processes share, in real time: crowds, deaths, restarts, and workspaces."""

import asyncio
import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.quota import crowd, failures, readers, store_of
from exec_api_client import AsyncExecClient, ExecClient, RateLimit, RateLimitError, RedisStore
from exec_api_client.limits.state import LEASE
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.event_loop import until
from tests.fakes import KEY, OK, Api
from tests.limits.stores import RedisServer, answered
from tests.virtual_time import clocks

PER = 2.0


async def test_four_processes_share_one_quota(shared_store: str) -> None:
    found = await crowd(shared_store, PER, reads=25)
    assert found[:3] == (0, 100, 0)
    assert PER <= found.seconds < 2 * PER


async def test_the_slots_of_a_killed_process_come_free(shared_store: str) -> None:
    sandbox = Sandbox(sessions=1, limits=None, latency=60)
    async with sandbox.serve() as base_url, readers(shared_store, base_url, PER, number=1) as [process]:
        reading = asyncio.create_task(failures([process]))
        async with asyncio.timeout(30):  # it imports much before
            while len(sandbox.requests) < 10:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        process.kill()
        with pytest.raises(ValueError, match="invalid literal"):
            await reading
    limit, ahead = RateLimit(60, PER, store=store_of(shared_store)), 0.0
    clock = SimpleNamespace(**{**vars(clocks()), "now": lambda: time.time() + ahead})
    async with answered(SANDBOX_KEY, rate_limit=limit, _environment=clock) as client:
        await client.sessions.get("x")
        assert client.usage is not None
        assert client.usage.minute == 11
        ahead = LEASE + PER
        assert client.usage[:2] == (0, 11)


async def test_a_restart_remembers_the_day_and_workspaces_do_not_mix(shared_store: str) -> None:
    """A workspace is told by its key, or by its name while keys change."""
    for requests in (1, 2):
        limit = RateLimit(store=store_of(shared_store))
        named = RateLimit(store=store_of(shared_store), workspace="acme")
        keys = [("exec_live_own", limit), ("exec_live_other", limit), (f"exec_live_{requests}", named)]
        for key, each in keys:
            async with answered(key, rate_limit=each) as client:
                await client.sessions.get("x")
                assert client.usage == (requests, requests, 60, 1000, None, True)


async def test_the_key_is_not_in_the_store(shared_store: str, redis_server: RedisServer) -> None:
    async with answered(rate_limit=RateLimit(store=store_of(shared_store))) as client:
        await client.sessions.get("x")
    if "://" in shared_store:
        [key] = redis_server.command("keys", "*")
        held = key + redis_server.command("get", key)
        assert 86400 < redis_server.command("ttl", key) <= 90000
    else:
        held = b"".join(path.read_bytes() for path in Path(shared_store).parent.glob("quota.db*"))
    assert len(held) > 40
    assert KEY.encode() not in held


async def test_a_step_is_one_script_of_redis_and_its_clock_counts(redis_server: RedisServer) -> None:
    store = RedisStore(redis_server.url)
    async with answered(rate_limit=RateLimit(store=store)) as client:
        await client.sessions.get("x")
        redis_server.command("config", "resetstat")
        for _ in range(10):
            await client.sessions.get("x")
        steps = redis_server.command("info", "commandstats")["cmdstat_evalsha"]["calls"]
        assert 19 <= steps <= 21  # the first release may come late, and the last one too
        store._offset += 3600  # as if the clock of this machine went wrong
        await client.sessions.get("x")
        assert client.usage is not None
        assert client.usage.minute == 12
        assert abs(store._offset) < 60


async def test_a_429_pauses_all_who_share_the_store(shared_store: str) -> None:
    sandbox = Sandbox(sessions=1, limits=Limits(10**6))
    one, other = (RateLimit(600, store=store_of(shared_store)) for _ in range(2))
    async with (
        AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=one) as first,
        AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=other) as second,
    ):
        sandbox.fail_next(status=429, retry_after=1)
        refused = asyncio.create_task(first.sessions.list(page_size=1).collect())
        await until(lambda: first.usage is not None and first.usage.refused_until is not None)
        began = time.monotonic()
        await second.sessions.list(page_size=1)
        assert time.monotonic() - began > 0.5
        await refused
    assert [request.status for request in sandbox.requests].count(429) == 1


async def test_a_further_limit_in_the_same_store_counts_for_itself(shared_store: str) -> None:
    own = RateLimit(store=store_of(shared_store))
    async with answered(rate_limit=own) as client:
        narrow = client.with_options(rate_limit=RateLimit(3, store=store_of(shared_store)))
        for each in (client, client, client, narrow, narrow, narrow):
            await each.sessions.get("x")
        assert client.usage == narrow.usage == (6, 6, 60, 1000, None, True)
        with pytest.raises(RateLimitError, match="the rate limit of 3 requests"):
            await narrow.with_options(deadline=1).sessions.get("x")


async def test_cancelled_calls_keep_no_slot(shared_store: str) -> None:
    api, limit = Api(OK), RateLimit(1000, store=store_of(shared_store))
    async with answered(api=api, rate_limit=limit, max_connections=100) as client:
        await client.sessions.get("x")
        for moment in range(40):
            tasks = [asyncio.create_task(client.sessions.get("x")) for _ in range(5)]
            await asyncio.sleep(moment / 10_000)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await client.sessions.get("x")  # after all that the store has still to do
        assert client.usage is not None
        assert client.usage.day == len(api.requests)
        assert 2 <= len(api.requests) < 202


def test_event_loops_the_synchronous_client_and_forks_share_a_store(shared_store: str) -> None:
    limit = RateLimit(store=store_of(shared_store))
    sandbox = Sandbox(sessions=1, limits=None)

    async def read() -> None:
        async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=limit) as client:
            await client.sessions.list(page_size=1)

    asyncio.run(read())
    asyncio.run(read())
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(asyncio.wait_for(read(), 10))
            os._exit(0 if limit.store.shared else 2)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=limit) as client:
        client.sessions.list(page_size=1).collect()
        assert client.usage is not None
        assert (client.usage.day, client.usage.shared) == (4, True)


async def test_a_deadline_counts_what_others_have_spent(shared_store: str) -> None:
    async with answered(rate_limit=RateLimit(2, store=store_of(shared_store))) as client:
        await asyncio.gather(client.sessions.get("x"), client.sessions.get("x"))
    api, limit = Api(OK), RateLimit(2, store=store_of(shared_store))
    async with answered(api=api, rate_limit=limit, deadline=20) as late:
        began = time.monotonic()
        results = await asyncio.gather(*(late.sessions.get("x") for _ in range(30)), return_exceptions=True)
        assert time.monotonic() - began < 5
    assert {type(result).__name__ for result in results} == {"RateLimitError"}
    assert api.requests == []
