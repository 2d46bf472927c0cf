"""The list of assignments against a computation of its own, and what makes its rows believable."""

from collections.abc import Callable
from typing import Any

import pytest

from exec_api_client.sandbox import Sandbox

Row = dict[str, Any]
Walk = Callable[..., list[Row]]
RANKS = ["unranked", "bronze", "silver", "gold"]
STATUSES = ["not_started", "in_progress", "completed", "past_due", "did_not_pass"]


@pytest.fixture
def everything(walk: Walk, sandbox: Sandbox) -> list[Row]:
    rows = walk("/scenarios/assignments")
    assert {row["id"] for row in rows} == set(sandbox.world.assignments)
    return rows


def test_newest_first(everything: list[Row]) -> None:
    by_id = sorted(everything, key=lambda row: row["id"])
    assert everything == sorted(by_id, key=lambda row: row["created_at"], reverse=True)


@pytest.mark.parametrize("statuses", [*STATUSES, "past_due,not_started"])
def test_filter_by_status(everything: list[Row], walk: Walk, statuses: str) -> None:
    expected = [row for row in everything if row["status"] in statuses.split(",")]
    assert walk("/scenarios/assignments", status=statuses) == expected != []


def test_filters(everything: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    user, scenario = everything[0]["user"], everything[1]["scenario"]
    program = sandbox.world.programs[0]

    def where(test: Callable[[Row], bool]) -> list[Row]:
        return [row for row in everything if test(row)]

    def listed(**params: str) -> list[Row]:
        return walk("/scenarios/assignments", **params)

    other = everything[5]["user"]
    assert listed(user_ids=user["id"]) == where(lambda r: r["user"] == user)
    assert listed(user_emails=user["email"]) == where(lambda r: r["user"] == user)
    assert listed(user_ids=user["id"], user_emails=other["email"]) == where(
        lambda r: r["user"] in (user, other)
    )
    assert listed(scenario_ids=scenario["id"]) == where(lambda r: r["scenario"] == scenario)
    in_program = where(lambda r: r["program"] == {"id": program.id, "name": program.name})
    assert listed(program_ids=program.id) == in_program != []
    assert listed(program_ids=program.id, status="completed") == [
        row for row in in_program if row["status"] == "completed"
    ]
    assert listed(program_ids="none") == []


def test_they_agree_with_the_sessions_and_with_their_status(
    everything: list[Row], walk: Walk, sandbox: Sandbox
) -> None:
    now = f"{sandbox.world.now:%Y-%m-%dT%H:%M:%SZ}"
    sessions = [row for row in walk("/sessions") if row["is_valid_attempt"]]
    for row in everything:
        key = (row["user"], row["scenario"])
        scores = [each["score"] for each in sessions if (each["user"], each["scenario"]) == key]
        assert row["attempt_count"] == len(scores)
        assert row["best_score"] == max(scores, default=None)
        assert (row["best_rank"] is None) == (not scores)
        assert row["created_at"] < now
        overdue = row["due_date"] is not None and row["due_date"] < now
        required = RANKS.index(row["rank_min"] or "unranked")
        passed = bool(scores) and RANKS.index(row["best_rank"]) >= required
        passed = passed and row["attempt_count"] >= (row["attempt_min"] or 1)
        match row["status"]:
            case "completed":
                assert passed
            case "past_due":
                assert overdue
                assert not passed
            case "did_not_pass":
                assert row["attempt_count"] >= row["attempt_max"]
                assert not passed
            case "in_progress":
                assert scores
                assert not passed
                assert not overdue
            case "not_started":
                assert not scores
                assert not overdue
    assert {row["status"] for row in everything} == set(STATUSES)
    assert {row["due_date"] is None for row in everything} == {True, False}
    assert {row["program"] is None for row in everything} == {True, False}
