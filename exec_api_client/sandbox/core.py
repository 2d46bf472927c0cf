"""The sandbox: an API over a world, with limits, faults, latency and a log."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Unpack
from urllib.parse import parse_qsl
from uuid import UUID

from .api import BASE_PATH, SANDBOX_KEY, Api
from .checks import require_seconds
from .data import NOW, generate
from .faults import Delivery, Fault, FaultOptions, FaultRule
from .limits import NO_LIMITS, PUBLISHED_LIMITS, Limiter, Limits
from .messages import Request, Response
from .texts import DOMAIN
from .transport import SandboxTransport, Sleep
from .world import Assignment, Detail, Rank, Scenario, Session, Status, User, World

LOG_LENGTH = 10_000
"""The number of requests in the log. The oldest go first."""

_KEY = re.compile(r"exec_[a-z]+_\w+")


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request in the log, without headers and so without the key.

    Attributes:
        method: The HTTP method.
        path: The path as it was sent. Everything that looks like a key is masked here and in
            the query.
        query: The query string as it was sent.
        time: The time in seconds by the sandbox's clock.
        status: The status of the response, or None where the connection failed before it.
        fault: The fault that happened, or None.
    """

    method: str
    path: str
    query: str
    time: float
    status: int | None
    fault: Fault | None = None

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the query, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


class Sandbox:
    """A small Exec API in memory.

    Use `transport()` for tests in process, `serve()` for a real socket, `handle()` for neither.
    One sandbox belongs to one event loop at a time. There is nothing to close.

    Args:
        world: The workspace. Default: `generate(seed, sessions=…, now=…)`.
        seed: As in `generate`; not used where a world is given.
        sessions: As in `generate`; not used where a world is given.
        now: As in `generate`; not used where a world is given.
        key: The one valid API key. Default: SANDBOX_KEY.
        strict: Whether unknown parameters are a 400 that names them. Default: True.
        limits: The quota, or None for no limits. Default: as published, 60 requests a minute and
            1,000 a day.
        latency: Seconds before each response. Default: 0.
        clock: Returns the time in seconds, for the limits and the log. Default: time.monotonic.

    Attributes:
        world: The workspace. Rows may change at any time, also between two requests.
        key: The valid key.
        latency: Seconds before each response. Set it at any time.
        before_request: Called with each request before the response is made, for instance to
            change rows between two pages. An error in it reaches the caller in process, and is
            a 500 on a socket. Default: None.
        after_request: Called with each entry of the log. Default: None.
        requests: The log, oldest first. `requests.clear()` empties it.

    Raises:
        ValueError: An argument is not valid.
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
        latency: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = generate(seed, sessions=sessions, now=now) if world is None else world
        self.key = key
        require_seconds("latency", latency)
        self.latency = latency
        self.before_request: Callable[[Request], object] | None = None
        self.after_request: Callable[[LoggedRequest], object] | None = None
        self.requests: list[LoggedRequest] = []
        self._api = Api(self.world, key=key, strict=strict)
        self._clock = clock
        self._faults: list[FaultRule] = []
        self._added = 0
        self.limits = limits

    def __repr__(self) -> str:
        if not hasattr(self, "world"):
            return "<Sandbox, not made>"  # in a traceback that shows variables
        rows = f"{len(self.world.sessions)} sessions, {len(self.world.assignments)} assignments"
        return f"<Sandbox: {rows}, {len(self.requests)} requests>"

    def transport(self, *, sleep: Sleep = asyncio.sleep) -> SandboxTransport:
        """Return a transport for a client: `AsyncExecClient(key, transport=sandbox.transport())`.

        The path of the base URL must be `/rest/v1`, as in production. Nothing leaves the process.

        Args:
            sleep: Waits for a number of seconds. Default: asyncio.sleep.
        """
        return SandboxTransport(self.exchange, sleep=sleep)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractAsyncContextManager[str]:
        """Serve on a socket: `async with sandbox.serve() as base_url: …`.

        Leaving the block closes every connection.

        Args:
            host: The address to listen on. For every address (0.0.0.0 or ::) the URL has
                loopback's. Default: loopback only.
            port: The port, or 0 (the default) for a free one.

        Raises:
            ImportError: h11 is not installed.
            OSError: On entering the block: the address is not available.
        """
        try:
            from .server import serve  # noqa: PLC0415 (only a socket needs h11)
        except ImportError as error:
            raise ImportError("a sandbox on a socket needs h11; run `pip install h11`") from error
        return serve(self.exchange, host, port, BASE_PATH)

    def add_user(
        self,
        email: str | None = None,
        *,
        first_name: str = "New",
        last_name: str = "User",
        group_ids: Iterable[str] = (),
        user_id: str | None = None,
    ) -> User:
        """Add a user and return it.

        Args:
            email: Default: a new address.
            first_name: Default: "New".
            last_name: Default: "User".
            group_ids: Ids of groups, as in `world.groups`. Default: none.
            user_id: Default: a new id, the same in every run.

        Raises:
            ValueError: The id or the email is taken.
        """
        number, new_id = self._new_id()
        user = User(
            id=user_id or f"u{new_id[-11:]}",
            email=email or f"user{number}@{DOMAIN}",
            first_name=first_name,
            last_name=last_name,
            group_ids=tuple(group_ids),
        )
        self.world.add(user)
        return user

    def add_scenario(
        self,
        name: str = "New Scenario",
        *,
        slug: str | None = None,
        scenario_id: str | None = None,
    ) -> Scenario:
        """Add a scenario and return it. For its other fields use `world.add(Scenario(…))`.

        Args:
            name: Default: "New Scenario".
            slug: Default: the name in lower case, with hyphens.
            scenario_id: Default: a new UUID, the same in every run.

        Raises:
            ValueError: The id or the slug is taken.
        """
        _, new_id = self._new_id()
        scenario = Scenario(
            id=scenario_id or new_id,
            name=name,
            slug=slug or re.sub(r"\W+", "-", name.lower()).strip("-"),
        )
        self.world.add(scenario)
        return scenario

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
            score: 0 to 100, or None for a session without a grade. Default: 80.
            created_at: A datetime with a time zone. Default: a second after the newest session,
                so that the new one comes first in the list.
            duration_seconds: Default: 300.
            completed: False for a session that was abandoned. Default: True.
            detail: Feedback, transcript and evaluations. Default: texts that fit the session.
            session_id: Default: a new UUID, the same in every run.

        Raises:
            KeyError: The user or the scenario is not in the world.
            ValueError: The id is taken, or another argument is not valid.
        """
        _, new_id = self._new_id()
        session = Session(
            id=session_id or new_id,
            user=self._user(user),
            scenario=self._scenario(scenario),
            created_at=created_at or _after(self.world.sessions.values()),
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
            KeyError: No session has that id.
        """
        if session_id not in self.world.sessions:
            raise KeyError(f"no session {session_id!r}: give an id from sandbox.world.sessions")
        session = self.world.sessions[session_id]
        self.world.remove(session_id)
        return session

    def add_assignment(
        self,
        *,
        user: User | str | None = None,
        scenario: Scenario | str | None = None,
        status: Status = "not_started",
        created_at: datetime | None = None,
        due_date: datetime | None = None,
        best_score: float | None = None,
        attempt_count: int = 0,
        rank_min: Rank | None = None,
        assignment_id: str | None = None,
    ) -> Assignment:
        """Add an assignment and return it. For its other fields use `world.add(Assignment(…))`.

        Args:
            user: A user, or the id or email of one in the world. Default: the first.
            scenario: A scenario, or the id or slug of one in the world. Default: the first.
            status: Default: "not_started".
            created_at: A datetime with a time zone. Default: a second after the newest assignment.
            due_date: A datetime with a time zone, or None (the default).
            best_score: 0 to 100, or None (the default).
            attempt_count: Default: 0.
            rank_min: The rank to reach, or None (the default).
            assignment_id: Default: a new id, the same in every run.

        Raises:
            KeyError: The user or the scenario is not in the world.
            ValueError: The id is taken, or another argument is not valid.
        """
        _, new_id = self._new_id()
        assignment = Assignment(
            id=assignment_id or f"a{new_id[-11:]}",
            user=self._user(user),
            scenario=self._scenario(scenario),
            status=status,
            created_at=created_at or _after(self.world.assignments.values()),
            due_date=due_date,
            best_score=best_score,
            attempt_count=attempt_count,
            rank_min=rank_min,
        )
        self.world.add(assignment)
        return assignment

    def fail_next(self, *, times: int | None = 1, **fault: Unpack[FaultOptions]) -> FaultRule:
        """Make the next requests fail: `fail_next(status=503, body="busy", times=2)`.

        A request meets the oldest rule that applies to it.

        Args:
            times: The number of requests, or None for all that follow. Default: 1.
            **fault: The fault, as in `Fault`: status, headers, body, retry_after, connection, delay.

        Returns:
            The rule. Its `hits` is the number of requests that have failed by it.

        Raises:
            ValueError: A value is not valid, or nothing would fail.
        """
        return self.fail_when(lambda _: True, times=times, **fault)

    def fail_when(
        self,
        predicate: Callable[[Request], bool],
        *,
        times: int | None = None,
        **fault: Unpack[FaultOptions],
    ) -> FaultRule:
        """Make certain requests fail: `fail_when(lambda r: "page=3" in r.query, status=500)`.

        With a status of 200 to 299 and a body it serves an operation that the sandbox does not.

        Args:
            predicate: Returns whether a request fails.
            times: The number of requests, or None (the default) for all.
            **fault: As in `fail_next`, which has the same result and the same errors.
        """
        rule = FaultRule(Fault(**fault), predicate, times)
        self._faults.append(rule)
        return rule

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    @property
    def limits(self) -> Limits | None:
        """The quota, or None. Setting it starts the count again."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self._limits = limits
        self._limiter = Limiter(limits or NO_LIMITS, self._clock)

    def handle(self, request: Request) -> Response:
        """Return the response at once: with limits and log, without latency and broken connections.

        Raises:
            Exception: Any error of your own functions: a hook or a predicate.
        """
        return self.exchange(request).response

    def exchange(self, request: Request) -> Delivery:
        """Return the response and the way to deliver it.

        A fault with a status takes the place of the API's response and counts towards no limit,
        and neither does a refused connection. Every other fault spoils the API's own response.
        """
        if self.before_request is not None:
            self.before_request(request)
        fault = next((rule.fault for rule in self._faults if rule.applies(request)), None)
        response = fault.response() if fault else None
        if response is None and fault is not None and fault.connection == "refused":
            response = Response(503)  # never sent
        if response is None:
            response = self._api.refuse(request) or self._limiter.admit() or self._api.respond(request)
        delivery = Delivery(response, self.latency + (fault.delay if fault else 0.0), fault)
        self._log(request, delivery)
        return delivery

    def _log(self, request: Request, delivery: Delivery) -> None:
        sent = delivery.connection in (None, "truncated")
        entry = LoggedRequest(
            method=request.method,
            path=self._mask(request.path),
            query=self._mask(request.query),
            time=self._clock(),
            status=delivery.response.status if sent else None,
            fault=delivery.fault,
        )
        self.requests.append(entry)
        del self.requests[:-LOG_LENGTH]
        if self.after_request is not None:
            self.after_request(entry)

    def _mask(self, text: str) -> str:
        return _KEY.sub("***", text.replace(self.key, "***"))

    def _user(self, user: User | str | None) -> User:
        if isinstance(user, User):
            return user
        found = next(iter(self.world.users.values()), None) if user is None else self.world.find_user(user)
        if found is None:
            raise KeyError(f"no user {user!r}: give the id or email of one in sandbox.world.users")
        return found

    def _scenario(self, key: Scenario | str | None) -> Scenario:
        if isinstance(key, Scenario):
            return key
        first = next(iter(self.world.scenarios.values()), None)
        found = first if key is None else self.world.find_scenario(key)
        if found is None:
            raise KeyError(f"no scenario {key!r}: give the id or slug of one in sandbox.world.scenarios")
        return found

    def _new_id(self) -> tuple[int, str]:
        """Return the number of an added row and a UUID for it, the same in every run."""
        self._added += 1
        bits = Random(f"added/{self._added}").getrandbits(128)
        return self._added, str(UUID(int=bits, version=4))


def _after(rows: Iterable[Session | Assignment]) -> datetime:
    """Return the second after the newest row."""
    return max((row.created_at for row in rows), default=NOW) + timedelta(seconds=1)
