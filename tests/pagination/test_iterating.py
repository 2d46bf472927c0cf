"""Iterating over a list: its pages, its dates, its errors, and its report."""

import asyncio
import gc
import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import (
    AsyncExecClient,
    ConfigurationError,
    InternalServerError,
    PaginationError,
)
from exec_api_client.pagination import Report
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.fakes import ONCE, Api, page_of, refusal
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


async def test_a_named_page_size_is_requested() -> None:
    api = rows_api(ROWS[:5])
    async with api.client() as client:
        assert [len(page) async for page in client.sessions.list(page_size=2).pages()] == [2, 2, 1]
    assert [httpx.URL(target).params["page_size"] for target in api.targets] == ["2", "2", "2"]


async def test_a_named_page_is_the_same_whether_awaited_iterated_or_collected() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list(page=4)
        assert ids(await pager) == EVERY_ID[150:200]
        assert [session.id async for session in pager] == EVERY_ID[150:]
        assert ids(await pager.collect(limit=3)) == EVERY_ID[150:153]
    assert api.targets == ["/sessions?page=4", "/sessions?page=4", "/sessions?page=5", "/sessions?page=4"]


async def test_each_iteration_starts_anew() -> None:
    api = rows_api(ROWS[:3])
    async with api.client() as client:
        pager = client.sessions.list(page_size=2)
        for _ in range(2):
            assert [session.id async for session in pager] == EVERY_ID[:3]
        assert [page.page async for page in pager.pages()] == [1, 2]


async def test_an_empty_list() -> None:
    api = rows_api([])
    async with api.client() as client:
        pager = client.sessions.list()
        assert [session async for session in pager] == await pager.collect() == []
        assert [len(page) async for page in pager.pages()] == [0]
        page = await pager
    assert (page.items, page.total_count, page.total_pages) == ([], 0, 0)
    assert len(api.requests) == 4


async def test_the_last_page_ends_an_iteration_without_another_request() -> None:
    api = rows_api(ROWS[:200])
    async with api.client() as client:
        pages = client.sessions.list().pages()
        assert [len(page) async for page in pages] == [100, 100]
        with pytest.raises(StopAsyncIteration):
            await anext(pages)
    assert len(api.requests) == 2


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
    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return rows_api()._answer(request)

    async with AsyncExecClient(SANDBOX_KEY, transport=httpx.MockTransport(answer)) as client:
        items = aiter(client.sessions.list())
        found = await asyncio.gather(anext(items), anext(items), return_exceptions=True)
        assert [type(one).__name__ for one in found] == ["SessionListItem", "ConfigurationError"]
        assert [session.id async for session in items] == EVERY_ID[1:]


async def test_a_cancelled_step_can_be_made_again() -> None:
    slow = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("page") == "2":
            await slow.wait()
        return rows_api()._answer(request)

    async with AsyncExecClient(SANDBOX_KEY, transport=httpx.MockTransport(answer)) as client:
        pager = client.sessions.list()
        items = aiter(pager)
        found = [(await anext(items)).id for _ in range(100)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(items)
        slow.set()
        assert found + [session.id async for session in items] == EVERY_ID
        assert pager.report.requests == 4


@given(st.integers(0, 30), st.integers(1, 7), st.booleans())
async def test_each_item_comes_once(count: int, size: int, told: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        response = rows_api(ROWS[:count])._answer(request)
        return response if told else httpx.Response(200, json={"data": json.loads(response.content)["data"]})

    api = Api(answer)
    async with api.client(rate_limit=None) as client:
        assert [row.id async for row in client.sessions.list(page_size=size)] == EVERY_ID[:count]
    # Only where the server does not say how many items there are, a full last page needs another request.
    assert len(api.requests) == (max(1, -(-count // size)) if told else count // size + 1)


@pytest.mark.parametrize("written", [True, False], ids=["str", "datetime"])
@pytest.mark.parametrize("sorting", ["-created_at", "created_at", "score"])
async def test_dates_of_the_caller_bound_each_order(sorting: Any, written: bool) -> None:
    async with AsyncExecClient(SANDBOX_KEY, transport=Sandbox(sessions=350).transport()) as client:
        everything = await client.sessions.list().collect()
        since, until = everything[300].created_at, everything[20].created_at
        pager = client.sessions.list(
            sorting=sorting,
            page_size=50,
            start_date=since.isoformat() if written else since,
            end_date=until.isoformat() if written else until,
        )
        wanted = sorted(session.id for session in everything if since <= session.created_at <= until)
        strict = sorting != "score"
        assert sorted([session.id async for session in pager.items(strict=strict)]) == wanted
        assert sorted(ids(await pager.collect(strict=strict))) == wanted


@pytest.mark.parametrize("naive", ["2026-03-01T00:00:00", datetime(2026, 3, 1)])  # noqa: DTZ001
async def test_a_date_of_no_moment_is_refused_at_the_call(naive: Any) -> None:
    async with rows_api().client() as client:
        with pytest.raises(ConfigurationError, match="must be an aware datetime"):
            client.sessions.list(start_date=naive)


async def test_a_report_tells_the_facts_of_an_iteration() -> None:
    api = rows_api()
    async with api.client() as client:
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


async def test_strict_says_at_once_what_cannot_be_shown() -> None:
    api = rows_api()
    async with api.client() as client:
        with pytest.raises(PaginationError, match="strict: by page number") as caught:
            await client.sessions.list(sorting="score").collect(strict=True)
        assert caught.value.bookmark == client.sessions.list(sorting="score").bookmark
    assert len(api.requests) == 1
