"""What practising a scenario has come to: per participant, and in sum.

The sums count valid attempts only. The table has a row for everybody who completed a session: who
has none that was graded (yet) stands there with null scores, which the document allows for.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from .lists import arrange, sortings
from .rows import RANKS, Rank, Session, User, rank_of


@dataclass(frozen=True, slots=True)
class Participant:
    """One user's practice of one scenario.

    Attributes:
        session_count: The sessions completed.
        first_score, best_score: Of the graded ones, by time; None where none was graded.
        total_duration_seconds: Of the sessions completed.
    """

    user: User
    session_count: int
    first_score: float | None
    best_score: float | None
    total_duration_seconds: float

    @property
    def lift(self) -> float | None:
        """Best less first score, in points; 0 after a single attempt, None without a score."""
        if self.best_score is None or self.first_score is None:
            return None
        return round(self.best_score - self.first_score, 6)


_VALUES: dict[str, Callable[[Participant], float | None]] = {
    "best_score": lambda row: row.best_score,
    "first_score": lambda row: row.first_score,
    "lift_percentage": lambda row: row.lift,
    "total_duration_seconds": lambda row: row.total_duration_seconds,
    "session_count": lambda row: row.session_count,
}
PARTICIPANT_SORTINGS = sortings(_VALUES)


@dataclass(frozen=True, slots=True)
class Share:
    """How many participants have this rank as their best, and what part of all that is."""

    rank: Rank
    count: int
    percentage: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A scenario in figures; averages are over participants, except that of the duration.

    Scores, lift and percentages are rounded to one decimal, minutes and seconds to whole ones.
    Without any graded session all are zero and the rank is `unranked`.
    """

    participant_count: int
    total_sessions: int
    average_best_score: float
    average_best_rank: Rank
    average_lift: float
    total_practice_minutes: int
    average_session_duration_seconds: float
    distribution: tuple[Share, ...]


def participants(sessions: Iterable[Session]) -> list[Participant]:
    """Return a row for each user who completed one of the sessions."""
    by_user: dict[str, list[Session]] = {}
    for session in sessions:
        if session.completed:
            by_user.setdefault(session.user.id, []).append(session)
    return [_participant(own) for own in by_user.values()]


def arrange_participants(rows: Iterable[Participant], sorting: str) -> list[Participant]:
    """Return the rows in order, those without a value last."""
    return arrange(rows, sorting, _VALUES, lambda row: row.user.id)


def summarise(sessions: Iterable[Session]) -> Summary:
    """Return the figures of the valid attempts among the sessions."""
    valid = [session for session in sessions if session.is_valid_attempt]
    rows = participants(valid)
    bests = [row.best_score for row in rows if row.best_score is not None]
    durations = [session.duration_seconds or 0.0 for session in valid]
    average_best = _mean(bests)
    return Summary(
        participant_count=len(rows),
        total_sessions=len(valid),
        average_best_score=round(average_best, 1),
        average_best_rank=rank_of(average_best),
        average_lift=round(_mean([row.lift or 0.0 for row in rows]), 1),
        total_practice_minutes=round(sum(durations) / 60),
        average_session_duration_seconds=round(_mean(durations)),
        distribution=tuple(_share(rank, bests) for rank in RANKS),
    )


def _participant(sessions: Sequence[Session]) -> Participant:
    in_time = sorted(sessions, key=lambda session: (session.created_at, session.id))
    scores = [session.score for session in in_time if session.score is not None]
    return Participant(
        user=in_time[-1].user,
        session_count=len(in_time),
        first_score=scores[0] if scores else None,
        best_score=max(scores, default=None),
        total_duration_seconds=sum(session.duration_seconds or 0.0 for session in in_time),
    )


def _share(rank: Rank, bests: Sequence[float]) -> Share:
    count = sum(rank_of(best) == rank for best in bests)
    return Share(rank, count, round(100 * count / len(bests), 1) if bests else 0.0)


def _mean(numbers: Sequence[float]) -> float:
    return fmean(numbers) if numbers else 0.0
