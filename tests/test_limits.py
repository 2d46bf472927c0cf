"""The quota as a pure state machine, then through the client's sender on virtual time."""

import asyncio
import contextlib
import itertools
import json
import math
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.servers import KINDS, trials
from exec_api_client import (
    AsyncExecClient,
    ConfigurationError,
    DailyLimitError,
    RateLimit,
    RateLimitError,
    RetryPolicy,
)
from exec_api_client._pause import PROBE, Pause, extend, over, probing
from exec_api_client._send import Seams
from exec_api_client.limits import DAY, LOOK_AGAIN, Usage
from exec_api_client.sandbox.limits import WindowKind
from tests.fakes import KEY
from tests.virtual_time import EPOCH, gather, here, run, seams, virtual

# One window and the thousandth that two clocks may differ by.
WINDOW = 60 * 1.001


class Desk:
    """A limit, and a clock that stands still until it is told otherwise."""

    def __init__(self, requests: int = 3, per: float = 60.0, **settings: Any) -> None:
        self.limit = RateLimit(requests, per, **settings)
        self.clock = 500.0

    @property
    def now(self) -> float:
        return EPOCH + self.clock

    def ask(self, ticket: int, pause: float = 0.0) -> float:
        return self.limit.ask(ticket, self.clock, self.now, pause)

    def queue(self) -> int:
        """Somebody comes who has to wait."""
        ticket = self.limit.ticket()
        assert self.ask(ticket) > 0
        return ticket

    def wait(self, until: float, *tickets: int) -> None:
        """Time passes, in which those who wait ask again now and then, as they do."""
        while self.clock + 5 < until:
            self.clock += 5
            for ticket in tickets:
                assert self.ask(ticket) > 0
        self.clock = until

    def send(self) -> int:
        """Somebody comes who has not."""
        ticket = self.limit.ticket()
        assert self.ask(ticket) == 0
        return ticket

    def answer(self, *tickets: int) -> None:
        for ticket in tickets:
            self.limit.answered(ticket, self.clock, self.now)

    def fill(self) -> None:
        """All slots are used and answered at once."""
        self.answer(*[self.send() for _ in range(self.limit.requests)])

    @property
    def usage(self) -> Usage:
        return self.limit.usage(self.clock, self.now)


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


def test_what_ends_while_the_lock_is_held_is_counted_afterwards() -> None:
    desk = Desk(2)
    sent, waiting = desk.send(), desk.send()
    with desk.limit._locked():  # as a coroutine that is thrown away by the garbage collector would
        desk.limit.leave(waiting)
        desk.answer(sent)
        desk.limit.never_left(waiting)
    assert desk.usage == Usage(1, 1, 2, 1000)


def test_a_limit_of_another_process_keeps_its_counts_and_drops_its_calls() -> None:
    desk = Desk(3)
    desk.send()
    desk.answer(desk.send())
    waiting = [desk.send(), desk.queue()]
    desk.limit._process = -1  # as after a fork; the test below does fork, where nothing is measured
    assert desk.usage == Usage(3, 3, 3, 1000)
    desk.answer(*waiting)  # nobody's here
    assert desk.usage == Usage(3, 3, 3, 1000)
    desk.clock += WINDOW + 1
    desk.send()


def test_a_child_process_begins_anew_and_counts_what_its_parent_sent() -> None:
    desk = Desk(3, 0.5)
    desk.send()
    desk.answer(desk.send())
    desk.limit._lock.acquire()  # another thread of the parent holds it for ever
    child = os.fork()
    if child == 0:
        free = desk.limit.usage(desk.clock, desk.now) == Usage(2, 2, 3, 1000)
        os._exit(0 if free and desk.ask(desk.limit.ticket()) == 0 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


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


# --- after a 429


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


# --- threads and loops


def test_threads_that_hammer_one_limit_never_overshoot() -> None:
    desk, ticks = Desk(5, 0.05), itertools.count(1)
    spans, failures = list[tuple[float, float]](), list[BaseException]()

    def clock() -> float:
        return next(ticks) / 1000

    def hammer() -> None:
        try:
            for _ in range(300):
                ticket = desk.limit.ticket()
                while desk.limit.ask(ticket, sent := clock(), EPOCH + sent) > 0:
                    assert sent < 1000, "a slot does not come free any more"
                before = clock()
                desk.limit.answered(ticket, answered := clock(), EPOCH + answered)
                spans.append((before, answered))
        except BaseException as error:
            failures.append(error)

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=hammer) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switching)
    assert failures == []
    assert len(spans) == desk.limit.usage(0.0, EPOCH).day == 1200
    # Wherever in its span each was counted: what begins has at most 4 before it that ended in its window.
    spans.sort()
    for index, (sent, _) in enumerate(spans):
        assert sum(answered > sent - 0.05 for _, answered in spans[:index]) < 5, sent


class Clock:
    """Virtual time for several loops in threads of their own: it moves on when somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.lock = threading.Lock()
        self.seams = Seams(self.sleep, lambda: self.passed, lambda: EPOCH + self.passed, lambda: 0.5)

    async def sleep(self, seconds: float) -> None:
        with self.lock:
            self.passed += seconds
        await asyncio.sleep(0)


def test_clients_in_several_event_loops_share_a_limit() -> None:
    limit, clock, sent, failures = RateLimit(7), Clock(), list[float](), list[BaseException]()

    def answer(_: httpx.Request) -> httpx.Response:
        with clock.lock:
            sent.append(clock.passed)
        return httpx.Response(200, json={"id": "x"})

    async def work() -> None:
        transport = httpx.MockTransport(answer)
        async with AsyncExecClient(KEY, rate_limit=limit, transport=transport, _seams=clock.seams) as client:
            await asyncio.gather(*(client.sessions.get("x") for _ in range(20)))

    def thread() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=thread) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert failures == []
    assert len(sent) == 60
    sent.sort()
    assert all(later - early >= 60 for early, later in zip(sent, sent[7:], strict=False))


# --- the day


def test_the_day_is_counted_and_not_enforced() -> None:
    desk = Desk(1000, per_day=2)
    desk.answer(desk.send())
    desk.clock += 3600
    desk.answer(desk.send(), desk.send())
    assert desk.usage.day == 3
    assert desk.usage.per_day == 2
    desk.clock += DAY - 3600
    assert desk.usage.day == 2
    desk.clock += 3600
    assert desk.usage == Usage(0, 0, 1000, 2)


def test_nothing_is_sent_over_the_ceiling_of_the_day() -> None:
    desk = Desk(100, day_ceiling=3)
    desk.answer(desk.send())
    desk.clock += 100
    under_way = [desk.send(), desk.send()]
    assert desk.limit.day_is_over(desk.now) == DAY - 100
    ticket = desk.limit.ticket()
    assert desk.ask(ticket) == DAY - 100
    desk.limit.never_left(under_way[0])
    assert desk.limit.day_is_over(desk.now) == 0
    assert desk.ask(ticket) == 0
    desk.clock += DAY - 100
    assert desk.limit.day_is_over(desk.now) == 0


def test_a_ceiling_is_over_for_a_day_while_all_is_under_way() -> None:
    desk = Desk(100, day_ceiling=1)
    desk.send()
    assert desk.limit.day_is_over(desk.now) == DAY
    assert Desk(day_ceiling=0).limit.day_is_over(EPOCH) == DAY
    assert Desk().limit.day_is_over(EPOCH) == 0


@pytest.mark.parametrize("requests", [60, 2])
def test_calls_at_once_do_not_get_over_the_ceiling_together(requests: int) -> None:
    sent = list[str]()

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        await asyncio.sleep(0.1)
        return httpx.Response(200, json={"id": "x"})

    @virtual
    async def main() -> None:
        limit = RateLimit(requests, day_ceiling=5)
        transport = httpx.MockTransport(answer)
        async with AsyncExecClient(KEY, rate_limit=limit, transport=transport, _seams=seams()) as client:
            results = await gather(*(client.sessions.get("x") for _ in range(30)))
            refused = [result for result in results if isinstance(result, DailyLimitError)]
            assert len(refused) == 25
            assert "not sent: the ceiling of 5 a day is reached; again in 86" in str(refused[-1])
            assert refused[-1].retry_after == pytest.approx(DAY, abs=130)
            assert refused[-1].attempts == ()
            assert client.usage == Usage(client.usage.minute, 5, requests, 1000)

    main()
    assert len(sent) == 5


# --- saving and restoring


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


# --- settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests": 0},
        {"requests": -1},
        {"per": 0},
        {"per": -1.0},
        {"per": math.inf},
        {"per": math.nan},
        {"per_day": 0},
        {"day_ceiling": -1},
    ],
)
def test_a_number_that_cannot_be_right_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^RateLimit: requests and per_day from 1, per above 0, day_ceiling from 0$"
    ):
        RateLimit(**wrong)


def test_a_limit_shows_its_numbers() -> None:
    assert repr(RateLimit()) == "RateLimit(60, 60, per_day=1000, day_ceiling=None)"
    assert repr(RateLimit(2, 0.5, day_ceiling=9)) == "RateLimit(2, 0.5, per_day=1000, day_ceiling=9)"


# --- the pause as a value

SHORT, LONG = (Pause(until, RateLimitError("x"), False) for until in (10.0, 20.0))


def test_of_two_pauses_the_one_that_ends_later_holds() -> None:
    assert extend(None, SHORT) is SHORT
    assert extend(SHORT, LONG) is LONG
    assert extend(LONG, SHORT) is LONG


def test_only_the_answer_to_a_request_that_knew_of_a_pause_ends_it() -> None:
    assert over(SHORT, SHORT)
    assert over(probing(SHORT, 30.0), SHORT)
    assert not over(LONG, SHORT)
    assert not over(SHORT, None)
    assert not over(None, SHORT)


def test_while_one_looks_the_others_wait() -> None:
    assert probing(LONG, 30.0) == Pause(30.0 + PROBE, LONG.cause, False)


# --- through the sender


@pytest.mark.parametrize("kind", KINDS)
def test_no_429_from_any_server_in_200_trials(kind: WindowKind) -> None:
    """Any phase, arrivals, latencies and instants of counting; no server knows of another's kind.

    A sliding counter lets fewer through than its own rule says: a part is refused, and found out again.
    """
    found = trials(kind, 200)
    assert found.calls > 8000
    if kind == "sliding_counter":
        assert 0 < found.refused < 0.05 * found.calls
        assert found.failed < 0.02 * found.calls
    else:
        assert (found.refused, found.failed) == (0, 0)


@contextlib.contextmanager
def arrivals() -> Iterator[tuple[httpx.MockTransport, list[tuple[float, str]]]]:
    """A transport that takes a tenth of a second, and what arrived when."""
    sent: list[tuple[float, str]] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append((here().time(), request.url.path.rpartition("/")[2]))
        await asyncio.sleep(0.1)
        return httpx.Response(200, json={"id": "x"})

    yield httpx.MockTransport(answer), sent


def in_order(sent: list[tuple[float, str]]) -> list[int]:
    """Who was sent, by time; those who were sent at the same instant by number."""
    return [number for _, number in sorted((round(time, 6), int(path)) for time, path in sent)]


def test_calls_are_sent_in_the_order_in_which_they_were_made_though_some_are_cancelled() -> None:
    with arrivals() as (transport, sent):

        async def main() -> None:
            limit = RateLimit(4)
            async with AsyncExecClient(KEY, transport=transport, rate_limit=limit, _seams=seams()) as client:
                tasks = [asyncio.create_task(client.sessions.get(str(number))) for number in range(30)]
                await asyncio.sleep(10)
                for number in (4, 6, 7, 20):
                    tasks[number].cancel()
                results = await gather(*tasks)
                gone = [n for n, result in enumerate(results) if isinstance(result, asyncio.CancelledError)]
                assert gone == [4, 6, 7, 20]

        run(main)
    assert in_order(sent) == [number for number in range(30) if number not in (4, 6, 7, 20)]
    times = [time for time, _ in sent]
    assert all(WINDOW <= later - early < WINDOW + 0.2 for early, later in zip(times, times[4:], strict=False))


@pytest.mark.parametrize("retries", [0, 2])
def test_a_slot_that_is_given_back_is_used_within_a_second(retries: int) -> None:
    sent = list[tuple[float, str]]()

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append((here().time(), request.url.path.rpartition("/")[2]))
        if len(sent) == 1:
            await asyncio.sleep(20.5)
            raise httpx.ConnectTimeout("too slow")
        return httpx.Response(200, json={"id": "x"})

    async def main() -> None:
        start, transport = here().time(), httpx.MockTransport(answer)
        policy, limit = RetryPolicy(max_retries=retries), RateLimit(1)
        async with AsyncExecClient(
            KEY, transport=transport, retry=policy, rate_limit=limit, _seams=seams()
        ) as client:
            await gather(*map(client.sessions.get, "ab"))
        if retries:  # the first comes back after 0.25 s, before the other has looked
            assert [path for _, path in sent] == ["a", "a", "b"]
            assert sent[1][0] - start == pytest.approx(20.75)
            assert sent[2][0] - sent[1][0] == pytest.approx(WINDOW)
        else:
            assert [path for _, path in sent] == ["a", "b"]
            assert 20.5 <= sent[1][0] - start <= 20.5 + LOOK_AGAIN

    run(main)


def test_two_clients_share_a_limit_and_one_queue() -> None:
    with arrivals() as (transport, sent):

        async def main() -> None:
            limit = RateLimit(5)
            async with (
                AsyncExecClient(KEY, transport=transport, rate_limit=limit, _seams=seams()) as one,
                AsyncExecClient(KEY, transport=transport, rate_limit=limit, _seams=seams()) as other,
            ):
                pairs = zip(range(10), itertools.cycle((one, other)), strict=False)
                await asyncio.gather(*(client.sessions.get(str(number)) for number, client in pairs))
                assert one.usage == other.usage
                assert one.rate_limit is limit

        run(main)
    assert in_order(sent) == list(range(10))
    assert sent[5][0] - sent[0][0] == pytest.approx(WINDOW + 0.1)


def test_without_a_limit_nothing_waits_and_nothing_is_counted() -> None:
    with arrivals() as (transport, sent):

        async def main() -> None:
            async with AsyncExecClient(KEY, transport=transport, rate_limit=None, _seams=seams()) as client:
                await asyncio.gather(*(client.sessions.get(str(number)) for number in range(100)))
                assert client.usage is None
                assert client.rate_limit is None

        run(main)
    assert sent[-1][0] - sent[0][0] == pytest.approx(0.9)  # ten at once
