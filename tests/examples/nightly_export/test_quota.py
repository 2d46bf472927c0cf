"""examples/nightly_export.py spends no more requests than it may, and says when it goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exec_api_client.sandbox import Limits, Sandbox
from tests.examples.nightly_export.exported import Clock, export, ids, oldest_first

DAY = 86_400.0


async def test_it_stops_before_the_reserve(sandbox: Sandbox, out: Path, spare: Callable[..., Any]) -> None:
    nightly = spare(sandbox, 5)
    await nightly.export(out)
    assert len(sandbox.requests) == 5
    assert ids(out) == oldest_first(sandbox)[:4]
    await spare(sandbox, 1000).export(out)
    assert ids(out) == oldest_first(sandbox)
    assert len(sandbox.requests) == 5 + 1 + 8


async def test_a_stop_says_where_it_goes_on(
    sandbox: Sandbox, out: Path, spare: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    await spare(sandbox, 3).export(out)
    reached = sandbox.world.sessions[ids(out)[-1]].created_at
    assert capsys.readouterr().out == (
        f"2 new sessions, 2 in {out}; 3 of 1000 requests spent\n"
        f"the quota is spent, there is more in 24.0 hours; the next run goes on after {reached}\n"
    )


async def test_the_day_is_over_for_the_api(sandbox: Sandbox, out: Path) -> None:
    sandbox.limits = Limits(per_day=4)
    report = await export(sandbox, out)
    assert (report.status, report.errors) == (0, "")
    assert "\nthe quota is spent, there is more in 24.0 hours; " in report.output
    assert ids(out) == oldest_first(sandbox)[:3]
    sandbox.limits = None
    await export(sandbox, out)
    assert ids(out) == oldest_first(sandbox)


async def test_a_429_that_says_nothing_more(sandbox: Sandbox, out: Path) -> None:
    sandbox.fail_when(lambda request: len(sandbox.requests) > 3, status=429, retry_after=7_200)
    report = await export(sandbox, out)
    assert report.status == 0
    assert "there is more in 2.0 hours" in report.output
    assert ids(out) == oldest_first(sandbox)[:3]


async def test_an_api_that_always_says_soon_is_given_up(
    sandbox: Sandbox, out: Path, local: Callable[..., Any], clock: Clock
) -> None:
    sandbox.fail_next(times=None, status=429, retry_after=100)
    await local(sandbox).export(out, clock.sleep)
    assert clock.waits == [160] * (3_600 // 160)
    assert len(sandbox.requests) < 100
