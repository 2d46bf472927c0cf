"""A world of one's own, and rows that come and go."""

from datetime import UTC, datetime, timedelta

import pytest

from exec_api_client.sandbox import Assignment, Detail, Line, Sandbox, Scenario, Session, User, World

from .conftest import request

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
    assert sandbox.handle(request("/sessions")).json()["data"][0]["id"] == added.id


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
    with pytest.raises(KeyError, match=r"no session 'u1': name one of sandbox\.world\.sessions by id"):
        sandbox.remove_session("u1")  # there is such a row, but it is no session
    with pytest.raises(KeyError):
        world.remove("nothing")
    assert (len(world.users), len(world.scenarios), len(world.sessions)) == (1, 1, 1)


def test_worlds_do_not_share_anything() -> None:
    one, other = Sandbox(), Sandbox()
    one.add_session()
    assert (len(one.world.sessions), len(other.world.sessions)) == (401, 400)
