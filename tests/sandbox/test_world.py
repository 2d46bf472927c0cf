"""Rows of a test's own, and the arguments that the sandbox refuses."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from exec_api_client.sandbox import (
    Assignment,
    Detail,
    Fault,
    Limits,
    Sandbox,
    Scenario,
    Session,
    User,
    World,
    generate,
)

from .conftest import Ask, request

JANE = User(id="u1", email="jane@acme.example", first_name="Jane", last_name="Smith")
DISCOVERY = Scenario(id="s1", name="Discovery", slug="discovery")
LINE = {"speaker": "ai", "text": "Hello.", "seconds_from_start": 0}
SESSION = Session(
    id="r1",
    user=JANE,
    scenario=DISCOVERY,
    created_at=datetime(2026, 3, 15, 16, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=2))),
    duration_seconds=347.5,
    score=82.5,
    detail=Detail(outcome_feedback="Well done.", transcript=[LINE]),
)
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001


def test_a_world_of_own_rows() -> None:
    sandbox = Sandbox(World([JANE, DISCOVERY, SESSION]))
    assert sandbox.handle(request("/sessions/r1", "include=transcript,evaluations")).json() == {
        "id": "r1",
        "user": {"id": "u1", "email": "jane@acme.example", "first_name": "Jane", "last_name": "Smith"},
        "scenario": {"id": "s1", "name": "Discovery", "slug": "discovery"},
        "score": 82.5,
        "rank": "silver",
        "duration_seconds": 347.5,
        "is_valid_attempt": True,
        "outcome_feedback": "Well done.",
        "positive_feedback": None,
        "constructive_feedback": None,
        "created_at": "2026-03-15T14:30:00Z",
        "transcript": [LINE],
        "evaluations": None,
    }
    exactly = sandbox.handle(
        request("/sessions", start_date="2026-03-15T14:30:00Z", end_date="2026-03-15T14:30:00Z")
    )
    assert exactly.json()["pagination"]["total_count"] == 1  # the fraction of a second is not compared
    added = sandbox.add_session(user="JANE@acme.example", scenario="discovery", score=None, completed=False)
    assert (added.user, added.scenario) == (JANE, DISCOVERY)
    assert added.created_at == SESSION.created_at + timedelta(seconds=1)
    assert sandbox.handle(request("/sessions")).json()["data"][0]["id"] == added.id


def test_added_rows_are_listed_first_and_have_new_ids(sandbox: Sandbox, ask: Ask) -> None:
    user = sandbox.add_user("ada@acme.example", first_name="Ada", group_ids=[sandbox.world.groups[0].id])
    scenario = sandbox.add_scenario("Quarterly Review")
    session = sandbox.add_session(user="ada@acme.example", scenario="quarterly-review", score=95)
    due = datetime(2026, 5, 1, tzinfo=UTC)
    assignment = sandbox.add_assignment(user=user, scenario=scenario, status="past_due", due_date=due)
    assert ask("/sessions", group_ids=user.group_ids[0]).json()["data"][0]["id"] == session.id
    shown = ask("/scenarios/assignments").json()["data"][0]
    assert (shown["id"], shown["user"]["first_name"]) == (assignment.id, "Ada")
    assert (shown["status"], shown["due_date"]) == ("past_due", "2026-05-01T00:00:00Z")
    again = Sandbox(limits=None)
    assert again.add_user().id == user.id  # the same in every run
    assert again.add_scenario("Other").id == scenario.id
    assert again.add_user().email != again.add_user().email
    assert len(sandbox.world.sessions) == len(again.world.sessions) + 1


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (lambda box: box.world.add(SESSION), ValueError, "already a row with the id 'r1'"),
        (lambda box: box.add_user("JANE@acme.example"), ValueError, "already a user with the email"),
        (lambda box: box.add_scenario("Discovery"), ValueError, "already a scenario with the slug"),
        (lambda box: box.add_session(user="nobody"), KeyError, "no user 'nobody': give the id or email"),
        (lambda box: box.add_assignment(scenario="x"), KeyError, "no scenario 'x': give the id or slug"),
        (lambda box: box.remove_session("u1"), KeyError, "no session 'u1': give an id from"),
        (lambda box: box.world.remove("nothing"), KeyError, "nothing"),
        (lambda _: Sandbox(World()).add_session(), KeyError, "no user None"),
        (lambda _: Sandbox(World([JANE])).add_session(), KeyError, "no scenario None"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    act: Callable[[Sandbox], object], error: type[Exception], words: str
) -> None:
    world = World([JANE, DISCOVERY, SESSION])
    with pytest.raises(error, match=re.escape(words)):
        act(Sandbox(world))
    assert (len(world.users), len(world.scenarios), len(world.sessions)) == (1, 1, 1)


SECONDS = "a number of seconds, 0 or more"
SCORE = "a number from 0 to 100, or None"
TIMES = "a whole number, 1 or more, or None for no end"
PER_WINDOW = "a whole number, 1 or more, or None for no limit"
CONNECTIONS = "one of refused, reset, dropped, truncated, or None"
ZONE = "a datetime with a time zone"


def fail(box: Sandbox, **options: Any) -> object:
    return box.fail_next(**{"status": 500, **options})


def assign(_: Sandbox, **options: Any) -> object:
    usual = {"id": "x", "user": JANE, "scenario": DISCOVERY, "status": "completed"}
    return Assignment(**{**usual, "created_at": SESSION.created_at, **options})


def practise(box: Sandbox, **options: Any) -> object:
    return box.add_session(**options)


@pytest.mark.parametrize(
    ("make", "name", "values", "allowed"),
    [
        (fail, "connection", ("foo", 1, ["reset"]), CONNECTIONS),
        (fail, "delay", (-1, "1", math.nan, math.inf, True), SECONDS),
        (fail, "retry_after", ("5",), SECONDS),
        (fail, "status", (99, 600, "503"), "a whole number from 200 to 599, or None"),
        (fail, "times", (0, "2"), TIMES),
        (lambda _, **x: Limits(**x), "window", ("x", None), "one of fixed, sliding_log, "),
        (lambda _, **x: Limits(**x), "requests", (0, 1.5, "5", True), PER_WINDOW),
        (lambda _, **x: Limits(**x), "per_day", (-1,), PER_WINDOW),
        (lambda _, **x: Limits(**x), "per", (0, "60", math.inf, math.nan), "a number of seconds above 0"),
        (lambda _, **x: Sandbox(**x), "latency", (-1, "1", None), SECONDS),
        (lambda _, **x: generate(**x), "sessions", (-1, "400", 1.5, None), "a whole number, 0 or more"),
        (lambda _, **x: generate(**x), "now", (NAIVE, "2026-04-01"), ZONE),
        (practise, "score", ("a", 500, -1, math.nan, True), SCORE),
        (practise, "duration_seconds", (-1, "300"), SECONDS),
        (practise, "created_at", (NAIVE, "2026-04-01"), ZONE),
        (assign, "best_score", (101,), SCORE),
        (assign, "due_date", (NAIVE, "2026-04-01"), ZONE),
        (assign, "status", ("done",), "one of not_started, in_progress, "),
    ],
)
def test_an_argument_is_refused_when_it_is_given(
    sandbox: Sandbox, make: Callable[..., object], name: str, values: tuple[object, ...], allowed: str
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=re.escape(f"{name} must be {allowed}")) as caught:
            make(sandbox, **{name: value})
        assert str(caught.value).endswith(f", not {value!r}")
    answer = sandbox.handle(request("/sessions"))
    assert (answer.status, answer.json()["pagination"]["total_count"]) == (200, 400)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({}, ValueError),
        ({"body": "x"}, ValueError),
        ({"retry_after": 5}, ValueError),
        ({"headers": {"a": "b"}, "delay": 1}, ValueError),
        ({"status": 204, "body": b""}, ValueError),
        ({"status": 429, "retry_after": 5, "body": {}}, ValueError),
        ({"status": 500, "headers": {"a": "b\r\nc: d"}}, ValueError),
        ({"status": 500, "headers": {"a": "\N{SNOWMAN}"}}, ValueError),
        ({"status": 500, "headers": {"retry-after": 7}}, TypeError),
        ({"status": 200, "body": {"when": NAIVE}}, TypeError),
    ],
)
def test_faults_without_meaning(fault: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Fault(**fault)
