"""The one place where requests are sent: the queue, the limits, the attempts and the waits between them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from .._runtime.requests import Request, Response
from ..errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    Attempt,
    ClientClosedError,
    DailyLimitError,
    RateLimitError,
)
from ..hooks import Hooks, RequestSent, ResponseReceived, RetryPlanned, log, tell
from ..limits.pause import Pause, extend, over, probing
from ..limits.rate_limit import LOOK_AGAIN, RateLimit
from ..retry import RetryBudget, RetryPolicy, may_retry
from .pool import ConnectionPool, ConnectionPools
from .responses import status_error


class Seams(NamedTuple):
    """What is neither pure nor the network, so that tests can run on virtual time."""

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random.random

    def __repr__(self) -> str:
        return "..."  # it stands in the client's signature, where nobody needs to know it


class Settings(NamedTuple):
    """What `with_options` can change."""

    timeout: float
    deadline: float | None
    retry: RetryPolicy


class Outcome(NamedTuple):
    """How one attempt failed: why, which pause was known when it was sent, the wait that the server asks."""

    error: APIError
    known: Pause | None
    asked: float | None


@dataclass(slots=True)
class Call:
    """One call on its way: what is sent, how, until when, and what became of it so far."""

    request: Request
    settings: Settings
    ends: float
    ticket: int
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    failure: APIError | None = None
    under_way: bool = False
    sent: bool = True


class Sender:
    """Sends requests within the limits; shared by a client and its copies."""

    def __init__(self, pools: ConnectionPools, limit: RateLimit | None, hooks: Hooks, seams: Seams) -> None:
        self.pools = pools
        self.limit = limit
        self.seams = seams
        self._hooks = hooks
        self._budget = RetryBudget()
        self._pause: Pause | None = None

    async def send(self, request: Request, settings: Settings) -> Response:
        """Send a request until it succeeds or another attempt makes no sense.

        Raises:
            APIError: The last failure, which knows all attempts.
        """
        ends = float("inf") if settings.deadline is None else self.seams.clock() + settings.deadline
        call = Call(request, settings, ends, self.limit.ticket() if self.limit is not None else 0)
        pool = self.pools.get()
        try:
            async with pool.call(settings.deadline):
                return await self._attempts(call, pool)
        except TimeoutError as error:
            if self.pools.closed:
                raise ClientClosedError("the client was closed while a call was under way") from None
            late = self._late(call)
            raise late from late.__cause__ or error

    async def _attempts(self, call: Call, pool: ConnectionPool) -> Response:
        while True:
            self._paused(call)
            async with pool.slots:
                # In a pause nobody sends: a call that was refused keeps its slot, and so its place.
                refused, delay = True, 0.0
                while refused:
                    await self._turn(call)
                    outcome = await self._exchange(call, pool)
                    if isinstance(outcome, Response):
                        return outcome._replace(attempts=tuple(call.attempts))
                    delay = self._plan(call, outcome)
                    refused = isinstance(outcome.error, RateLimitError)
            await self.seams.sleep(delay)

    def _plan(self, call: Call, outcome: Outcome) -> float:
        """Seconds until the next attempt; raises the failure where there is none."""
        call.failure = error = outcome.error
        delay, source = self._next(call, outcome)
        attempt = Attempt(type(error).__name__, getattr(error, "status_code", None), delay, source)
        call.attempts.append(attempt)
        error.attempts = tuple(call.attempts)
        if delay is None:
            raise _with_wait(error, call.settings)
        number = len(call.attempts)
        tell(self._hooks.on_retry, RetryPlanned(*_place(call), number, attempt.error, delay, source))
        failed = (*_place(call), number, attempt.shown, delay, source)
        log.warning("%s %s: attempt %d failed with %s; next in %.2f s (%s)", *failed)
        return delay

    def _next(self, call: Call, outcome: Outcome) -> tuple[float | None, str]:
        """Seconds until the next attempt, or None where there is none; and who says so."""
        error, asked, now = outcome.error, outcome.asked, self.seams.clock()
        policy, retries, chance = call.settings.retry, len(call.attempts), self.seams.random()
        refused = isinstance(error, RateLimitError)
        if isinstance(error, RateLimitError):
            until = now + policy.wait(retries, asked, chance)
            self._pause = extend(self._pause, Pause(until, error, (asked or 0.0) > policy.max_wait))
            if self.limit is not None:
                self.limit.rejected(until)
        source = "backoff" if asked is None else "server"
        delay = policy.delay(retries, asked, chance)
        if delay is None or not may_retry(error, call.request.idempotent):
            return None, source
        if now + delay >= call.ends:
            return None, "deadline"
        # Who could not know of a pause is tried again for nothing; a refusal after it costs.
        if not (refused and outcome.known is None) and not self._budget.spend():
            return None, "budget"
        return delay, source

    async def _turn(self, call: Call) -> None:
        """Wait until neither a pause nor the limit stands against sending; take a slot."""
        limit, seams, told = self.limit, self.seams, False
        try:
            while True:
                self.pools.check_open()
                wait = self._paused(call)
                if limit is not None:
                    if rest := limit.day_is_over(seams.now()):
                        problem = f"the ceiling of {limit.day_ceiling} a day is reached"
                        raise self._not_sent(call, DailyLimitError, problem, rest)
                    wait = limit.ask(call.ticket, seams.clock(), seams.now(), wait)
                if wait <= 0:
                    break
                if limit is not None and seams.clock() + wait >= call.ends:
                    quota = f"the limit of {limit.requests} in {limit.per:g} s"
                    problem = f"{quota} has no room within the deadline of {call.settings.deadline} s"
                    raise self._not_sent(call, RateLimitError, problem, wait)
                if wait > LOOK_AGAIN and not told and not call.attempts:
                    told = True
                    log.info("%s %s: waits %.0f s for the limit", *_place(call), wait)
                await seams.sleep(min(wait, LOOK_AGAIN))
        finally:
            if limit is not None:
                limit.leave(call.ticket)
        if self._pause is not None and self._pause.long:
            self._pause = probing(self._pause, seams.clock())

    def _paused(self, call: Call) -> float:
        """Seconds until the pause is over; a call that would wait too long fails here and now."""
        pause, clock = self._pause, self.seams.clock()
        if pause is None:
            return 0.0
        if pause.until > clock + call.settings.retry.max_wait or pause.until >= call.ends:
            problem = f"still refused ({pause.cause.message})"
            raise self._not_sent(call, type(pause.cause), problem, pause.until - clock)
        return max(0.0, pause.until - clock)

    async def _exchange(self, call: Call, pool: ConnectionPool) -> Response | Outcome:
        """Send once and judge the answer."""
        request, seams, limit, known = call.request, self.seams, self.limit, self._pause
        number, sent = len(call.attempts) + 1, seams.clock()
        call.under_way, left = True, True
        try:
            tell(self._hooks.on_request, RequestSent(*_place(call), number))
            response = await pool.send(request, call.settings.timeout)
        except APIError as error:
            call.under_way = False
            left = not isinstance(error, APIConnectionError) or error.sent
            return Outcome(error, known, None)
        finally:
            call.sent = left
            if limit is not None and left:
                limit.answered(call.ticket, seams.clock(), seams.now())
            elif limit is not None:
                limit.never_left(call.ticket)
        call.under_way = False
        elapsed = seams.clock() - sent
        tell(self._hooks.on_response, ResponseReceived(*_place(call), number, response.status_code, elapsed))
        log.debug("%s %s: attempt %d: %d in %.3f s", *_place(call), number, response.status_code, elapsed)
        if over(self._pause, known):
            self._pause = None
        if 200 <= response.status_code < 300:
            self._budget.earn()
            return response
        refused, asked = status_error(
            request, response, now=seams.now(), max_wait=call.settings.retry.max_wait
        )
        return Outcome(refused, known, asked)

    def _not_sent(self, call: Call, kind: type[RateLimitError], why: str, wait: float) -> APIError:
        """The failure of an attempt that is not made: the last real one, or one that tells the wait."""
        if call.failure is not None:
            return call.failure
        method, path = _place(call)
        error = kind(f"not sent: {why}; again in {wait:.0f} s", method=method, path=path, status_code=429)
        error.retry_after = wait
        return error

    def _late(self, call: Call) -> APIError:
        """The failure of a call that its deadline ends: the last real one, or one that says so."""
        if call.failure is not None and not call.under_way:
            return call.failure
        method, path = _place(call)
        problem = f"{method} {path}: not done within the deadline of {call.settings.deadline} s"
        error = APITimeoutError(problem, method=method, path=path, sent=call.under_way and call.sent)
        if call.under_way:
            error.attempts = (*call.attempts, Attempt(type(error).__name__, None, None, "deadline"))
        return error


def _place(call: Call) -> tuple[str, str]:
    return call.request.method, call.request.path


def _with_wait(error: APIError, settings: Settings) -> APIError:
    """A refusal that is not sat out tells how long it holds."""
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        bounds = f"max_wait={settings.retry.max_wait:g}"
        if settings.deadline is not None:
            bounds += f", deadline={settings.deadline:g}"
        error.args = (f"{error.args[0]}; again in {error.retry_after:.0f} s ({bounds})",)
    return error
