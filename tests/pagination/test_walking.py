"""Walking a list: in which pages, within which dates, and what is known of it afterwards."""

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
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.fakes import ONCE, Api, page_of, refusal
from tests.pagination.rows import EVERY_ID, ROWS, ids, rows_api

# --- walking


async def test_walking_gives_every_item_in_order_in_the_largest_pages() -> None:
    api = rows_api()
    async with api.client() as client:
        assert [session.id async for session in client.sessions.list(rank=["gold"])] == EVERY_ID
    assert api.targets == [
        "/sessions?rank=gold&page_size=100",
        "/sessions?rank=gold&page=2&page_size=100",
        "/sessions?rank=gold&page=3&page_size=100",
    ]


async def test_walking_in_a_size_that_is_named() -> None:
    api = rows_api(ROWS[:5])
    async with api.client() as client:
        assert [len(page) async for page in client.sessions.list(page_size=2).pages()] == [2, 2, 1]
    assert [httpx.URL(target).params["page_size"] for target in api.targets] == ["2", "2", "2"]


async def test_a_page_that_is_named_is_the_same_whether_awaited_walked_or_collected() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list(page=4)
        assert ids(await pager) == EVERY_ID[150:200]
        assert [session.id async for session in pager] == EVERY_ID[150:]
        assert ids(await pager.collect(limit=3)) == EVERY_ID[150:153]
    assert api.targets == ["/sessions?page=4", "/sessions?page=4", "/sessions?page=5", "/sessions?page=4"]


async def test_each_walk_starts_anew() -> None:
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


async def test_a_walk_ends_with_the_last_page_without_asking_for_another() -> None:
    api = rows_api(ROWS[:200])
    async with api.client() as client:
        walk = client.sessions.list().pages()
        assert [len(page) async for page in walk] == [100, 100]
        with pytest.raises(StopAsyncIteration):
            await anext(walk)
    assert len(api.requests) == 2


async def test_leaving_a_walk_leaves_nothing_behind() -> None:
    api = rows_api()
    async with api.client() as client:
        async for session in client.sessions.list():
            assert session.id == "s0"
            break
        walk = aiter(client.sessions.list())
        assert (await anext(walk)).id == "s0"
        del walk
        gc.collect()  # an async generator would warn here
    assert len(api.requests) == 2


async def test_a_walk_that_failed_goes_on_where_it_stopped() -> None:
    def answer(page: int) -> httpx.Response:
        return page_of([{"id": f"s{page}"}], page, 3, page_size=1)

    api = Api(answer(1), refusal(503), answer(2), answer(3))
    async with api.client(retry=ONCE) as client:
        walk = aiter(client.sessions.list(page_size=1))
        assert (await anext(walk)).id == "s1"
        with pytest.raises(InternalServerError):
            await anext(walk)
        assert [session.id async for session in walk] == ["s2", "s3"]


async def test_a_server_that_gives_another_page_than_asked_for_ends_the_walk() -> None:
    api = Api(page_of([{"id": "s"}], page=1, total_pages=3))
    async with api.client() as client:
        with pytest.raises(PaginationError, match="page 2 was asked for, and page 1 came"):
            [session async for session in client.sessions.list()]
    assert len(api.requests) == 2


# --- the rules, alone


@given(st.integers(0, 30), st.integers(1, 7), st.booleans())
async def test_every_walk_gives_each_item_once(count: int, size: int, told: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        response = rows_api(ROWS[:count])._answer(request)
        return response if told else httpx.Response(200, json={"data": json.loads(response.content)["data"]})

    api = Api(answer)
    async with api.client(rate_limit=None) as client:
        assert [row.id async for row in client.sessions.list(page_size=size)] == EVERY_ID[:count]
    # Only where the server does not say how many items there are, a full last page needs another request.
    assert len(api.requests) == (max(1, -(-count // size)) if told else count // size + 1)


# --- where to go on, and what is known of a walk


@pytest.mark.parametrize("written", [True, False], ids=["str", "datetime"])
@pytest.mark.parametrize("sorting", ["-created_at", "created_at", "score"])
async def test_dates_of_the_callers_own_bound_each_way_of_walking(sorting: Any, written: bool) -> None:
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
        assert sorted([session.id async for session in pager.items(strict=True)]) == wanted
        assert sorted(ids(await pager.collect(strict=True))) == wanted


@pytest.mark.parametrize("naive", ["2026-03-01T00:00:00", datetime(2026, 3, 1)])  # noqa: DTZ001
async def test_a_date_of_no_moment_is_refused_before_a_walk(naive: Any) -> None:
    async with rows_api().client() as client:
        with pytest.raises(ConfigurationError, match="has to be an aware datetime"):
            client.sessions.list(start_date=naive)


async def test_a_walk_tells_what_it_has_seen() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list(sorting="score")
        assert pager.report.requests == 0
        assert len([session async for session in pager.items(strict=True)]) == 250
        report = pager.report
        assert (report.expected, report.seen, report.duplicates, report.requests) == (250, 250, 0, 3)
        assert report.exact
        assert not report.total_changed
        assert await pager.count() == 250
        first = await pager.first()
        assert first is not None
        assert first.id == "s0"
    async with rows_api([]).client() as client:
        assert await client.sessions.list().first() is None
    async with Api(page_of(ROWS[:1])).client() as client:
        assert await client.sessions.list().count() == 100
    async with Api(httpx.Response(200, json={"data": []})).client() as client:
        with pytest.raises(PaginationError, match="has no total_count"):
            await client.sessions.list().count()


async def test_strict_refuses_what_cannot_be_shown() -> None:
    api = Api(page_of(ROWS[:1], 1, 2, page_size=1), page_of(ROWS[1:2], 2, 3, page_size=1))
    async with api.client() as client:
        walk = client.sessions.list(sorting="score", page_size=1).items(strict=True)
        assert (await anext(walk)).id == "s0"
        with pytest.raises(PaginationError, match="cannot be shown") as caught:
            await anext(walk)
        assert caught.value.bookmark is not None
