"""Rows as the JSON objects of the document: the same fields in the same order."""

from collections.abc import Collection
from datetime import UTC, datetime

from .messages import Json
from .world import Assignment, Detail, Scenario, Session, User


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


def session_detail(row: Session, detail: Detail, include: Collection[str]) -> Json:
    """Return one session whole, with `transcript` and `evaluations` where included."""
    body = session(row)
    created = body.pop("created_at")
    body |= {
        "outcome_feedback": detail.outcome_feedback,
        "positive_feedback": detail.positive_feedback,
        "constructive_feedback": detail.constructive_feedback,
        "created_at": created,
    }
    for name, value in (("transcript", detail.transcript), ("evaluations", detail.evaluations)):
        if name in include:
            body[name] = value
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
        "program": None if row.program is None else {"id": row.program.id, "name": row.program.name},
        "created_at": instant(row.created_at),
    }


def user(row: User) -> Json:
    """Return a user. The API does not show that one was removed."""
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
    """Return a time in UTC to the second, as published: `2026-03-15T14:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: float | None) -> float | None:
    """Return a number as the API writes it: 88, not 88.0."""
    return int(value) if value is not None and value == int(value) else value
