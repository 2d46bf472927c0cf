"""How many requests a window holds, who is next, and what frees a slot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client.limits.rate_limit import DAY, LOOK_AGAIN, Usage
from tests.limits.desk import WINDOW, Desk

# --- those who are gone


def test_a_place_whose_task_is_gone_blocks_nobody_for_long() -> None:
    desk = Desk(1)
    desk.fill()
    gone, waiting = desk.queue(), desk.queue()
    desk.wait(desk.clock + WINDOW + 1, waiting)
    assert desk.ask(waiting) == 0
    assert desk.ask(gone) > 0  # if it is still there after all, it has its turn later


def test_a_request_ends_once() -> None:
    desk = Desk(2)
    sent = desk.send()
    desk.answer(sent, sent)
    assert desk.usage == Usage(1, 1, 2, 1000)


# --- the window


def test_the_first_60_do_not_wait() -> None:
    desk = Desk(60)
    for _ in range(60):
        desk.send()
    desk.queue()
    assert desk.usage == Usage(60, 60, 60, 1000)


def test_a_slot_comes_free_one_window_after_the_answer() -> None:
    desk = Desk(1)
    sent = desk.send()
    desk.clock += 25
    desk.answer(sent)
    ticket = desk.queue()
    assert desk.ask(ticket) == pytest.approx(WINDOW)
    desk.clock += WINDOW - 0.001
    assert desk.ask(ticket) == pytest.approx(0.001)
    desk.clock += 0.002
    assert desk.ask(ticket) == 0


def test_while_all_is_under_way_no_slot_is_free_sooner_than_a_window_from_now() -> None:
    desk = Desk(2)
    sent = [desk.send(), desk.send()]
    ticket = desk.queue()
    desk.clock += 10
    assert desk.ask(ticket) == 60
    desk.answer(*sent)
    assert desk.ask(ticket) == pytest.approx(WINDOW)


def test_each_place_waits_for_its_own_slot() -> None:
    desk = Desk(3)
    for _ in range(3):
        desk.answer(desk.send())
        desk.clock += 1
    waits = [desk.ask(desk.limit.ticket()) for _ in range(5)]
    assert waits == pytest.approx([WINDOW - 3, WINDOW - 2, WINDOW - 1, 60, 60])


def test_who_comes_later_does_not_get_ahead() -> None:
    desk = Desk(3)
    desk.fill()
    queue = [desk.queue() for _ in range(4)]
    desk.wait(desk.clock + WINDOW + 1, *queue)
    assert desk.ask(queue[3]) > 0  # three slots are free, and three stand in front
    assert [desk.ask(ticket) for ticket in reversed(queue[:3])] == [0, 0, 0]
    assert desk.ask(queue[3]) > 0


def test_a_call_that_comes_back_goes_in_front_of_those_who_came_after_it() -> None:
    desk = Desk(1)
    first = desk.send()
    desk.answer(first)
    second = desk.queue()
    assert desk.ask(first) == pytest.approx(WINDOW)
    assert desk.ask(second) == 60
    desk.wait(desk.clock + WINDOW + 1, first, second)
    assert desk.ask(second) > 0
    assert desk.ask(first) == 0


def test_a_slot_whose_request_never_left_is_free_at_once() -> None:
    desk = Desk(1)
    sent, waiting = desk.send(), desk.queue()
    desk.limit.never_left(sent)
    assert desk.usage == Usage(0, 0, 1, 1000)
    assert desk.ask(waiting) == 0


def test_a_request_that_never_left_takes_nobody_elses_entry_of_the_day() -> None:
    desk = Desk(3)
    early = desk.send()
    desk.clock += DAY - 10
    desk.answer(desk.send())
    desk.limit.never_left(early)
    desk.clock += 11
    assert desk.usage.day == 1


def test_who_leaves_holds_nobody_up() -> None:
    desk = Desk(1)
    desk.fill()
    gone, stays = desk.queue(), desk.queue()
    assert desk.ask(stays) == 60
    desk.limit.leave(gone)
    assert desk.ask(stays) == pytest.approx(WINDOW)
    desk.limit.leave(gone)
    desk.limit.leave(12345)
    assert desk.ask(stays) == pytest.approx(WINDOW)


def test_a_paused_place_is_kept_in_the_last_second_only() -> None:
    desk = Desk(1)
    paused, other = desk.limit.ticket(), desk.limit.ticket()
    assert desk.ask(paused, LOOK_AGAIN) == LOOK_AGAIN
    assert desk.ask(other) > 0
    assert desk.ask(paused, LOOK_AGAIN + 0.5) == LOOK_AGAIN + 0.5
    assert desk.ask(paused, 30) == 30
    assert desk.ask(other) == 0


@given(st.lists(st.sampled_from("sagl+"), max_size=60), st.integers(1, 4))
def test_no_order_of_events_breaks_the_window(events: list[str], requests: int) -> None:
    """However sends, answers, gifts, leavings and seconds follow one another: never too many in a window."""
    desk = Desk(requests, 5.0)
    under_way, answered = list[int](), list[float]()
    for event in events:
        if event == "s":
            ticket = desk.limit.ticket()
            used = len(under_way) + sum(desk.clock < moment + 5.0 for moment in answered)
            if desk.ask(ticket) == 0:
                assert used < requests
                under_way.append(ticket)
            else:
                assert len(under_way) + sum(desk.clock < moment + 5.01 for moment in answered) >= requests
                desk.limit.leave(ticket)
        elif event in "ag" and under_way:
            ticket = under_way.pop(0)
            if event == "a":
                answered.append(desk.clock)
                desk.answer(ticket)
            else:
                desk.limit.never_left(ticket)
        elif event == "+":
            desk.clock += 1.7
    assert desk.usage.minute <= requests
