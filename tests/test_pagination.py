"""Pages and pagers: the first page, walking, collecting, and what is sent for each."""

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
    AsyncPager,
    ConfigurationError,
    InternalServerError,
    Page,
    PaginationError,
    RetryPolicy,
)
from exec_api_client.models import SessionListItem
from exec_api_client.pagination import read_page
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.fakes import Api, document, operations, page_of, published, refusal

ROWS = [{"id": f"s{number}"} for number in range(250)]


def rows_api(rows: list[dict[str, str]] = ROWS, default: int = 50) -> Api:
    """An API with these rows, paged as the real one does."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", 1))
        size = int(request.url.params.get("page_size", default))
        data = rows[(page - 1) * size : page * size]
        total = {"total_count": len(rows), "total_pages": -(-len(rows) // size)}
        said = {"page": page, "page_size": size, **total}
        return httpx.Response(200, json={"data": data, "pagination": said})

    return Api(answer)


def ids(items: Any) -> list[str]:
    return [item.id for item in items]


EVERY_ID = [row["id"] for row in ROWS]

# --- the first page


async def test_awaiting_gives_the_first_page_in_the_size_of_the_api() -> None:
    api = rows_api()
    async with api.client() as client:
        page = await client.sessions.list()
    assert isinstance(page, Page)
    assert (page.page, page.page_size, page.total_count, page.total_pages) == (1, 50, 250, 5)
    assert ids(page) == ids(page.items) == EVERY_ID[:50]
    assert (len(page), page[0].id, page[-1].id) == (50, "s0", "s49")
    assert api.targets == ["/sessions"]


async def test_awaiting_takes_the_page_and_the_size_that_are_named() -> None:
    api = rows_api()
    async with api.client() as client:
        assert ids(await client.sessions.list(page=3, page_size=10)) == EVERY_ID[20:30]
        assert ids(await client.sessions.list(page=99)) == []
    assert api.targets == ["/sessions?page=3&page_size=10", "/sessions?page=99"]


async def test_a_pager_can_be_awaited_again() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list(page_size=2)
        assert ids(await pager) == ids(await pager) == ["s0", "s1"]
    assert len(api.requests) == 2


async def test_nothing_is_sent_before_the_first_await() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list()
        assert isinstance(pager, AsyncPager)
        aiter(pager)
        aiter(pager.pages())
        assert repr(pager) == "<AsyncPager of sessions.list>"
    assert api.requests == []


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
    async with api.client(retry=RetryPolicy(max_retries=0)) as client:
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


# --- collecting


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        (1, [1]),
        (30, [30]),
        (100, [100]),
        (101, [100, 100]),
        (250, [100] * 3),
        (999, [100] * 3),
        (None, [100] * 3),
    ],
)
async def test_collecting_asks_for_no_more_than_the_limit_needs(limit: int | None, sizes: list[int]) -> None:
    api = rows_api()
    async with api.client() as client:
        assert ids(await client.sessions.list().collect(limit=limit)) == EVERY_ID[:limit]
    assert [int(request.url.params["page_size"]) for request in api.requests] == sizes


async def test_collecting_in_a_size_that_is_named() -> None:
    api = rows_api()
    async with api.client() as client:
        assert ids(await client.sessions.list(page_size=20).collect(limit=30)) == EVERY_ID[:30]
    assert [request.url.params["page_size"] for request in api.requests] == ["20", "20"]


async def test_collecting_nothing_asks_nothing() -> None:
    api = rows_api()
    async with api.client() as client:
        assert await client.sessions.list().collect(limit=0) == []
    assert api.requests == []


@pytest.mark.parametrize("limit", [-1, 2.5, "5", True])
async def test_a_wrong_limit(limit: Any) -> None:
    api = rows_api()
    async with api.client() as client:
        with pytest.raises(ConfigurationError, match="limit has to be a whole number from 0"):
            await client.sessions.list().collect(limit=limit)
    assert api.requests == []


async def test_arguments_are_checked_at_the_call() -> None:
    async with rows_api().client() as client:
        with pytest.raises(ConfigurationError, match="page_size has to be at most 100"):
            client.sessions.list(page_size=101)
        with pytest.raises(TypeError):
            client.sessions.list(limit=5)  # the limit belongs to collect


# --- every list of the document

LISTS = [
    (method, path)
    for method, path, described in published()
    if {"page", "page_size"} <= {parameter["name"] for parameter in described["parameters"]}
]


def test_the_document_has_lists() -> None:
    assert len(LISTS) >= 3
    assert "Pagination" in document()["components"]["schemas"]


@pytest.mark.parametrize(("method", "path"), LISTS)
async def test_every_list_is_a_pager_of_the_largest_pages(method: str, path: str) -> None:
    operation = operations()[method, path]
    resource, name = operation.name.split(".")
    required = [argument for argument, parameter in operation.parameters.items() if parameter.required]
    api = rows_api()
    async with api.client() as client:
        pager = getattr(getattr(client, resource), name)(*["x" for _ in required])
        assert len(await pager.collect()) == 250
    assert operation.page_size == 100
    assert [request.url.params["page_size"] for request in api.requests] == ["100"] * 3


# --- the rules, alone

SESSIONS: Any = operations()["GET", "/sessions"]


def read(envelope: Any, page: int = 1, page_size: int = 50) -> Page[SessionListItem]:
    result: Page[SessionListItem] = read_page(SESSIONS, envelope, page, page_size)
    return result


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "x",
        {},
        {"page": None, "total_pages": "3"},
        {"page": True, "total_pages": -1, "page_size": 1.5},
    ],
)
def test_a_page_that_does_not_say_what_it_is_is_what_was_asked_for(said: Any) -> None:
    page = read({"data": [{"id": "s"}], "pagination": said}, page=2, page_size=10)
    assert (page.page, page.page_size, page.total_count, page.total_pages) == (2, 10, None, None)
    assert ids(page) == ["s"]


def test_pages_are_values() -> None:
    envelope = json.loads(page_of(ROWS[:2]).content)
    assert read(envelope) == read(envelope)
    assert read(envelope).items == [SessionListItem.from_dict(row) for row in ROWS[:2]]
    with pytest.raises(AttributeError):
        read(envelope).page = 5


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


@pytest.mark.parametrize("sorting", ["-created_at", "score"])
@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 200, 249, 250])
async def test_resuming_gives_the_rest(number: int, sorting: Any) -> None:
    async with rows_api().client(rate_limit=None) as client:
        pager = client.sessions.list(sorting=sorting)
        walk = aiter(pager)
        found = [(await anext(walk)).id for _ in range(number)]
        bookmark = json.loads(json.dumps(pager.bookmark))
        following = client.sessions.list(sorting=sorting).resume(bookmark)
        assert found + [session.id async for session in following] == EVERY_ID
        with pytest.raises(ConfigurationError, match="of another query"):
            client.sessions.list(rank=["gold"]).resume(bookmark)
        with pytest.raises(ConfigurationError, match="what a pager's bookmark gave"):
            pager.resume({**bookmark, "version": 2})


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


@pytest.mark.parametrize("sorting", ["-created_at", "created_at", "score"])
@pytest.mark.parametrize("limit", [0, 1, 30, 99, 100, 150, 349, 350, 500, None])
async def test_the_bookmark_after_collecting_stands_after_the_last_item_of_the_list(
    limit: int | None, sorting: Any
) -> None:
    transport = Sandbox(sessions=350).transport()
    async with AsyncExecClient(SANDBOX_KEY, transport=transport, rate_limit=None) as client:
        everything = ids(await client.sessions.list(sorting=sorting).collect())
        pager = client.sessions.list(sorting=sorting)
        found = ids(await pager.collect(limit=limit))
        rest = client.sessions.list(sorting=sorting).resume(json.loads(json.dumps(pager.bookmark)))
        assert found + ids(await rest.collect()) == everything
        assert rest.report.requests <= 5


@pytest.mark.parametrize("sorting", ["-created_at", "score"])
@pytest.mark.parametrize("number", [0, 5, 120, 350])
async def test_a_resumed_pager_begins_with_the_rest_whatever_is_asked_of_it(
    number: int, sorting: Any
) -> None:
    transport = Sandbox(sessions=350).transport()
    async with AsyncExecClient(SANDBOX_KEY, transport=transport, rate_limit=None) as client:
        everything = ids(await client.sessions.list(sorting=sorting).collect())
        pager = client.sessions.list(sorting=sorting)
        await pager.collect(limit=number)
        rest = pager.resume(pager.bookmark)
        page, first = await rest, await rest.first()
        assert ids(page) == everything[number:][: len(page)]
        assert bool(page.items) == (number < 350)
        assert first == (page[0] if page.items else None)
        assert ids(await rest.collect()) == everything[number:]
        assert await rest.count() == 350


MARK = {"at": "2026-03-01T00:00:00Z", "ids": ["a"]}
PLACE = {"page": 2, "size": 100, "ids": ["a"], "given": 0, "total": 250, "bound": None}


@pytest.mark.parametrize(
    "mark",
    [
        "x",
        5,
        [],
        {},
        {"at": MARK["at"]},
        {**MARK, "at": "zz"},
        {**MARK, "at": 5},
        {**MARK, "ids": None},
        {**MARK, "ids": "abc"},
        {**MARK, "ids": [1]},
        {**MARK, "more": 1},
        {**PLACE, "page": "2"},
        {**PLACE, "page": 0},
        {**PLACE, "page": True},
        {**PLACE, "size": 0},
        {**PLACE, "given": -1},
        {**PLACE, "total": 1.5},
        {**PLACE, "bound": "soon"},
        {"page": 2},
    ],
)
async def test_what_is_no_bookmark_is_refused(mark: Any) -> None:
    async with rows_api().client() as client:
        pager = client.sessions.list()
        whole = {**pager.bookmark, "mark": MARK}
        assert pager.resume(whole).bookmark == whole
        assert pager.resume({**whole, "mark": PLACE}).bookmark["mark"] == PLACE
        wrong: list[Any] = [None, "x", [], mark, {**whole, "mark": mark}, {**whole, "query": 5}]
        for bookmark in [*wrong, {**whole, "version": True}, {"version": 1, "mark": None}]:
            with pytest.raises(ConfigurationError, match=r"`pager\.resume\(other\.bookmark\)`"):
                pager.resume(bookmark)
