"""The rules of a quota: the window, the day, the pauses, and a clock that is told the time."""

import asyncio
import itertools
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import RateLimit
from exec_api_client.limits.state import DAY, LEASE, Quota, Refusal, State, Wait

T = TypeVar("T")

# One window, and the thousandth by which two clocks may differ.
WINDOW = 60.06

_slots = map(str, itertools.count(1))


class Requests:
    """Requests of a limit, and the time."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self.now = 1_000_000.0
        self.runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def reserve(self, operation: str = "a", slot: str = "") -> str | Wait:
        slot = slot or next(_slots)
        wait = self.run(self.limit.store.reserve("w", self.limit.quota, operation, slot, self.now))
        return wait or slot

    def send(self, operation: str = "a") -> str:
        slot = self.reserve(operation)
        assert not isinstance(slot, Wait)
        return slot

    def wait(self, operation: str = "a", ahead: int = 0) -> tuple[float, str]:
        """Seconds until a request may be sent, and why."""
        self.settle()
        wait = self.limit.store.forecast("w", self.limit.quota, operation, self.now, ahead)
        if ahead == 0:
            slot = next(_slots)
            assert isinstance(self.reserve(operation, slot), Wait) == (wait is not None)
            if wait:
                self.end(slot)  # nobody waits
        return (round(wait.seconds, 6), wait.reason) if wait else (0.0, "")

    def end(self, *slots: str, sent: bool = True) -> None:
        for slot in slots:
            self.limit.store.release("w", slot, self.now, sent=sent)

    def answer(self, number: int, operation: str = "a") -> None:
        """So many requests are sent and answered at this instant."""
        self.end(*(self.send(operation) for _ in range(number)))

    def refuse(self, seconds: float, operation: str = "a") -> None:
        self.run(self.limit.store.pause("w", Refusal(operation, seconds, False, "slow down"), self.now))

    def settle(self) -> None:
        """Wait until the store has done all."""
        self.run(self.limit.store._change("w", lambda state, now: None, self.now))

    @property
    def usage(self) -> tuple[int, int]:
        self.settle()
        return self.limit.usage("w", self.now)[:2]

    @property
    def refused_until(self) -> float | None:
        self.settle()
        return self.limit.usage("w", self.now).refused_until


Make = Callable[..., Requests]


@pytest.fixture
def make(make_store: Callable[[], Any]) -> Iterator[Make]:
    """A function that returns requests against some numbers; all that it returns share one store."""
    made = list[Requests]()

    def make_requests(requests: int = 3, per: float = 60.0, ceiling: int | None = None) -> Requests:
        made.append(Requests(RateLimit(requests, per, day_ceiling=ceiling, store=make_store())))
        return made[-1]

    yield make_requests
    for each in made:
        each.runner.close()


# --- the window


def test_a_slot_comes_free_one_window_after_the_response(make: Make) -> None:
    requests = make(1)
    slot = requests.send()
    requests.now += 25
    assert requests.wait() == (WINDOW, "quota")  # in flight: a whole window from now, or later
    requests.end(slot)
    assert requests.wait() == (WINDOW, "quota")
    requests.now += WINDOW - 0.01
    assert requests.wait() == (0.01, "quota")
    requests.now += 0.02
    requests.send()


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [(0, 57.06), (2, 60.06), (3, 117.12), (300, 6063.06)],
)
def test_with_others_ahead_a_request_waits_for_a_later_slot(make: Make, ahead: int, seconds: float) -> None:
    requests = make(3)
    requests.answer(1)
    requests.now += 1
    requests.answer(1)
    requests.now += 2
    requests.send()
    assert requests.wait(ahead=ahead) == (seconds, "quota")


@given(st.lists(st.sampled_from("sagl+"), max_size=60), st.integers(1, 4))
def test_no_order_of_events_breaks_the_window(events: list[str], number: int) -> None:
    state, quota, now = State(), Quota(number, 5.0, None), 1_000_000.0
    in_flight, answered = list[str](), list[float]()
    for event in events:
        if event == "s":
            slot = next(_slots)
            if state.reserve(quota, "a", slot, now):
                assert len(in_flight) + sum(now < moment + 5.01 for moment in answered) >= number
                state.release(slot, False, now)
            else:
                assert len(in_flight) + sum(now < moment + 5.0 for moment in answered) < number
                in_flight.append(slot)
        elif event in "ag" and in_flight:
            state.release(in_flight.pop(0), event == "a", now)
            answered += [now] if event == "a" else []
        elif event == "+":
            now += 1.7
        state = State.load(state.dump())
    assert state.usage(5.0, now)[0] <= number


# --- the day


def test_the_day_is_counted_and_ends_24_hours_after_each_response(make: Make) -> None:
    requests = make(1000)
    requests.answer(1)
    requests.now += 3600
    requests.answer(2)
    requests.send()
    assert requests.usage == (3, 4)
    requests.now += DAY - 3600
    assert requests.usage == (0, 3)
    requests.now += 3600
    assert requests.usage == (0, 0)


def test_the_ceiling_of_the_day_holds_until_a_response_is_a_day_old(make: Make) -> None:
    requests = make(100, ceiling=3)
    requests.answer(1)
    requests.now += 100
    in_flight = [requests.send(), requests.send()]
    assert requests.wait() == (DAY - 100, "ceiling")
    assert requests.wait(ahead=1) == (DAY, "ceiling")
    requests.end(in_flight[0], sent=False)
    requests.send()
    requests.now += DAY - 100
    requests.send()
    assert make(ceiling=0).wait()[1] == "ceiling"


# --- pauses and pace


@pytest.mark.parametrize(("second", "seconds"), [(5, 15), (30, 30)])
def test_a_second_operation_that_is_refused_in_the_pause_pauses_all(
    make: Make, second: float, seconds: float
) -> None:
    requests = make(60)
    requests.refuse(20, "a")
    requests.now += 5
    requests.refuse(second, "b")
    assert {requests.wait(name) for name in "abc"} == {(seconds, "refused")}
    requests.refuse(40, "c")
    assert {requests.wait(name) for name in "abcd"} == {(40, "refused")}


def test_a_second_operation_that_is_refused_after_the_pause_is_paused_alone(make: Make) -> None:
    requests = make(60)
    requests.refuse(20, "a")
    requests.now += 20
    requests.refuse(20, "b")
    requests.send("a")
    assert requests.wait("a") == (1, "pace")
    assert requests.wait("b") == (20, "refused")
    requests.send("c")


def test_of_two_pauses_the_later_end_holds(make: Make) -> None:
    requests = make()
    for seconds in (20, 30, 1):
        requests.refuse(seconds)
    assert requests.wait() == (30, "refused")


def test_after_a_pause_requests_go_at_an_even_pace_for_a_window(make: Make) -> None:
    requests = make(60)
    requests.refuse(20)
    requests.now += 20
    requests.send()
    assert [requests.wait(ahead=ahead) for ahead in range(3)] == [(1, "pace"), (2, "pace"), (3, "pace")]
    requests.send("other")
    requests.now += 0.6
    assert requests.wait() == (0.4, "pace")
    requests.now += 0.4
    requests.send()
    requests.now += 59
    requests.answer(5)  # a window has passed


def test_an_even_pace_does_not_lift_the_window(make: Make) -> None:
    requests = make(2)
    requests.answer(2)
    requests.refuse(0)
    requests.now += 59
    assert requests.wait() == (round(WINDOW - 59, 6), "quota")


def test_no_pause_is_longer_than_a_day(make: Make) -> None:
    requests = make()
    requests.refuse(30 * DAY)
    assert requests.wait() == (DAY, "refused")


# --- clocks


def test_a_clock_that_is_set_back_makes_no_wait_longer(make: Make) -> None:
    requests = make(1, ceiling=2)
    requests.answer(1)
    requests.refuse(20)
    requests.now -= 3600
    assert requests.wait() == (20, "refused")
    requests.now += 20
    assert requests.wait() == (round(WINDOW - 20, 6), "quota")
    requests.now += 60
    requests.answer(1)
    requests.now -= 30 * DAY
    assert requests.wait() == (DAY - 80, "ceiling")


def test_a_slot_in_flight_is_not_kept_for_longer_by_a_clock_that_is_set_back(make: Make) -> None:
    requests = make(1)
    requests.send()
    requests.now -= 3600
    assert requests.wait() == (WINDOW, "quota")
    requests.now += LEASE + 0.1
    requests.send()


# --- processes and threads


def test_two_limits_of_one_store_count_all_requests_against_their_own_numbers(make: Make) -> None:
    wide, narrow = make(3), make(2)
    wide.answer(1)
    narrow.answer(1)
    assert narrow.wait() == (WINDOW, "quota")
    wide.answer(1)
    assert wide.usage == narrow.usage == (3, 3)


def test_a_slot_of_a_dead_process_comes_free_after_two_minutes(make: Make) -> None:
    requests = make(2)
    requests.send()
    requests.now += LEASE - 1
    assert requests.usage == (1, 1)
    requests.now += 1.1
    assert requests.usage == (0, 1)


def test_calls_of_several_processes_are_served_in_their_order(make: Make) -> None:
    """However fast one of the processes asks again."""
    fast, slow = make(2), make(2)

    def move_on(seconds: float) -> None:
        fast.now = slow.now = fast.now + seconds

    fast.answer(1)
    move_on(1)
    fast.answer(1)
    move_on(WINDOW - 3)
    assert isinstance(fast.reserve(slot="fast"), Wait)
    assert isinstance(slow.reserve(slot="slow"), Wait)
    move_on(2.1)
    assert isinstance(slow.reserve(slot="slow"), Wait)
    assert fast.reserve(slot="fast") == "fast"
    move_on(1)
    assert isinstance(fast.reserve(slot="next"), Wait)
    assert slow.reserve(slot="slow") == "slow"


def test_a_call_that_no_longer_asks_holds_nobody_up(make: Make) -> None:
    requests, dead = make(1), make(1)
    requests.answer(1)
    requests.now += WINDOW - 3
    dead.now = requests.now
    assert isinstance(dead.reserve(slot="dead"), Wait)
    requests.now += 3.1
    requests.send()


def test_a_reservation_whose_reply_is_lost_is_repeated(make: Make) -> None:
    requests = make(1)
    requests.reserve(slot="x")
    assert requests.reserve(slot="x") == "x"
    assert requests.usage == (1, 1)


def test_a_forked_process_goes_on_and_counts_what_its_parent_sent() -> None:
    requests = Requests(RateLimit(3, 0.5))
    requests.answer(1)
    slot = requests.send()
    requests.limit.store._lock.acquire()  # as another thread of the parent does
    child = os.fork()
    if child == 0:
        requests.end(slot)  # of the parent
        right = requests.limit.usage("w", requests.now)[:2] == (2, 2)
        requests.now += 0.6
        os._exit(0 if right and requests.limit.usage("w", requests.now)[:2] == (0, 2) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    requests.runner.close()


def test_threads_that_hammer_one_store_never_overshoot() -> None:
    limit, ticks = RateLimit(5, 50e-6), itertools.count(1_000_000)
    spans = list[tuple[float, float]]()

    def clock() -> float:
        return next(ticks) / 1_000_000

    async def hammer() -> None:
        for _ in range(300):
            slot = next(_slots)
            while await limit.store.reserve("w", limit.quota, "a", slot, sent := clock()):
                assert sent < 1.9, "no slot comes free any more"
            before = clock()
            limit.store.release("w", slot, answered := clock(), sent=True)
            spans.append((before, answered))

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(asyncio.run, [hammer() for _ in range(4)]))  # raises what failed in one
    finally:
        sys.setswitchinterval(switching)
    assert len(spans) == limit.usage("w", 2.0).day == 1200
    # Wherever in its span each was counted: at most 4 before it were answered within its window.
    spans.sort()
    for index, (sent, _) in enumerate(spans):
        assert sum(answered > sent - 50e-6 for _, answered in spans[:index]) < 5, sent


def test_two_copies_that_went_their_own_ways_are_one_again() -> None:
    """As after an outage of the store, in which a process counted by itself."""
    quota, shared = Quota(60, 60.0, 1_000), State()
    shared.reserve(quota, "a", "before", 1.0)
    shared.release("before", True, 2.0)
    own = State.load(shared.dump())
    shared.reserve(quota, "a", "theirs", 3.0)
    own.reserve(quota, "a", "ours", 4.0)
    own.release("ours", True, 5.0)
    shared.merge(own)
    assert [*shared.answered] == [2.0, 5.0]
    assert [*shared.in_flight] == ["theirs"]
