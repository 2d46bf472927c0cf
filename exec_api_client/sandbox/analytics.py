"""The figures of a scenario: a row for each participant, and a summary.

The summary counts valid attempts only. The table has a row for every user who completed a session,
with null scores where no session has a grade.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from . import render
from .messages import Json
from .world import RANKS, Session, User, rank_of


@dataclass(frozen=True, slots=True)
class Participant:
    """One user's practice of one scenario.

    Attributes:
        user: The user.
        session_count: The number of completed sessions.
        first_score: The score of the first graded session, or None.
        best_score: The best score, or None.
        total_duration_seconds: The duration of the completed sessions together.
    """

    user: User
    session_count: int
    first_score: float | None
    best_score: float | None
    total_duration_seconds: float

    @property
    def lift_percentage(self) -> float | None:
        """Best score minus first score; 0 after one attempt, None without a score."""
        if self.best_score is None or self.first_score is None:
            return None
        return round(self.best_score - self.first_score, 6)

    def json(self) -> Json:
        """Return the row of the participants' table."""
        number = render.number
        return {
            "user": render.user(self.user),
            "session_count": self.session_count,
            "first_score": number(self.first_score),
            "first_rank": None if self.first_score is None else rank_of(self.first_score),
            "best_score": number(self.best_score),
            "best_rank": None if self.best_score is None else rank_of(self.best_score),
            "lift_percentage": number(self.lift_percentage),
            "total_duration_seconds": number(self.total_duration_seconds),
        }


SORTED_BY = ("best_score", "first_score", "lift_percentage", "total_duration_seconds", "session_count")
"""The attributes that the participants' table can be sorted by."""


def participants(sessions: Iterable[Session]) -> list[Participant]:
    """Return a row for each user who completed one of the sessions."""
    by_user: dict[str, list[Session]] = {}
    for session in sorted(sessions, key=lambda session: (session.created_at, session.id)):
        if session.completed:
            by_user.setdefault(session.user.id, []).append(session)
    return [_participant(own) for own in by_user.values()]


def summarise(sessions: Iterable[Session]) -> Json:
    """Return the summary of the valid attempts among the sessions.

    Scores, lift and percentages are rounded to one decimal, minutes and seconds to whole numbers.
    Without a graded session all figures are zero and the rank is `unranked`.
    """
    valid = [session for session in sessions if session.is_valid_attempt]
    rows = participants(valid)
    bests = [row.best_score for row in rows if row.best_score is not None]
    durations = [session.duration_seconds or 0.0 for session in valid]
    average_best = _mean(bests)
    return {
        "participant_count": len(rows),
        "total_sessions": len(valid),
        "average_best_score": render.number(round(average_best, 1)),
        "average_best_rank": rank_of(average_best),
        "average_lift_percentage": render.number(
            round(_mean([row.lift_percentage or 0.0 for row in rows]), 1)
        ),
        "total_practice_minutes": round(sum(durations) / 60),
        "average_session_duration_seconds": round(_mean(durations)),
        "score_distribution": [_share(rank, [rank_of(best) for best in bests]) for rank in RANKS],
    }


def _participant(sessions: Sequence[Session]) -> Participant:
    scores = [session.score for session in sessions if session.score is not None]
    return Participant(
        user=sessions[-1].user,
        session_count=len(sessions),
        first_score=scores[0] if scores else None,
        best_score=max(scores, default=None),
        total_duration_seconds=sum(session.duration_seconds or 0.0 for session in sessions),
    )


def _share(rank: str, ranks: Sequence[str]) -> Json:
    count = ranks.count(rank)
    percentage = round(100 * count / len(ranks), 1) if ranks else 0.0
    return {"rank": rank, "count": count, "percentage": render.number(percentage)}


def _mean(numbers: Sequence[float]) -> float:
    return fmean(numbers) if numbers else 0.0
