"""A scenario's figures against a computation of its own over the listed sessions."""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

import pytest

from exec_api_client.sandbox import Sandbox, User

from .conftest import SLUG, Ask, request

Row = dict[str, Any]
Walk = Callable[..., list[Row]]
TABLE = f"/scenarios/{SLUG}/analytics/participants"
SUMMARY = f"/scenarios/{SLUG}/analytics/summary"
FIELDS = ["best_score", "first_score", "lift_percentage", "total_duration_seconds", "session_count"]
FILTERS: dict[str, dict[str, str]] = {
    "all": {},
    "dates": {"start_date": "2025-12-01T00:00:00Z", "end_date": "2026-02-15T00:00:00Z"},
    "no system users": {"exclude_system_users": "true"},
    "people": {"user_ids": "<first>", "user_emails": "<second>"},
    "group": {"group_ids": "<group>"},
}


def rank(score: float) -> str:
    return "gold" if score >= 90 else "silver" if score >= 75 else "bronze" if score >= 50 else "unranked"


@pytest.fixture(params=FILTERS)
def filters(request: pytest.FixtureRequest, sandbox: Sandbox) -> dict[str, str]:
    practised = [s.user for s in sandbox.world.sessions.values() if s.scenario.slug == SLUG]
    stand_ins = {
        "<first>": practised[0].id,
        "<second>": practised[-1].email,
        "<group>": sandbox.world.groups[0].id,
    }
    return {name: stand_ins.get(value, value) for name, value in FILTERS[request.param].items()}


@pytest.fixture
def completed(sandbox: Sandbox, walk: Walk, filters: dict[str, str]) -> list[Row]:
    """The completed sessions of the scenario, oldest first, as the list shows them."""
    scenario = sandbox.world.find_scenario(SLUG)
    assert scenario
    rows = walk("/sessions", scenario_ids=scenario.id, **filters)
    rows = [row for row in rows if sandbox.world.sessions[row["id"]].completed]
    assert rows
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]))


@pytest.fixture
def expected(completed: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for user in {row["user"]["id"]: row["user"] for row in completed}.values():
        own = [row for row in completed if row["user"] == user]
        scores = [row["score"] for row in own if row["is_valid_attempt"]]
        first, best = (scores[0], max(scores)) if scores else (None, None)
        rows.append(
            {
                "user": user,
                "session_count": len(own),
                "first_score": first,
                "first_rank": None if first is None else rank(first),
                "best_score": best,
                "best_rank": None if best is None else rank(best),
                "lift_percentage": None if first is None or best is None else best - first,
                "total_duration_seconds": sum(row["duration_seconds"] for row in own),
            }
        )
    return rows


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("sign", ["", "-"])
def test_participants(
    expected: list[Row], walk: Walk, filters: dict[str, str], field: str, sign: str
) -> None:
    def compare(one: Row, other: Row) -> int:
        a, b = one[field], other[field]
        if (a is None) != (b is None):
            return 1 if a is None else -1
        if a == b:
            return 1 if one["user"]["id"] > other["user"]["id"] else -1
        return (1 if a > b else -1) * (-1 if sign else 1)

    assert walk(TABLE, sorting=sign + field, **filters) == sorted(expected, key=cmp_to_key(compare))


def test_best_first_by_default(walk: Walk) -> None:
    assert walk(TABLE) == walk(TABLE, sorting="-best_score")


def test_who_has_no_grade_yet_stands_last_with_nulls(walk: Walk) -> None:
    for sorting in ("best_score", "-best_score"):
        assert walk(TABLE, sorting=sorting)[-1]["best_score"] is None


def test_pages(ask: Ask, walk: Walk) -> None:
    everybody = walk(TABLE)
    body = ask(TABLE, page=2, page_size=5).json()
    assert body["data"] == everybody[5:10]
    assert body["pagination"]["total_pages"] == -(-len(everybody) // 5)


def test_summary(completed: list[Row], expected: list[Row], ask: Ask, filters: dict[str, str]) -> None:
    valid = [row for row in completed if row["is_valid_attempt"]]
    graded = [row for row in expected if row["best_score"] is not None]
    seconds = sum(row["duration_seconds"] for row in valid)
    best = [row["best_score"] for row in graded]
    body = ask(SUMMARY, **filters).json()
    distribution = body.pop("score_distribution")
    assert body == {
        "participant_count": len(graded),
        "total_sessions": len(valid),
        "average_best_score": pytest.approx(sum(best) / len(best), abs=0.0501),
        "average_best_rank": rank(sum(best) / len(best)),
        "average_lift_percentage": pytest.approx(
            sum(row["lift_percentage"] for row in graded) / len(graded), abs=0.0501
        ),
        "total_practice_minutes": pytest.approx(seconds / 60, abs=0.501),
        "average_session_duration_seconds": pytest.approx(seconds / len(valid), abs=0.501),
    }
    assert [share["rank"] for share in distribution] == ["gold", "silver", "bronze", "unranked"]
    for share in distribution:
        count = sum(row["best_rank"] == share["rank"] for row in graded)
        assert share["count"] == count
        assert share["percentage"] == pytest.approx(100 * count / len(graded), abs=0.0501)


def test_a_scenario_is_found_by_id_as_by_slug(sandbox: Sandbox, ask: Ask) -> None:
    scenario = sandbox.world.find_scenario(SLUG)
    assert scenario
    for tail in ("summary", "participants"):
        by_id = ask(f"/scenarios/{scenario.id}/analytics/{tail}")
        assert by_id == ask(f"/scenarios/{SLUG}/analytics/{tail}")
        assert by_id.status == 200


def test_a_scenario_that_nobody_practised(ask: Ask) -> None:
    body = ask("/scenarios/partner-co-selling-kickoff/analytics/summary").json()
    assert body["participant_count"] == body["total_sessions"] == body["average_best_score"] == 0
    assert body["average_best_rank"] == "unranked"
    assert {share["percentage"] for share in body["score_distribution"]} == {0}
    table = ask("/scenarios/partner-co-selling-kickoff/analytics/participants").json()
    assert table["data"] == []


def test_percentages_as_published() -> None:
    """The published example: 12, 18, 10 and 5 of 45, to one decimal, whole numbers without a point."""
    sandbox = Sandbox(sessions=0, limits=None)
    for number in range(45):
        user = User(id=f"n{number}", email=f"n{number}@acme.example", first_name="N", last_name=str(number))
        score = 95.0 if number < 12 else 80.0 if number < 30 else 60.0 if number < 40 else 20.0
        sandbox.add_session(user=user, scenario=SLUG, score=score)
    body = sandbox.handle(request(SUMMARY)).body.decode()
    assert body.endswith(
        '"score_distribution":['
        '{"rank":"gold","count":12,"percentage":26.7},{"rank":"silver","count":18,"percentage":40},'
        '{"rank":"bronze","count":10,"percentage":22.2},{"rank":"unranked","count":5,"percentage":11.1}]}'
    )
