"""The even pace after a 429."""

import pytest

from tests.limits.desk import WINDOW, Desk


def test_after_a_429_one_request_goes_at_a_time_in_even_steps() -> None:
    desk = Desk(60)
    desk.limit.rejected(desk.clock)
    first, second, third = desk.limit.ticket(), desk.limit.ticket(), desk.limit.ticket()
    assert [desk.ask(ticket) for ticket in (first, second, third)] == pytest.approx([0, 1, 2])
    desk.clock += 0.6
    assert [desk.ask(ticket) for ticket in (second, third)] == pytest.approx([0.4, 1.4])
    desk.clock += 0.5
    assert [desk.ask(ticket) for ticket in (second, third)] == pytest.approx([0, 1])


def test_the_first_after_a_429_goes_when_the_server_says() -> None:
    desk = Desk(2)
    desk.send()
    desk.clock += 1
    desk.limit.rejected(desk.clock + 5)
    desk.clock += 5
    desk.send()


def test_at_an_even_pace_nobody_gets_ahead_either() -> None:
    desk = Desk(60)
    desk.limit.rejected(desk.clock)
    desk.send()
    desk.clock += 0.5
    first, second = desk.queue(), desk.queue()
    desk.clock += 5
    assert desk.ask(second) == pytest.approx(1)
    assert desk.ask(first) == 0


def test_the_pace_ends_when_a_window_has_passed_without_another_429() -> None:
    desk = Desk(60)
    desk.limit.rejected(desk.clock + 20)  # sending goes on in 20 s
    desk.clock += 79
    desk.send()
    desk.queue()
    desk.clock += 2
    desk.send()
    desk.send()


def test_another_429_prolongs_the_pace_and_none_shortens_it() -> None:
    desk = Desk(60)
    desk.limit.rejected(desk.clock + 50)
    desk.limit.rejected(desk.clock)
    desk.clock += 109
    desk.send()
    desk.queue()


def test_a_pace_does_not_lift_the_window() -> None:
    desk = Desk(2)
    desk.fill()
    desk.limit.rejected(desk.clock)
    desk.clock += 59
    assert desk.ask(desk.limit.ticket()) == pytest.approx(WINDOW - 59)
