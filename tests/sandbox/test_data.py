"""The workspace made from a seed: the same every time, varied, and made of believable text."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from exec_api_client.sandbox import (
    NOW,
    Assignment,
    Detail,
    Line,
    Sandbox,
    Scenario,
    Session,
    User,
    World,
    generate,
)
from exec_api_client.sandbox.rows import rank_of

from .conftest import Ask, request


def everything(sandbox: Sandbox) -> bytes:
    """All that a client can see of a sandbox, as bytes."""
    paths = ["/sessions", "/scenarios/assignments"]
    paths += [f"/scenarios/{each}/analytics/summary" for each in sandbox.world.scenarios]
    paths += [f"/sessions/{each}" for each in sandbox.world.sessions]
    bodies: list[bytes] = []
    for path in paths:
        query = "include=transcript,evaluations" if path.startswith("/sessions/") else ""
        query = "page_size=100" if path.endswith(("sessions", "assignments")) else query
        answer = sandbox.handle(request(path, query))
        assert answer.status == 200
        bodies.append(answer.body)
    return b"\n".join(bodies)


def test_the_same_seed_gives_the_same_bytes_in_any_process() -> None:
    script = (
        "import hashlib; from exec_api_client.sandbox import Sandbox;"
        "from tests.sandbox.test_data import everything;"
        "print(hashlib.sha256(everything(Sandbox(seed=3, sessions=80, limits=None))).hexdigest())"
    )
    here = hashlib.sha256(everything(Sandbox(seed=3, sessions=80, limits=None))).hexdigest()
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Kolkata"}
        run = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == here


def test_another_seed_gives_other_rows() -> None:
    assert set(generate(1).sessions).isdisjoint(generate(2).sessions)


def test_what_is_asked_before_changes_nothing_after() -> None:
    one, other = Sandbox(sessions=40, limits=None), Sandbox(sessions=40, limits=None)
    for session_id in reversed(one.world.sessions):
        one.handle(request(f"/sessions/{session_id}"))
    assert everything(one) == everything(other)


@pytest.mark.parametrize("seed", [0, 1, 7, 99])
def test_every_kind_of_row_is_there(seed: int) -> None:
    world = generate(seed)
    sessions = list(world.sessions.values())
    assert len(sessions) == 400
    assert {each.rank for each in sessions} == {"gold", "silver", "bronze", "unranked", None}
    assert {each.completed for each in sessions} == {True, False}
    assert any(each.completed and each.score is None for each in sessions)
    assert any(each.duration_seconds is None for each in sessions)
    assert any(each.user.removed for each in sessions)
    assert any(each.user.is_system for each in sessions)
    assert {each.scenario.slug for each in sessions} == {each.slug for each in world.scenarios.values()} - {
        "partner-co-selling-kickoff"
    }
    assert len({each.status for each in world.assignments.values()}) == 5
    assert len({each.created_at for each in sessions}) < len(sessions) - 10


def test_sessions_are_spread_over_months_to_the_second() -> None:
    created = sorted(each.created_at for each in generate().sessions.values())
    assert created[0] < NOW - timedelta(days=150)
    assert NOW - timedelta(days=5) < created[-1] < NOW
    assert all(each.microsecond == 0 and each.utcoffset() == timedelta(0) for each in created)


def test_now_moves_everything_along() -> None:
    now = datetime(2030, 1, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    then, later = generate(), generate(now=now)
    shift = now.replace(microsecond=0) - NOW
    assert list(then.sessions) == list(later.sessions)
    for one, other in zip(then.sessions.values(), later.sessions.values(), strict=True):
        assert other.created_at - one.created_at == shift
    assert later.now == now.replace(microsecond=0)


def test_any_number_of_sessions() -> None:
    assert len(generate(sessions=0).sessions) == 0
    assert len(generate(sessions=2_500).sessions) == 2_500
    with pytest.raises(ValueError, match="sessions=-1"):
        generate(sessions=-1)
    with pytest.raises(ValueError, match="time zone"):
        generate(now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_practice_helps(ask: Ask) -> None:
    assert ask("/scenarios/procurement-discovery/analytics/summary").json()["average_lift_percentage"] > 2


@pytest.mark.parametrize(
    ("score", "rank"),
    [
        (100, "gold"),
        (90, "gold"),
        (89.9, "silver"),
        (75, "silver"),
        (74.5, "bronze"),
        (50, "bronze"),
        (49.9, "unranked"),
        (0, "unranked"),
    ],
)
def test_ranks_begin_at_the_published_scores(score: float, rank: str) -> None:
    assert rank_of(score) == rank


def test_details_fit_their_session(sandbox: Sandbox, ask: Ask) -> None:
    seen: set[str | None] = set()
    for session in sandbox.world.sessions.values():
        body = ask(f"/sessions/{session.id}", include="transcript,evaluations").json()
        lines, criteria = body["transcript"], body["evaluations"]
        assert (lines is None) == (session.duration_seconds is None)
        assert (criteria is None) == (not session.is_valid_attempt) == (body["outcome_feedback"] is None)
        said = [line["text"] for line in lines or []]
        times = [t for line in lines or [] if (t := line["seconds_from_start"]) is not None]
        assert times == sorted(times)
        assert max(times, default=0) <= (session.duration_seconds or 0)
        assert {line["speaker"] for line in lines or []} <= {"ai", "user", None}
        assert not any("{" in text or "}" in text for text in said)
        if session.completed:
            assert len(said) >= 12
            assert session.scenario.pain in " ".join(said)
        elif lines is not None:
            assert 2 <= len(said) <= 6
        for criterion in criteria or []:
            for item in criterion["items"]:
                seen.add(item["grade"])
                for example in item["feedback_examples"]:
                    assert example["quote"] in said
                    assert example["salience"] in ("high", "mid")  # filtered, as published
                    assert (example["suggestion_quote"] is None) == (example["grade"] == "good")
    assert seen == {"good", "mid", "bad", "not_relevant", None}


def test_a_better_score_has_better_grades(sandbox: Sandbox, ask: Ask) -> None:
    def share_of_good(score: float) -> float:
        grades: list[str] = []
        for _ in range(20):
            added = sandbox.add_session(score=score)
            body = ask(f"/sessions/{added.id}", include="evaluations").json()
            grades += [item["grade"] for each in body["evaluations"] for item in each["items"]]
        return grades.count("good") / len(grades)

    best, middling, worst = (share_of_good(score) for score in (95, 70, 30))
    assert best > 0.8
    assert 0.2 < middling < 0.7
    assert worst == 0


def test_includes(sandbox: Sandbox, ask: Ask) -> None:
    path = f"/sessions/{next(iter(sandbox.world.sessions))}"
    plain = ask(path).json()
    whole = ask(path, include=" transcript , evaluations").json()
    assert whole.keys() - plain.keys() == {"transcript", "evaluations"}
    assert ask(path, include="transcript").json().keys() - plain.keys() == {"transcript"}
    assert ask(path, include="evaluations,evaluations").json().keys() - plain.keys() == {"evaluations"}
    assert {name: whole[name] for name in plain} == plain


def test_addresses_are_plain_and_differ() -> None:
    users = generate().users.values()
    emails = [user.email for user in users]
    assert len(set(emails)) == len(emails)
    assert all(email.isascii() and email == email.lower() for email in emails)
    assert "lukasz.zielinski@lumera.example" in emails
    assert "olivia.sorensen@lumera.example" in emails
    assert "hannah.oneill@lumera.example" in emails


# --- a world of one's own -----------------------------------------------------------------------

JANE = User(id="u1", email="jane@acme.example", first_name="Jane", last_name="Smith")
DISCOVERY = Scenario(id="s1", name="Discovery", slug="discovery")
DETAIL = Detail(
    outcome_feedback="Well done.", transcript=(Line(speaker="ai", text="Hello.", seconds_from_start=0),)
)
SESSION = Session(
    id="r1",
    user=JANE,
    scenario=DISCOVERY,
    created_at=datetime(2026, 3, 15, 14, 30, tzinfo=UTC),
    duration_seconds=347.5,
    score=82.5,
    detail=DETAIL,
)


def test_own_rows() -> None:
    sandbox = Sandbox(World([JANE, DISCOVERY, SESSION]))
    answer = sandbox.handle(request("/sessions/r1", "include=transcript,evaluations"))
    assert answer.json() == {
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
        "transcript": [{"speaker": "ai", "text": "Hello.", "seconds_from_start": 0}],
        "evaluations": None,
    }
    added = sandbox.add_session(user="JANE@acme.example", scenario="discovery", score=None, completed=False)
    assert (added.user, added.scenario) == (JANE, DISCOVERY)
    assert added.created_at == SESSION.created_at + timedelta(seconds=1)
    assert not added.is_valid_attempt
    assert json.loads(sandbox.handle(request("/sessions")).body)["data"][0]["id"] == added.id


def test_instants_are_shown_in_utc(sandbox: Sandbox, ask: Ask) -> None:
    created = datetime(2026, 5, 1, 1, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    added = sandbox.add_session(created_at=created)
    assert ask(f"/sessions/{added.id}").json()["created_at"] == "2026-04-30T23:30:00Z"


def test_rows_that_do_not_fit_are_refused() -> None:
    world = World([JANE, DISCOVERY, SESSION])
    sandbox = Sandbox(world)
    with pytest.raises(ValueError, match="id 'r1'"):
        world.add(SESSION)
    with pytest.raises(ValueError, match="slug"):
        world.add(Scenario(id="s2", name="Other", slug="discovery"))
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        sandbox.add_session(created_at=naive)
    with pytest.raises(ValueError, match="time zone"):
        world.add(
            Assignment(
                id="a1",
                user=JANE,
                scenario=DISCOVERY,
                status="completed",
                created_at=SESSION.created_at,
                due_date=naive,
            )
        )
    with pytest.raises(KeyError, match="nobody"):
        sandbox.add_session(user="nobody")
    with pytest.raises(KeyError, match="nothing"):
        sandbox.add_session(scenario="nothing")
    with pytest.raises(KeyError):
        sandbox.remove_session("u1")  # there is such a row, but it is no session
    with pytest.raises(KeyError):
        world.remove("nothing")
    assert (len(world.users), len(world.scenarios), len(world.sessions)) == (1, 1, 1)


def test_an_empty_world_says_what_is_missing() -> None:
    with pytest.raises(KeyError, match="user"):
        Sandbox(World()).add_session()
    with pytest.raises(KeyError, match="scenario"):
        Sandbox(World([JANE])).add_session()


def test_added_rows_are_the_same_in_every_run() -> None:
    first, second = Sandbox(), Sandbox()
    assert [first.add_session() for _ in range(3)] == [second.add_session() for _ in range(3)]


def test_worlds_do_not_share_anything() -> None:
    one, other = Sandbox(), Sandbox()
    one.add_session()
    assert (len(one.world.sessions), len(other.world.sessions)) == (401, 400)
