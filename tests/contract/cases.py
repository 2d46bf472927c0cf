"""The published operations, each called with many arguments of all kinds."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from exec_api_client import AsyncExecClient
from exec_api_client.generated.api.sessions.list_sessions import OPERATION as LIST_SESSIONS

# The largest page of the sessions.
MOST = LIST_SESSIONS.page_size or 0


class Case(NamedTuple):
    """A call with many arguments of all kinds, and what has to be sent for it.

    `sent` has the parameters as text, by their names in the document; fields of a JSON body as they are.
    """

    call: Callable[[AsyncExecClient], Awaitable[Any]]
    sent: Mapping[str, Any]


CASES: dict[str, Case] = {
    "listSessions": Case(
        lambda client: client.sessions.list(
            user_ids=["u1a2b3c4d5e6", "u7v8w9x0y1z2"],
            user_emails=["jane@acme.com", "bob+test@acme.com"],
            scenario_ids=["s1", "s2"],
            collection_ids=["c1", "c2"],
            skill_ids=["k1", "k2"],
            program_ids=["p1"],
            group_ids=("g1", "g2"),
            rank=["gold", "silver", "bronze", "unranked"],
            start_date="2026-03-01T00:00:00Z",
            end_date=datetime(2026, 4, 1, tzinfo=timezone(timedelta(hours=2))),
            exclude_system_users=True,
            sorting="-created_at",
            page=2,
            page_size=100,
        ),
        {
            "user_ids": "u1a2b3c4d5e6,u7v8w9x0y1z2",
            "user_emails": "jane@acme.com,bob+test@acme.com",
            "scenario_ids": "s1,s2",
            "collection_ids": "c1,c2",
            "skill_ids": "k1,k2",
            "program_ids": "p1",
            "group_ids": "g1,g2",
            "rank": "gold,silver,bronze,unranked",
            "start_date": "2026-03-01T00:00:00Z",
            "end_date": "2026-04-01T00:00:00+02:00",
            "exclude_system_users": "true",
            "sorting": "-created_at",
            "page": "2",
            "page_size": "100",
        },
    ),
    "getSession": Case(
        lambda client: client.sessions.get("abc/123 déf", include=["transcript", "evaluations"]),
        {"session_id": "abc/123 déf", "include": "transcript,evaluations"},
    ),
    "listAssignments": Case(
        lambda client: client.scenarios.list_assignments(
            user_ids=["u1"],
            user_emails=["jane@acme.com"],
            scenario_ids=["s1", "s2"],
            program_ids=["p1", "p2"],
            status=["not_started", "in_progress", "completed", "past_due", "did_not_pass"],
            page=1,
            page_size=1,
        ),
        {
            "user_ids": "u1",
            "user_emails": "jane@acme.com",
            "scenario_ids": "s1,s2",
            "program_ids": "p1,p2",
            "status": "not_started,in_progress,completed,past_due,did_not_pass",
            "page": "1",
            "page_size": "1",
        },
    ),
    "getScenarioAnalyticsSummary": Case(
        lambda client: client.scenarios.get_analytics_summary(
            "procurement-discovery",
            user_ids=["u1", "u2"],
            user_emails=["jane@acme.com", "bob@acme.com"],
            group_ids=["g1"],
            start_date=datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC),
            end_date="2026-04-01T00:00:00-05:30",
            exclude_system_users=False,
        ),
        {
            "scenario_id": "procurement-discovery",
            "user_ids": "u1,u2",
            "user_emails": "jane@acme.com,bob@acme.com",
            "group_ids": "g1",
            "start_date": "2026-03-01T12:30:15.250000Z",
            "end_date": "2026-04-01T00:00:00-05:30",
            "exclude_system_users": "false",
        },
    ),
}
