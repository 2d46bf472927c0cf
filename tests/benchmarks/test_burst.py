"""What the burst costs: counts and virtual seconds, never those of this machine."""

import pytest

from benchmarks import burst
from benchmarks.servers import KINDS, Trial
from exec_api_client.sandbox import Limits
from exec_api_client.sandbox.limits import WindowKind


@pytest.mark.parametrize("kind", KINDS[:3])
def test_no_read_fails_exactly_100_are_sent_and_the_time_is_what_the_limit_forces(
    kind: WindowKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burst, "LIMITS", Limits(window=kind))
    row = burst.burst("ours", burst.ours)
    assert (row.failed, row.sent) == (0, 100)
    assert 0 <= row.over <= 0.02


def test_httpx_alone_fails_beyond_the_limit() -> None:
    row = burst.burst("httpx", burst.bare)
    assert (row.failed, row.sent) == (40, 100)


def test_the_report_is_one_table_for_the_clients_and_one_for_the_servers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[str]()

    def few(kind: WindowKind) -> Trial:
        asked.append(kind)
        return Trial(1234, 0, 0)

    monkeypatch.setattr(burst, "trials", few)
    report = burst.report()
    assert "| exec-api-client | 0 | 100 | 60.6 | 0.9% |" in report
    assert "| httpx alone | 40 | 100 | 0.1 | – |" in report
    assert "| openai's SDK | " in report
    assert "| sliding_log | 1,234 | 0 | 0 |" in report
    assert asked == list(KINDS)
