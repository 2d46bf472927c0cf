"""The walk by page number while rows move."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exec_api_client import Page
from exec_api_client.pagination.walk import Walk
from tests.walk.moving_list import Entry, Row, Server, by_page, by_page_from, harm, step, walked


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
        found += step(walk, server.answer)
    mark = walk.mark(0)
    assert mark["page"] == 2
    rest = by_page_from(mark)
    assert harm(server, found + walked(rest, server.answer)) == (0, 0)


def test_a_page_that_comes_again_whole_is_not_taken_for_exact() -> None:
    server = Server(6)
    walk = by_page(1)
    step(walk, server.answer)
    server.insert()
    server.delete(0)
    assert step(walk, server.answer) == []
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
    rest = by_page_from(mark)
    assert harm(server, found + walked(rest, server.answer)) == (0, 0)


def test_a_resumed_walk_sees_that_the_count_has_changed_and_drops_what_it_gave_without_a_word() -> None:
    server = Server(40)
    walk = by_page(7)
    step(walk, server.answer)
    mark = walk.mark(5)
    rest = by_page_from(mark, 7)
    assert len(walked(rest, server.answer)) == 35
    assert (rest.report.exact, rest.report.duplicates) == (True, 0)
    server.insert()
    rest = by_page_from(mark, 7)
    walked(rest, server.answer)
    assert (rest.report.total_changed, rest.report.exact) == (True, False)


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
