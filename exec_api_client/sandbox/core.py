"""The sandbox itself: an API over a world, with limits, faults, latency and a log."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Unpack

from . import checks
from .additions import new_id, next_instant, scenario_of, user_of
from .api import BASE_PATH, SANDBOX_KEY, Api
from .data import NOW, generate
from .delivery import Delivery
from .faults import Fault, FaultOptions, FaultRule, Faults
from .limits import PUBLISHED_LIMITS, Limiter, Limits
from .log import LOG_LENGTH, LoggedRequest, entry
from .messages import Request, Response
from .rows import Detail, Scenario, Session, User
from .server import serve
from .transport import SandboxTransport, Sleep
from .world import World


class Sandbox:
    """A small Exec API in memory.

    Use `transport()` for tests in process, `serve()` for a real socket, `handle()` for neither.
    One sandbox belongs to one event loop at a time; there is nothing to close.

    Args:
        world: The workspace to answer from. Default: `generate(seed, sessions=…, now=…)`.
        seed: See `generate`; of no meaning where a world is given.
        sessions: See `generate`; of no meaning where a world is given.
        now: See `generate`; of no meaning where a world is given.
        key: The one API key that is let in. Default: SANDBOX_KEY.
        strict: Whether unknown parameters are a 400 that names them. Default: True.
        limits: The quota, or None for no limits. Default: as published, 60 a minute and 1,000
            a day.
        latency: Seconds before each answer, or a function from the request to them. Default: 0.
        clock: Returns the time in seconds, for the limits and the log. Default: time.monotonic.

    Attributes:
        world: The workspace; add and remove rows as you like, also between two requests.
        key: The key that is let in.
        before_request: Called with each request before it is answered, to change rows while
            somebody is paging, for instance. What it raises reaches the caller in process and
            is a 500 on a socket. Default: None.
        requests: The log, oldest first; `requests.clear()` empties it.

    Raises:
        ValueError: A setting makes no sense.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        seed: int = 7,
        sessions: int = 400,
        now: datetime = NOW,
        key: str = SANDBOX_KEY,
        strict: bool = True,
        limits: Limits | None = PUBLISHED_LIMITS,
        latency: float | Callable[[Request], float] = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = generate(seed, sessions=sessions, now=now) if world is None else world
        self.key = key
        self.latency = latency
        self.before_request: Callable[[Request], object] | None = None
        self.requests: list[LoggedRequest] = []
        self._api = Api(self.world, key=key, strict=strict)
        self._clock = clock
        self._faults = Faults()
        self._added = 0
        self.limits = limits

    def __repr__(self) -> str:
        rows = f"{len(self.world.sessions)} sessions, {len(self.world.assignments)} assignments"
        return f"<Sandbox: {rows}, {len(self.requests)} requests>"

    def transport(self, *, sleep: Sleep = asyncio.sleep) -> SandboxTransport:
        """Return a transport for `httpx.AsyncClient(transport=…)`.

        Any base URL will do whose path is `/rest/v1`, that of production too: nothing leaves the
        process.

        Args:
            sleep: How to wait out latency. Default: asyncio.sleep.
        """
        return SandboxTransport(self.exchange, sleep=sleep)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractAsyncContextManager[str]:
        """Serve on a socket: `async with sandbox.serve() as base_url: …`.

        Leaving the block closes every connection and waits for that.

        Args:
            host: The address to listen on; for every address (0.0.0.0 or ::) the URL has
                loopback's. Default: loopback only.
            port: The port, or 0 (the default) for one that the system chooses.

        Raises:
            OSError: On entering the block: the address cannot be had.
        """
        return serve(self.exchange, host, port, base_path=BASE_PATH)

    def add_session(
        self,
        *,
        user: User | str | None = None,
        scenario: Scenario | str | None = None,
        score: float | None = 80.0,
        created_at: datetime | None = None,
        duration_seconds: float | None = 300.0,
        completed: bool = True,
        detail: Detail | None = None,
        session_id: str | None = None,
    ) -> Session:
        """Add a session and return it.

        Args:
            user: A user, or the id or email of one in the world. Default: the first.
            scenario: A scenario, or the id or slug of one in the world. Default: the first.
            score: 0 to 100, or None for one that was not graded. Default: 80.
            created_at: An aware instant. Default: a second after the newest session, so that it
                comes first in the list.
            duration_seconds: Default: 300.
            completed: False for one that was abandoned. Default: True.
            detail: Feedback, transcript and evaluations. Default: written to fit.
            session_id: Default: a new UUID, the same in every run.

        Raises:
            KeyError: There is no such user or scenario.
            ValueError: The id is taken, the instant is naive, or a score or a duration makes no sense.
        """
        self._added += not session_id
        session = Session(
            id=session_id or new_id(self._added),
            user=user_of(self.world, user),
            scenario=scenario_of(self.world, scenario),
            created_at=created_at or next_instant(self.world),
            duration_seconds=duration_seconds,
            score=score,
            completed=completed,
            detail=detail,
        )
        self.world.add(session)
        return session

    def remove_session(self, session_id: str) -> Session:
        """Remove a session and return it.

        Raises:
            KeyError: There is none with that id.
        """
        if session_id not in self.world.sessions:
            raise KeyError(f"no session {session_id!r}: name one of sandbox.world.sessions by id")
        session = self.world.sessions[session_id]
        self.world.remove(session_id)
        return session

    def fail_next(self, *, times: int | None = 1, **fault: Unpack[FaultOptions]) -> FaultRule:
        """Make the next requests fail: `fail_next(status=503, body="busy", times=2)`.

        Rules apply in the order in which they were made.

        Args:
            times: How many requests; None for all that follow. Default: 1.
            **fault: What happens, as in `Fault`: status, headers, body, retry_after, connection,
                delay, pause, piece.

        Returns:
            The rule; its `hits` says how often it has happened so far.

        Raises:
            ValueError: Nothing would happen, or a value makes no sense.
        """
        return self.fail_when(_always, times=times, **fault)

    def fail_when(
        self,
        predicate: Callable[[Request], bool],
        *,
        times: int | None = None,
        **fault: Unpack[FaultOptions],
    ) -> FaultRule:
        """Make certain requests fail: `fail_when(lambda r: "page=3" in r.query, status=500)`.

        Args:
            predicate: Returns whether this request is to fail.
            times: How many of them. Default: None, all.
            **fault: As in `fail_next`.

        Returns:
            The rule, as `fail_next` does.

        Raises:
            ValueError: As in `fail_next`.
        """
        rule = FaultRule(Fault(**fault), predicate, times)
        self._faults.add(rule)
        return rule

    def clear_faults(self) -> None:
        """Forget all faults that were asked for."""
        self._faults.clear()

    @property
    def limits(self) -> Limits | None:
        """The quota, or None. Setting it starts counting afresh."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self._limits = limits
        self._limiter = None if limits is None else Limiter(limits, self._clock)

    @property
    def latency(self) -> float | Callable[[Request], float]:
        """Seconds before each answer, or a function to them; may be set at any time."""
        return self._latency

    @latency.setter
    def latency(self, latency: float | Callable[[Request], float]) -> None:
        if not callable(latency):
            checks.seconds("latency", latency)
        self._latency = latency

    def handle(self, request: Request) -> Response:
        """Answer a request at once: limits and log apply, latency and connection faults do not.

        Raises:
            ValueError: What your `latency` returned makes no sense.
            Exception: What a function of yours raises: `before_request`, `latency`, a predicate.
        """
        return self.exchange(request).response

    def exchange(self, request: Request) -> Delivery:
        """Answer a request, and say how the answer is to be delivered.

        A fault with a status answers in place of the API and counts towards no limit; neither
        does a refused connection. Every other fault spoils the delivery of the API's own answer.
        """
        if self.before_request is not None:
            self.before_request(request)
        fault = self._faults.next_for(request)
        response = fault.response() if fault else None
        if response is None and fault is not None and fault.connection == "refused":
            response = Response(503)  # nobody will see it
        if response is None:
            response = self._api.refuse(request) or self._over_limit() or self._api.answer(request)
        delay = self._latency_of(request) + (fault.delay if fault else 0.0)
        delivery = Delivery(response, delay, fault)
        self.requests.append(entry(request, delivery, self._clock(), self.key))
        del self.requests[:-LOG_LENGTH]
        return delivery

    def _over_limit(self) -> Response | None:
        return None if self._limiter is None else self._limiter.admit()

    def _latency_of(self, request: Request) -> float:
        if not callable(self._latency):
            return self._latency
        seconds = self._latency(request)
        checks.seconds("latency(…)", seconds)
        return seconds


def _always(_: Request) -> bool:
    return True
