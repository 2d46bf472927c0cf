"""What the walks ask next, without a client: lists that change, servers that lie, what it costs."""

import json
import math
import random
import statistics
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import Page, PaginationError
from exec_api_client._model import parse_datetime
from exec_api_client._operation import Keyset
from exec_api_client._walk import REMEMBERED_PAGES, KeyWalk, PageWalk, Walk
from exec_api_client.pagination import read_page
from tests.fakes import operations

KEYSET = Keyset("made_at", "since", "until", "order", "made_at", "-made_at", "-made_at")
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    id: str | None
    made_at: datetime | None


Change = Callable[["Server"], object]


class Server:
    """Rows in order of their times, paged and bounded as the API does; `change` acts before each answer."""

    def __init__(self, rows: int = 0, *, gaps: tuple[int, ...] = (1, 60, 600), seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.gaps = gaps
        self.clock = START
        self.rows: list[Row] = []
        self.made = 0
        for _ in range(rows):
            self.insert()
        self.stayed = {row.id for row in self.rows}

    def insert(self) -> None:
        self.clock += timedelta(seconds=self.random.choice(self.gaps))
        self.made += 1
        self.rows.append(Row(f"r{self.made:05}", self.clock))

    def delete(self, index: int | None = None) -> None:
        index = self.random.randrange(len(self.rows)) if index is None else index
        self.stayed.discard(self.rows.pop(index).id)

    def churn(self) -> None:
        """Three more and three fewer."""
        for _ in range(3):
            self.insert()
            self.delete(self.random.randrange(len(self.rows) - 1))

    def in_order(self, *, descending: bool) -> list[Row]:
        return sorted(self.rows, key=lambda row: (row.made_at, row.id), reverse=descending)  # type: ignore[arg-type, return-value]

    def answer(self, asked: dict[str, Any], *, descending: bool = True) -> Page[Row]:
        page, size = asked["page"] or 1, asked["page_size"]
        rows = [
            row
            for row in self.in_order(descending=descending)
            if row.made_at is None
            or (asked.get("since", START) or START) <= row.made_at <= (asked.get("until") or row.made_at)
        ]
        total = len(rows)
        return Page(rows[(page - 1) * size : page * size], page, size, total, math.ceil(total / size))


def by_key(size: int = 100, *, descending: bool = True, **more: Any) -> KeyWalk[Row]:
    return KeyWalk({"page_size": size}, size, KEYSET, descending=descending, **more)


def by_page(size: int = 100, *mark: Any) -> PageWalk[Row]:
    return PageWalk({"page_size": size}, size, *mark)


def walked(
    walk: Walk[Row], answer: Callable[[dict[str, Any]], Page[Row]], change: Callable[[], object] | None = None
) -> list[Row]:
    """Everything that a walk gives; the list changes between any two requests."""
    found: list[Row] = []
    while (asked := walk.ask()) is not None:
        if change is not None and walk.report.requests:
            change()
        found += walk.take(asked, answer(asked))
        assert walk.report.requests < 500, "an endless loop"
    return found


def naive(server: Server, *, descending: bool) -> list[Row]:
    """Page after page until one is not full, as everybody does it."""
    found: list[Row] = []
    page = 0
    while True:
        page += 1
        if page > 1:
            server.churn()
        rows = server.answer({"page": page, "page_size": 100}, descending=descending).items
        found += rows
        if len(rows) < 100:
            return found


def harm(server: Server, found: list[Row]) -> tuple[int, int]:
    """How many rows were repeated, and how many missed of those that were there all the time."""
    given = [row.id for row in found]
    return len(given) - len(set(given)), len(server.stayed - set(given))


# --- the simulation


@pytest.mark.parametrize("gaps", [(1, 60, 600), (0, 0, 0, 1, 60)], ids=["apart", "ties"])
@pytest.mark.parametrize("descending", [True, False], ids=["newest-first", "oldest-first"])
def test_a_list_that_changes_is_walked_by_time_without_a_repeat_or_a_miss(
    descending: bool, gaps: tuple[int, ...]
) -> None:
    requests: list[int] = []
    for seed in range(50):
        server = Server(1_000, gaps=gaps, seed=seed)
        walk = by_key(descending=descending)
        found = walked(walk, partial(server.answer, descending=descending), server.churn)
        assert harm(server, found) == (0, 0)
        times = [row.made_at for row in found]
        assert times == sorted(times, reverse=descending)  # type: ignore[type-var]
        assert walk.report.exact
        requests.append(walk.report.requests)
    assert max(requests) <= 12


def test_naive_paging_repeats_and_misses_in_the_same_simulation() -> None:
    harms = []
    for descending in (True, False):
        servers = [Server(1_000, seed=seed) for seed in range(50)]
        harms.append([harm(server, naive(server, descending=descending)) for server in servers])
    newest_first, oldest_first = harms
    assert statistics.mean(repeated for repeated, _ in newest_first) > 10
    assert statistics.mean(missed for _, missed in oldest_first) > 10


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 250, 400, 950, 1_000])
def test_a_still_list_costs_no_request_too_many(rows: int) -> None:
    server = Server(rows)
    for walk in (by_key(), by_page()):
        assert walked(walk, server.answer) == server.in_order(descending=True)
        assert walk.report.requests == max(1, math.ceil(rows / 100))
        assert (walk.report.expected, walk.report.seen, walk.report.exact) == (rows, rows, True)
    oldest_first = by_key(descending=False)
    found = walked(oldest_first, lambda asked: server.answer(asked, descending=False))
    assert found == server.in_order(descending=False)
    # Each page after the first brings one row again.
    assert oldest_first.report.requests <= max(1, math.ceil(rows / 99))


# --- lists that change at random

CHANGES = st.lists(st.lists(st.tuples(st.booleans(), st.integers(0, 999)), max_size=4), max_size=30)


def changing(server: Server, changes: list[list[tuple[bool, int]]]) -> Callable[[], None]:
    left = iter(changes)

    def change() -> None:
        for more, where in next(left, ()):
            if more or not server.rows:
                server.insert()
            else:
                server.delete(where % len(server.rows))

    return change


@given(st.integers(0, 60), st.integers(3, 8), st.booleans(), st.integers(0, 99), CHANGES)
def test_by_time_each_row_that_stays_is_given_once_and_in_order(
    rows: int, size: int, descending: bool, seed: int, changes: list[list[tuple[bool, int]]]
) -> None:
    server = Server(rows, gaps=(2, 5, 9), seed=seed)
    walk = by_key(size, descending=descending)
    found = walked(walk, lambda asked: server.answer(asked, descending=descending), changing(server, changes))
    assert harm(server, found) == (0, 0)
    times = [row.made_at for row in found]
    assert times == sorted(times, reverse=descending)  # type: ignore[type-var]


@given(st.integers(0, 60), st.integers(2, 8), st.integers(0, 99), CHANGES)
def test_by_time_ties_are_stepped_through_or_the_walk_says_that_it_cannot(
    rows: int, size: int, seed: int, changes: list[list[tuple[bool, int]]]
) -> None:
    server = Server(rows, gaps=(0, 0, 0, 1), seed=seed)
    with suppress(PaginationError):  # more ties than a page holds, and one of them moves each time
        found = walked(by_key(size), server.answer, changing(server, changes))
        assert harm(server, found)[0] == 0


@given(st.integers(0, 60), st.integers(2, 8), st.integers(0, 99), CHANGES)
def test_by_number_nothing_near_is_repeated_and_every_walk_ends(
    rows: int, size: int, seed: int, changes: list[list[tuple[bool, int]]]
) -> None:
    server = Server(rows, seed=seed)
    walk = by_page(size)
    batches: list[list[Row]] = []
    change = changing(server, changes)
    while (asked := walk.ask()) is not None:
        try:
            batches.append(walk.take(asked, server.answer(asked)))
        except PaginationError:  # more rows came above than three pages hold, three times in a row
            assert walk.report.total_changed
            return
        near = [row.id for batch in batches[-REMEMBERED_PAGES:] for row in batch]
        assert len(near) == len(set(near))
        if walk.report.requests < 40:
            change()
        assert walk.report.requests < 500
    repeated, missed = harm(server, [row for batch in batches for row in batch])
    assert not (repeated or missed) or walk.report.total_changed or changes


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
@pytest.mark.parametrize("pages", [0, 1, -3, None, "3", True, 9_999])
def test_total_pages_is_ignored_beside_a_count(walk: Callable[[], Walk[Row]], pages: Any) -> None:
    one = walk()
    assert len(walked(one, telling({"total_pages": pages}))) == 250
    assert one.report.requests == 3


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("count", [None, 0, -1, 7, "250", False])
def test_a_count_that_cannot_be_true_is_ignored(walk: Callable[[], Walk[Row]], count: Any) -> None:
    assert len(walked(walk(), telling({"total_count": count}))) == 250


@pytest.mark.parametrize("walk", [by_key, by_page])
def test_a_count_that_is_too_large_ends_loudly(walk: Callable[[], Walk[Row]]) -> None:
    with pytest.raises(PaginationError, match="3 answers in a row brought nothing new"):
        walked(walk(), telling({"total_count": 9_999}))


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


@pytest.mark.parametrize("walk", [by_key, by_page])
@pytest.mark.parametrize("count", [250, None])
def test_an_empty_page_in_the_middle_ends_nothing_while_the_server_says_that_there_is_more(
    walk: Callable[[], Walk[Row]], count: int | None
) -> None:
    server, empty = Server(250), [True]

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = replace(server.answer(asked), total_count=count)
        is_empty = len(walked_requests) == 1 and empty.pop()
        walked_requests.append(asked)
        return replace(page, items=[]) if is_empty else page

    walked_requests: list[dict[str, Any]] = []
    one = walk()
    found = walked(one, answer)
    # Without an item there is nothing to go on from but the next page: what the empty one hid is not given.
    assert len(found) >= 150
    assert not one.report.exact
    assert one.report.requests <= 5


@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no-ids"])
@pytest.mark.parametrize("walk", [by_key, by_page])
def test_the_same_page_for_ever_ends(walk: Callable[[], Walk[Row]], ids: bool) -> None:
    rows = Server(100).in_order(descending=True)
    same = rows if ids else [replace(row, id=None) for row in rows]
    one = walk()
    with suppress(PaginationError):
        assert len(walked(one, lambda asked: Page(same, asked["page"] or 1, 100, 300, 3))) <= 300
        assert not one.report.exact
    assert one.report.requests <= 4
    with pytest.raises(PaginationError, match="page 2 was asked for, and page 1 came"):
        walked(walk(), lambda _: Page(same, 1, 100, 300, 3))


@pytest.mark.parametrize("walk", [by_key, by_page])
def test_rows_without_an_id_are_all_given_and_nothing_is_shown_to_be_exact(
    walk: Callable[[], Walk[Row]],
) -> None:
    server = Server(250)
    one = walk()

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer(asked)
        return replace(page, items=[replace(row, id=None) for row in page])

    assert len(walked(one, answer)) == 250


def test_rows_without_a_time_are_walked_by_number_until_they_move() -> None:
    server = Server(250)

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer(asked)
        return replace(page, items=[replace(row, made_at=None) for row in page])

    walk = by_key()
    assert len(walked(walk, answer)) == 250
    assert not walk.report.exact
    with pytest.raises(PaginationError, match="have no time to go on from"):
        walked(by_key(), answer, server.insert)


@pytest.mark.parametrize("descending", [True, False])
def test_a_bound_that_the_server_ignores_is_noticed(descending: bool) -> None:
    server = Server(250)

    def ignoring(asked: dict[str, Any]) -> Page[Row]:
        asked = {"page": asked["page"], "page_size": asked["page_size"]}
        return server.answer(asked, descending=descending)

    with pytest.raises(PaginationError):
        walked(by_key(descending=descending), ignoring, server.churn)


# --- where to go on


def resumed(walk: Walk[Row], given: int) -> Walk[Row]:
    mark = json.loads(json.dumps(walk.mark(given)))
    assert len(json.dumps(mark)) < 500
    if "page" in mark:
        return by_page(7, mark["page"], mark["ids"], mark["given"])
    at = mark["at"] and parse_datetime(mark["at"])
    return by_key(7, at=at, known=mark["ids"])


@given(st.integers(1, 40), st.data(), st.booleans(), st.booleans())
def test_resuming_gives_exactly_the_rest(rows: int, data: st.DataObject, key: bool, ids: bool) -> None:
    server = Server(rows, gaps=(0, 1, 5) if key else (1,))
    stop = data.draw(st.integers(0, rows))

    def answer(asked: dict[str, Any]) -> Page[Row]:
        page = server.answer(asked)
        return page if ids or key else replace(page, items=[replace(row, id=None) for row in page])

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


def test_resuming_by_time_goes_on_below_what_was_added_meanwhile() -> None:
    server = Server(40, gaps=(2, 5))
    expected = server.in_order(descending=True)
    walk = by_key(7)
    first = walk.take(asked := walk.ask() or {}, server.answer(asked))
    for _ in range(9):
        server.insert()
    assert first[:5] + walked(resumed(walk, 5), server.answer) == expected


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
