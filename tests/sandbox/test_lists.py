"""The lists and figures, each compared with a second computation over the unfiltered rows."""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

import pytest

from exec_api_client.sandbox import Sandbox, User

from .conftest import SLUG, Ask, request

Row = dict[str, Any]
Walk = Callable[..., list[Row]]
Expected = Callable[[Row], bool]

SESSIONS, ASSIGNMENTS = "/sessions", "/scenarios/assignments"
TABLE, SUMMARY = (f"/scenarios/{SLUG}/analytics/{tail}" for tail in ("participants", "summary"))


@pytest.fixture
def sessions(walk: Walk, sandbox: Sandbox) -> list[Row]:
    rows = walk(SESSIONS)
    assert {row["id"] for row in rows} == set(sandbox.world.sessions)
    return rows


def by(field: str, sorting: str, identity: Callable[[Row], str] = lambda row: row["id"]) -> Any:
    """Return a key: by a field, then by id. Null comes last in both directions."""

    def compare(one: Row, other: Row) -> int:
        a, b = one[field], other[field]
        if (a is None) != (b is None):
            return 1 if a is None else -1
        if a == b:
            return 1 if identity(one) > identity(other) else -1
        return (1 if a > b else -1) * (-1 if sorting.startswith("-") else 1)

    return cmp_to_key(compare)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", ["created_at", "score", "duration"])
def test_sessions_are_sorted(sessions: list[Row], walk: Walk, name: str, sign: str) -> None:
    field = "duration_seconds" if name == "duration" else name
    assert walk(SESSIONS, sorting=sign + name) == sorted(sessions, key=by(field, sign))
    if sign + name == "-created_at":
        assert walk(SESSIONS) == walk(SESSIONS, sorting="-created_at")


def ids_of(sandbox: Sandbox, kind: str, *positions: int) -> set[str]:
    return {getattr(sandbox.world, kind)[position].id for position in positions}


def test_sessions_are_filtered(sessions: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    world = sandbox.world
    first, second, third, *_ = world.users.values()
    one, other, *_ = world.scenarios.values()
    late, early = sessions[100]["created_at"], sessions[300]["created_at"]

    def scenario_in(kind: str, wanted: set[str]) -> Expected:
        return lambda row: bool(wanted & set(getattr(world.scenarios[row["scenario"]["id"]], f"{kind}_ids")))

    def user_is(*users: User) -> Expected:
        return lambda row: row["user"]["id"] in {user.id for user in users}

    cases: list[tuple[dict[str, str], Expected]] = [
        ({"scenario_ids": f"{one.id}, {other.id}"}, lambda row: row["scenario"]["id"] in (one.id, other.id)),
        ({"user_ids": first.id}, user_is(first)),
        ({"user_emails": f"{second.email.upper()},{third.email}"}, user_is(second, third)),
        ({"user_ids": first.id, "user_emails": second.email}, user_is(first, second)),
        ({"rank": "gold"}, lambda row: row["rank"] == "gold"),
        ({"rank": "bronze,unranked"}, lambda row: row["rank"] in ("bronze", "unranked")),
        ({"start_date": early, "end_date": late}, lambda row: early <= row["created_at"] <= late),
        ({"start_date": f"{early[:-1]}.000001Z"}, lambda row: row["created_at"] > early),
        ({"start_date": "2026-01-01T05:30:00+05:30"}, lambda row: row["created_at"] >= "2026-01-01"),
        ({"exclude_system_users": "true"}, lambda row: not row["user"]["email"].endswith("@exec.com")),
        ({"rank": "bronze", "end_date": late}, lambda r: r["rank"] == "bronze" and r["created_at"] <= late),
    ]
    for kind, positions in (("collection", (0, -1)), ("skill", (0,)), ("program", (0, 1))):
        wanted = ids_of(sandbox, f"{kind}s", *positions)
        cases.append(({f"{kind}_ids": ",".join(wanted)}, scenario_in(kind, wanted)))
    groups = ids_of(sandbox, "groups", 0, 1)
    in_group = {user.id for user in world.users.values() if groups & set(user.group_ids)}
    cases.append(({"group_ids": ",".join(groups)}, lambda row: row["user"]["id"] in in_group))
    for params, matches in cases:
        expected = [row for row in sessions if matches(row)]
        assert 0 < len(expected) < len(sessions), params
        assert walk(SESSIONS, **params) == expected, params
    none = ({"scenario_ids": one.slug}, {"user_ids": "nobody"}, {"start_date": late, "end_date": early})
    assert [walk(SESSIONS, **params) for params in none] == [[], [], []]
    everything = ({"start_date": "0001-01-01T00:00:00+14:00"}, {"end_date": "9999-12-31T23:59:59-14:00"})
    assert [walk(SESSIONS, **params) for params in everything] == [sessions, sessions]


def test_system_users_are_told_by_the_end_of_their_email(sandbox: Sandbox, walk: Walk) -> None:
    for email in ("pat@notexec.com", "QA2@EXEC.COM"):
        sandbox.add_session(user=sandbox.add_user(email))
    assert walk(SESSIONS, exclude_system_users="true")[0]["user"]["email"] == "pat@notexec.com"


def test_pages(sessions: list[Row], ask: Ask) -> None:
    assert ask(SESSIONS).json()["data"] == sessions[:50]
    assert ask(SESSIONS, page=3, page_size=7).json()["data"] == sessions[14:21]
    for params, shown, pages in (
        ({"page": 58, "page_size": 7}, sessions[399:], 58),
        ({"page": 10**9, "page_size": 100}, [], 4),
    ):
        whole = {**params, "total_count": 400, "total_pages": pages}
        assert ask(SESSIONS, **params).json() == {"data": shown, "pagination": whole}
    none = ask(SESSIONS, user_ids="nobody").json()["pagination"]
    assert none == {"page": 1, "page_size": 50, "total_count": 0, "total_pages": 0}


def test_rows_may_come_and_go_between_requests(sandbox: Sandbox, ask: Ask) -> None:
    def top() -> list[str]:
        return [row["id"] for row in ask(SESSIONS, page_size=3).json()["data"]]

    first, second, third = top()
    added = sandbox.add_session()
    assert top() == [added.id, first, second]
    sandbox.remove_session(first)
    assert top() == [added.id, second, third]
    assert ask(f"/sessions/{first}").status == 404


def test_assignments_are_filtered_newest_first(walk: Walk, sandbox: Sandbox) -> None:
    rows = walk(ASSIGNMENTS)
    assert rows == sorted(rows, key=by("created_at", "-"))
    user, other, scenario = rows[0]["user"], rows[5]["user"], rows[1]["scenario"]
    program = {"id": sandbox.world.programs[0].id, "name": sandbox.world.programs[0].name}
    cases: list[tuple[dict[str, str], Expected]] = [
        ({"user_ids": user["id"], "user_emails": other["email"]}, lambda row: row["user"] in (user, other)),
        ({"scenario_ids": scenario["id"]}, lambda row: row["scenario"] == scenario),
        ({"program_ids": program["id"]}, lambda row: row["program"] == program),
        ({"status": "past_due,not_started"}, lambda row: row["status"] in ("past_due", "not_started")),
    ]
    for params, matches in cases:
        assert walk(ASSIGNMENTS, **params) == [row for row in rows if matches(row)] != []


FILTERS: dict[str, dict[str, str]] = {
    "all": {},
    "dates": {"start_date": "2025-12-01T00:00:00Z", "end_date": "2026-02-15T00:00:00Z"},
    "no system users": {"exclude_system_users": "true"},
    "group": {"group_ids": "<group>"},
}


@pytest.fixture(params=FILTERS)
def filters(request: pytest.FixtureRequest, sandbox: Sandbox) -> dict[str, str]:
    group = sandbox.world.groups[0].id
    return {name: value.replace("<group>", group) for name, value in FILTERS[request.param].items()}


@pytest.fixture
def completed(sandbox: Sandbox, walk: Walk, filters: dict[str, str]) -> list[Row]:
    """The completed sessions of the scenario, oldest first, as the list shows them."""
    scenario = sandbox.world.find_scenario(SLUG)
    assert scenario
    rows = walk(SESSIONS, scenario_ids=scenario.id, **filters)
    rows = [row for row in rows if sandbox.world.sessions[row["id"]].completed]
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]))


@pytest.fixture
def expected(completed: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for user in {row["user"]["id"]: row["user"] for row in completed}.values():
        own = [row for row in completed if row["user"] == user]
        graded = [(row["score"], row["rank"]) for row in own if row["is_valid_attempt"]]
        first, best = (graded[0], max(graded)) if graded else ((None, None), (None, None))
        lift = best[0] - first[0] if graded else None
        seconds = sum(row["duration_seconds"] for row in own)
        rows.append(
            {"user": user, "session_count": len(own), "first_score": first[0], "first_rank": first[1]}
            | {"best_score": best[0], "best_rank": best[1], "lift_percentage": lift}
            | {"total_duration_seconds": seconds}
        )
    return rows


def test_participants(expected: list[Row], walk: Walk, filters: dict[str, str]) -> None:
    for field in ("best_score", "first_score", "lift_percentage", "total_duration_seconds", "session_count"):
        for sign in ("", "-"):
            key = by(field, sign, lambda row: row["user"]["id"])
            assert walk(TABLE, sorting=sign + field, **filters) == sorted(expected, key=key)
    assert walk(TABLE, **filters) == walk(TABLE, sorting="-best_score", **filters)


def test_summary(completed: list[Row], expected: list[Row], ask: Ask, filters: dict[str, str]) -> None:
    valid = [row for row in completed if row["is_valid_attempt"]]
    graded = [row for row in expected if row["best_score"] is not None]
    seconds = sum(row["duration_seconds"] for row in valid)
    average = sum(row["best_score"] for row in graded) / len(graded)
    lift = sum(row["lift_percentage"] for row in graded) / len(graded)
    body = ask(SUMMARY, **filters).json()
    shares = {share["rank"]: (share["count"], share["percentage"]) for share in body["score_distribution"]}
    assert (body["participant_count"], body["total_sessions"]) == (len(graded), len(valid))
    assert body["average_best_score"] == pytest.approx(average, abs=0.0501)
    assert body["average_lift_percentage"] == pytest.approx(lift, abs=0.0501)
    assert body["total_practice_minutes"] == pytest.approx(seconds / 60, abs=0.501)
    assert body["average_session_duration_seconds"] == pytest.approx(seconds / len(valid), abs=0.501)
    assert list(shares) == ["gold", "silver", "bronze", "unranked"]
    for rank, (count, percentage) in shares.items():
        assert count == sum(row["best_rank"] == rank for row in graded)
        assert percentage == pytest.approx(100 * count / len(graded), abs=0.0501)


def test_a_scenario_is_found_by_id_as_by_slug(sandbox: Sandbox, ask: Ask) -> None:
    scenario = sandbox.world.find_scenario(SLUG)
    assert scenario
    for tail in ("summary", "participants"):
        by_id = ask(f"/scenarios/{scenario.id}/analytics/{tail}")
        assert by_id == ask(f"/scenarios/{SLUG}/analytics/{tail}")
        assert by_id.status == 200


def test_a_scenario_without_sessions(sandbox: Sandbox, ask: Ask) -> None:
    slug = sandbox.add_scenario("Cold Call: 2nd Try").slug
    assert slug == "cold-call-2nd-try"
    body = ask(f"/scenarios/{slug}/analytics/summary").json()
    assert body["participant_count"] == body["total_sessions"] == body["average_best_score"] == 0
    assert body["average_best_rank"] == "unranked"
    assert {share["percentage"] for share in body["score_distribution"]} == {0}
    assert ask(f"/scenarios/{slug}/analytics/participants").json()["data"] == []


def test_ranks_and_percentages_are_the_published_ones() -> None:
    """The published example has 12, 18, 10 and 5 of 45 participants."""
    sandbox = Sandbox(sessions=0, limits=None)
    scores = [100, *[90] * 11, 89.9, *[75] * 17, 74.5, *[50] * 9, 49.9, *[0] * 4]
    for score in scores:
        sandbox.add_session(user=sandbox.add_user(), scenario=SLUG, score=score)
    body = sandbox.handle(request(SUMMARY)).body.decode()
    assert body.endswith(
        '"score_distribution":['
        '{"rank":"gold","count":12,"percentage":26.7},{"rank":"silver","count":18,"percentage":40},'
        '{"rank":"bronze","count":10,"percentage":22.2},{"rank":"unranked","count":5,"percentage":11.1}]}'
    )
