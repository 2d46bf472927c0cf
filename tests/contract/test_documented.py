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
        ("listSessions", "/sessions", {"rank": "gold,purple"}, "rank.1 must be equal to one of"),
        ("listSessions", "/sessions", {"rank": ["gold", "silver"]}, "rank is sent 2 times"),
        ("listSessions", "/sessions", {"start_date": "2026-03-01"}, 'must match format "date-time"'),
        ("listSessions", "/sessions", {"colour": "red"}, "colour is no query parameter of the operation"),
        ("listSessions", "/session", {}, "The route /session hasn't been found"),
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


async def test_the_wrong_path_is_reported(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    await client.sessions.get("abc")
    [exchange] = exchanges
    assert documented["getSession"].complaints(exchange) == []
    assert documented["listSessions"].complaints(exchange) == ["GET /sessions/abc is not GET /sessions"]
