"""The walk by creation time: what it costs while rows move, and what its promise rests on."""

import math
import statistics
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from exec_api_client import Page, PaginationError
from tests.walk.moving_list import Asked, Row, Server, by_key, harm, step, walked, without

# --- while rows move: three more and three fewer between any two requests

Naive = Callable[[Page[Row]], bool]
NAIVE: dict[str, Naive] = {
    "to the last of total_pages": lambda page: page.page < (page.total_pages or 0),
    "to a page that is not full": lambda page: len(page) == 100,
}


def naive(server: Server, goes_on: Naive, *, descending: bool) -> tuple[list[Row], int]:
    """Page after page, as everybody does it, and what that costs."""
    found: list[Row] = []
    number = 1
    while True:
        page = server.answer({"page": number, "page_size": 100}, descending=descending)
        found += page.items
        if not goes_on(page):
            return found, number
        number += 1
        server.churn()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("rows", "newest_first", "oldest_first"),
    # Oldest first, and with full pages alone, an overlap has no room: that is one request more.
    [
        (1_000, (11, 12), (11, 11)),
        (400, (5, 6), (5, 5)),
        (950, (10, 10), (10, 11)),
        (905, (9, 10), (10, 10)),
        (437, (5, 5), (5, 5)),
    ],
)
@pytest.mark.parametrize("gaps", [(1_000, 60_000, 600_000), (0, 0, 0, 1_000, 60_000)], ids=["apart", "ties"])
def test_what_moves_is_neither_repeated_nor_missed_and_costs_no_more_than_naive_paging(
    rows: int, newest_first: tuple[int, int], oldest_first: tuple[int, int], gaps: tuple[int, ...]
) -> None:
    for descending, (least, most) in ((True, newest_first), (False, oldest_first)):
        requests: list[int] = []
        for seed in range(50):
            server = Server(rows, gaps=gaps, seed=seed)
            walk = by_key(descending=descending)
            found = walked(walk, partial(server.answer, descending=descending), server.churn)
            assert harm(server, found) == (0, 0)
            assert walk.report.exact
            requests.append(walk.answers)
        assert least <= min(requests)
        assert max(requests) <= most


@pytest.mark.thorough
@pytest.mark.parametrize("goes_on", NAIVE.values(), ids=NAIVE)
def test_naive_paging_repeats_and_misses_in_the_same_simulation(goes_on: Naive) -> None:
    harms: list[list[tuple[int, int]]] = []
    for descending in (True, False):
        servers = [Server(1_000, seed=seed) for seed in range(50)]
        harms.append([harm(server, naive(server, goes_on, descending=descending)[0]) for server in servers])
    newest_first, oldest_first = harms
    assert statistics.mean(repeated for repeated, _ in newest_first) > 10
    assert statistics.mean(missed for _, missed in oldest_first) > 10


@pytest.mark.parametrize("rows", range(200, 420, 7))
def test_time_is_only_chosen_where_a_still_list_has_room_for_what_it_reads_again(rows: int) -> None:
    server, asked = Server(rows, gaps=(60_000,)), list[Asked]()

    def answer(ask: Asked) -> Page[Row]:
        asked.append(ask)
        return server.answer(ask)

    assert walked(by_key(), answer) == server.in_order()
    pages = math.ceil(rows / 100)
    assert len(asked) == pages
    by_time = sum(ask["page"] is None for ask in asked[1:])
    assert by_time == min(pages - 1, pages * 100 - rows)


def test_a_concurrent_walk_goes_by_number_until_something_moves() -> None:
    server = Server(950)
    walk = by_key(concurrent=True)
    step(walk, server.answer)
    ahead = walk.ahead(5)
    assert [ask["page"] for ask in ahead] == [2, 3, 4, 5, 6]
    walk.take(ahead[0], server.answer(ahead[0]))
    server.delete()
    assert walk.take(ahead[1], server.answer(ahead[1])) == []
    [following] = walk.ahead(5)
    assert (following["page"], following == walk.ask()) == (None, True)
    assert [ask["page"] for ask in by_key().ahead(5)] == [None]


def test_rows_that_come_again_tell_that_a_list_has_moved_whose_count_has_not() -> None:
    server = Server(250)
    walk = by_key(concurrent=True)
    found = step(walk, server.answer)
    # The last row that was given and one below are removed, and two are added to the newest instant.
    server.delete(server.rows.index(found[-1]))
    server.delete(0)
    for _ in range(2):
        server.insert(0)
    asked = walk.ask() or {}
    page = server.answer(asked)
    assert (asked["page"], page.total_count, page[0]) == (2, 250, found[-2])
    assert walk.take(asked, page) == []
    assert harm(server, found + walked(walk, server.answer)) == (0, 0)
    assert walk.report.exact


def test_the_count_tells_that_a_walk_by_time_has_moved() -> None:
    for change, changed in ((Server.delete, True), (lambda server: None, False)):
        server = Server(350)
        walk = by_key()
        walked(walk, server.answer, partial(change, server))
        assert walk.report.total_changed is changed


# --- what the promise rests on


def test_rows_without_a_time_are_walked_by_number_until_they_move() -> None:
    server = Server(250)

    def answer(asked: Asked) -> Page[Row]:
        return without(server.answer(asked), made_at=None)

    walk = by_key()
    assert len(walked(walk, answer)) == 250
    assert not walk.report.exact
    with pytest.raises(PaginationError, match="have no time to go on from"):
        walked(by_key(), answer, server.insert)


def test_a_row_without_a_time_among_others_is_given_and_nothing_is_shown_to_be_exact() -> None:
    server = Server(250)

    def answer(asked: Asked) -> Page[Row]:
        page = server.answer(asked)
        return replace(page, items=[replace(row, made_at=None) if row.id == odd else row for row in page])

    odd = server.in_order()[99].id
    walk = by_key()
    assert len(walked(walk, answer)) == 250
    assert not walk.report.exact
    with_churn = by_key()
    assert harm(server, walked(with_churn, answer, server.churn)) == (0, 0)


def test_rows_out_of_order_are_not_shown_to_be_exact() -> None:
    server = Server(50)

    def answer(asked: Asked) -> Page[Row]:
        page = server.answer(asked)
        return replace(page, items=page.items[::-1])

    walk = by_key()
    assert harm(server, walked(walk, answer)) == (0, 0)
    assert not walk.report.exact


def test_resuming_goes_on_below_what_was_added_meanwhile() -> None:
    server = Server(40, gaps=(2_000, 5_000))
    expected = server.in_order()
    walk = by_key(7)
    first = step(walk, server.answer)
    for _ in range(9):
        server.insert()
    mark = walk.mark(5)
    rest = by_key(7, mark=mark)
    assert first[:5] + walked(rest, server.answer) == expected


def test_a_mark_before_the_first_item_begins_anew() -> None:
    server = Server(40)
    walk = by_key(7)
    step(walk, server.answer)
    assert walk.mark(0) == {"at": None, "ids": []}
