"""Lists by creation time: rounded times, crowded seconds, bounds, and what lacks ids, times or order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from exec_api_client import InternalServerError, PaginationError
from exec_api_client._runtime.models import parse_datetime
from tests.pagination.moving_list import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    Said,
    Server,
    read,
    read_some,
    rounded,
    truncated,
)

BOTH_ORDERS = pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST])


@BOTH_ORDERS
@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 1_000])
async def test_a_still_list_costs_one_request_for_each_page(rows: int, order: str) -> None:
    server = Server(rows)
    pager = server.pager(order=order)
    assert await read(pager) == server.ids(order)
    # Oldest first, each page after the first begins with rows that are known.
    assert len(server.requests) <= max(1, -(-rows // (100 if order == NEWEST_FIRST else 98)))
    report = pager.report
    assert (report.expected, report.seen, report.total_changed, report.exact) == (rows, rows, False, True)


@BOTH_ORDERS
@pytest.mark.parametrize("shown", [truncated, rounded])
@pytest.mark.parametrize("gaps", [(300, 900, 2_500), (0, 250, 40_000), (490, 510)])
async def test_times_that_are_shown_rounded_hide_no_row(
    order: str, shown: Any, gaps: tuple[int, ...]
) -> None:
    for seed in range(8):
        server = Server(450, gaps=gaps, seed=seed, shown=shown)
        pager = server.pager(order=order)
        assert [row.id async for row in pager.items(strict=True)] == server.ids(order)
        server.between = Server.churn
        assert server.harm(await read(server.pager(order=order))) == (0, 0)


# --- crowded seconds


def crowded(rows: int, seconds: int = 3, seed: int = 0) -> Server:
    """Return a list with so many rows in each of some whole seconds."""
    server = Server(seed=seed)
    for _ in range(seconds):
        server.insert(1_000)
        for _ in range(rows - 1):
            server.insert(0)
    server.settle()
    return server


@BOTH_ORDERS
@pytest.mark.parametrize("rows", [50, 99, 100, 101, 500])
@pytest.mark.parametrize("removed", [0, 3])
async def test_any_number_of_rows_of_one_second_is_right_also_while_rows_are_removed(
    rows: int, order: str, removed: int
) -> None:
    def remove(server: Server) -> None:
        for _ in range(removed):
            server.delete()

    server = crowded(rows)
    server.between = remove
    pager = server.pager(order=order)
    assert server.harm(await read(pager)) == (0, 0)
    assert len(server.requests) <= 12 + 5 * 3 * rows // 100


async def test_a_crowded_second_is_resumed_amid_its_rows() -> None:
    server = crowded(250)
    for number in (1, 120, 250, 251, 480, 749):
        pager = server.pager()
        found = await read_some(pager, number)
        assert found + await read(server.pager().resume(pager.bookmark)) == server.ids()


@BOTH_ORDERS
async def test_rows_that_share_the_newest_second_are_not_shown_to_be_exact(order: str) -> None:
    server = crowded(150, seconds=1)
    pager = server.pager(order=order)
    assert await read(pager) == server.ids(order)
    assert not pager.report.exact


async def test_a_row_that_comes_again_shows_that_the_list_has_moved_though_its_count_has_not() -> None:
    def swap(server: Server) -> None:
        if len(server.requests) == 1:
            # The last row of page 1 and one below it go, and two come within the newest second.
            server.delete(150)
            server.delete(0)
            server.insert(0)
            server.insert(0)

    server = Server(250, between=swap)
    pager = server.pager()
    found = await read(pager)
    assert server.harm(found) == (0, 0)
    # Fewer rows than a count that never changed.
    assert (len(found), pager.report.total_changed, pager.report.exact) == (249, False, False)


async def test_an_error_after_a_page_that_is_dropped_loses_no_place() -> None:
    def fail_once(_: Said) -> None:
        if len(server.requests) == 4:
            raise InternalServerError("down", status_code=500)

    async def collect() -> None:
        async for row in pager:
            found.append(row.id)

    def delete_once(server: Server) -> None:
        if len(server.requests) == 2:
            server.delete(0)

    # Page 3 shows that the count has changed, so page 1 of another bound follows, and fails.
    server = Server(450, between=delete_once, says=fail_once)
    pager, found = server.pager(), list[str | None]()
    with pytest.raises(InternalServerError) as caught:
        await collect()
    assert caught.value.bookmark == pager.bookmark
    assert server.harm(found + await read(server.pager().resume(pager.bookmark))) == (0, 0)


# --- bounds


@BOTH_ORDERS
@pytest.mark.parametrize("as_text", [True, False])
async def test_a_bound_of_the_caller_is_kept_and_never_widened(order: str, as_text: bool) -> None:
    server = Server(400)
    since, until = server.rows[40].instant, server.rows[350].instant + timedelta(milliseconds=500)
    bounds: dict[str, Any] = {"since": since, "until": until}
    if as_text:
        bounds = {name: moment.isoformat() for name, moment in bounds.items()}
    pager = server.pager(order=order, **bounds)
    wanted = [row.id for row in server.rows[40:351]]
    assert [row.id async for row in pager.items(strict=True)] == wanted[:: 1 if order == OLDEST_FIRST else -1]
    assert all(since <= parse_datetime(asked["since"]) for asked in server.requests)
    assert all(parse_datetime(asked["until"]) <= until for asked in server.requests)


@BOTH_ORDERS
async def test_a_server_that_ignores_the_bound_is_noticed(order: str) -> None:
    server = Server(450, between=Server.churn)
    answer = server.answer
    server.answer = lambda asked: answer({"page": asked.get("page", "1"), "page_size": "100", "order": order})  # type: ignore[method-assign]
    pager = server.pager(order=order)
    with pytest.raises(PaginationError, match="were requested, and one of"):
        await read(pager)
    assert not pager.report.exact


@BOTH_ORDERS
async def test_times_at_the_ends_of_the_calendar_are_no_error(order: str) -> None:
    ends = {
        NEWEST_FIRST: datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        OLDEST_FIRST: datetime(1, 1, 1, tzinfo=UTC),
    }

    def shown(said: Said) -> None:
        for row in said.rows:
            row["made_at"] = ends[order].isoformat()

    server = Server(250, says=shown)
    server.shown = lambda _: ends[order]
    pager = server.pager(order=order)
    await anext(aiter(pager))
    bookmark = pager.bookmark
    if order == NEWEST_FIRST:
        assert len(await read(server.pager(order=order))) == 250
    assert server.pager(order=order).resume(bookmark).bookmark == bookmark


# --- ids, times and order


def blocks(server: Server, rows: list[Any]) -> list[Any]:
    """Each page is in order, the list is not."""
    third = len(rows) // 3
    return rows[third : 2 * third] + rows[:third] + rows[2 * third :]


def by_state(server: Server, rows: list[Any]) -> list[Any]:
    """A state goes before the time, so the far half comes first, and a bound leaves out the near one."""
    middle = server.rows[150].instant
    return sorted(rows, key=lambda row: (row.instant < middle) == (rows[0].instant < rows[-1].instant))


@pytest.mark.parametrize("sort", [blocks, by_state])
async def test_a_server_that_sorts_by_something_else_is_never_exact(
    sort: Callable[[Server, list[Any]], list[Any]],
) -> None:
    server = Server(300)
    server.sort = partial(sort, server)
    for order in (NEWEST_FIRST, OLDEST_FIRST):
        pager = server.pager(order=order)
        assert len(await read(pager)) <= 300
        assert not pager.report.exact
        with pytest.raises(PaginationError, match=r"strict: the (API's count fell|items are not in order)"):
            [row async for row in server.pager(order=order).items(strict=True)]


@pytest.mark.parametrize("lost", ["id", "made_at"])
@pytest.mark.parametrize("every", [1, 30])
@BOTH_ORDERS
async def test_rows_without_an_id_or_a_time_are_returned_and_not_exact(
    lost: str, every: int, order: str
) -> None:
    def lose(said: Said) -> None:
        for number, row in enumerate(said.rows):
            if number % every == 0:
                row[lost] = None

    server = Server(250, says=lose)
    pager = server.pager(order=order)
    found = await read(pager)
    assert len(found) == 250
    assert not pager.report.exact


@pytest.mark.parametrize("shown", [truncated, lambda instant: instant])
@pytest.mark.parametrize(("per_second", "oldest_first"), [(10, 26), (60, 54), (98, 30)])
@BOTH_ORDERS
async def test_a_crowded_list_costs_few_requests(
    order: str, per_second: int, oldest_first: int, shown: Any
) -> None:
    server = Server(2_000, gaps=(1_000 // per_second,), shown=shown)
    pager = server.pager(order=order)
    assert await read(pager) == server.ids(order)
    assert len(server.requests) <= (20 if order == NEWEST_FIRST else oldest_first)
    assert pager.report.exact or (order == OLDEST_FIRST and per_second > 40)
