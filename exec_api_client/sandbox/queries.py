"""The filters of each list, with the meanings that the document publishes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .lists import arrange, sortings
from .params import Params
from .rows import RANKS, STATUSES, Assignment, Rank, Scenario, Session, Status, User

T = TypeVar("T")

_SESSION_VALUES: dict[str, Callable[[Session], float | None]] = {
    "created_at": lambda session: session.created_at.replace(microsecond=0).timestamp(),
    "score": lambda session: session.score,
    "duration": lambda session: session.duration_seconds,
}


@dataclass(frozen=True, slots=True)
class People:
    """Whose rows: the union of ids and emails; everybody where neither was sent."""

    ids: frozenset[str] | None
    emails: frozenset[str] | None

    @classmethod
    def read(cls, params: Params) -> "People":
        """Read `user_ids` and `user_emails`; emails are compared in lower case."""
        emails = params.words("user_emails")
        lowered = None if emails is None else frozenset(email.lower() for email in emails)
        return cls(params.words("user_ids"), lowered)

    def match(self, user: User) -> bool:
        """Whether rows of this user are wanted."""
        if self.ids is None and self.emails is None:
            return True
        return user.id in (self.ids or ()) or user.email.lower() in (self.emails or ())


@dataclass(frozen=True, slots=True)
class Attempts:
    """Which sessions, by who and when: the filters that sessions and analytics share.

    Start and end are both included; a session is compared at the second that the API shows.
    """

    people: People
    group_ids: frozenset[str] | None
    start: datetime | None
    end: datetime | None
    exclude_system_users: bool

    @classmethod
    def read(cls, params: Params) -> "Attempts":
        """Read the people, `group_ids`, `start_date`, `end_date` and `exclude_system_users`."""
        return cls(
            People.read(params),
            params.words("group_ids"),
            params.instant("start_date"),
            params.instant("end_date"),
            params.flag("exclude_system_users"),
        )

    def match(self, session: Session) -> bool:
        """Whether this session is wanted."""
        created = session.created_at.replace(microsecond=0)
        return (
            self.people.match(session.user)
            and _meets(self.group_ids, session.user.group_ids)
            and (self.start is None or created >= self.start)
            and (self.end is None or created <= self.end)
            and not (self.exclude_system_users and session.user.is_system)
        )


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """The filters of the list of sessions; all of them must hold.

    Collections, skills and programs are those of the session's scenario; groups those of its user.
    """

    attempts: Attempts
    scenario_ids: frozenset[str] | None
    collection_ids: frozenset[str] | None
    skill_ids: frozenset[str] | None
    program_ids: frozenset[str] | None
    ranks: frozenset[Rank] | None
    sorting: str

    @classmethod
    def read(cls, params: Params) -> "SessionQuery":
        """Read all filters and `sorting` (default: newest first)."""
        return cls(
            Attempts.read(params),
            params.words("scenario_ids"),
            params.words("collection_ids"),
            params.words("skill_ids"),
            params.words("program_ids"),
            params.choices("rank", RANKS),
            params.choice("sorting", sortings(_SESSION_VALUES), "-created_at"),
        )

    def match(self, session: Session) -> bool:
        """Whether this session is wanted."""
        scenario = session.scenario
        return (
            self.attempts.match(session)
            and _holds(self.scenario_ids, scenario.id)
            and _meets(self.collection_ids, scenario.collection_ids)
            and _meets(self.skill_ids, scenario.skill_ids)
            and _meets(self.program_ids, scenario.program_ids)
            and _holds(self.ranks, session.rank)
        )

    def run(self, sessions: Iterable[Session]) -> list[Session]:
        """Return the sessions that match, in order."""
        return arrange(
            filter(self.match, sessions), self.sorting, _SESSION_VALUES, lambda session: session.id
        )


@dataclass(frozen=True, slots=True)
class AssignmentQuery:
    """The filters of the list of assignments; all of them must hold."""

    people: People
    scenario_ids: frozenset[str] | None
    program_ids: frozenset[str] | None
    statuses: frozenset[Status] | None

    @classmethod
    def read(cls, params: Params) -> "AssignmentQuery":
        """Read all filters."""
        return cls(
            People.read(params),
            params.words("scenario_ids"),
            params.words("program_ids"),
            params.choices("status", STATUSES),
        )

    def match(self, assignment: Assignment) -> bool:
        """Whether this assignment is wanted."""
        return (
            self.people.match(assignment.user)
            and _holds(self.scenario_ids, assignment.scenario.id)
            and _holds(self.program_ids, assignment.program and assignment.program.id)
            and _holds(self.statuses, assignment.status)
        )

    def run(self, assignments: Iterable[Assignment]) -> list[Assignment]:
        """Return the assignments that match, newest first (their order is not published)."""
        return arrange(
            filter(self.match, assignments),
            "-created_at",
            {"created_at": lambda assignment: assignment.created_at.timestamp()},
            lambda assignment: assignment.id,
        )


def of_scenario(sessions: Iterable[Session], scenario: Scenario, attempts: Attempts) -> list[Session]:
    """Return the sessions of one scenario that the filters let through."""
    return [s for s in sessions if s.scenario.id == scenario.id and attempts.match(s)]


def _holds(wanted: "frozenset[T] | None", value: object) -> bool:
    return wanted is None or value in wanted


def _meets(wanted: frozenset[str] | None, values: Iterable[str]) -> bool:
    return wanted is None or not wanted.isdisjoint(values)
