"""Servers whose counts lie, whose pages lack rows, or that refuse a page: each iteration ends."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from exec_api_client import BadRequestError, NotFoundError, PaginationError
from tests.pagination.moving_list import BY_SCORE, NEWEST_FIRST, OLDEST_FIRST, Said, Server, read, read_some

EVERY_ORDER = pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST, BY_SCORE])


def saying(**fields: Any) -> Callable[[Said], None]:
    """Say something else of each page."""

    def change(said: Said) -> None:
        for name, value in fields.items():
            setattr(said, name, value)

    return change


@EVERY_ORDER
@pytest.mark.parametrize(
    "said",
    [
        *({"total_pages": pages} for pages in (None, 0, 1, "3", 9_999)),
        *({"total_count": count} for count in (None, -1)),
        *({"total_count": count, "total_pages": None} for count in (None, 7, "250")),
        {"page_size": None},
    ],
    ids=str,
)
async def test_numbers_that_cannot_be_true_lose_no_row(order: str, said: dict[str, Any]) -> None:
    server = Server(250, says=saying(**said))
    assert await read(server.pager(order=order)) == server.ids(order)
    assert len(server.requests) == 3


@EVERY_ORDER
@pytest.mark.parametrize("count", [100, 200])
async def test_a_count_that_is_too_small_ends_nothing_while_more_pages_are_said(
    order: str, count: int
) -> None:
    def change(said: Said) -> None:
        said.total_count = min(count, said.total_count)

    server = Server(250, says=change)
    assert await read(server.pager(order=order)) == server.ids(order)


@EVERY_ORDER
@pytest.mark.parametrize(("rows", "size", "count"), [(3, 2, 1), (4, 2, 1), (101, 100, 99), (250, 100, 50)])
async def test_a_count_that_the_rows_disprove_ends_nothing_and_is_not_exact(
    order: str, rows: int, size: int, count: int
) -> None:
    server = Server(rows, says=saying(total_count=count, total_pages=-(-count // size)))
    pager = server.pager(order=order, page_size=size)
    assert await read(pager) == server.ids(order)
    assert (pager.report.expected, pager.report.exact) == (count, False)
    with pytest.raises(PaginationError, match=f"strict: (the API counts {count} items and|by page number)"):
        await pager.collect(strict=True)


@EVERY_ORDER
@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ({"total_count": 9_999}, "9999"),
        ({"total_count": 10**18, "total_pages": 3}, "1000"),
        ({"total_count": None, "total_pages": 9_999}, "9999 pages"),
    ],
)
async def test_a_list_that_is_shorter_than_its_count_is_an_error(
    order: str, said: dict[str, Any], counted: str
) -> None:
    server = Server(250, says=saying(**said))
    pager = server.pager(order=order)
    with pytest.raises(PaginationError, match=f"ended after 250 items, and the API counts {counted}"):
        await read(pager)
    assert not pager.report.exact
    assert len(server.requests) <= 3 + 4


@EVERY_ORDER
@pytest.mark.parametrize("kept", [0, 50])
async def test_a_page_that_lacks_rows_is_read_again_and_an_error_if_they_do_not_come(
    order: str, kept: int
) -> None:
    for always in (False, True):

        def lose(said: Said) -> None:
            if len(server.requests) == 2 or (always and len(server.requests) > 2):  # noqa: B023
                said.rows = said.rows[:kept]

        server = Server(450, says=lose)
        # By time, half pages lead on as well.
        if always and (kept == 0 or order == BY_SCORE):
            with pytest.raises(PaginationError, match=r"pages without a new item"):
                await read(server.pager(order=order))
        else:
            assert sorted(await read(server.pager(order=order))) == sorted(server.ids())
        assert len(server.requests) <= 12


@EVERY_ORDER
async def test_pages_that_repeat_for_ever_end_with_an_error(order: str) -> None:
    server = Server(250)
    answer = server.answer

    def same(asked: dict[str, str]) -> Said:
        said = answer({**asked, "page": "1"})
        said.page, said.total_count, said.total_pages = int(asked.get("page", 1)), 10**6, 10**4
        return said

    server.answer = same  # type: ignore[method-assign]
    with pytest.raises(PaginationError, match="pages without a new item"):
        await read(server.pager(order=order))
    assert len(server.requests) <= 8


@EVERY_ORDER
async def test_a_wrong_page_number_is_an_error(order: str) -> None:
    pager = Server(450, says=saying(page=3)).pager(order=order)
    with pytest.raises(PaginationError, match="page 1 was requested, and the API returned page 3"):
        await read(pager)
    assert not pager.report.exact


@pytest.mark.parametrize("order", [NEWEST_FIRST, BY_SCORE])
@pytest.mark.parametrize("shift", [5, 600, 700])
async def test_a_count_that_swings_ends(order: str, shift: int) -> None:
    def swing(said: Said) -> None:
        said.total_count += shift if len(server.requests) % 2 else 0

    server = Server(2_000, says=swing)
    pager = server.pager(order=order)
    with suppress(PaginationError):
        assert server.harm(await read(pager)) == (0, 0)
    assert not pager.report.exact or order == NEWEST_FIRST
    assert len(server.requests) <= 70


@pytest.mark.parametrize("start", [1, 3, 6])
@pytest.mark.parametrize("claimed", [40, 100, None])
async def test_a_server_with_smaller_pages_is_read_by_its_own_size(start: int, claimed: int | None) -> None:
    server = Server(250, says=saying(page_size=claimed))
    server.cap = 40
    assert await read(server.pager(page=start, page_size=100)) == server.ids()[(start - 1) * 40 :]
    for order in (NEWEST_FIRST, OLDEST_FIRST):
        assert await read(server.pager(order=order)) == server.ids(order)


# --- a list that shrinks below the page that is requested


def refusing(status: int) -> Callable[[Said], None]:
    """Refuse each page after the last one."""

    def refuse(said: Said) -> None:
        if said.page > 1 and not said.rows:
            raise (NotFoundError if status == 404 else BadRequestError)("no such page", status_code=status)

    return refuse


@pytest.mark.parametrize("order", [NEWEST_FIRST, BY_SCORE])
@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("left", [30, 120, 201])
async def test_a_list_that_shrinks_ends_as_with_an_empty_page(order: str, status: int, left: int) -> None:
    def shrink(server: Server) -> None:
        if len(server.requests) == 3:
            while len(server.rows) > left:
                server.delete(0)

    server = Server(450, between=shrink, says=refusing(status))
    assert server.harm(await read(server.pager(order=order))) == (0, 0)
    assert len(server.requests) <= 8


@pytest.mark.parametrize("status", [400, 404])
async def test_a_list_that_shrank_before_a_resume_ends_too(status: int) -> None:
    server = Server(450, says=refusing(status))
    pager = server.pager(order=BY_SCORE)
    await read_some(pager, 400)
    while len(server.rows) > 150:
        server.delete(0)
    assert set(await read(pager.resume(pager.bookmark))) <= {*server.ids()}


@pytest.mark.parametrize("order", [NEWEST_FIRST, BY_SCORE])
async def test_a_page_beyond_the_count_may_be_refused(order: str) -> None:
    def change(said: Said) -> None:
        said.total_pages = 3
        refusing(404)(said)

    server = Server(200, says=change)
    assert await read(server.pager(order=order)) == server.ids()
    assert len(server.requests) == 3


async def test_no_row_is_repeated_where_more_pages_are_refused_than_are_remembered() -> None:
    def shrink(server: Server) -> None:
        if len(server.requests) == 8:
            while len(server.rows) > 150:
                server.delete(0)

    server = Server(1_000, between=shrink, says=refusing(404))
    pager = server.pager(order=BY_SCORE)
    found = await read(pager)
    assert len(found) == len(set(found)) == 800
    assert not pager.report.exact


async def test_a_page_that_is_refused_though_the_list_has_it_is_an_error() -> None:
    def refuse(said: Said) -> None:
        if said.page == 3:
            raise BadRequestError("too deep", status_code=400)

    server = Server(450, says=refuse)
    with pytest.raises(BadRequestError) as caught:
        await read(server.pager(order=BY_SCORE))
    assert len(server.requests) == 5
    assert caught.value.bookmark is not None
    # By time, no page is deep.
    assert await read(server.pager()) == server.ids()
    # The first page of an iteration is never taken for the end.
    for arguments in ({"page": 3}, {"page": 3, "order": BY_SCORE}):
        with pytest.raises(BadRequestError):
            await read(server.pager(**arguments))
