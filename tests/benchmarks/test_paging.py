"""What paging costs and what it misses: counts and virtual seconds, never those of this machine."""

import pytest

from benchmarks import paging


def test_collecting_takes_at_most_1_2_times_what_10_connections_make_possible() -> None:
    assert pytest.approx(0.7) == paging.LEAST
    assert paging.seconds(paging.collected) <= 1.2 * paging.LEAST
    assert paging.seconds(paging.prefetched) < paging.seconds(paging.streamed) / 3
    assert paging.seconds(paging.streamed) == pytest.approx(6.0)


def test_the_report_has_a_table_for_each_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "SEEDS", 1)
    monkeypatch.setattr(paging, "STILL", (250,))
    monkeypatch.setattr(paging, "CROWDED", 200)
    report = paging.report()
    assert "| 950 newest first: exec-api-client | 0.0 | 0.0 | 11.0 |" in report
    assert "| 250 | 3 | 3 | 3 |" in report
    assert "| `collect()` | 0.70 | 1.00 |" in report
