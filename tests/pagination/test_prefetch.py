"""Several requests at once: `collect` and `prefetch`, their ends, and the requests they drop."""

import asyncio
import gc
from typing import Any

import pytest

from exec_api_client import AsyncPager, ConfigurationError, InternalServerError
from tests.pagination.moving_list import BY_SCORE, NEWEST_FIRST, OLDEST_FIRST, Row, Said, Server, read
from tests.virtual_time import here, virtual


def slow(rows: int = 6_000, **settings: Any) -> Server:
    """Return a server of which each page takes 100 ms."""
    server = Server(rows, **settings)
    server.latency = lambda _: 0.1
    return server


@pytest.mark.parametrize("order", [NEWEST_FIRST, BY_SCORE])
@virtual
async def test_collecting_sixty_pages_takes_seven_rounds_of_ten(order: str) -> None:
    server = slow()
    start = here().time()
    assert [row.id for row in await server.pager(order=order).collect()] == server.ids()
    assert here().time() - start <= 0.84
    assert (len(server.requests), server.most) == (60, 10)


@virtual
async def test_prefetching_gives_the_items_in_order_with_no_more_pages_under_way_than_wanted() -> None:
    server = slow(1_000)
    assert await read(server.pager(), 4) == server.ids()
    assert (len(server.requests), server.most) == (10, 4)


@virtual
async def test_an_error_comes_after_the_pages_before_it_and_says_where_to_go_on() -> None:
    def fail(said: Said) -> None:
        if said.page == 5:
            raise InternalServerError("x", status_code=500)

    async def collect(pager: AsyncPager[Row]) -> None:
        async with pager.prefetch(4) as rows:
            async for row in rows:
                found.append(row.id)

    server, found = slow(1_000, says=fail), list[str | None]()
    pager = server.pager()
    with pytest.raises(InternalServerError) as caught:
        await collect(pager)
    assert found == server.ids()[:400]
    assert server.under_way == 0
    assert caught.value.bookmark == pager.bookmark
    server.says = None
    assert found + await read(server.pager().resume(pager.bookmark)) == server.ids()


@pytest.mark.parametrize("how", ["break", "exception", "return", "cancel"])
@virtual
async def test_leaving_a_prefetch_ends_all_that_it_started(how: str) -> None:
    async def leave() -> None:
        number = 0
        async with server.pager().prefetch(8) as rows:
            async for _ in rows:
                number += 1
                if number == 150 and how == "exception":
                    raise LookupError
                if number == 150 and how == "cancel":
                    await asyncio.sleep(60)
                if number == 150 and how == "return":
                    return
                if number == 150:
                    break

    server = slow()
    task = asyncio.create_task(leave())
    await asyncio.sleep(1)
    if how == "cancel":
        task.cancel()
    [result] = await asyncio.gather(task, return_exceptions=True)
    expected = {"exception": LookupError, "cancel": asyncio.CancelledError}.get(how, type(None))
    assert isinstance(result, expected)
    assert len(asyncio.all_tasks()) == 1
    assert server.under_way == 0


@pytest.mark.parametrize("pages", [0, -1, 1.5, True, "4"])
async def test_a_wrong_number_of_pages_is_refused(pages: Any) -> None:
    with pytest.raises(ConfigurationError, match="pages must be a whole number from 1"):
        Server().pager().prefetch(pages)


async def test_an_iteration_ends_with_its_block() -> None:
    server = Server(250)
    async with server.pager().prefetch(2) as rows:
        assert (await anext(rows)).id == server.ids()[0]
    with pytest.raises(ConfigurationError, match="ended with its block"):
        [_ async for _ in rows]
    assert len(server.requests) <= 2


# --- while rows move


def moving(rows: int, *moves: int) -> Server:
    """Return a server that removes a row after so many requests.

    The later pages take longer, so that those ahead are still under way when rows have moved.
    """

    def remove(server: Server) -> None:
        if len(server.requests) in moves:
            server.delete(-6)

    server = Server(rows, between=remove)
    server.latency = lambda page: 0.1 * page
    return server


# Page 1, the page that shows that rows have moved, the others under way with it, and the rest by time.
@pytest.mark.parametrize(("order", "most"), [(NEWEST_FIRST, 1 + 10 + 20), (BY_SCORE, 1 + 10 + 1 + 19)])
@virtual
async def test_what_is_asked_ahead_and_dropped_is_counted_and_is_less_than_what_is_asked_at_once(
    order: str, most: int
) -> None:
    server = moving(2_000, 2)
    pager = server.pager(order=order)
    assert server.harm([row.id for row in await pager.collect()]) == (0, 0)
    assert pager.report.requests == len(server.requests)
    assert 20 < len(server.requests) <= most


# By time 10 pages and one for the overlaps; by number each page, the one before it and itself again.
@pytest.mark.parametrize(("order", "alone"), [(NEWEST_FIRST, 11), (BY_SCORE, 3 * 10)])
@virtual
async def test_a_list_that_moves_all_the_time_is_asked_ahead_for_once_only(order: str, alone: int) -> None:
    server = moving(1_000, *range(1, 999))
    pager = server.pager(order=order)
    assert server.harm(await read(pager, 4)) == (0, 0)
    assert pager.report.exact is (order == NEWEST_FIRST)
    # Four were under way when the list was seen to move.
    assert pager.report.requests == len(server.requests) <= alone + 4


@virtual
async def test_what_is_under_way_when_a_prefetch_is_left_is_counted() -> None:
    server = moving(2_000)
    pager = server.pager()
    async with pager.prefetch(4) as rows:
        [_ for _ in range(101) if await anext(rows)]
    assert (pager.report.requests, len(server.requests)) == (5, 5)
    assert pager.report.seen == 200


@virtual
async def test_requests_that_were_cut_off_are_counted_and_those_that_never_began_are_not() -> None:
    server = moving(600)
    pager = server.pager()
    items = aiter(pager)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(items)
    assert len([row async for row in items]) == 600
    assert pager.report.requests == len(server.requests) == 9
    begun = len(server.requests)
    async with pager.prefetch(4) as rows:
        # The others are made, but the loop has not come to them yet.
        [_ for _ in range(100) if await anext(rows)]
        following = asyncio.create_task(anext(rows))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        following.cancel()
    assert pager.report.requests == len(server.requests) - begun == 1


# --- memory


def alive() -> int:
    gc.collect()
    return sum(type(one) is Row for one in gc.get_objects())


# Oldest first one request follows the other.
@pytest.mark.parametrize(
    ("order", "ahead", "most"),
    [(NEWEST_FIRST, 1, 1), (NEWEST_FIRST, 4, 4), (OLDEST_FIRST, 4, 1), (BY_SCORE, 4, 4)],
)
@virtual
async def test_no_more_pages_than_wanted_are_in_memory(order: str, ahead: int, most: int) -> None:
    server, held = slow(1_000), list[int]()
    before = alive()
    async with server.pager(order=order).prefetch(ahead) as rows:
        for number in range(1, 302):
            await anext(rows)
            if number in (200, 201, 301):
                await asyncio.sleep(5)
                held.append(alive() - before)
    assert (most - 1) * 100 < max(held) <= most * 100
    assert server.most == most
