"""Lists that only page numbers can lead through: repeats, pages read again, and doubts that are said."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from exec_api_client import PaginationError
from tests.pagination.moving_list import BY_SCORE, Said, Server, read, read_some
from tests.pagination.rows import rows_api


def newest(rows: int = 1) -> Callable[[Server], None]:
    """Remove the rows at the top."""

    def remove(server: Server) -> None:
        for _ in range(rows):
            server.delete(-1)

    return remove


def at(changes: dict[int, Callable[[Server], None]]) -> Callable[[Server], None]:
    """Change the list after so many requests."""

    def change(server: Server) -> None:
        if len(server.requests) in changes:
            changes[len(server.requests)](server)

    return change


def unread(server: Server) -> None:
    """Remove rows at the end."""
    for _ in range(250):
        server.delete(0)


@pytest.mark.parametrize(
    ("rows", "changes", "pages"),
    [
        (400, {}, [1, 2, 3, 4]),
        (400, {2: newest()}, [1, 2, 3, 2, 4]),
        (800, {4: newest(150)}, [1, 2, 3, 4, 5, 4, 3, 6, 7]),
        (800, {4: unread}, [1, 2, 3, 4, 5, 4, 3, 2, 6]),
        # Rows that move while pages are read again.
        (400, {2: newest(), 3: newest()}, [1, 2, 3, 2, 3, 4]),
        (800, {5: newest(), 6: newest(250)}, [1, 2, 3, 4, 5, 6, 5, 4, 3, 6]),
        (400, {2: newest(), 3: Server.insert}, [1, 2, 3, 2, 3, 4]),
        # Rows that are added push others down.
        (400, {1: Server.insert}, [1, 2, 3, 4, 5]),
    ],
)
async def test_pages_are_read_again_to_which_unread_rows_may_have_moved(
    rows: int, changes: dict[int, Callable[[Server], None]], pages: list[int]
) -> None:
    server = Server(rows, between=at(changes))
    pager = server.pager(order=BY_SCORE)
    assert server.harm(await read(pager)) == (0, 0)
    assert [int(asked.get("page", 1)) for asked in server.requests] == pages
    assert pager.report.total_changed is bool(changes)


async def test_a_page_that_lacks_rows_while_it_is_read_again_is_read_once_more() -> None:
    def lose(said: Said) -> None:
        if len(server.requests) == 6:
            said.rows = said.rows[:50]

    server = Server(800, between=at({4: newest(250)}), says=lose)
    assert server.harm(await read(server.pager(order=BY_SCORE))) == (0, 0)
    assert [int(asked.get("page", 1)) for asked in server.requests] == [1, 2, 3, 4, 5, 4, 4, 3, 2, 6]


async def test_a_list_that_shrinks_with_each_request_is_read_in_three_requests_a_page() -> None:
    server = Server(1_000, between=newest())
    pager = server.pager(order=BY_SCORE)
    assert server.harm(await read(pager)) == (0, 0)
    assert len(server.requests) <= 30


# --- strict says at once what cannot be shown


@pytest.mark.parametrize("rows", [100, 101])
async def test_only_one_page_can_be_shown_to_be_complete(rows: int) -> None:
    server = Server(rows)
    items = server.pager(order=BY_SCORE).items(strict=True)
    if rows == 100:
        assert len([row async for row in items]) == 100
        return
    with pytest.raises(PaginationError, match="strict: by page number, only a list of one page"):
        await anext(items)
    assert len(server.requests) == 1


def swap(server: Server) -> None:
    """Remove one row and add one, so that the count stays."""
    server.delete()
    server.insert()


def shuffle_ties(server: Server) -> None:
    """Return rows of the same score in another order with each request."""
    chance = random.Random(len(server.requests))
    server.sort = lambda rows: sorted(rows, key=lambda row: (int(row.id[0]), chance.random()))


def change_a_score(server: Server) -> None:
    """Move one row to another place."""
    moved = server.random.choice(server.rows).id
    place = server.random.random() * 10
    sort = server.sort
    server.sort = lambda rows: sorted(
        sort(rows), key=lambda row: place if row.id == moved else int(row.id[0])
    )


@pytest.mark.parametrize("moves", [swap, shuffle_ties, change_a_score])
async def test_exact_never_says_more_than_is_shown(moves: Callable[[Server], None]) -> None:
    missed = 0
    for seed in range(30):
        server = Server(450, seed=seed, between=moves)
        server.sort = lambda rows: sorted(rows, key=lambda row: int(row.id[0]))
        pager = server.pager(order=BY_SCORE)
        repeated, lost = server.harm(await read(pager))
        missed += lost > 0
        assert repeated == 0 or moves is not swap
        assert not pager.report.exact
    assert missed


# --- resuming


async def test_a_resumed_iteration_reads_the_pages_again_whose_rows_it_knows() -> None:
    server = Server(800)
    pager = server.pager(order=BY_SCORE)
    found = await read_some(pager, 430)
    newest(20)(server)
    rest = server.pager(order=BY_SCORE).resume(pager.bookmark)
    assert server.harm(found + await read(rest)) == (0, 0)
    assert rest.report.total_changed
    assert not rest.report.exact
    assert len(pager.bookmark["position"]["ids"]) == 200


@pytest.mark.parametrize(("read_before", "added", "repeated"), [(200, 200, 0), (299, 100, 0), (299, 150, 49)])
async def test_up_to_a_page_of_rows_that_are_added_before_a_resume_repeats_none(
    read_before: int, added: int, repeated: int
) -> None:
    rows = [{"id": number} for number in range(800)]
    async with rows_api(rows).client() as client:
        pager = client.paginate("/rows")
        found: list[Any] = []
        async for row in pager:
            found.append(row["id"])
            if len(found) == read_before:
                break
        rows[:0] = [{"id": -1 - number} for number in range(added)]
        found += [row["id"] for row in await client.paginate("/rows").resume(pager.bookmark).collect()]
    assert len(found) - len({*found}) == repeated
    assert {*range(800)} <= {*found}


async def test_a_server_with_smaller_pages_is_resumed_by_its_own_size() -> None:
    server = Server(250)
    server.cap = 40
    for number in (1, 39, 40, 41, 120, 135, 249):
        pager = server.pager(order=BY_SCORE)
        found = await read_some(pager, number)
        assert found + await read(server.pager(order=BY_SCORE).resume(pager.bookmark)) == server.ids()


def without_ids(said: Said) -> None:
    for row in said.rows:
        row["id"] = None


@pytest.mark.parametrize("number", [1, 49, 99, 100, 120, 200])
async def test_rows_without_an_id_are_resumed_by_their_places(number: int) -> None:
    server = Server(250, says=without_ids)
    pager = server.pager(order=BY_SCORE)
    assert len(await read_some(pager, number)) == number
    rest = server.pager(order=BY_SCORE).resume(pager.bookmark)
    assert [row.made_at async for row in rest] == [row.instant for row in server.rows[::-1]][number:]


async def test_rows_without_an_id_are_never_read_again() -> None:
    server = Server(600, says=without_ids, between=newest())
    pager = server.pager(order=BY_SCORE)
    assert len(await read(pager)) <= 600
    assert len(server.requests) == 6
    assert not pager.report.exact


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.paginate("/rows"),
        lambda client: client.scenarios.get_analytics_participants("x"),
    ],
    ids=["dicts", "models"],
)
async def test_rows_about_something_with_an_id_come_once_though_others_push_them_down(call: Any) -> None:
    rows = [{"user": {"id": f"u{number}"}} for number in range(250)]
    async with rows_api(rows).client() as client:
        found = list[str]()
        async for row in call(client):
            user = row["user"] if isinstance(row, dict) else row.user.to_dict()
            found.append(user["id"])
            if len(found) == 50:
                rows.insert(0, {"user": {"id": "new"}})
    assert found == [f"u{number}" for number in range(250)]
