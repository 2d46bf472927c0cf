"""Servers that say what is not so of their pages, or page in circles."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from exec_api_client import Page, PaginationError
from exec_api_client.pagination.page import read_page
from exec_api_client.pagination.walk import Walk
from tests.fakes import operations
from tests.walk.moving_list import Row, Server, by_key, by_page, gone_on, harm, step, walked

# --- servers that lie

SESSIONS: Any = operations()["GET", "/sessions"]


def telling(said: dict[str, Any]) -> Callable[[dict[str, Any]], Page[Row]]:
    """A server of 250 rows that says this of its pages, as it is read from JSON."""
    server = Server(250)

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
        found += step(walk, answer)
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
