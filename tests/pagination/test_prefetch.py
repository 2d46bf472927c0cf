"""Several requests at once: `collect` and `prefetch`, their ends, and the requests they drop."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, AsyncPager, ConfigurationError, NotFoundError
from exec_api_client.models import SessionListItem
from tests.fakes import KEY, refusal
from tests.pagination.rows import ids, rows_api
from tests.virtual_time import environment, here, run, virtual

Answer = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


def asking(answer: Answer) -> AsyncExecClient:
    transport = httpx.MockTransport(answer)
    return AsyncExecClient(KEY, transport=transport, rate_limit=None, _environment=environment())


class Slow:
    """60 pages of a hundred rows, each after 100 ms."""

    def __init__(self, failing: int | None = None) -> None:
        self.rows = [{"id": f"s{number}"} for number in range(6_000)]
        self.fast = rows_api(self.rows)
        self.failing = failing
        self.under_way = self.most = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0.1)
        finally:
            self.under_way -= 1
        answer = self.fast._answer(request)
        return refusal(404) if self.failing == int(request.url.params.get("page", 1)) else answer


@virtual
async def test_collecting_sixty_pages_takes_seven_rounds_of_ten() -> None:
    slow = Slow()
    async with asking(slow.answer) as client:
        start = here().time()
        assert ids(await client.sessions.list().collect()) == [row["id"] for row in slow.rows]
        assert here().time() - start <= 0.84
        start = here().time()
        assert len([session async for session in client.sessions.list()]) == 6_000
        assert here().time() - start == pytest.approx(6)
    assert len(slow.fast.requests) == 120
    assert slow.most <= 10


@virtual
async def test_prefetching_gives_the_items_in_order_with_no_more_pages_under_way_than_wanted() -> None:
    slow = Slow()
    async with asking(slow.answer) as client, client.sessions.list().prefetch(4) as sessions:
        assert [session.id async for session in sessions] == [row["id"] for row in slow.rows]
    assert (len(slow.fast.requests), slow.most) == (60, 4)


@virtual
async def test_an_error_comes_after_the_pages_before_it_and_says_where_to_go_on() -> None:
    slow, found = Slow(failing=5), list[str]()

    async def read(pager: AsyncPager[SessionListItem]) -> None:
        async with pager.prefetch(4) as sessions:
            async for session in sessions:
                found.append(session.id)

    async with asking(slow.answer) as client:
        pager = client.sessions.list()
        with pytest.raises(NotFoundError) as caught:
            await read(pager)
        assert found == [row["id"] for row in slow.rows[:400]]
        assert len(asyncio.all_tasks()) == 1
        slow.failing = None
        assert caught.value.bookmark == pager.bookmark
        found += [session.id async for session in client.sessions.list().resume(pager.bookmark)]
    assert found == [row["id"] for row in slow.rows]


@pytest.mark.parametrize("how", ["break", "exception", "return", "cancel"])
def test_leaving_a_prefetch_ends_all_that_it_started(how: str) -> None:
    async def leave(client: AsyncExecClient) -> None:
        async with client.sessions.list().prefetch(8) as sessions:
            async for session in sessions:
                if session.id == "s150" and how == "exception":
                    raise LookupError
                if session.id == "s150" and how == "cancel":
                    await asyncio.sleep(60)
                if session.id == "s150" and how == "return":
                    return
                if session.id == "s150":
                    break

    async def main() -> None:
        slow = Slow()
        async with asking(slow.answer) as client:
            task = asyncio.create_task(leave(client))
            await asyncio.sleep(1)
            if how == "cancel":
                task.cancel()
            [result] = await asyncio.gather(task, return_exceptions=True)
            expected = {"exception": LookupError, "cancel": asyncio.CancelledError}.get(how, type(None))
            assert isinstance(result, expected)
            assert len(asyncio.all_tasks()) == 1
            assert slow.under_way == 0

    run(main)


@pytest.mark.parametrize("pages", [0, -1, 1.5, True, "4"])
async def test_a_wrong_number_of_pages_is_refused(pages: Any) -> None:
    async with rows_api().client() as client:
        with pytest.raises(ConfigurationError, match="pages must be a whole number from 1"):
            client.sessions.list().prefetch(pages)


async def test_an_iteration_ends_with_its_block() -> None:
    api = rows_api()
    async with api.client() as client:
        async with client.sessions.list().prefetch(2) as sessions:
            assert (await anext(sessions)).id == "s0"
        with pytest.raises(ConfigurationError, match="ended with its block"):
            [_ async for _ in sessions]
    assert len(api.requests) <= 2


# --- while rows move


class Moving:
    """Sessions a minute apart, newest first, paged and bounded as the API does; one vanishes now and then.

    Args:
        rows: How many there are.
        moves: After how many requests the newest is removed.
    """

    def __init__(self, rows: int, *moves: int) -> None:
        start = datetime(2026, 3, 1, tzinfo=UTC)
        self.rows = [(f"s{number}", start - timedelta(minutes=number)) for number in range(rows)]
        self.moves = moves
        self.requests = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.requests in self.moves:
            del self.rows[5]
        asked = request.url.params
        page, size = int(asked.get("page", 1)), int(asked["page_size"])
        until = datetime.fromisoformat(asked["end_date"]) if "end_date" in asked else None
        rows = [row for row in self.rows if until is None or row[1] <= until]
        data = [{"id": known, "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} for known, at in rows]
        total = {"total_count": len(rows), "total_pages": -(-len(rows) // size)}
        # The later pages take longer, so that those ahead are still under way when rows have moved.
        await asyncio.sleep(0.1 * page)
        said = {"page": page, "page_size": size, **total}
        return httpx.Response(200, json={"data": data[(page - 1) * size : page * size], "pagination": said})


# Page 1, the page that shows that rows have moved, the others under way with it, and the rest by time.
@pytest.mark.parametrize(("sorting", "most"), [("-created_at", 1 + 10 + 20), ("score", 1 + 10 + 1 + 19)])
@virtual
async def test_what_is_asked_ahead_and_dropped_is_counted_and_is_less_than_what_is_asked_at_once(
    sorting: Any, most: int
) -> None:
    api = Moving(2_000, 3)
    async with asking(api.answer) as client:
        pager = client.sessions.list(sorting=sorting)
        found = await pager.collect()
    gone = {"s5"}
    assert {f"s{number}" for number in range(2_000)} - set(ids(found)) <= gone
    assert len(found) == len(set(ids(found)))
    assert pager.report.requests == api.requests
    assert 20 < api.requests <= most


# By time 20 pages and one for the overlaps; by number each page, the one before it and itself again.
@pytest.mark.parametrize(("sorting", "alone"), [("-created_at", 21), ("score", 3 * 20)])
@virtual
async def test_a_list_that_moves_all_the_time_is_asked_ahead_for_once_only(sorting: Any, alone: int) -> None:
    api = Moving(2_000, *range(2, 999))
    async with asking(api.answer) as client:
        pager = client.sessions.list(sorting=sorting)
        async with pager.prefetch(4) as sessions:
            found = [session.id async for session in sessions]
    assert len(found) == len(set(found))
    assert {row[0] for row in api.rows} <= set(found)
    assert pager.report.exact is (sorting == "-created_at")
    # Four were under way when the list was seen to move.
    assert pager.report.requests == api.requests <= alone + 4


@virtual
async def test_what_is_under_way_when_a_prefetch_is_left_is_counted() -> None:
    api = Moving(2_000)
    async with asking(api.answer) as client:
        pager = client.sessions.list()
        async with pager.prefetch(4) as sessions:
            async for session in sessions:
                if session.id == "s100":
                    break
        assert (pager.report.requests, api.requests) == (5, 5)
        assert pager.report.seen == 200


@virtual
async def test_requests_that_were_cut_off_are_counted_and_those_that_never_began_are_not() -> None:
    api = Moving(600)
    async with asking(api.answer) as client:
        pager = client.sessions.list()
        items = aiter(pager)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await anext(items)
        assert len([session async for session in items]) == 600
        assert pager.report.requests == api.requests == 9
        begun = api.requests
        async with pager.prefetch(4) as sessions:
            await anext(sessions)
            # The others are made, but the loop has not come to them yet.
            [_ for _ in range(99) if await anext(sessions)]
            following = asyncio.create_task(anext(sessions))  # type: ignore[arg-type]
            await asyncio.sleep(0)
            following.cancel()
        assert pager.report.requests == api.requests - begun == 1


# --- memory


def alive() -> int:
    gc.collect()
    return sum(type(one) is SessionListItem for one in gc.get_objects())


@pytest.mark.parametrize("sorting", ["-created_at", "created_at", "score"])
@pytest.mark.parametrize("most", [1, 2, 4])
@virtual
async def test_no_more_pages_than_wanted_are_in_memory(most: int, sorting: Any) -> None:
    slow, held = Slow(), list[int]()
    before = alive()
    async with (
        asking(slow.answer) as client,
        client.sessions.list(sorting=sorting).prefetch(most) as sessions,
    ):
        number = 0
        async for _ in sessions:
            number += 1
            if number > 301:
                break
            if number in (200, 201, 301):
                await asyncio.sleep(5)
                held.append(alive() - before)
    # Oldest first one request follows the other.
    most = 1 if sorting == "created_at" else most
    assert max(held) == most * 100
    assert slow.most == most
