"""Which walk a list gets: by time or by number, in which size, from which mark, how far ahead."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exec_api_client import Page
from exec_api_client.pagination.choice import walk_of
from exec_api_client.pagination.keyset import KeyWalk
from exec_api_client.pagination.pagewalk import PageWalk
from tests.walk.moving_list import LIST, START, Asked, Row, Server, by_key, step, walked, without


@pytest.mark.parametrize(
    ("arguments", "kind", "asked"),
    [
        ({}, KeyWalk, {"page_size": 100, "page": None}),
        ({"page_size": 7}, KeyWalk, {"page_size": 7, "page": None}),
        ({"order": "-made_at"}, KeyWalk, {"order": "-made_at", "page_size": 100, "page": None}),
        ({"order": "made_at"}, KeyWalk, {"order": "made_at", "page_size": 100, "page": None}),
        ({"order": "score"}, PageWalk, {"order": "score", "page_size": 100, "page": None}),
        ({"page": 3}, PageWalk, {"page_size": None, "page": 3}),
        ({"page": 3, "page_size": 7}, PageWalk, {"page_size": 7, "page": 3}),
    ],
)
def test_time_is_walked_in_its_orders_and_numbers_elsewhere(
    arguments: dict[str, Any], kind: type[Any], asked: Asked
) -> None:
    walk = walk_of(LIST, arguments)
    assert isinstance(walk, kind)
    assert walk.ask() == asked
    assert isinstance(walk_of(replace(LIST, keyset=None), arguments), PageWalk)


@pytest.mark.parametrize(
    ("arguments", "limit", "size"),
    [({}, 30, 30), ({}, 300, 100), ({"page_size": 20}, 10, 20), ({"page": 2}, 10, None)],
)
def test_a_limit_makes_the_pages_smaller_where_no_size_is_named(
    arguments: dict[str, Any], limit: int, size: int | None
) -> None:
    walk = walk_of(LIST, arguments, limit=limit)
    assert (walk.ask() or {})["page_size"] == size


@pytest.mark.parametrize(("limit", "pages"), [(100, [None]), (250, [None, 2, 3]), (None, [None, 2, 3, 4])])
def test_no_more_is_asked_ahead_than_the_limit_and_the_list_need(
    limit: int | None, pages: list[int | None]
) -> None:
    server = Server(400)
    walk = walk_of(LIST, {}, concurrent=True, limit=limit)
    assert walk.ahead(9) == [walk.ask()]
    found, asked = [], []
    while len(found) < (limit or 400):
        ask, *_ = walk.ahead(9)
        asked.append(ask["page"])
        found += walk.take(ask, server.answer(ask))
        assert len(walk.ahead(9)) <= 4 - len(asked)
    assert asked == pages
    assert limit or walk.ahead(9) == []


def test_a_mark_is_gone_on_from() -> None:
    walk = walk_of(LIST, {}, mark={"at": "2026-03-01T00:00:00Z", "ids": ["a"]})
    assert walk.ask() == {"page_size": 100, "page": None, "until": START + timedelta(seconds=1)}
    oldest_first = walk_of(LIST, {"order": "made_at"}, mark={"at": "2026-03-01T00:00:00Z", "ids": ["a"]})
    assert (oldest_first.ask() or {})["since"] == START
    by_number = walk_of(
        LIST,
        {"order": "x"},
        mark={"page": 2, "size": 100, "ids": ["a"], "given": 0, "total": 109, "bound": None},
    )
    by_number.take({"page": 2}, Page([], 2, 100, 108, 2))
    assert by_number.report.total_changed


@pytest.mark.parametrize("given", [0, 3, 7])
@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no-ids"])
def test_without_times_the_mark_is_a_page(ids: bool, given: int) -> None:
    server = Server(20)

    def answer(asked: Asked) -> Page[Row]:
        page = without(server.answer(asked), made_at=None)
        return page if ids else without(page, id=None)

    walk = by_key(7)
    first = step(walk, answer)
    mark = walk.mark(given)
    assert (mark["page"], mark["total"]) == (1 if given < 7 else 2, 20)
    rest = walk_of(LIST, {"page_size": 7}, mark=mark)
    assert isinstance(rest, PageWalk)
    assert len(first[:given] + walked(rest, answer)) == 20


@pytest.mark.parametrize("order", ["made_at", "-made_at"])
def test_a_mark_among_too_many_items_of_an_instant_holds_its_bound(order: str) -> None:
    mark = {"page": 3, "size": 7, "ids": ["a"], "given": 0, "total": 9, "bound": "2026-03-01T00:00:00Z"}
    for operation in (LIST, replace(LIST, keyset=None)):
        asked = walk_of(operation, {"order": order}, mark=mark).ask() or {}
        bounds = {name: asked[name] for name in ("since", "until") if name in asked}
        name = {"made_at": "since", "-made_at": "until"}[order]
        assert (asked["page"], asked["page_size"]) == (3, 7)
        assert bounds == ({name: START} if operation is LIST else {})


def test_after_a_limit_the_rest_comes_in_the_largest_pages() -> None:
    mark = {"page": 2, "size": 2, "ids": ["a", "b"], "given": 0, "total": 9, "bound": None}
    assert walk_of(LIST, {"order": "x"}, mark=mark).ask() == {"order": "x", "page_size": 100, "page": None}
