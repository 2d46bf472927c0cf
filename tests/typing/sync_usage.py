"""Programs of a synchronous user, and the types that the user expects. Checked, never run."""

from collections.abc import Iterator
from typing import Any, assert_type

import httpx

from exec_api_client import Hooks, Page, RateLimit, RetryPolicy, Usage
from exec_api_client.models import (
    Rank,
    SessionDetail,
    SessionListItem,
)
from exec_api_client.sync import ExecClient, Pager


def pagers(client: ExecClient) -> None:
    pager = client.sessions.list()
    assert_type(pager, Pager[SessionListItem])
    assert_type(iter(pager), Iterator[SessionListItem])
    assert_type(pager.items(strict=True), Iterator[SessionListItem])
    assert_type(pager.pages(), Iterator[Page[SessionListItem]])
    assert_type([page.total_count for page in pager.pages(strict=True)], list[int | None])
    assert_type(list(pager), list[SessionListItem])
    for session in pager:
        assert_type(session.rank, Rank | None)
    assert_type(pager.page(), Page[SessionListItem])
    assert_type(pager.collect(limit=500), list[SessionListItem])
    assert_type(client.sessions.get("x", include=["transcript"]), SessionDetail)
    assert_type(pager.first(), SessionListItem | None)
    assert_type(pager.count(), int)
    with pager.prefetch(4, strict=True) as sessions:
        for session in sessions:
            assert_type(session, SessionListItem)
    assert_type(pager.report.exact, bool)
    assert_type(pager.resume(pager.bookmark), Pager[SessionListItem])


def settings(transport: httpx.AsyncBaseTransport, http: httpx.AsyncClient) -> None:
    client = ExecClient(
        "exec_live_x",
        base_url="https://api.exec.com/rest/v1",
        timeout=10,
        deadline=60.0,
        retry=RetryPolicy(max_retries=5, max_wait=30),
        rate_limit=RateLimit(day_ceiling=900),
        max_connections=4,
        hooks=Hooks(on_request=print),
        transport=transport,
    )
    patient = client.with_options(timeout=60, deadline=None, retry=RetryPolicy(max_retries=0))
    assert_type(client.with_options(rate_limit=RateLimit(10)), ExecClient)
    assert_type(patient, ExecClient)
    assert_type(client.base_url, str)
    assert_type(client.closed, bool)
    assert_type(client.usage, Usage | None)
    assert_type(client.rate_limit, RateLimit | None)
    assert_type(client.request("GET", "/x", params={"a": [1]}, json={}).status_code, int)
    assert_type(client.paginate("/x").collect(), list[dict[str, Any]])
    assert_type(client.with_response(client.sessions.get, "x", include=["transcript"])[0], SessionDetail)
    client.close()
    ExecClient(api_key=None, http_client=http)


class Reports(ExecClient):
    """A client of one's own."""


def a_subclass_stays_itself(reports: Reports) -> None:
    assert_type(reports.with_options(timeout=5), Reports)
    with reports as entered:
        assert_type(entered, Reports)
