"""The bounds of the walk by creation time: the caller's own, and those that it asks with."""

from datetime import timedelta
from functools import partial

import pytest

from exec_api_client import Page, PaginationError
from exec_api_client._runtime.models import parse_datetime
from tests.walk.moving_list import START, Asked, Row, Server, by_key, walked

# --- the caller's own bound


@pytest.mark.parametrize("written", [True, False], ids=["str", "datetime"])
@pytest.mark.parametrize("descending", [True, False])
def test_a_bound_of_the_callers_own_holds_and_is_never_widened(descending: bool, written: bool) -> None:
    server = Server(400)
    times = [row.instant for row in server.in_order(descending=False)]
    # Half a second after a row: within what its time is shown in.
    since, until = times[40], times[350] + timedelta(milliseconds=500)
    asked: list[Asked] = []

    def answer(ask: Asked) -> Page[Row]:
        asked.append(ask)
        bounds = {name: parse_datetime(ask[name]) for name in ("since", "until")}
        return server.answer({**ask, **bounds}, descending=descending)

    walk = by_key(descending=descending)
    walk._arguments = {
        "page_size": 100,
        "since": since.isoformat() if written else since,
        "until": until.isoformat() if written else until,
    }
    wanted = [row for row in server.in_order(descending=descending) if since <= row.instant <= until]
    assert walked(walk, answer) == wanted
    assert walk.report.exact
    assert all(since <= parse_datetime(ask["since"]) for ask in asked)
    assert all(parse_datetime(ask["until"]) <= until for ask in asked)
    assert len({str(ask["until" if descending else "since"]) for ask in asked}) > 1


@pytest.mark.parametrize("descending", [True, False])
def test_a_bound_of_the_callers_own_is_kept_to_within_the_precision_of_the_times(descending: bool) -> None:
    server = Server(60, gaps=(100,))
    bounds = {"since": server.rows[15].instant, "until": server.rows[35].instant}
    # Ten rows a second, and five on a page.
    walk = by_key(5, descending=descending)
    walk._arguments = {"page_size": 5, **bounds}
    found = walked(walk, partial(server.answer, descending=descending))
    wanted = server.rows[15:36]
    assert found == (wanted[::-1] if descending else wanted)


# --- the bounds that it asks with


@pytest.mark.parametrize("descending", [True, False])
def test_a_bound_that_the_server_ignores_is_noticed(descending: bool) -> None:
    server = Server(250)

    def ignoring(asked: Asked) -> Page[Row]:
        asked = {"page": asked["page"], "page_size": asked["page_size"]}
        return server.answer(asked, descending=descending)

    with pytest.raises(PaginationError, match="were asked for, and one of"):
        walked(by_key(descending=descending), ignoring, server.churn)


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        (timedelta(microseconds=1), "2026-03-01T00:00:00.000015Z"),
        (timedelta(milliseconds=1), "2026-03-01T00:00:00.015Z"),
        (timedelta(seconds=1), "2026-03-01T00:00:15Z"),
    ],
)
def test_the_bound_is_as_wide_as_the_precision_of_the_times(unit: timedelta, shown: str) -> None:
    rows = [Row(f"r{number:02}", START + number * unit) for number in range(15, 36)]
    newest_first = rows[::-1]
    walk = by_key(20)
    first = walk.ask() or {}
    walk.take(first, Page(newest_first[:20], 1, 20, 29, 2))
    asked = walk.ask() or {}
    assert asked["until"] == START + 16 * unit + unit
    assert walk.mark(20)["at"] is not None
    walk.take(asked, Page(newest_first[18:], 1, 20, 3, 1))
    assert walk.mark(1) == {"at": shown, "ids": ["r16", "r15"]}
