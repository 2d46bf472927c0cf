"""The promises of the walks, over lists that change at random between any two requests."""

import json
import math
from collections import deque
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exec_api_client import Page, PaginationError
from exec_api_client._pagewalk import PageWalk
from exec_api_client._walk import REMEMBERED_PAGES, Walk
from tests.moving_list import Asked, Row, Server, by_key, by_page, gone_on

# Milliseconds between two rows, and what times are shown in: some of those in milliseconds are at .000.
GAPS = st.sampled_from(
    [
        ((2_000, 5_000), 1_000),
        ((300, 900, 2_500), 1_000),
        ((0, 0, 0, 700), 1_000),
        ((0,) * 19 + (5_000,), 1_000),
        ((100,), 1),
        ((250, 500), 1),
        ((0, 250, 1_000), 1),
    ]
)


class Walking(RuleBasedStateMachine):
    """A list, a walk over it, and answers to requests that were made ahead."""

    walk: Walk[Row]

    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        self.size = 1
        self.cap: int | None = None
        self.limit: int | None = None
        self.descending = True
        self.given: list[Row] = []
        # How many of the given ones came with the last answer.
        self.fresh = 0
        self.ahead: list[tuple[Asked, Page[Row]]] = []
        self.asked = self.failed = False
        self.changed = 0

    def begin(
        self,
        rows: int,
        gaps: tuple[tuple[int, ...], int],
        seed: int,
        size: int,
        cap: int | None,
        limit: int | None,
    ) -> None:
        self.server = Server(rows, gaps=gaps[0], unit=gaps[1], seed=seed)
        self.size, self.cap, self.limit = size, cap, limit

    # --- what happens to the list

    @rule()
    def insert(self) -> None:
        self.server.insert()
        self.moved(1)

    @rule()
    def insert_at_the_same_time(self) -> None:
        self.server.insert(0)
        self.moved(1)

    @precondition(lambda self: self.server.rows)
    @rule(where=st.integers(0, 999))
    def delete(self, where: int) -> None:
        self.server.delete(where % len(self.server.rows))
        self.moved(-1)

    @rule(back=st.integers(1, 3))
    def delete_what_was_given_last(self, back: int) -> None:
        for row in self.given[-back:][:1]:
            self.delete_row(row)

    @precondition(lambda self: self.given)
    @rule()
    def delete_what_was_given_first(self) -> None:
        self.delete_row(self.given[0])

    def delete_row(self, row: Row) -> None:
        if row in self.server.rows:
            self.server.delete(self.server.rows.index(row))
            self.moved(-1)

    def moved(self, rows: int) -> None:
        """The list has so many rows more."""
        self.changed += 1
        if not self.asked:
            self.server.stayed = {row.id for row in self.server.rows}

    # --- what the walk does

    @precondition(lambda self: self.walk.ask() is not None and not self.failed)
    @rule(most=st.integers(1, 4))
    def request_ahead(self, most: int) -> None:
        for asked in self.walk.ahead(most):
            if all(other != asked for other, _ in self.ahead):
                self.ahead.append((asked, self.answer(asked)))

    @precondition(lambda self: self.walk.ask() is not None and not self.failed)
    @rule()
    def step(self) -> None:
        asked = self.walk.ask()
        assert asked is not None
        wanted = self.walk.ahead(4)
        assert wanted[0] == asked
        if self.limit is not None:
            assert len(wanted) <= max(1, math.ceil((self.limit - self.walk.report.seen) / self.size))
        self.ahead = [(other, page) for other, page in self.ahead if other in wanted]
        page = next((page for other, page in self.ahead if other == asked), None)
        self.ahead = [(other, page) for other, page in self.ahead if other != asked]
        try:
            self.take(asked, page or self.answer(asked))
        except PaginationError:
            self.failed = True
            self.fails()

    def take(self, asked: Asked, page: Page[Row]) -> None:
        fresh = self.walk.take(asked, page)
        self.given += fresh
        self.fresh = len(fresh)

    def answer(self, asked: Asked) -> Page[Row]:
        self.asked = True
        size = min(asked["page_size"], self.cap or asked["page_size"])
        return self.server.answer({**asked, "page_size": size}, descending=self.descending)

    @precondition(lambda self: self.walk.answers and not self.failed)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        kept = data.draw(st.integers(0, self.fresh), "kept")
        mark = json.loads(json.dumps(self.walk.mark(kept)))
        self.given = self.given[: len(self.given) - self.fresh + kept]
        self.fresh, self.ahead = 0, []
        self.resumed(mark)

    def teardown(self) -> None:
        if not hasattr(self, "walk"):
            return
        least = self.walk.answers + len(self.server.rows) + 20
        while self.walk.ask() is not None and not self.failed:
            self.step()
            assert self.walk.answers <= least + len(self.server.rows), "it does not end"
        if not self.failed:
            self.ends()

    def resumed(self, mark: dict[str, Any]) -> None:
        raise NotImplementedError

    def fails(self) -> None:
        raise NotImplementedError

    def ends(self) -> None:
        raise NotImplementedError


class ByKey(Walking):
    """Each row that stays is given once and in order, where a page holds more than share an instant."""

    crowded = fine = False
    # Whether a walk that was left among more items of an instant than are kept went on by number.
    by_number = False
    # Whether all walks that were left have been.
    exact = True

    @initialize(
        rows=st.integers(0, 30),
        gaps=GAPS,
        seed=st.integers(0, 99),
        size=st.integers(1, 7),
        cap=st.none() | st.integers(2, 7),
        limit=st.none() | st.integers(1, 40),
        descending=st.booleans(),
        concurrent=st.booleans(),
    )
    def start(self, *, descending: bool, concurrent: bool, **more: Any) -> None:
        self.begin(**more)
        self.descending = descending
        self.how = {"descending": descending, "concurrent": concurrent}
        self.walk = by_key(self.size, **self.how, limit=self.limit)

    def resumed(self, mark: dict[str, Any]) -> None:
        self.exact &= self.walk.report.exact
        self.fine &= mark.get("at") is not None
        self.by_number |= "page" in mark
        self.walk = gone_on(mark, self.size, **self.how, limit=self.limit)

    @invariant()
    def see_how_many_share_an_instant(self) -> None:
        times = sorted(row.made_at for row in self.server.rows if row.made_at)
        room = min(self.size, self.cap or self.size)
        # Until a time is seen to be shown in milliseconds, a whole second may be meant.
        self.fine |= any(row.made_at.microsecond for row in self.given if row.made_at)
        instant = 0.001 if self.server.unit == 1 and (self.fine or not self.given) else 1
        near = zip(times, times[room - 1 :], strict=False)
        self.crowded |= any((last - first).total_seconds() <= instant for first, last in near)

    @invariant()
    def nothing_is_repeated(self) -> None:
        assert self.by_number or len(self.given) == len({row.id for row in self.given})

    @invariant()
    def nothing_is_out_of_order_or_missed_so_far(self) -> None:
        if not self.given or self.crowded:
            return
        assert self.walk.report.exact
        times = [row.made_at for row in self.given if row.id in self.server.stayed]
        assert times == sorted(times, reverse=self.descending)  # type: ignore[type-var]
        # One that was added within what the bound may mean stands above.
        last = (min if self.descending else max)(row.made_at for row in self.given if row.made_at)
        given = {row.id for row in self.given}
        for row in self.server.rows:
            if row.id in self.server.stayed and row.made_at is not None and row.made_at != last:
                assert ((row.made_at > last) is self.descending) == (row.id in given)

    def fails(self) -> None:
        assert self.crowded
        assert self.changed

    def ends(self) -> None:
        missed = self.server.stayed - {row.id for row in self.given}
        assert not missed or not (self.exact and self.walk.report.exact)
        assert not missed or self.crowded


class ByPage(Walking):
    """It ends, repeats nothing near, and misses nothing where rows are only added or only removed."""

    @initialize(
        rows=st.integers(0, 40),
        seed=st.integers(0, 99),
        size=st.integers(1, 6),
        cap=st.none() | st.integers(2, 6),
        limit=st.none() | st.integers(1, 40),
    )
    def start(self, **more: Any) -> None:
        self.begin(gaps=((1_000,), 1_000), **more)
        self.walk = PageWalk({"page_size": self.size}, self.size, limit=self.limit)
        self.page = 1
        self.counts: list[int | None] = []
        # How many rows were added and removed since the last answer, and removed before the last ones.
        self.added = self.removed = 0
        self.lately = deque([0], maxlen=REMEMBERED_PAGES + 3)
        # Whether rows were only added or only removed at a time, and not too many.
        self.plain = True
        # Whether rows moved behind answers that were waiting, which a mark does not know.
        self.crossed = False
        # The page on which each row was given, and whether one came again soon after.
        self.given_on: dict[str | None, int] = {}
        self.came_again = False

    def moved(self, rows: int) -> None:
        super().moved(rows)
        self.added, self.removed = self.added + max(0, rows), self.removed + max(0, -rows)
        self.crossed |= bool(self.ahead)

    def take(self, asked: Asked, page: Page[Row]) -> None:
        room = min(self.size, page.page_size) * (REMEMBERED_PAGES if self.page == 1 else 1)
        self.lately.append(self.removed if self.counts else 0)
        if self.counts:
            self.plain &= not (self.added and self.removed) and self.added <= room >= sum(self.lately)
        if self.page > 1 and not self.walk.answers:
            self.plain &= not (self.added or self.removed)
        self.added = self.removed = 0
        self.counts.append(page.total_count)
        near = [row for row in page.items if page.page - self.given_on.get(row.id, -99) <= REMEMBERED_PAGES]
        self.came_again |= bool(near) and self.walk.answers > 0
        super().take(asked, page)
        for row in self.given[len(self.given) - self.fresh :]:
            stands_on = page.page if row in page.items else page.page + 1
            assert stands_on - self.given_on.get(row.id, -99) > REMEMBERED_PAGES
            self.given_on[row.id] = stands_on

    def resumed(self, mark: dict[str, Any]) -> None:
        self.page = mark["page"]
        self.plain &= not self.crossed
        self.walk = by_page(self.size, self.page, mark["ids"], mark["given"], mark["total"], self.limit)
        self.counts, self.came_again = [mark["total"]], False
        self.given_on = dict.fromkeys(mark["ids"], self.page - 1)

    @invariant()
    def what_can_be_seen_is_said(self) -> None:
        changed = len(set(self.counts)) > 1
        assert self.walk.report.total_changed == changed
        assert self.walk.report.duplicates == 0 or self.came_again or changed
        if changed or self.came_again:
            assert not self.walk.report.exact
        if not self.changed:
            assert self.walk.report.exact

    def fails(self) -> None:
        assert self.walk.report.total_changed

    def ends(self) -> None:
        if self.plain:
            assert not self.server.stayed - {row.id for row in self.given}
        if not self.changed:
            assert len(self.given) == len(self.server.rows)


TestByKey = ByKey.TestCase
TestByPage = ByPage.TestCase
TestByKey.settings = TestByPage.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
