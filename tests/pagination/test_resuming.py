"""Bookmarks: where a list goes on, and what is none."""

import json
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, ConfigurationError
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.pagination.rows import EVERY_ID, ids, rows_api


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
