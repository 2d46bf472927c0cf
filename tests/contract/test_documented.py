"""Wrong requests are reported: only then does it mean anything that the SDK's own are not."""

import contextlib
from typing import Any

import pytest

from exec_api_client import APIStatusError, AsyncExecClient
from tests.contract.cases import MOST
from tests.contract.documented import Documented, Exchange


@pytest.mark.parametrize(
    ("operation", "path", "params", "complaint"),
    [
        ("listSessions", "/sessions", {"page_size": str(MOST + 1)}, f"page_size must be <= {MOST}"),
        ("listSessions", "/sessions", {"page": "0"}, "page must be >= 1"),
        ("listSessions", "/sessions", {"rank": "gold,purple"}, "rank.1 must be equal to one of"),
        ("listSessions", "/sessions", {"rank": ["gold", "silver"]}, "rank is sent 2 times"),
        ("listSessions", "/sessions", {"sorting": "rank"}, "sorting must be equal to one of"),
        ("listSessions", "/sessions", {"start_date": "2026-03-01"}, 'must match format "date-time"'),
        ("listSessions", "/sessions", {"exclude_system_users": "True"}, "must be boolean"),
        ("listSessions", "/sessions", {"colour": "red"}, "colour is no query parameter of the operation"),
        ("listSessions", "/session", {}, "The route /session hasn't been found"),
        ("getSession", "/sessions/abc", {"include": ["transcript", "evaluations"]}, "must be string"),
        ("listAssignments", "/scenarios/assignments", {"status": "late"}, "status.0 must be equal to one of"),
        # No 400 is documented here.
        (
            "getScenarioAnalyticsSummary",
            "/scenarios/x/analytics/summary",
            {"end_date": "soon"},
            'end_date must match format "date-time"',
        ),
    ],
)
async def test_a_wrong_request_is_reported(
    client: AsyncExecClient,
    exchanges: list[Exchange],
    documented: dict[str, Documented],
    operation: str,
    path: str,
    params: dict[str, Any],
    complaint: str,
) -> None:
    with contextlib.suppress(APIStatusError):
        await client.request("GET", path, params=params)
    [exchange] = exchanges
    assert complaint in documented[operation].complaints(exchange)[0]


async def test_a_wrong_method_is_reported(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    with pytest.raises(APIStatusError, match="405"):
        await client.request("POST", "/sessions")
    [exchange] = exchanges
    assert documented["listSessions"].complaints(exchange)


async def test_the_wrong_path_is_reported(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    await client.sessions.get("abc")
    [exchange] = exchanges
    assert documented["getSession"].complaints(exchange) == []
    assert documented["listSessions"].complaints(exchange) == ["GET /sessions/abc is not GET /sessions"]


def test_parameters_and_fields_are_found_behind_references() -> None:
    document: dict[str, Any] = {
        "components": {
            "parameters": {"Id": {"name": "thing_id", "in": "path"}},
            "schemas": {
                "New": {"allOf": [{"$ref": "#/components/schemas/Base"}]},
                "Base": {"properties": {"title": {}}},
            },
        },
        "paths": {
            "/things/{thing_id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "post": {
                    "parameters": [{"name": "dry_run", "in": "query"}],
                    "requestBody": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}
                    },
                    "responses": {"204": {"description": "Done"}},
                },
            }
        },
    }
    operation = Documented(document, "/things/{thing_id}", "post")
    assert operation.names == {"thing_id", "dry_run", "title"}
    assert operation.example is None
