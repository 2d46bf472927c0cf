"""Iterations over lists that change at random between any two requests, stopped and resumed at random."""

import asyncio
import json
from bisect import bisect_left, bisect_right
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exec_api_client import PaginationError
from tests.pagination.moving_list import (
    BY_SCORE,
    NEWEST_FIRST,
    OLDEST_FIRST,
    SECOND,
    Server,
    rounded,
    truncated,
)

MACHINE = settings(max_examples=120, stateful_step_count=30, deadline=None)
APART = (5_000, 60_000)
CROWDED = [(300, 900, 2_500), (0, 0, 0, 700), (0,) * 19 + (5_000,), (100,), (0, 250, 1_000)]


class Iterating(RuleBasedStateMachine):
    """A list, an iteration over it, and what the caller got."""

    orders: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.found: list[str | None] = []
        self.changed = self.failed = self.over = self.resumed = False
        self.exact = True
        # The most rows that moved between two requests.
        self.burst = self.since = self.largest = 0

    @initialize(
        rows=st.integers(0, 40).map(lambda less: 40 - less),
        gaps=st.just(APART) | st.sampled_from(CROWDED),
        shown=st.sampled_from([truncated, rounded]),
        seed=st.integers(0, 99),
        size=st.integers(2, 8),
        cap=st.sampled_from([100, 5, 2]),
        ahead=st.integers(1, 4),
        order=st.integers(0, 1),
        forbidden=st.sampled_from(["", "added", "removed"]),
    )
    def start(
        self,
        rows: int,
        gaps: tuple[int, ...],
        shown: Any,
        seed: int,
        size: int,
        cap: int,
        ahead: int,
        order: int,
        forbidden: str,
    ) -> None:
        self.forbidden = forbidden
        self.server = Server(rows, gaps=gaps, seed=seed, shown=shown)
        self.server.cap, self.size, self.ahead = cap, size, 1 if forbidden else ahead
        self.order = self.orders[order % len(self.orders)]
        self.crowded = False
        self.pager = self.server.pager(order=self.order, page_size=size)
        self.begin()

    def begin(self) -> None:
        self.prefetch = self.pager.prefetch(self.ahead)
        self.items = self.loop.run_until_complete(self.prefetch.__aenter__())

    def moved(self) -> None:
        if self.server.requests:
            self.changed = True
            here = len(self.server.requests)
            self.burst = self.burst + 1 if here == self.since else 1
            self.since, self.largest = here, max(self.largest, self.burst)
        else:
            self.server.settle()

    @precondition(lambda self: self.forbidden != "added")
    @rule()
    def insert(self) -> None:
        self.server.insert()
        self.moved()

    @precondition(lambda self: self.server.gaps != APART and self.forbidden != "added")
    @rule()
    def insert_at_the_same_time(self) -> None:
        self.server.insert(0)
        self.moved()

    @precondition(lambda self: self.server.rows and self.forbidden != "removed")
    @rule(where=st.integers(0, 999))
    def delete(self, where: int) -> None:
        self.server.delete(where % len(self.server.rows))
        self.moved()

    @rule(number=st.integers(1, 5))
    def read(self, number: int) -> None:
        for _ in range(0 if self.failed or self.over else number):
            try:
                self.found.append(self.loop.run_until_complete(anext(self.items)).id)
            except StopAsyncIteration:
                self.over = True
                return
            except PaginationError:
                self.failed = True
                return

    @precondition(lambda self: not self.failed and not self.over and not self.forbidden)
    @rule()
    def resume(self) -> None:
        bookmark = json.loads(json.dumps(self.pager.bookmark))
        self.exact &= self.pager.report.exact
        self.resumed = True
        self.loop.run_until_complete(self.prefetch.__aexit__(None, None, None))
        self.pager = self.server.pager(order=self.order, page_size=self.size).resume(bookmark)
        self.begin()

    def teardown(self) -> None:
        if hasattr(self, "server"):
            least = len(self.server.requests)
            while not self.failed and not self.over:
                self.read(1)
                assert len(self.server.requests) <= least + 12 * (len(self.server.rows) + 10), (
                    "it does not end"
                )
            self.ends()
            self.loop.run_until_complete(self.prefetch.__aexit__(None, None, None))
            assert not asyncio.all_tasks(self.loop)
        self.loop.close()

    def ends(self) -> None:
        repeated, missed = self.server.harm(self.found)
        if self.exact and self.pager.report.exact and not self.failed:
            assert (repeated, missed) == (0, 0)
        if not self.changed:
            assert not self.failed
            assert (repeated, missed) == (0, 0)


class ByTime(Iterating):
    """Each row is returned once and in order, where a second holds less than half a page."""

    orders = NEWEST_FIRST, OLDEST_FIRST

    @invariant()
    def see_a_crowded_second(self) -> None:
        if not hasattr(self, "server"):
            return
        times = [row.instant for row in self.server.rows]
        for moment in times:
            near = bisect_right(times, moment + 2 * SECOND) - bisect_left(times, moment - 2 * SECOND)
            self.crowded |= 2 * near > min(self.size, self.server.cap)

    @invariant()
    def nothing_is_repeated_or_missed_so_far(self) -> None:
        if not hasattr(self, "server") or self.crowded:
            return
        assert not self.failed
        assert self.pager.report.exact or not self.found
        found, order = set(self.found), self.server.ids(self.order)
        assert len(found) == len(self.found)
        there = [known for known in order if known in self.server.stayed]
        last = max((place for place, known in enumerate(there) if known in found), default=-1)
        assert found.issuperset(there[: last + 1])

    def ends(self) -> None:
        super().ends()
        if not self.crowded:
            assert self.server.harm(self.found) == (0, 0)


class ByNumber(Iterating):
    """It ends, and is complete where rows are only added or only removed."""

    orders = (BY_SCORE,)

    def ends(self) -> None:
        super().ends()
        if len(self.server.requests) > 1:
            assert not self.pager.report.exact or not self.resumed
        one_page = min(self.size, self.server.cap)
        if self.forbidden and self.largest <= one_page:
            assert self.server.harm(self.found) == (0, 0)


TestByTime = pytest.mark.thorough(ByTime.TestCase)
TestByTime.settings = MACHINE
TestByNumber = pytest.mark.thorough(ByNumber.TestCase)
TestByNumber.settings = MACHINE
