"""What paging costs and what it misses: counts and virtual seconds, never those of this machine."""

import math

import pytest

from benchmarks import paging
from benchmarks.paging import Order


@pytest.mark.parametrize("order", paging.ORDERS)
def test_nothing_is_repeated_or_missed_while_rows_move(order: Order) -> None:
    for seed in range(3):
        outcome = paging.moving(paging.ours, order, seed)
        assert (outcome.duplicates, outcome.misses) == (0, 0)
        assert outcome.requests <= 12


def test_page_numbers_by_hand_repeat_and_miss_rows() -> None:
    for walk, requests in ((paging.counted, 10), (paging.until_short, 11)):
        newest_first = paging.moving(walk, "-created_at", 0)
        oldest_first = paging.moving(walk, "created_at", 0)
        assert newest_first.duplicates > 5
        assert oldest_first.misses > 5
        assert newest_first.requests == oldest_first.requests == requests


@pytest.mark.parametrize("rows", paging.STILL)
def test_a_list_that_does_not_change_costs_no_request_too_many(rows: int) -> None:
    assert paging.still(rows, "-created_at") == max(1, math.ceil(rows / 100))
    # Each page after the first brings one row again.
    assert paging.still(rows, "created_at") <= max(1, math.ceil(rows / 99))


def test_collecting_takes_at_most_1_2_times_what_10_connections_make_possible() -> None:
    assert pytest.approx(0.7) == paging.LEAST
    assert paging.seconds(paging.collected) <= 1.2 * paging.LEAST
    assert paging.seconds(paging.prefetched) < paging.seconds(paging.streamed) / 3
    assert paging.seconds(paging.streamed) == pytest.approx(6.0)


def test_the_report_has_a_table_for_each_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "SEEDS", 1)
    report = paging.report()
    assert "| 950 newest first: exec-api-client | 0.0 | 0.0 | 11.0 |" in report
    assert "| 250 | 3 | 3 | 3 |" in report
    assert "| `collect()` | 0.70 | 1.00 |" in report
