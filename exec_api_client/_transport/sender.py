"""The way of a call to its response: queue, quota, connection, attempts and the waits between them.

A call waits in its operation's queue, so a paused operation holds up no other. The first call of each queue
takes a slot of each further quota, a connection, and a slot of the client's own quota. Then the next one
moves up.
"""

from __future__ import annotations

import asyncio
import math
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import WeakValueDictionary

from .._runtime.requests import Request
from ..errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    Attempt,
    ClientClosedError,
    ConfigurationError,
    DailyLimitError,
    RateLimitError,
    ResponseDecodeError,
)
from ..hooks import Hooks, RequestSent, ResponseReceived, RetryPlanned, WaitStarted, call_hook, log
from ..limits.rate_limit import NoLimit, RateLimit, Usage
from ..limits.state import Refusal, Wait
from ..retry import RetryBudget, RetryPolicy, decide
from .pool import ConnectionPool, ConnectionPools
from .responses import Response, printable, status_error

# Seconds after which a waiting call looks again: another one may have given its slot back.
POLL_INTERVAL = 1.0

# The shortest wait in seconds that the hook and the log tell of.
LONG_WAIT = 5.0

# Seconds after a wait was told in which no other one is. Many calls may wait one after the other.
QUIET = 30.0

# Characters of an error that the log repeats.
_LONGEST_REASON = 200


class Environment(NamedTuple):
    """The clock, sleep and randomness of a client. Tests replace them."""

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random.random

    def __repr__(self) -> str:
        return "..."  # The client's signature shows it, and users do not set it.


class Settings(NamedTuple):
    """The settings that `with_options` can change.

    Attributes:
        timeout: Seconds without progress, for an attempt.
        deadline: Seconds for a call, or None.
        retry: The retry policy.
        limits: Quotas to keep to besides the client's own.
    """

    timeout: float
    deadline: float | None
    retry: RetryPolicy
    limits: tuple[RateLimit, ...] = ()


class _Queue(asyncio.Lock):
    """The calls of one operation that wait in one event loop, in the order in which they came."""

    waiting = 0


@dataclass(slots=True)
class _Call:
    """The state of one call.

    Attributes:
        request: The request.
        settings: The client's settings.
        limits: The quotas and where each counts, the client's own one first.
        deadline: The end of its time, on the clock.
        attempts: The failed attempts.
        failure: The error of the last one.
        sleep: Seconds to sleep before the next attempt waits for its turn.
        began: The time when the last attempt was sent, on the clock.
        slots: The slot of each quota that is reserved or waited for.
        connected: Whether it holds a connection.
        in_flight: Whether an attempt is in flight.
        sent: Whether the server may have received the last attempt.
    """

    request: Request
    settings: Settings
    limits: list[tuple[RateLimit, str]]
    deadline: float
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    failure: APIError | None = None
    sleep: float = 0.0
    began: float = 0.0
    slots: list[tuple[RateLimit, str, str]] = field(default_factory=list[tuple[RateLimit, str, str]])
    connected: bool = False
    in_flight: bool = False
    sent: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """The method and the path."""
        return self.request.method, self.request.path


class Sender:
    """Sends the requests of a client and its copies.

    The store of the quota keeps the pause after a 429, for all that share it. Other delays are kept here.
    """

    def __init__(
        self, pools: ConnectionPools, limit: RateLimit | None, hooks: Hooks, environment: Environment
    ) -> None:
        self.pools = pools
        self.limit = limit
        self.environment = environment
        self._limit = NoLimit() if limit is None else limit
        self._hooks = hooks
        self._budget = RetryBudget()
        self._queues = WeakValueDictionary[tuple[ConnectionPool, str], _Queue]()
        # The refused operations: each with the time of its first 429 since its last success.
        self._refused_since: dict[str, float] = {}
        # No other wait is told before this, on the clock.
        self._quiet_until = -math.inf

    async def send(self, request: Request, settings: Settings) -> Response:
        """Send a request until it succeeds or another attempt makes no sense.

        Raises:
            APIError: The last failure, with all attempts.
            ClientClosedError: The client is closed, or was closed meanwhile.
        """
        seconds = settings.deadline
        deadline = math.inf if seconds is None else self.environment.clock() + seconds
        call = _Call(request, settings, self._limits(settings.limits), deadline)
        pool = await self.pools.get()
        try:
            async with pool.call(seconds):
                return await self._attempts(call, pool)
        except TimeoutError as error:
            if self.pools.closed:
                raise ClientClosedError("the client was closed while a call was in flight") from None
            late = _deadline_error(call)
            raise late from late.__cause__ or error

    def usage(self) -> Usage | None:
        """Return the spent part of the client's own quota. None if the limit is off."""
        limit = self.limit
        return None if limit is None else limit.usage(self._name(limit), self.environment.now())

    def _name(self, limit: RateLimit) -> str:
        """Return the name of the workspace in the store of a quota."""
        in_process = limit.store.shared is None  # all that share the object share the workspace
        return limit.workspace or ("" if in_process else self.pools.adapter.workspace)

    def _limits(self, further: tuple[RateLimit, ...]) -> list[tuple[RateLimit, str]]:
        """Return the quotas, each with the name under which it counts."""
        # A further one can have the store of the client's own one, which counts all requests.
        own = (self._limit, self._name(self._limit))
        return [own, *((each, f"{self._name(each)}/{each.requests}/{each.per:g}") for each in further)]

    async def _attempts(self, call: _Call, pool: ConnectionPool) -> Response:
        while True:
            try:
                await self._wait_for_turn(call, pool)
                response = await self._attempt(call, pool)
            finally:
                self._give_back(call, pool)
            if response is not None:
                return response
            await self.environment.sleep(call.sleep)

    async def _attempt(self, call: _Call, pool: ConnectionPool) -> Response | None:
        """Make one attempt. Return None if another one follows.

        Raises:
            APIError: The attempt failed, and no other one follows.
        """
        try:
            return await self._exchange(call, pool)
        except APIError as error:
            if not await self._plan_retry(call, error):
                raise
            return None

    async def _wait_for_turn(self, call: _Call, pool: ConnectionPool) -> None:
        """Wait in the queue of the operation, then for a connection and a slot of each quota.

        Raises:
            RateLimitError: The wait would be too long.
        """
        call.sent = False
        operation = call.request.operation
        queue = self._queues.setdefault((pool, operation), _Queue())
        for limit, name in call.limits:
            place = name, limit.quota, operation, self.environment.now(), queue.waiting
            wait = limit.store.forecast(*place)
            # Before a refusal: other processes may have given their slots back.
            if wait and self._wait_error(call, limit, wait) and (wait := await limit.store.ask(*place)):
                self._check_wait(call, limit, wait)
        queue.waiting += 1
        try:
            async with queue:
                while pause := await self._reserve_all(call, pool):
                    self._give_back(call, pool)  # Other operations may use the connection meanwhile.
                    await self.environment.sleep(min(pause.seconds, POLL_INTERVAL))
        finally:
            queue.waiting -= 1

    async def _reserve_all(self, call: _Call, pool: ConnectionPool) -> Wait | None:
        """Reserve a connection and a slot of each quota. Return the operation's pause, if there is one."""
        own, *further = call.limits
        for each in further:
            if pause := await self._reserve(call, *each):
                return pause
        await pool.slots.acquire()
        call.connected = True
        return await self._reserve(call, *own)

    async def _reserve(self, call: _Call, limit: RateLimit, name: str) -> Wait | None:
        """Reserve a slot of a quota, when there is one. Return at once if the operation is paused."""
        environment, operation = self.environment, call.request.operation
        slot = secrets.token_hex(8)
        async with limit.turn():
            call.slots.append((limit, name, slot))  # also if the call is cancelled in the next line
            while wait := await limit.store.reserve(name, limit.quota, operation, slot, environment.now()):
                self._check_wait(call, limit, wait)
                self._tell_wait(call, wait)
                if wait.reason != "quota":
                    return wait
                await environment.sleep(min(wait.seconds, POLL_INTERVAL))
        return None

    def _check_wait(self, call: _Call, limit: RateLimit, wait: Wait) -> None:
        """Raise the last failure of a call that would wait too long, or say that it was not sent."""
        if error := self._wait_error(call, limit, wait):
            raise call.failure or error

    def _wait_error(self, call: _Call, limit: RateLimit, wait: Wait) -> RateLimitError | None:
        return _wait_error(call, limit, wait, call.deadline - self.environment.clock())

    def _tell_wait(self, call: _Call, wait: Wait) -> None:
        # The log and `on_retry` already have the call's own 429.
        if wait.seconds < LONG_WAIT or (wait.refusal is not None and call.attempts):
            return
        now = self.environment.clock()
        if now < self._quiet_until:
            return
        self._quiet_until = now + max(wait.seconds, QUIET)
        call_hook(self._hooks.on_wait, WaitStarted(*call.place, wait.seconds, wait.reason))
        cause = "the rate limit" if wait.refusal is None else "the API, which refuses requests"
        log.warning("%s %s: waits %.0f s for %s", *call.place, wait.seconds, cause)

    async def _exchange(self, call: _Call, pool: ConnectionPool) -> Response:
        """Send the request once.

        Raises:
            APIError: No successful response came.
        """
        environment, request = self.environment, call.request
        number, began = len(call.attempts) + 1, environment.clock()
        call.began = began
        call.in_flight = call.sent = True
        call_hook(self._hooks.on_request, RequestSent(*call.place, number))
        try:
            response = await pool.send(request, call.settings.timeout)
        except APIError as error:
            call.in_flight = False
            call.sent = not isinstance(error, APIConnectionError) or error.sent
            raise
        except ConfigurationError:  # the function `api_key` failed
            call.sent = False
            raise
        call.in_flight = False
        status, elapsed = response.status_code, environment.clock() - began
        call_hook(self._hooks.on_response, ResponseReceived(*call.place, number, status, elapsed))
        log.debug("%s %s: attempt %d: %d in %.3f s", *call.place, number, status, elapsed)
        if not 200 <= status < 300:
            raise status_error(response, now=environment.now(), max_wait=call.settings.retry.max_wait)
        self._budget.earn()
        if self._knew_of_refusal(call):
            del self._refused_since[request.operation]
        return response._replace(attempts=tuple(call.attempts)) if call.attempts else response

    async def _plan_retry(self, call: _Call, error: APIError) -> bool:
        """Record a failed attempt. Return whether another one follows."""
        environment, operation = self.environment, call.request.operation
        retries, refused = len(call.attempts), isinstance(error, RateLimitError)
        # The budget is for calls that could know better: a burst that is refused as a whole is sent again.
        is_free = refused and not self._knew_of_refusal(call)
        again, delay, source = decide(
            error,
            call.settings.retry,
            retries=retries,
            idempotent=call.request.idempotent,
            left=call.deadline - environment.clock(),
            budget=None if is_free else self._budget,
            random=environment.random(),
        )
        if isinstance(error, RateLimitError):
            self._refused_since.setdefault(operation, environment.clock())
            refusal = Refusal(operation, delay, isinstance(error, DailyLimitError), error.message)
            limit, name = call.limits[0]
            await limit.store.pause(name, refusal, environment.now())
        kind = type(error).__name__
        status = error.status_code if isinstance(error, APIStatusError | ResponseDecodeError) else None
        call.attempts.append(Attempt(kind, status, delay if again else None, source))
        error.attempts, call.failure = tuple(call.attempts), error
        if not again:
            _add_wait(error, call.settings)
            return False
        call.sleep = 0.0 if refused else delay  # After a 429, the turn comes when the pause is over.
        call_hook(self._hooks.on_retry, RetryPlanned(*call.place, retries + 1, kind, delay, source))
        log.warning(
            "%s %s: attempt %d failed (%s); next in %.2f s (%s)",
            *(*call.place, retries + 1, _reason(error), delay, source),
        )
        return True

    def _knew_of_refusal(self, call: _Call) -> bool:
        """Whether the attempt was sent after a 429 to the same operation."""
        return call.began > self._refused_since.get(call.request.operation, math.inf)

    def _give_back(self, call: _Call, pool: ConnectionPool) -> None:
        """Give back what an attempt needed. Nothing here waits, so a call can be cancelled at any time."""
        while call.slots:
            limit, name, slot = call.slots.pop()
            limit.store.release(name, slot, self.environment.now(), sent=call.sent)
        if call.connected:
            call.connected = False
            pool.slots.release()


def _wait_error(call: _Call, limit: RateLimit, wait: Wait, left: float) -> RateLimitError | None:
    """Return the failure of a call that would wait too long. None if it may wait."""
    kind, settings = RateLimitError, call.settings
    if wait.refusal is not None:
        # Unix times are not exact to the microsecond.
        if round(wait.seconds, 3) <= settings.retry.max_wait and wait.seconds < left:
            return None
        kind = DailyLimitError if wait.refusal.daily else RateLimitError
        problem = f"the API still refuses requests ({wait.refusal.message})"
    elif wait.reason == "ceiling":
        kind = DailyLimitError
        problem = f"the ceiling of {limit.day_ceiling} requests a day is reached"
    elif wait.seconds >= left:
        problem = (
            f"the rate limit of {limit.requests} requests in {limit.per:g} s has no room within the "
            f"deadline of {settings.deadline:g} s"
        )
    else:
        return None
    method, path = call.place
    problem = f"not sent: {problem}; again in {wait.seconds:.0f} s"
    return kind(problem, method=method, path=path, retry_after=wait.seconds)


def _deadline_error(call: _Call) -> APIError:
    """Return the failure of a call that its deadline ends: the last one, unless an attempt is in flight."""
    if call.failure is not None and not call.in_flight:
        return call.failure
    method, path = call.place
    problem = f"{method} {path}: not done within the deadline of {call.settings.deadline} s"
    error = APITimeoutError(problem, method=method, path=path, sent=call.in_flight and call.sent)
    if call.in_flight:
        error.attempts = (*call.attempts, Attempt(type(error).__name__, None, None, "deadline"))
    return error


def _reason(error: APIError) -> str:
    """Return the error's own words, without the method and the path."""
    text = str(error.args[0]).removeprefix(f"{error.method} {error.path}: ")
    return printable(text, _LONGEST_REASON)


def _add_wait(error: APIError, settings: Settings) -> None:
    """Add the wait to the message of a 429 that is not waited for."""
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        bounds = f"max_wait={settings.retry.max_wait:g}"
        if settings.deadline is not None:
            bounds += f", deadline={settings.deadline:g}"
        error.args = (f"{error.args[0]}; again in {error.retry_after:.0f} s ({bounds})",)
