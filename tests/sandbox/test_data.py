"""The workspace made from a seed: the same every time, varied, and made of believable text."""

import hashlib
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from exec_api_client.sandbox import NOW, Sandbox, generate

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


def test_addresses_are_plain_and_differ() -> None:
    users = generate().users.values()
    emails = [user.email for user in users]
    assert len(set(emails)) == len(emails)
    assert all(email.isascii() and email == email.lower() for email in emails)
    assert "lukasz.zielinski@lumera.example" in emails
    assert "olivia.sorensen@lumera.example" in emails
    assert "hannah.oneill@lumera.example" in emails
