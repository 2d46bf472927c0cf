"""What both walks do: still lists, rows without an id, where to go on, memory."""

import json
import math
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import Page
from exec_api_client.pagination.walk import Walk
from tests.walk.moving_list import START, Row, Server, by_key, by_page, by_page_from, gone_on, walked, without


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 250, 400, 950, 1_000])
def test_a_still_list_costs_no_request_too_many(rows: int) -> None:
    server = Server(rows)
    for walk in (by_key(), by_page()):
        assert walked(walk, server.answer) == server.in_order(descending=True)
        assert walk.answers == max(1, math.ceil(rows / 100))
        assert (walk.report.expected, walk.report.seen, walk.report.exact) == (rows, rows, True)
    oldest_first = by_key(descending=False)
    found = walked(oldest_first, lambda asked: server.answer(asked, descending=False))
    assert found == server.in_order(descending=False)
    # Each page after the first brings one row again.
    assert oldest_first.answers <= max(1, math.ceil(rows / 99))


# --- rows without an id


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("counted", [True, False])
def test_rows_without_an_id_are_all_given(walk: Callable[[], Walk[Row]], counted: bool) -> None:
    server, one = Server(250), walk()

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = without(server.answer(asked), id=None)
        return page if counted else replace(page, total_count=None, total_pages=None)

    assert len(walked(one, answer)) == 250


# --- where to go on


def resumed(walk: Walk[Row], given: int) -> Walk[Row]:
    mark = json.loads(json.dumps(walk.mark(given)))
    assert len(json.dumps(mark)) < 500
    if "page" in mark:
        return by_page_from(mark, 7)
    return gone_on(mark, 7)


@given(st.integers(1, 40), st.data(), st.booleans(), st.booleans())
def test_resuming_gives_exactly_the_rest(rows: int, data: st.DataObject, key: bool, ids: bool) -> None:
    server = Server(rows, gaps=(0, 1_000, 5_000) if key else (1_000,))
    stop = data.draw(st.integers(0, rows))

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer(asked)
        return page if ids or key else without(page, id=None)

    expected = [row.made_at for row in server.in_order(descending=True)]
    walk: Walk[Row] = by_key(7) if key else by_page(7)
    found: list[Row] = []
    while len(found) <= stop and (asked := walk.ask()) is not None:
        fresh = walk.take(asked, answer(asked))
        given = min(len(fresh), stop - len(found))
        found += fresh[:given]
        if given < len(fresh) or len(found) == stop:
            break
    following = resumed(walk, given)
    rest = walked(following, answer)
    assert [row.made_at for row in found + rest] == expected


# --- memory


@pytest.mark.thorough
@pytest.mark.parametrize("walk", [by_key, by_page])
def test_memory_does_not_grow_with_the_walk(walk: Callable[[], Walk[Row]]) -> None:
    def peak(pages: int) -> int:
        total = pages * 100

        def answer(asked: dict[str, Any]) -> Page[Row]:
            first = ((asked["page"] or 1) - 1) * 100
            numbers = range(first, first + 100)
            rows = [Row(f"r{number:0500}", START - timedelta(seconds=number)) for number in numbers]
            return Page(rows, asked["page"] or 1, 100, total, pages)

        one = walk()
        tracemalloc.start()
        try:
            while (asked := one.ask()) is not None:
                one.take(asked, answer(asked))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    least = min(peak(10) for _ in range(2))
    # What another thread allocates meanwhile counts too, and only ever adds: a second run is without it.
    assert any(peak(1_000) <= 1.1 * least for _ in range(2))
