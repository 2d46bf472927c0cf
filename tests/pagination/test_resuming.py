"""Bookmarks: a list goes on after the last item; what is no bookmark is refused."""

import json
from typing import Any

import pytest

from exec_api_client import ConfigurationError
from tests.pagination.moving_list import BY_SCORE, NEWEST_FIRST, OLDEST_FIRST, Server, read, read_some
from tests.pagination.rows import EVERY_ID, ids, rows_api


@pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST, BY_SCORE])
@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 150, 250])
async def test_a_resumed_pager_begins_with_the_rest_whatever_is_asked_of_it(number: int, order: str) -> None:
    server = Server(250)
    everything, pager = server.ids(order), server.pager(order=order)
    assert await read_some(pager, number) == everything[:number]
    walked = pager.bookmark
    assert ids(await pager.collect(limit=number)) == everything[:number]
    for bookmark in (walked, pager.bookmark):
        rest = server.pager(order=order).resume(json.loads(json.dumps(bookmark)))
        assert await read(rest) == everything[number:]
        assert rest.report.requests <= 4
        page, first = await rest, await rest.first()
        assert ids(page) == everything[number:][: len(page)]
        assert bool(page.items) == (number < 250)
        assert first == (page[0] if page.items else None)
        assert ids(await rest.collect()) == everything[number:]
        assert await rest.count() == 250


async def test_a_bookmark_is_of_one_query() -> None:
    async with rows_api().client() as client:
        bookmark = client.sessions.list().bookmark
        with pytest.raises(ConfigurationError, match="of another query"):
            client.sessions.list(rank=["gold"]).resume(bookmark)


BY_TIME = {"time": "2026-03-01T00:00:00Z", "ids": ["a"]}
BY_NUMBER = {"offset": 100, "size": 100, "ids": ["a"], "total": 250}


async def test_none_begins_at_the_start() -> None:
    async with rows_api().client() as client:
        assert ids(await client.sessions.list().resume(None).collect()) == EVERY_ID


@pytest.mark.parametrize(
    "position",
    [
        "x",
        5,
        [],
        {},
        {"time": BY_TIME["time"]},
        {**BY_TIME, "time": "zz"},
        {**BY_TIME, "time": 5},
        {**BY_TIME, "time": None},
        {**BY_TIME, "ids": None},
        {**BY_TIME, "ids": "abc"},
        {**BY_TIME, "ids": [1]},
        {**BY_TIME, "more": 1},
        {**BY_NUMBER, "offset": "2"},
        {**BY_NUMBER, "offset": -1},
        {**BY_NUMBER, "offset": 10**400},
        {**BY_NUMBER, "size": 0},
        {**BY_NUMBER, "size": None},
        {**BY_NUMBER, "total": 1.5},
        {"offset": 2},
    ],
)
async def test_a_tampered_bookmark_is_refused(position: Any) -> None:
    async with rows_api().client() as client:
        pager = client.sessions.list()
        whole = {**pager.bookmark, "position": BY_TIME}
        assert pager.resume(whole).bookmark == whole
        for good in (BY_NUMBER, {**BY_NUMBER, "total": None}):
            assert pager.resume({**whole, "position": good}).bookmark["position"] == good
        wrong: list[Any] = ["x", [], position, {**whole, "position": position}, {**whole, "query": 5}]
        for bookmark in [*wrong, {**whole, "version": 2}, {"version": 1, "position": None}]:
            with pytest.raises(ConfigurationError, match=r"`pager\.resume\(other\.bookmark\)`"):
                pager.resume(bookmark)


@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
@pytest.mark.parametrize("sorting", ["created_at", "-created_at"])
async def test_a_bookmark_at_the_end_of_the_calendar_is_no_error(time: str, sorting: Any) -> None:
    async with rows_api().client() as client:
        pager = client.sessions.list(sorting=sorting)
        bookmark = {**pager.bookmark, "position": {"time": time, "ids": []}}
        assert ids(await pager.resume(bookmark).collect()) == EVERY_ID
