"""One limit for several threads, event loops and processes."""

import asyncio
import itertools
import os
import sys
import threading

import httpx

from exec_api_client import AsyncExecClient, RateLimit
from exec_api_client._transport.sender import Seams
from exec_api_client.limits import Usage
from tests.fakes import KEY
from tests.limits.desk import WINDOW, Desk
from tests.threads import in_threads
from tests.virtual_time import EPOCH

# --- locks and processes


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


# --- threads and loops


def test_threads_that_hammer_one_limit_never_overshoot() -> None:
    desk, ticks = Desk(5, 0.05), itertools.count(1)
    spans = list[tuple[float, float]]()

    def clock() -> float:
        return next(ticks) / 1000

    def hammer() -> None:
        for _ in range(300):
            ticket = desk.limit.ticket()
            while desk.limit.ask(ticket, sent := clock(), EPOCH + sent) > 0:
                assert sent < 1000, "a slot does not come free any more"
            before = clock()
            desk.limit.answered(ticket, answered := clock(), EPOCH + answered)
            spans.append((before, answered))

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        in_threads(4, hammer)
    finally:
        sys.setswitchinterval(switching)
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
    limit, clock, sent = RateLimit(7), Clock(), list[float]()

    def answer(_: httpx.Request) -> httpx.Response:
        with clock.lock:
            sent.append(clock.passed)
        return httpx.Response(200, json={"id": "x"})

    async def work() -> None:
        transport = httpx.MockTransport(answer)
        async with AsyncExecClient(KEY, rate_limit=limit, transport=transport, _seams=clock.seams) as client:
            await asyncio.gather(*(client.sessions.get("x") for _ in range(20)))

    in_threads(3, lambda: asyncio.run(work()))
    assert len(sent) == 60
    sent.sort()
    assert all(later - early >= 60 for early, later in zip(sent, sent[7:], strict=False))
