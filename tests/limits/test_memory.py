"""The rules of a quota: the window, the day, the pauses, and a clock that is told the time."""

import itertools
import os
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client.limits.memory import DAY, MemoryStore
from exec_api_client.limits.store import Quota, Refusal, Wait
from tests.threads import in_threads

T = TypeVar("T")

# One window, and the thousandth by which two clocks may differ.
WINDOW = 60.06


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("this store answers at once")


class Memory:
    """A store, a quota, and the time."""

    def __init__(self, requests: int | None = 3, per: float = 60.0, ceiling: int | None = None) -> None:
        self.store = MemoryStore()
        self.quota = Quota(requests, per, ceiling)
        self.now = 1_000_000.0

    def clock(self) -> float:
        return self.now

    def reserve(self, operation: str = "a") -> int | Wait:
        return at_once(self.store.reserve(self.quota, operation, self.clock))

    def send(self, operation: str = "a") -> int:
        slot = self.reserve(operation)
        assert not isinstance(slot, Wait)
        return slot

    def wait(self, operation: str = "a", ahead: int = 0) -> tuple[float, str]:
        """Seconds until a request may be sent, and why."""
        wait = self.store.forecast(self.quota, operation, self.clock, ahead)
        if ahead == 0:
            assert isinstance(self.reserve(operation), Wait) == (wait is not None)
        return (round(wait.seconds, 6), wait.reason) if wait else (0.0, "")

    def end(self, *slots: int, sent: bool = True) -> None:
        for slot in slots:
            at_once(self.store.release(slot, self.clock, sent=sent))

    def answer(self, number: int, operation: str = "a") -> None:
        """So many requests are sent and answered at this instant."""
        self.end(*(self.send(operation) for _ in range(number)))

    def refuse(self, seconds: float, operation: str = "a") -> None:
        at_once(self.store.pause(Refusal(operation, seconds, False, "slow down"), self.clock))

    @property
    def usage(self) -> tuple[int, int]:
        return self.store.usage(self.quota.per, self.clock)[:2]

    @property
    def refused_until(self) -> float | None:
        return self.store.usage(self.quota.per, self.clock)[2]


# --- the window


def test_a_slot_comes_free_one_window_after_the_response() -> None:
    memory = Memory(1)
    slot = memory.send()
    memory.now += 25
    assert memory.wait() == (60, "quota")  # in flight: a whole window from now, or later
    memory.end(slot)
    assert memory.wait() == (WINDOW, "quota")
    memory.now += WINDOW - 0.01
    assert memory.wait() == (0.01, "quota")
    memory.now += 0.02
    memory.send()


def test_a_slot_is_free_at_once_if_nothing_was_sent() -> None:
    memory = Memory(1)
    memory.end(memory.send(), sent=False)
    assert memory.usage == (0, 0)
    memory.send()


def test_a_slot_ends_once() -> None:
    memory = Memory(2)
    slot = memory.send()
    memory.end(slot, slot, 12345)
    assert memory.usage == (1, 1)


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [(0, 57.06), (1, 58.06), (2, 60), (3, 117.06), (4, 118.06), (5, 120), (300, 6057.06)],
)
def test_with_others_ahead_a_request_waits_for_a_later_slot(ahead: int, seconds: float) -> None:
    memory = Memory(3)
    memory.answer(1)
    memory.now += 1
    memory.answer(1)
    memory.now += 2
    memory.send()
    assert memory.wait(ahead=ahead) == (seconds, "quota")


def test_free_slots_are_for_those_ahead() -> None:
    memory = Memory(3)
    memory.answer(1)
    assert [memory.wait(ahead=ahead)[0] for ahead in (1, 2, 3)] == [0, WINDOW, 60]


def test_any_number_is_not_counted() -> None:
    memory = Memory(None)
    memory.answer(1000)
    assert memory.usage == (0, 0)
    assert memory.wait(ahead=9) == (0, "")


@given(st.lists(st.sampled_from("sagl+"), max_size=60), st.integers(1, 4))
def test_no_order_of_events_breaks_the_window(events: list[str], requests: int) -> None:
    memory = Memory(requests, 5.0)
    in_flight, answered = list[int](), list[float]()
    for event in events:
        if event == "s":
            slot = memory.reserve()
            if isinstance(slot, Wait):
                assert len(in_flight) + sum(memory.now < moment + 5.01 for moment in answered) >= requests
            else:
                assert len(in_flight) + sum(memory.now < moment + 5.0 for moment in answered) < requests
                in_flight.append(slot)
        elif event in "ag" and in_flight:
            memory.end(in_flight.pop(0), sent=event == "a")
            answered += [memory.now] if event == "a" else []
        elif event == "+":
            memory.now += 1.7
    assert memory.usage[0] <= requests


# --- the day


def test_the_day_is_counted_and_ends_24_hours_after_each_response() -> None:
    memory = Memory(1000)
    memory.answer(1)
    memory.now += 3600
    memory.answer(2)
    memory.send()
    assert memory.usage == (3, 4)
    memory.now += DAY - 3600
    assert memory.usage == (1, 3)
    memory.now += 3600
    assert memory.usage == (1, 1)


def test_the_ceiling_of_the_day_holds_until_a_response_is_a_day_old() -> None:
    memory = Memory(100, ceiling=3)
    memory.answer(1)
    memory.now += 100
    in_flight = [memory.send(), memory.send()]
    assert memory.wait() == (DAY - 100, "ceiling")
    assert memory.wait(ahead=1) == (DAY, "ceiling")
    memory.end(in_flight[0], sent=False)
    memory.send()
    memory.now += DAY - 100
    memory.send()
    assert Memory(ceiling=0).wait() == (DAY, "ceiling")


# --- pauses and pace


def test_a_429_pauses_its_operation_until_the_api_accepts_it() -> None:
    memory = Memory(60)
    memory.refuse(20)
    assert memory.wait("a") == memory.wait("a", ahead=5) == (20, "refused")
    assert memory.refused_until == memory.now + 20
    memory.send("b")
    memory.now += 20
    assert memory.refused_until is None
    memory.send("a")


@pytest.mark.parametrize(("second", "seconds"), [(5, 15), (30, 30)])
def test_a_second_operation_that_is_refused_in_the_pause_pauses_all(second: float, seconds: float) -> None:
    memory = Memory(60)
    memory.refuse(20, "a")
    memory.now += 5
    memory.refuse(second, "b")
    assert {memory.wait(name) for name in "abc"} == {(seconds, "refused")}
    memory.refuse(40, "c")
    assert {memory.wait(name) for name in "abcd"} == {(40, "refused")}


def test_a_second_operation_that_is_refused_after_the_pause_is_paused_alone() -> None:
    memory = Memory(60)
    memory.refuse(20, "a")
    memory.now += 20
    memory.refuse(20, "b")
    memory.send("a")
    assert memory.wait("a") == (1, "pace")
    assert memory.wait("b") == (20, "refused")
    memory.send("c")


def test_of_two_pauses_the_later_end_holds() -> None:
    memory = Memory()
    for seconds in (20, 30, 1):
        memory.refuse(seconds)
    assert memory.wait() == (30, "refused")


def test_after_a_pause_requests_go_at_an_even_pace_for_a_window() -> None:
    memory = Memory(60)
    memory.refuse(20)
    memory.now += 20
    memory.send()
    assert [memory.wait(ahead=ahead) for ahead in range(3)] == [(1, "pace"), (2, "pace"), (3, "pace")]
    memory.send("other")
    memory.now += 0.6
    assert memory.wait() == (0.4, "pace")
    memory.now += 0.4
    memory.send()
    memory.now += 59
    memory.answer(5)  # a window has passed


def test_an_even_pace_does_not_lift_the_window() -> None:
    memory = Memory(2)
    memory.answer(2)
    memory.refuse(0)
    memory.now += 59
    assert memory.wait() == (round(WINDOW - 59, 6), "quota")


def test_without_a_quota_nothing_is_paced() -> None:
    memory = Memory(None, 0.0)
    memory.refuse(20)
    assert memory.wait() == (20, "refused")
    memory.now += 20
    memory.answer(5)


def test_no_pause_is_longer_than_a_day() -> None:
    memory = Memory()
    memory.refuse(30 * DAY)
    assert memory.wait() == (DAY, "refused")


# --- clocks


def test_after_a_clock_is_set_back_a_later_moment_counts_as_now() -> None:
    memory = Memory(1, ceiling=2)
    memory.answer(1)
    memory.refuse(20)
    memory.now -= 3600
    assert memory.wait() == (20, "refused")
    memory.now += 20
    assert memory.wait() == (round(WINDOW - 20, 6), "quota")
    memory.now += 60
    memory.answer(1)
    memory.now -= 30 * DAY
    assert memory.wait() == (DAY, "ceiling")


# --- processes and threads


def test_two_quotas_of_one_store_count_all_requests_against_their_own_numbers() -> None:
    wide, narrow = Memory(3), Memory(2)
    narrow.store = wide.store
    wide.answer(1)
    narrow.answer(1)
    assert narrow.wait() == (WINDOW, "quota")
    wide.answer(1)
    assert wide.usage == narrow.usage == (3, 3)


def test_a_forked_process_goes_on_and_counts_what_its_parent_sent() -> None:
    memory = Memory(3, 0.5)
    memory.answer(1)
    slot = memory.send()
    memory.store._lock.acquire()  # as another thread of the parent does
    child = os.fork()
    if child == 0:
        right = memory.usage == (2, 2)
        memory.end(slot)  # of the parent
        right &= memory.usage == (2, 2) and not isinstance(memory.reserve(), Wait)
        memory.now += 0.6
        os._exit(0 if right and memory.usage == (1, 3) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_process_takes_over_a_store_of_another_one() -> None:
    """The same without a fork, where coverage is measured."""
    memory = Memory(3)
    slot = memory.send()
    memory.store._process = -1
    assert memory.usage == (1, 1)
    memory.end(slot)
    assert memory.usage == (1, 1)
    memory.now += WINDOW
    assert memory.usage == (0, 1)


def test_threads_that_hammer_one_store_never_overshoot() -> None:
    store, quota, ticks = MemoryStore(), Quota(5, 0.05, None), itertools.count(1_000)
    spans = list[tuple[float, float]]()

    def clock() -> float:
        return next(ticks) / 1000

    def hammer() -> None:
        for _ in range(300):
            while isinstance(slot := at_once(store.reserve(quota, "a", clock)), Wait):
                assert clock() < 1000, "no slot comes free any more"
            before = clock()
            at_once(store.release(slot, clock, sent=True))
            spans.append((before, clock()))

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        in_threads(4, hammer)
    finally:
        sys.setswitchinterval(switching)
    assert len(spans) == store.usage(0.05, clock)[1] == 1200
    # Each span holds the instant that was counted, so at most 5 lie in a window as a whole.
    for first, _ in spans:
        assert sum(first <= before and after < first + 0.05 for before, after in spans) <= 5
