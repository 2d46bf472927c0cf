"""The promises of the walk by creation time, over lists that change at random."""

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from tests.walk.moving_list import by_key, gone_on
from tests.walk.walking import THOROUGH, Walking

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


TestByKey = pytest.mark.thorough(ByKey.TestCase)
TestByKey.settings = THOROUGH
