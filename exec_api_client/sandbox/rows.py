"""The rows of a workspace: frozen values that refer to one another directly.

So a session whose user has left the workspace still knows who that was.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from . import checks

Rank = Literal["gold", "silver", "bronze", "unranked"]
Status = Literal["not_started", "in_progress", "completed", "past_due", "did_not_pass"]
Grade = Literal["good", "mid", "bad", "not_relevant"]
Salience = Literal["high", "mid", "low"]

RANKS: tuple[Rank, ...] = get_args(Rank)
STATUSES: tuple[Status, ...] = get_args(Status)


def rank_of(score: float) -> Rank:
    """Return the rank of a score from 0 to 100: gold from 90, silver from 75, bronze from 50."""
    if score >= 90:
        return "gold"
    if score >= 75:
        return "silver"
    if score >= 50:
        return "bronze"
    return "unranked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A group, a skill, a collection or a program: all that the API shows of one is its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who practises, or did: `removed` users have left, their sessions have not."""

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
    """A roleplay that can be practised.

    `persona` and what follows it are never sent; the transcripts are written from them.
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
class Line:
    """One line of a transcript; `seconds_from_start` counts from the start of the session."""

    speaker: str | None
    text: str
    seconds_from_start: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackExample:
    """A piece of the transcript that shows why an item was graded as it was."""

    quote: str
    feedback: str | None = None
    suggestion_quote: str | None = None
    grade: Grade | None = None
    salience: Salience | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One graded item of a criterion."""

    name: str
    grade: Grade | None = None
    feedback: str | None = None
    examples: tuple[FeedbackExample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of the rubric, with its items."""

    name: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What only the detail of a session shows. None is sent as null."""

    outcome_feedback: str | None = None
    positive_feedback: str | None = None
    constructive_feedback: str | None = None
    transcript: tuple[Line, ...] | None = None
    evaluations: tuple[Criterion, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One practice attempt.

    Attributes:
        created_at: An aware instant; the API shows it in UTC, to the second.
        duration_seconds: None where the session never really began.
        score: 0 to 100, or None where it was not graded.
        completed: False where it was abandoned.
        detail: None (the default) lets the sandbox write one that fits, always the same for
            the same session.

    Raises:
        ValueError: A score, a duration or an instant makes no sense.
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
        checks.instant("created_at", self.created_at)
        checks.seconds("duration_seconds", self.duration_seconds, none=True)
        checks.score("score", self.score)

    @property
    def is_valid_attempt(self) -> bool:
        """Whether it counts: completed, graded, with a score."""
        return self.completed and self.score is not None

    @property
    def rank(self) -> Rank | None:
        """The rank of the score, or None where there is no score."""
        return None if self.score is None else rank_of(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A scenario that somebody was asked to practise.

    Attributes are the published ones. An assignment is a row of its own, not a view: a session
    that is added later changes neither its status nor its best score.

    Raises:
        ValueError: A score or an instant makes no sense.
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
        checks.instant("created_at", self.created_at)
        checks.instant("due_date", self.due_date, none=True)
        checks.score("best_score", self.best_score)

    @property
    def best_rank(self) -> Rank | None:
        """The rank of the best score, or None where there is none."""
        return None if self.best_score is None else rank_of(self.best_score)


Row = User | Scenario | Session | Assignment
