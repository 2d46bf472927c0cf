"""Iterating over a list of the API, and collecting it: its requests, its ends, its errors, and its report."""

import asyncio
import gc
from datetime import datetime
from typing import Any

import httpx
import pytest

from exec_api_client import ConfigurationError, InternalServerError, PaginationError
from exec_api_client.pagination import Report
from tests.fakes import ONCE, Api, Two, page_of, refusal
from tests.pagination.moving_list import Server
from tests.pagination.rows import EVERY_ID, ROWS, ids, rows_api


async def test_every_item_comes_in_order_in_the_largest_pages() -> None:
    api = rows_api()
    async with api.client() as client:
        assert [session.id async for session in client.sessions.list(rank=["gold"])] == EVERY_ID
    assert api.targets == [
        "/sessions?rank=gold&page_size=100",
        "/sessions?rank=gold&page=2&page_size=100",
        "/sessions?rank=gold&page=3&page_size=100",
    ]


async def test_a_named_page_is_the_same_whether_awaited_iterated_or_collected() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list(page=4)
        assert ids(await pager) == EVERY_ID[150:200]
        assert [session.id async for session in pager] == EVERY_ID[150:]
        assert ids(await pager.collect(limit=3)) == EVERY_ID[150:153]
    assert api.targets == ["/sessions?page=4", "/sessions?page=4", "/sessions?page=5", "/sessions?page=4"]


async def test_each_iteration_starts_anew() -> None:
    async with rows_api(ROWS[:3]).client() as client:
        pager = client.sessions.list(page_size=2)
        for _ in range(2):
            assert [session.id async for session in pager] == EVERY_ID[:3]
            assert [(page.page, len(page)) async for page in pager.pages()] == [(1, 2), (2, 1)]


async def test_leaving_an_iteration_leaves_nothing_behind() -> None:
    api = rows_api()
    async with api.client() as client:
        async for session in client.sessions.list():
            assert session.id == "s0"
            break
        items = aiter(client.sessions.list())
        assert (await anext(items)).id == "s0"
        del items
        gc.collect()
        assert len(asyncio.all_tasks()) == 1
    assert len(api.requests) == 2


async def test_an_iteration_that_failed_says_how_to_go_on() -> None:
    def answer(page: int) -> httpx.Response:
        return page_of([{"id": f"s{page}"}], page, 3, page_size=1)

    api = Api(answer(1), refusal(503), answer(2), answer(3))
    async with api.client(retry=ONCE) as client:
        pager = client.sessions.list(page_size=1)
        items = aiter(pager)
        assert (await anext(items)).id == "s1"
        with pytest.raises(InternalServerError) as caught:
            await anext(items)
        # Never an end that looks like a complete list.
        with pytest.raises(ConfigurationError, match=r"resume\(error\.bookmark\)"):
            await anext(items)
        assert caught.value.bookmark is not None
        rest = pager.resume(caught.value.bookmark)
        assert [session.id async for session in rest] == ["s2", "s3"]


async def test_two_tasks_cannot_share_an_iteration() -> None:
    server = Server(250)
    server.latency = lambda _: 0.0
    items = aiter(server.pager())
    found = await asyncio.gather(anext(items), anext(items), return_exceptions=True)
    assert [type(one).__name__ for one in found] == ["Row", "ConfigurationError"]
    assert [row.id async for row in items] == server.ids()[1:]


@pytest.mark.parametrize(
    ("size", "limit", "sizes"),
    [
        (None, 0, []),
        (None, 1, [1]),
        (None, 30, [30]),
        (None, 101, [100, 100]),
        (None, 250, [100] * 3),
        (None, 999, [100] * 3),
        (None, None, [100] * 3),
        (20, 30, [20, 20]),
        (20, Two(), [20]),
    ],
)
async def test_collecting_asks_for_no_more_than_the_limit_needs(
    size: int | None, limit: Any, sizes: list[int]
) -> None:
    api = rows_api()
    async with api.client() as client:
        assert ids(await client.sessions.list(page_size=size).collect(limit=limit)) == EVERY_ID[:limit]
    assert [int(request.url.params["page_size"]) for request in api.requests] == sizes


@pytest.mark.parametrize("limit", [-1, 2.5, "5", True])
async def test_a_wrong_limit(limit: Any) -> None:
    api = rows_api()
    async with api.client() as client:
        with pytest.raises(ConfigurationError, match="limit must be a whole number from 0"):
            await client.sessions.list().collect(limit=limit)
    assert api.requests == []


@pytest.mark.parametrize("naive", ["2026-03-01T00:00:00", datetime(2026, 3, 1)])  # noqa: DTZ001
async def test_a_date_of_no_moment_is_refused_at_the_call(naive: Any) -> None:
    async with rows_api().client() as client:
        with pytest.raises(ConfigurationError, match="must be an aware datetime"):
            client.sessions.list(start_date=naive)


async def test_a_report_tells_the_facts_of_an_iteration() -> None:
    async with rows_api().client() as client:
        pager = client.sessions.list(sorting="score")
        assert pager.report == Report()
        assert len([session async for session in pager]) == 250
        assert pager.report == Report(expected=250, seen=250, requests=3, exact=False)
        assert await pager.count() == 250
        first = await pager.first()
        assert first is not None
        assert first.id == "s0"
    async with rows_api([]).client() as client:
        assert await client.sessions.list().first() is None
    async with Api(httpx.Response(200, json={"data": []})).client() as client:
        with pytest.raises(PaginationError, match="has no total_count"):
            await client.sessions.list().count()
