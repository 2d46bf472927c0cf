"""Rows as the JSON objects that the document publishes: these fields, in this order, no others."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import TypeVar

from .analytics import Participant, Summary
from .lists import Page
from .rows import (
    Assignment,
    Criterion,
    Detail,
    FeedbackExample,
    Item,
    Line,
    Named,
    Scenario,
    Session,
    User,
    rank_of,
)

Json = dict[str, object]
T = TypeVar("T")


def page(shown: Page[T], render: Callable[[T], Json]) -> Json:
    """Return the body of one page of a list."""
    return {
        "data": [render(row) for row in shown.rows],
        "pagination": {
            "page": shown.paging.number,
            "page_size": shown.paging.size,
            "total_count": shown.total_count,
            "total_pages": shown.total_pages,
        },
    }


def session(row: Session) -> Json:
    """Return a session as the list shows it."""
    return {
        "id": row.id,
        "user": user(row.user),
        "scenario": scenario(row.scenario),
        "score": number(row.score),
        "rank": row.rank,
        "duration_seconds": number(row.duration_seconds),
        "is_valid_attempt": row.is_valid_attempt,
        "created_at": instant(row.created_at),
    }


def session_detail(row: Session, detail: Detail, include: AbstractSet[str]) -> Json:
    """Return one session whole, with `transcript` and `evaluations` only where included."""
    body = session(row)
    created = body.pop("created_at")
    body |= {
        "outcome_feedback": detail.outcome_feedback,
        "positive_feedback": detail.positive_feedback,
        "constructive_feedback": detail.constructive_feedback,
        "created_at": created,
    }
    if "transcript" in include:
        lines = detail.transcript
        body["transcript"] = None if lines is None else [_line(each) for each in lines]
    if "evaluations" in include:
        criteria = detail.evaluations
        body["evaluations"] = None if criteria is None else [_criterion(each) for each in criteria]
    return body


def assignment(row: Assignment) -> Json:
    """Return an assignment."""
    return {
        "id": row.id,
        "user": user(row.user),
        "scenario": scenario(row.scenario),
        "status": row.status,
        "due_date": None if row.due_date is None else instant(row.due_date),
        "best_score": number(row.best_score),
        "best_rank": row.best_rank,
        "attempt_count": row.attempt_count,
        "attempt_min": row.attempt_min,
        "attempt_max": row.attempt_max,
        "rank_min": row.rank_min,
        "program": None if row.program is None else _named(row.program),
        "created_at": instant(row.created_at),
    }


def participant(row: Participant) -> Json:
    """Return one row of the participants' table."""
    return {
        "user": user(row.user),
        "session_count": row.session_count,
        "first_score": number(row.first_score),
        "first_rank": None if row.first_score is None else rank_of(row.first_score),
        "best_score": number(row.best_score),
        "best_rank": None if row.best_score is None else rank_of(row.best_score),
        "lift_percentage": number(row.lift),
        "total_duration_seconds": number(row.total_duration_seconds),
    }


def summary(figures: Summary) -> Json:
    """Return a scenario's figures."""
    return {
        "participant_count": figures.participant_count,
        "total_sessions": figures.total_sessions,
        "average_best_score": number(figures.average_best_score),
        "average_best_rank": figures.average_best_rank,
        "average_lift_percentage": number(figures.average_lift),
        "total_practice_minutes": figures.total_practice_minutes,
        "average_session_duration_seconds": number(figures.average_session_duration_seconds),
        "score_distribution": [
            {"rank": share.rank, "count": share.count, "percentage": number(share.percentage)}
            for share in figures.distribution
        ],
    }


def user(row: User) -> Json:
    """Return a user; that one was removed is not shown."""
    return {
        "id": row.id,
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
    }


def scenario(row: Scenario) -> Json:
    """Return a scenario as other rows refer to it."""
    return {"id": row.id, "name": row.name, "slug": row.slug}


def instant(moment: datetime) -> str:
    """Return an instant in UTC to the second, as published: `2026-03-15T14:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: float | None) -> float | None:
    """Return a number as the API writes it: 88, not 88.0."""
    return int(value) if value is not None and value == int(value) else value


def _named(row: Named) -> Json:
    return {"id": row.id, "name": row.name}


def _line(row: Line) -> Json:
    return {
        "speaker": row.speaker,
        "text": row.text,
        "seconds_from_start": number(row.seconds_from_start),
    }


def _criterion(row: Criterion) -> Json:
    return {"criterion_name": row.name, "items": [_item(each) for each in row.items]}


def _item(row: Item) -> Json:
    return {
        "name": row.name,
        "grade": row.grade,
        "feedback": row.feedback,
        "feedback_examples": [_example(each) for each in row.examples],
    }


def _example(row: FeedbackExample) -> Json:
    return {
        "quote": row.quote,
        "feedback": row.feedback,
        "suggestion_quote": row.suggestion_quote,
        "grade": row.grade,
        "salience": row.salience,
    }
