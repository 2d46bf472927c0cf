"""The list of sessions against a computation of its own over the unfiltered rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

import pytest

from exec_api_client.sandbox import Sandbox, User

from .conftest import Ask

Row = dict[str, Any]
Walk = Callable[..., list[Row]]


def ids(rows: list[Row]) -> list[str]:
    return [row["id"] for row in rows]


def newest_first(rows: list[Row]) -> list[Row]:
    return sorted(sorted(rows, key=lambda r: r["id"]), key=lambda r: r["created_at"], reverse=True)


@pytest.fixture
def everything(walk: Walk, sandbox: Sandbox) -> list[Row]:
    rows = walk("/sessions")
    assert {row["id"] for row in rows} == set(sandbox.world.sessions)
    return rows


def test_newest_first_by_default(everything: list[Row], walk: Walk) -> None:
    assert everything == newest_first(everything)
    assert everything == walk("/sessions", sorting="-created_at")
    shared = sum(one["created_at"] == other["created_at"] for one, other in pairwise(everything))
    assert shared > 10  # ties are there to be broken


@pytest.mark.parametrize("field", ["created_at", "score", "duration"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_sorting(everything: list[Row], walk: Walk, field: str, sign: str) -> None:
    name = "duration_seconds" if field == "duration" else field

    def compare(one: Row, other: Row) -> int:
        a, b = one[name], other[name]
        if (a is None) != (b is None):
            return 1 if a is None else -1  # null is last, whatever the direction
        if a == b:
            return 1 if one["id"] > other["id"] else -1
        return (1 if a > b else -1) * (-1 if sign else 1)

    assert ids(walk("/sessions", sorting=sign + field)) == ids(sorted(everything, key=cmp_to_key(compare)))


@pytest.mark.parametrize("field", ["collection", "skill", "program"])
def test_filters_of_the_scenario(everything: list[Row], walk: Walk, sandbox: Sandbox, field: str) -> None:
    named = getattr(sandbox.world, f"{field}s")
    for wanted in ({named[0].id}, {named[0].id, named[-1].id}, {"nothing"}):
        scenarios = {
            each.id
            for each in sandbox.world.scenarios.values()
            if wanted & set(getattr(each, f"{field}_ids"))
        }
        expected = [row for row in everything if row["scenario"]["id"] in scenarios]
        assert walk("/sessions", **{f"{field}_ids": ",".join(sorted(wanted))}) == expected
        assert bool(expected) == (wanted != {"nothing"})
        assert len(expected) < len(everything)


def test_filter_by_scenario_takes_ids(everything: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    first, second, *_ = sandbox.world.scenarios.values()
    expected = [row for row in everything if row["scenario"]["id"] in (first.id, second.id)]
    assert walk("/sessions", scenario_ids=f"{first.id}, {second.id}") == expected != []
    assert walk("/sessions", scenario_ids=first.slug) == []


def test_filter_by_group(everything: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    one, other, *_ = sandbox.world.groups
    for wanted in ({one.id}, {one.id, other.id}):
        users = {user.id for user in sandbox.world.users.values() if wanted & set(user.group_ids)}
        expected = [row for row in everything if row["user"]["id"] in users]
        assert walk("/sessions", group_ids=",".join(wanted)) == expected != []


def test_users_are_a_union_of_ids_and_emails(everything: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    first, second, third, *_ = sandbox.world.users.values()

    def of(*users: User) -> list[Row]:
        return [row for row in everything if row["user"]["id"] in {user.id for user in users}]

    assert walk("/sessions", user_ids=first.id) == of(first) != []
    assert walk("/sessions", user_emails=f"{second.email.upper()},{third.email}") == of(second, third) != []
    assert walk("/sessions", user_ids=first.id, user_emails=second.email) == of(first, second)
    assert walk("/sessions", user_ids="nobody") == walk("/sessions", user_emails="no@body.example") == []


@pytest.mark.parametrize("ranks", ["gold", "unranked", "gold,silver", "bronze,unranked,silver,gold"])
def test_filter_by_rank(everything: list[Row], walk: Walk, ranks: str) -> None:
    expected = [row for row in everything if row["rank"] in ranks.split(",")]
    assert walk("/sessions", rank=ranks) == expected != []
    assert None not in {row["rank"] for row in expected}


def test_dates_are_inclusive_and_know_their_zone(everything: list[Row], walk: Walk) -> None:
    late, early = everything[100]["created_at"], everything[300]["created_at"]
    expected = [row for row in everything if early <= row["created_at"] <= late]
    assert 200 < len(expected) < 300
    assert walk("/sessions", start_date=early, end_date=late) == expected
    elsewhere = datetime.fromisoformat(early).astimezone(UTC) + timedelta(hours=5, minutes=30)
    assert walk("/sessions", start_date=f"{elsewhere:%Y-%m-%dT%H:%M:%S}+05:30", end_date=late) == expected
    after = f"{early[:-1]}.000001Z"
    assert walk("/sessions", start_date=after, end_date=late) == [
        row for row in expected if row["created_at"] > early
    ]
    assert walk("/sessions", start_date=late, end_date=early) == []
    assert walk("/sessions", start_date="0001-01-01T00:00:00+14:00") == everything
    assert walk("/sessions", end_date="9999-12-31T23:59:59-14:00") == everything


def test_a_fraction_of_a_second_is_not_compared_since_it_is_not_shown(sandbox: Sandbox, walk: Walk) -> None:
    added = sandbox.add_session(created_at=datetime(2026, 5, 1, 12, 0, 0, 900_000, tzinfo=UTC))
    assert ids(walk("/sessions", start_date="2026-05-01T12:00:00Z", end_date="2026-05-01T12:00:00Z")) == [
        added.id
    ]


def test_system_users_can_be_left_out(everything: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    outsider = User(id="u-pat", email="pat@notexec.com", first_name="Pat", last_name="Outside")
    shouting = User(id="u-qa", email="QA2@EXEC.COM", first_name="Q", last_name="A")
    for user in (outsider, shouting):
        sandbox.add_session(user=user)
    expected = [row for row in everything if not row["user"]["email"].endswith("@exec.com")]
    assert 0 < len(expected) < len(everything)
    shown = walk("/sessions", exclude_system_users="true")
    assert shown[0]["user"]["email"] == outsider.email
    assert shown[1:] == expected
    assert len(walk("/sessions", exclude_system_users="false")) == len(everything) + 2


def test_filters_are_all_required(everything: list[Row], walk: Walk, sandbox: Sandbox) -> None:
    skill, group = sandbox.world.skills[0], sandbox.world.groups[0]
    start = "2025-12-01T00:00:00Z"
    chosen = walk(
        "/sessions", skill_ids=skill.id, group_ids=group.id, rank="bronze", start_date=start, sorting="score"
    )
    each_alone = [
        set(ids(walk("/sessions", **{name: value})))
        for name, value in (
            ("skill_ids", skill.id),
            ("group_ids", group.id),
            ("rank", "bronze"),
            ("start_date", start),
        )
    ]
    assert set(ids(chosen)) == set.intersection(*each_alone) != set()


def test_pages(everything: list[Row], ask: Ask) -> None:
    assert ask("/sessions").json()["data"] == everything[:50]
    assert ask("/sessions", page=3, page_size=7).json()["data"] == everything[14:21]
    last = ask("/sessions", page=58, page_size=7).json()
    assert last["data"] == everything[399:]
    assert last["pagination"] == {"page": 58, "page_size": 7, "total_count": 400, "total_pages": 58}
    beyond = ask("/sessions", page=10**9, page_size=100)
    assert (beyond.status, beyond.json()["data"]) == (200, [])
    assert beyond.json()["pagination"] == {
        "page": 10**9,
        "page_size": 100,
        "total_count": 400,
        "total_pages": 4,
    }
    none = ask("/sessions", user_ids="nobody").json()
    assert none["pagination"] == {"page": 1, "page_size": 50, "total_count": 0, "total_pages": 0}


def test_removed_users_keep_their_sessions(everything: list[Row], sandbox: Sandbox) -> None:
    removed = {user.id for user in sandbox.world.users.values() if user.removed}
    assert removed & {row["user"]["id"] for row in everything}


def test_rows_may_come_and_go_between_requests(sandbox: Sandbox, ask: Ask) -> None:
    def top() -> list[str]:
        return ids(ask("/sessions", page_size=3).json()["data"])

    first, second, third = top()
    added = sandbox.add_session()
    assert top() == [added.id, first, second]
    sandbox.remove_session(first)
    assert top() == [added.id, second, third]
    assert ask(f"/sessions/{first}").status == 404
    assert ask(f"/sessions/{added.id}").json()["score"] == 80
