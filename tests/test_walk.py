"""What the walks ask next, without a client: still lists, servers that lie, where to go on, memory."""

import json
import math
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import Page, PaginationError
from exec_api_client._walk import Walk
from exec_api_client.pagination import read_page
from tests.fakes import operations
from tests.moving_list import START, Entry, Row, Server, by_key, by_page, gone_on, harm, walked, without


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


# --- rows that move, by number


def asking(server: Server, walk: Walk[Row], changes: dict[int, Callable[[], object]]) -> list[int]:
    """The pages that a walk over all rows asks for; `changes` come after so many answers."""
    asked: list[int] = []

    def answer(ask: dict[str, Any]) -> Page[Row]:
        asked.append(ask["page"] or 1)
        return server.answer(ask)

    def change() -> None:
        changes.get(len(asked), lambda: None)()

    found = walked(walk, answer, change)
    assert harm(server, found) == (0, 0)
    return asked


def newest(server: Server, rows: int = 1) -> Callable[[], None]:
    """Removes the rows that stand first."""

    def remove() -> None:
        for _ in range(rows):
            server.delete(-1)

    return remove


def test_pages_are_read_again_to_which_unread_rows_have_moved() -> None:
    server = Server(400)
    walk = by_page()
    assert asking(server, walk, {2: newest(server)}) == [1, 2, 3, 2, 4]
    assert (walk.report.total_changed, walk.report.exact, walk.report.duplicates) == (True, False, 99)
    server = Server(800)
    assert asking(server, by_page(), {4: newest(server, 150)}) == [1, 2, 3, 4, 5, 3, 4, 6, 7]


def test_pages_that_are_read_again_in_vain_do_not_end_the_walk_nor_one_that_is_resumed() -> None:
    server = Server(800)

    def remove_unread() -> None:
        for _ in range(250):
            server.delete(0)

    assert asking(server, by_page(), {4: remove_unread}) == [1, 2, 3, 4, 5, 2, 3, 4, 6]
    server = Server(800)
    walk = by_page()
    found: list[Row] = []
    for number in range(1, 6):
        if number == 5:
            remove_unread()
        asked = walk.ask() or {}
        found += walk.take(asked, server.answer(asked))
    mark = walk.mark(0)
    assert mark["page"] == 2
    rest = by_page(100, mark["page"], mark["ids"], mark["given"], mark["total"])
    assert harm(server, found + walked(rest, server.answer)) == (0, 0)


def test_a_page_that_comes_again_whole_is_not_taken_for_exact() -> None:
    server = Server(6)
    walk = by_page(1)
    asked = walk.ask() or {}
    walk.take(asked, server.answer(asked))
    server.insert()
    server.delete(0)
    asked = walk.ask() or {}
    assert walk.take(asked, server.answer(asked)) == []
    assert (walk.report.total_changed, walk.report.exact) == (False, False)


def test_rows_that_move_while_pages_are_read_again_are_not_missed() -> None:
    server = Server(400)
    assert asking(server, by_page(), {2: newest(server), 3: newest(server)}) == [1, 2, 3, 2, 3, 4]
    # Three pages' worth at the second time: what is read again begins earlier.
    server = Server(800)
    found = asking(server, by_page(), {5: newest(server), 6: newest(server, 250)})
    assert found == [1, 2, 3, 4, 5, 6, 5, 3, 4, 6]


def test_rows_that_are_added_while_a_page_is_held_are_not_missed() -> None:
    server = Server(400)
    assert asking(server, by_page(), {2: newest(server), 3: server.insert}) == [1, 2, 3, 2, 3, 4]


def test_a_row_that_comes_again_is_dropped_and_said() -> None:
    server = Server(400)
    walk = by_page()
    assert asking(server, walk, {1: server.insert}) == [1, 2, 3, 4, 5]
    assert (walk.report.duplicates, walk.report.exact) == (1, False)


def test_while_a_page_is_held_only_what_is_read_again_is_asked_ahead_and_the_mark_is_there() -> None:
    server = Server(400)
    walk = by_page()
    found: list[Row] = []
    for number in (1, 2, 3):
        asked = walk.ask() or {}
        assert asked["page"] == (number if number > 1 else None)
        found += walk.take(asked, server.answer(asked))
        if number == 2:
            newest(server)()
    assert len(found) == 200
    assert [asked["page"] for asked in walk.ahead(9)] == [2]
    mark = walk.mark(0)
    assert (mark["page"], len(mark["ids"]), mark["total"]) == (2, 200, 399)
    rest = by_page(100, mark["page"], mark["ids"], mark["given"], mark["total"])
    assert harm(server, found + walked(rest, server.answer)) == (0, 0)


def test_a_resumed_walk_sees_that_the_count_has_changed_and_drops_what_it_gave_without_a_word() -> None:
    server = Server(40)
    walk = by_page(7)
    asked = walk.ask() or {}
    walk.take(asked, server.answer(asked))
    mark = walk.mark(5)
    rest = by_page(7, mark["page"], mark["ids"], mark["given"], mark["total"])
    assert len(walked(rest, server.answer)) == 35
    assert (rest.report.exact, rest.report.duplicates) == (True, 0)
    server.insert()
    rest = by_page(7, mark["page"], mark["ids"], mark["given"], mark["total"])
    walked(rest, server.answer)
    assert (rest.report.total_changed, rest.report.exact) == (True, False)


# --- servers that lie

SESSIONS: Any = operations()["GET", "/sessions"]


def telling(said: dict[str, Any], rows: int = 250) -> Callable[[dict[str, Any]], Page[Row]]:
    """A server that says this of its pages, as it is read from JSON."""
    server = Server(rows)

    def answer(asked: dict[str, Any]) -> Page[Row]:
        true = server.answer(asked)
        numbers = {"page": true.page, "page_size": 100, "total_count": true.total_count, **said}
        read: Page[Any] = read_page(SESSIONS, {"data": [], "pagination": numbers}, true.page, 100)
        return replace(read, items=true.items)

    return answer


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("pages", [0, 1, -3, None, "3", True])
def test_too_small_a_total_pages_is_ignored_beside_a_count(walk: Callable[[], Walk[Row]], pages: Any) -> None:
    one = walk()
    assert len(walked(one, telling({"total_pages": pages}))) == 250
    assert one.answers == 3


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("count", [None, 0, -1, 7, "250", False])
def test_a_count_that_cannot_be_true_is_ignored(walk: Callable[[], Walk[Row]], count: Any) -> None:
    assert len(walked(walk(), telling({"total_count": count}))) == 250


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ({"total_count": 9_999}, "9999"),
        ({"total_count": None, "total_pages": 9_999}, "9999 pages"),
        ({"total_count": 9_999, "total_pages": 3}, "9999"),
    ],
)
def test_a_list_that_is_shorter_than_the_api_says_ends_loudly(
    walk: Callable[[], Walk[Row]], said: dict[str, int | None], counted: str
) -> None:
    with pytest.raises(PaginationError, match=f"ended after 250 items, and the API counts {counted}$"):
        walked(walk(), telling(said))


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("pages", [4, 9_999])
def test_too_large_a_total_pages_costs_one_request_beside_a_count_that_is_reached(
    walk: Callable[[], Walk[Row]], pages: int
) -> None:
    one = walk()
    assert len(walked(one, telling({"total_pages": pages}))) == 250
    assert one.answers == 4


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("count", [100, 200])
def test_a_count_that_is_too_small_ends_nothing_while_total_pages_says_more(
    walk: Callable[[], Walk[Row]], count: int
) -> None:
    server = Server(250)

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer(asked)
        return replace(page, total_count=min(count, page.total_count or 0))

    assert walked(walk(), answer) == server.in_order()


@pytest.mark.parametrize("size", [40, None])
@pytest.mark.parametrize("walk", [by_key, by_page])
def test_a_smaller_page_than_asked_for_is_no_last_page(
    walk: Callable[[], Walk[Row]], size: int | None
) -> None:
    server = Server(250)

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer({**asked, "page_size": 40})
        return replace(page, page_size=size or 100)

    assert walked(walk(), answer) == server.in_order(descending=True)


@pytest.mark.parametrize("claimed", [40, 100, None])
@pytest.mark.parametrize("start", [1, 3, 6])
def test_a_walk_from_a_page_on_goes_by_the_size_that_the_server_shows(
    start: int, claimed: int | None
) -> None:
    server = Server(250)

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer({**asked, "page_size": 40})
        return replace(page, page_size=claimed or 0, total_count=page.total_count if claimed else None)

    assert walked(by_page(100, start), answer) == server.in_order()[(start - 1) * 40 :]
    walk, found = by_page(100), list[Row]()
    while len(found) < 120:
        asked = walk.ask() or {}
        found += walk.take(asked, answer(asked))
    assert found + walked(gone_on({**walk.mark(40), "bound": None}), answer) == server.in_order()


def hiding(server: Server, number: int, keep: int = 0) -> Callable[[dict[str, Any]], Page[Row]]:
    """A server whose answer of this number lacks rows; whose later ones too, for a negative number."""
    answers = 0

    def answer(asked: dict[str, Any]) -> Page[Row]:
        nonlocal answers
        answers += 1
        page = server.answer(asked)
        hides = answers == number or answers >= -number > 0
        return replace(page, items=page.items[:keep]) if hides else page

    return answer


@pytest.mark.parametrize("walk", [by_key, by_page, partial(by_key, concurrent=True)])
@pytest.mark.parametrize("number", [1, 2, 4, -5])
def test_an_empty_page_never_ends_a_list_whose_count_says_more(
    walk: Callable[[], Walk[Row]], number: int
) -> None:
    one = walk()
    with pytest.raises(PaginationError, match=r"ended after (3[59]|40)\d items, and the API counts 450"):
        walked(one, hiding(Server(450), number))
    assert not one.report.exact
    assert one.answers == (8 if number > 0 else 7)


def test_an_empty_page_without_a_count_ends_nothing_while_total_pages_says_more() -> None:
    for one in (by_key(), by_page()):
        answer = hiding(Server(250), 2)
        assert len(walked(one, lambda asked: replace(answer(asked), total_count=None))) >= 150  # noqa: B023
        assert not one.report.exact


def test_a_page_that_lacks_rows_is_noticed_by_number_and_made_up_for_by_time() -> None:
    with pytest.raises(PaginationError, match="ended after 400 items, and the API counts 450"):
        walked(by_page(), hiding(Server(450), 2, 50))
    assert len(walked(by_key(), hiding(Server(450), 2, 50))) == 450


@pytest.mark.parametrize("shift", [600, 700])
def test_a_count_that_swings_is_not_followed_for_ever(shift: int) -> None:
    server, walk = Server(2_000), by_page()

    def answer(asked: dict[str, Any]) -> Page[Row]:
        return replace(server.answer(asked), total_count=2_000 if walk.answers % 2 else 2_000 - shift)

    assert harm(server, walked(walk, answer)) == (0, 0)
    assert (walk.report.exact, walk.report.total_changed) == (False, True)
    assert walk.answers <= 20 + 15


# --- circles


@pytest.mark.parametrize("fields", [{}, {"id": None}, {"made_at": None}, {"id": None, "made_at": None}])
@pytest.mark.parametrize("pages", [1, 2, 7, 12])
@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("said", [(None, None), (300, 3), (10**9, None)])
def test_a_server_that_pages_in_circles_is_left(
    walk: Callable[[], Walk[Row]], pages: int, fields: dict[str, None], said: tuple[int | None, int | None]
) -> None:
    rows, one = Server(100 * pages).in_order(), walk()
    circle = [replace(row, **fields) for row in rows]

    def answer(asked: dict[str, Any]) -> Page[Row]:
        first = one.answers % pages * 100
        return Page(circle[first : first + 100], asked["page"] or 1, 100, *said)

    found = list[Row]()
    with suppress(PaginationError):
        found = walked(one, answer)
    # Only where the count is reached it ends by itself, perhaps with pages that came twice.
    assert not found or (said[0] == 300 and one.answers >= 3)
    assert one.answers <= 4 * pages + 3
    with pytest.raises(PaginationError, match="page 2 was asked for, and page 1 came"):
        walked(walk(), lambda _: Page(circle[:100], 1, 100, 300, 3))


def test_a_page_twice_in_a_row_is_no_circle_and_the_list_goes_on_after_it() -> None:
    server, moves = Server(6, gaps=(5_000,)), [True]

    def push() -> None:
        if moves:
            server.insert()
            server.delete(0)
            moves.pop()

    walk = by_page(1)
    assert harm(server, walked(walk, server.answer, push)) == (0, 0)
    assert not walk.report.exact


# --- rows without an id


def entries(page: Page[Row], key: bool) -> Page[Any]:
    """The same page of rows that are about something with an id, or about nothing that has one."""
    return replace(page, items=[Entry(row if key else replace(row, id=None)) for row in page])


@pytest.mark.parametrize("key", [True, False])
def test_a_row_is_known_by_all_of_it_where_it_is_about_something_that_has_an_id(key: bool) -> None:
    server, walk = Server(600), by_page()
    moves = {2: newest(server)}

    def answer(asked: dict[str, Any]) -> Page[Any]:
        moves.get(walk.answers, lambda: None)()
        return entries(server.answer(asked), key)

    found: list[Any] = walked(walk, answer)
    assert not walk.report.exact
    if key:
        assert len(found) == len({entry.row.id for entry in found}) == 600
    else:
        # What is known by nothing could only be repeated.
        assert (walk.answers, len(found)) == (6, 599)


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
        return by_page(7, mark["page"], mark["ids"], mark["given"], mark["total"])
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
    assert peak(1_000) <= 1.1 * peak(10)
