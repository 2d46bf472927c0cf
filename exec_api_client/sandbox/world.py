"""The workspace and its rows. A row is a frozen value that holds the rows it refers to.

So a session still has its user after the user has left the workspace.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

from .checks import is_number, require, require_aware, require_seconds
from .messages import Json

Rank = Literal["gold", "silver", "bronze", "unranked"]
Status = Literal["not_started", "in_progress", "completed", "past_due", "did_not_pass"]

RANKS: tuple[Rank, ...] = get_args(Rank)
STATUSES: tuple[Status, ...] = get_args(Status)


def rank_of(score: float) -> Rank:
    """Return the rank of a score: gold from 90, silver from 75, bronze from 50."""
    if score >= 90:
        return "gold"
    if score >= 75:
        return "silver"
    return "bronze" if score >= 50 else "unranked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A group, a skill, a collection or a program."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A member of the workspace, or a former member where `removed` is true."""

    id: str
    email: str
    first_name: str
    last_name: str
    group_ids: tuple[str, ...] = ()
    removed: bool = False

    @property
    def is_system(self) -> bool:
        """Whether this is one of Exec's own users: the email ends in @exec.com."""
        return self.email.lower().endswith("@exec.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A roleplay to practise.

    The sandbox writes transcripts from `persona`, `company`, `offer`, `pain` and `doubt`. It
    never sends these fields themselves.
    """

    id: str
    name: str
    slug: str
    collection_ids: tuple[str, ...] = ()
    skill_ids: tuple[str, ...] = ()
    program_ids: tuple[str, ...] = ()
    persona: str = "Morgan Reyes, head of operations"
    company: str = "Globex"
    offer: str = "our platform"
    pain: str = "the work is still done by hand"
    doubt: str = "the timing is difficult for us"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The fields that only the detail of a session has, in the published form. None is null."""

    outcome_feedback: str | None = None
    positive_feedback: str | None = None
    constructive_feedback: str | None = None
    transcript: Sequence[Json] | None = None
    evaluations: Sequence[Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One practice attempt.

    Attributes:
        created_at: A datetime with a time zone. The API shows it in UTC, to the second.
        duration_seconds: None for a session that never began.
        score: 0 to 100, or None for a session without a grade.
        completed: False for a session that was abandoned. Default: True.
        detail: None (the default) lets the sandbox write a detail, the same in every run.

    Raises:
        ValueError: A score, a duration or a datetime is not valid.
    """

    id: str
    user: User
    scenario: Scenario
    created_at: datetime
    duration_seconds: float | None
    score: float | None
    completed: bool = True
    detail: Detail | None = None

    def __post_init__(self) -> None:
        require_aware("created_at", self.created_at)
        if self.duration_seconds is not None:
            require_seconds("duration_seconds", self.duration_seconds)
        _require_score("score", self.score)

    @property
    def is_valid_attempt(self) -> bool:
        """Whether the session counts: it is completed and has a score."""
        return self.completed and self.score is not None

    @property
    def rank(self) -> Rank | None:
        """The rank of the score, or None without a score."""
        return None if self.score is None else rank_of(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A scenario that a user was asked to practise.

    The attributes are the published ones. A session that is added later changes neither the
    status nor the best score.

    Raises:
        ValueError: A status, a score or a datetime is not valid.
    """

    id: str
    user: User
    scenario: Scenario
    status: Status
    created_at: datetime
    due_date: datetime | None = None
    best_score: float | None = None
    attempt_count: int = 0
    attempt_min: int | None = None
    attempt_max: int | None = None
    rank_min: Rank | None = None
    program: Named | None = None

    def __post_init__(self) -> None:
        require(self.status in STATUSES, "status", self.status, f"one of {', '.join(STATUSES)}")
        require_aware("created_at", self.created_at)
        if self.due_date is not None:
            require_aware("due_date", self.due_date)
        _require_score("best_score", self.best_score)

    @property
    def best_rank(self) -> Rank | None:
        """The rank of the best score, or None without one."""
        return None if self.best_score is None else rank_of(self.best_score)


Row = User | Scenario | Session | Assignment


class World:
    """A workspace: its rows by id, and a version that grows with each change.

    The mappings are read-only. Change them with `add` and `remove`.

    Args:
        rows: Users, scenarios, sessions and assignments, in any order. Default: none.
        groups: The groups of users. Default: none.
        skills: The skills of scenarios. Default: none.
        collections: The collections of scenarios. Default: none.
        programs: The programs of scenarios. Default: none.
        now: The datetime that the rows were made for, or None. Only for information.

    Raises:
        ValueError: As in `add`.
    """

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        groups: Iterable[Named] = (),
        skills: Iterable[Named] = (),
        collections: Iterable[Named] = (),
        programs: Iterable[Named] = (),
        now: datetime | None = None,
    ) -> None:
        self.groups = tuple(groups)
        self.skills = tuple(skills)
        self.collections = tuple(collections)
        self.programs = tuple(programs)
        self.now = now
        self.version = 0
        self._users: dict[str, User] = {}
        self._scenarios: dict[str, Scenario] = {}
        self._sessions: dict[str, Session] = {}
        self._assignments: dict[str, Assignment] = {}
        self.users: Mapping[str, User] = MappingProxyType(self._users)
        self.scenarios: Mapping[str, Scenario] = MappingProxyType(self._scenarios)
        self.sessions: Mapping[str, Session] = MappingProxyType(self._sessions)
        self.assignments: Mapping[str, Assignment] = MappingProxyType(self._assignments)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Add a row.

        Raises:
            ValueError: Another row has its id, another user its email or another scenario its slug.
        """
        if any(row.id in table for table in self._tables()):
            raise ValueError(f"there is already a row with the id {row.id!r}")
        match row:
            case User():
                if any(row.email.lower() == other.email.lower() for other in self._users.values()):
                    raise ValueError(f"there is already a user with the email {row.email!r}")
                self._users[row.id] = row
            case Scenario():
                if any(row.slug == other.slug for other in self._scenarios.values()):
                    raise ValueError(f"there is already a scenario with the slug {row.slug!r}")
                self._scenarios[row.id] = row
            case Session():
                self._sessions[row.id] = row
            case Assignment():
                self._assignments[row.id] = row
        self.version += 1

    def remove(self, row_id: str) -> Row:
        """Remove the row with that id and return it. Rows that refer to it stay as they are.

        Raises:
            KeyError: No row has that id.
        """
        for table in self._tables():
            if row_id in table:
                self.version += 1
                return table.pop(row_id)
        raise KeyError(row_id)

    def find_user(self, key: str) -> User | None:
        """Return the user with that id or email, or None."""
        by_email = (user for user in self._users.values() if user.email.lower() == key.lower())
        return self._users.get(key) or next(by_email, None)

    def find_scenario(self, key: str) -> Scenario | None:
        """Return the scenario with that id or slug, or None."""
        by_slug = (scenario for scenario in self._scenarios.values() if scenario.slug == key)
        return self._scenarios.get(key) or next(by_slug, None)

    def _tables(
        self,
    ) -> tuple[dict[str, User], dict[str, Scenario], dict[str, Session], dict[str, Assignment]]:
        return self._users, self._scenarios, self._sessions, self._assignments


def _require_score(name: str, value: object) -> None:
    require(value is None or is_number(value, 0, 100), name, value, "a number from 0 to 100, or None")
