"""The workspace from a seed: the same every time, varied, and made of believable text."""

import hashlib
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from exec_api_client.sandbox import NOW, Sandbox, generate

from .conftest import request


def digest(sandbox: Sandbox) -> str:
    """The hash of all that a client can see of a sandbox."""
    lists = [request(path) for path in ("/sessions", "/scenarios/assignments")]
    details = [
        request(f"/sessions/{row}", "include=transcript,evaluations") for row in sandbox.world.sessions
    ]
    bodies = [sandbox.handle(each).body for each in [*lists, *details]]
    return hashlib.sha256(b"\n".join(bodies)).hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_any_process() -> None:
    script = (
        "from exec_api_client.sandbox import Sandbox; from tests.sandbox.test_data import digest;"
        "print(digest(Sandbox(seed=3, sessions=40, limits=None)))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata"}
    printed = subprocess.check_output(
        [sys.executable, "-c", script], env=environment, cwd=Path(__file__).parents[2], text=True
    )
    assert printed.strip() == digest(Sandbox(seed=3, sessions=40, limits=None))
    assert set(generate(1).sessions).isdisjoint(generate(2).sessions)


@pytest.mark.parametrize("seed", [0, 7, 99])
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
    assert len({each.scenario.id for each in sessions}) == len(world.scenarios) - 1
    assert len({each.status for each in world.assignments.values()}) == 5
    created = sorted({each.created_at for each in sessions})
    assert len(created) < len(sessions) - 10
    assert created[0] < NOW - timedelta(days=150)
    assert NOW - timedelta(days=5) < created[-1] < NOW
    emails = [user.email for user in world.users.values()]
    assert all(email.isascii() and email == email.lower() for email in emails)


def test_now_moves_everything_along() -> None:
    now = datetime(2030, 1, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    then, later = generate(), generate(now=now)
    assert list(then.sessions) == list(later.sessions)
    assert list(then.assignments) == list(later.assignments)
    for one, other in zip(then.sessions.values(), later.sessions.values(), strict=True):
        assert other.created_at - one.created_at == now.replace(microsecond=0) - NOW
