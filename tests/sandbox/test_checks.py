"""What makes no sense is refused when it is given, with a word on what may be given instead."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from exec_api_client.sandbox import Assignment, Fault, Limits, Sandbox, Session

from .conftest import request

CONNECTIONS = "one of 'refused', 'reset', 'dropped', 'truncated' or None is wanted"
SECONDS = "a number of seconds from 0 is wanted"
SCORE = "a number from 0 to 100, or None for not graded, is wanted"
PER_WINDOW = "a whole number from 1, or None for no limit is wanted"
BODY = "bytes, a text, a list or an object as JSON has them, or None, is wanted"


def refused(make: Callable[..., object], wanted: str, **arguments: Any) -> None:
    """Assert that the first of the arguments is named, with its value and what is wanted."""
    name, value = next(iter(arguments.items()))
    with pytest.raises(ValueError, match=re.escape(f"{name}={value!r}: {wanted}")):
        make(**arguments)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("connection", "foo", CONNECTIONS),
        ("connection", 1, CONNECTIONS),
        ("connection", ["reset"], CONNECTIONS),
        ("delay", -1, SECONDS),
        ("delay", "1", SECONDS),
        ("delay", math.nan, SECONDS),
        ("delay", math.inf, SECONDS),
        ("delay", True, SECONDS),
        ("retry_after", "5", "a number of seconds from 0, or None is wanted"),
        ("pause", -0.1, SECONDS),
        ("pause", None, SECONDS),
        ("piece", 0, "a whole number from 1 is wanted"),
        ("piece", 1.5, "a whole number from 1 is wanted"),
        ("status", 99, "a whole number from 200 to 599, or None for the API's own answer is wanted"),
        ("status", "503", "a whole number from 200 to 599, or None for the API's own answer is wanted"),
        ("body", 7, BODY),
        ("body", {"when": datetime(2026, 1, 1, tzinfo=UTC)}, BODY),
        ("times", 0, "a whole number from 1, or None for always is wanted"),
        ("times", "2", "a whole number from 1, or None for always is wanted"),
    ],
)
def test_a_fault(sandbox: Sandbox, name: str, value: object, wanted: str) -> None:
    refused(sandbox.fail_next, wanted, **{name: value}, **({} if name == "status" else {"status": 500}))
    assert sandbox.handle(request("/sessions")).status == 200


def test_a_header_and_a_predicate(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match=re.escape("headers['retry-after']=7: a text is wanted")):
        Fault(status=429, headers={"retry-after": 7})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="predicate='page=3': a function from a request is wanted"):
        sandbox.fail_when("page=3", status=500)  # type: ignore[arg-type]
    assert sandbox.handle(request("/sessions", page=3)).status == 200


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("window", "x", "one of 'fixed', 'sliding_log', 'token_bucket' or 'sliding_counter' is wanted"),
        ("window", None, "one of 'fixed', 'sliding_log', 'token_bucket' or 'sliding_counter' is wanted"),
        ("retry_after_in", "x", "one of 'body' or 'error' is wanted"),
        ("retry_after_unit", "x", "one of 'seconds' or 'milliseconds' is wanted"),
        ("requests", 0, PER_WINDOW),
        ("requests", 1.5, PER_WINDOW),
        ("requests", "5", PER_WINDOW),
        ("per_day", True, PER_WINDOW),
        ("per", 0, "a number of seconds above 0 is wanted"),
        ("per", "60", "a number of seconds above 0 is wanted"),
        ("phase", -1, SECONDS),
    ],
)
def test_limits(name: str, value: object, wanted: str) -> None:
    refused(Limits, wanted, **{name: value})


@pytest.mark.parametrize("value", [-1, "1", None, math.nan])
def test_latency(sandbox: Sandbox, value: Any) -> None:
    refused(Sandbox, SECONDS, latency=value)
    with pytest.raises(ValueError, match="latency="):
        sandbox.latency = value
    assert sandbox.latency == 0
    sandbox.latency = lambda _: value
    with pytest.raises(ValueError, match=re.escape(f"latency(…)={value!r}: {SECONDS}")):
        sandbox.exchange(request("/sessions"))


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("score", "a", SCORE),
        ("score", 500, SCORE),
        ("score", -1, SCORE),
        ("score", math.nan, SCORE),
        ("score", True, SCORE),
        ("duration_seconds", -1, "a number of seconds from 0, or None is wanted"),
        ("duration_seconds", "300", "a number of seconds from 0, or None is wanted"),
        ("created_at", "2026-04-01", "an aware datetime is wanted"),
    ],
)
def test_a_session(sandbox: Sandbox, name: str, value: object, wanted: str) -> None:
    refused(sandbox.add_session, wanted, **{name: value})
    assert sandbox.handle(request("/sessions")).json()["pagination"]["total_count"] == 400
    like = next(iter(sandbox.world.sessions.values()))
    usual: dict[str, Any] = {"created_at": like.created_at, "duration_seconds": 1.0, "score": None}
    del usual[name]
    refused(Session, wanted, **{name: value}, **usual, id="x", user=like.user, scenario=like.scenario)


def test_an_assignment(sandbox: Sandbox) -> None:
    like = next(iter(sandbox.world.assignments.values()))
    usual: dict[str, Any] = {"id": "x", "user": like.user, "scenario": like.scenario, "status": "completed"}
    refused(Assignment, SCORE, best_score=101, created_at=like.created_at, **usual)
    due = "an aware datetime, or None, is wanted"
    refused(Assignment, due, due_date="2026-04-01", created_at=like.created_at, **usual)


@pytest.mark.parametrize("value", [-1, "400", 1.5, None])
def test_the_number_of_sessions(value: object) -> None:
    refused(Sandbox, "a whole number from 0 is wanted", sessions=value)


def test_what_makes_sense_at_the_edges(sandbox: Sandbox) -> None:
    scores = [sandbox.add_session(score=score, duration_seconds=None).score for score in (0, 100, None)]
    assert scores == [0, 100, None]
    sandbox.fail_next(connection=None, delay=0, pause=0, status=200, body=[])
    assert sandbox.handle(request("/sessions")).body == b"[]"
    assert Limits(requests=None, per_day=None, phase=0.5).requests is None
