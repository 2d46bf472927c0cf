"""Wrong requests are reported: only then does it mean anything that the SDK's own are not."""

import contextlib
from typing import Any

import pytest

from exec_api_client import APIStatusError, AsyncExecClient
from tests.contract.documented import Documented, Exchange

SESSIONS = "/sessions"
# No 400 is documented here.
SUMMARY = "/scenarios/{scenario_id}/analytics/summary"


@pytest.mark.parametrize(
    ("template", "path", "params", "complaint"),
    [
        (SESSIONS, SESSIONS, {"page_size": "100000"}, "page_size must be <= "),
        (SESSIONS, SESSIONS, {"rank": ["gold", "silver"]}, "rank is sent 2 times"),
        (SESSIONS, SESSIONS, {"colour": "red"}, "colour is no query parameter of the operation"),
        (SESSIONS, "/session", {}, "The route /session hasn't been found"),
        (SESSIONS, "/sessions/abc", {}, "GET /sessions/abc is not GET /sessions"),
        (SUMMARY, SUMMARY.format(scenario_id="x"), {"end_date": "soon"}, 'must match format "date-time"'),
    ],
)
async def test_a_wrong_request_is_reported(
    client: AsyncExecClient,
    exchanges: list[Exchange],
    document: dict[str, Any],
    template: str,
    path: str,
    params: dict[str, Any],
    complaint: str,
) -> None:
    with contextlib.suppress(APIStatusError):
        await client.request("GET", path, params=params)
    [exchange] = exchanges
    assert complaint in Documented(document, template, "get").complaints(exchange)[0]
