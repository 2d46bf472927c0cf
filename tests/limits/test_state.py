"""What is saved of a limit, and what it knows when it is restored."""

import json
import math
from typing import Any

import pytest

from exec_api_client import ConfigurationError, RateLimit
from exec_api_client.limits.rate_limit import DAY, Usage
from tests.limits.desk import WINDOW, Desk
from tests.virtual_time import EPOCH


def saved(desk: Desk) -> Any:
    return json.loads(json.dumps(desk.limit.state(), allow_nan=False))


def test_a_state_restored_within_the_minute_holds_the_slots() -> None:
    desk = Desk(2)
    first = desk.send()
    desk.clock += 20
    desk.answer(first, desk.send())  # counted by the server now, perhaps
    later = Desk(2, state=saved(desk))
    later.clock = desk.clock + 30
    ticket = later.queue()
    assert later.usage == Usage(2, 2, 2, 1000)
    assert later.ask(ticket) == pytest.approx(WINDOW - 30, abs=0.001)
    later.clock += WINDOW - 30
    assert later.ask(ticket) <= 0.001


def test_another_process_has_another_clock_that_never_jumps() -> None:
    desk = Desk(1)
    desk.fill()
    limit = RateLimit(1, state=saved(desk))
    assert limit.ask(limit.ticket(), 7.0, desk.now + 10) == pytest.approx(WINDOW - 10, abs=0.001)


def test_a_state_restored_the_next_day_knows_what_was_spent_in_the_evening() -> None:
    desk = Desk(60)
    desk.fill()
    desk.clock += 7200
    desk.fill()
    morning = Desk(60, state=saved(desk), day_ceiling=100)
    morning.clock = desk.clock + 10 * 3600
    assert morning.usage == Usage(0, 120, 60, 1000)
    assert morning.limit.day_is_over(morning.now) == pytest.approx(DAY - 12 * 3600)
    morning.clock = desk.clock + DAY - 60
    assert morning.usage.day == 60
    assert saved(morning) == {"version": 1, "sent": [EPOCH + 500 + 7200] * 60}
    morning.clock += 61
    assert saved(Desk(state=saved(morning)))["sent"] != []
    assert morning.usage.day == 0
    assert saved(morning) == {"version": 1, "sent": []}


def test_what_is_under_way_when_the_state_is_saved_counts() -> None:
    desk = Desk(3)
    desk.send()
    desk.clock += 1
    desk.answer(desk.send())
    assert saved(desk) == {"version": 1, "sent": [EPOCH + 500, EPOCH + 501]}


def test_a_clock_that_was_set_back_does_not_forget_the_minute() -> None:
    desk = Desk(1)
    desk.fill()
    limit = RateLimit(1, state=saved(desk))
    assert limit.ask(limit.ticket(), 7.0, desk.now - 5) == pytest.approx(WINDOW)


def test_a_state_may_hold_more_than_the_quota() -> None:
    desk = Desk(5)
    for _ in range(5):
        desk.answer(desk.send())
        desk.clock += 1
    limit = RateLimit(2, state=saved(desk))
    assert limit.ask(limit.ticket(), 0.0, desk.now) == pytest.approx(WINDOW - 2)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"version": 2, "sent": []},
        {"version": 1},
        {"version": 1, "sent": None},
        {"version": 1, "sent": "12"},
        {"version": 1, "sent": ["12"]},
        {"version": 1, "sent": [True]},
        {"version": 1, "sent": [1.0, None]},
        {"version": 1, "sent": [math.nan]},
        {"version": 1, "sent": [math.inf]},
        {"version": 1, "sent": [-1]},
        {"version": 1, "sent": [10**400]},
        [],
        "",
        "sent",
        3,
    ],
)
def test_a_broken_state_is_refused(state: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^RateLimit: state= takes what RateLimit\.state"):
        RateLimit(state=state)


def test_an_empty_state_is_none() -> None:
    assert RateLimit(state={"version": 1, "sent": []}).usage(0.0, EPOCH).day == 0
