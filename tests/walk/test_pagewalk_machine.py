"""The promises of the walk by page number, over lists that change at random."""

from collections import deque
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from exec_api_client import Page
from exec_api_client.pagination.pagewalk import PageWalk
from exec_api_client.pagination.walk import REMEMBERED_PAGES
from tests.walk.moving_list import Asked, Row, by_page
from tests.walk.walking import THOROUGH, Walking


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
        # How many rows were added and removed: in all, when each page was last answered, and when the answer
        # was that was taken last; and how many were removed before each of the last ones.
        self.added = self.removed = 0
        self.answered: dict[int | None, tuple[int, int]] = {}
        self.taken = 0, 0
        self.lately = deque([0], maxlen=REMEMBERED_PAGES + 3)
        # Whether rows were only added or only removed at a time, and not too many.
        self.plain = True
        # The page furthest down; the page on which each row was given, and whether one came again soon after.
        self.furthest = 0
        self.given_on: dict[str | None, int] = {}
        self.came_again = False

    def moved(self, rows: int) -> None:
        super().moved(rows)
        self.added, self.removed = self.added + max(0, rows), self.removed + max(0, -rows)

    def answer(self, asked: Asked) -> Page[Row]:
        self.answered[asked["page"]] = self.added, self.removed
        return super().answer(asked)

    def take(self, asked: Asked, page: Page[Row]) -> None:
        room = min(self.size, page.page_size) * (REMEMBERED_PAGES if self.page == 1 else 1)
        before, self.taken = self.taken, self.answered[asked["page"]]
        added, removed = self.taken[0] - before[0], self.taken[1] - before[1]
        self.lately.append(removed if self.counts else 0)
        if self.counts:
            self.plain &= not (added and removed) and added <= room >= sum(self.lately)
        if self.page > 1 and not self.walk.answers:
            self.plain &= not (added or removed)
        self.counts.append(page.total_count)
        self.furthest = max(self.furthest, page.page)
        near = [row for row in page.items if self.is_remembered(row)]
        self.came_again |= bool(near) and self.walk.answers > 0
        super().take(asked, page)
        for row in self.given[len(self.given) - self.fresh :]:
            assert not self.is_remembered(row)
            self.given_on[row.id] = page.page if row in page.items else page.page + 1

    def is_remembered(self, row: Row) -> bool:
        return self.furthest - self.given_on.get(row.id, -99) <= REMEMBERED_PAGES

    def resumed(self, mark: dict[str, Any]) -> None:
        self.page = mark["page"]
        self.walk = by_page(self.size, self.page, mark["ids"], mark["given"], mark["total"], self.limit)
        self.counts, self.came_again = [mark["total"]], False
        self.given_on = dict.fromkeys(mark["ids"], self.page - 1)
        self.furthest = self.page - 1

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


TestByPage = pytest.mark.thorough(ByPage.TestCase)
TestByPage.settings = THOROUGH
