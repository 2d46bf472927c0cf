"""Every operation of the document, called through the SDK with every parameter, as Prism sees it."""

import contextlib
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from exec_api_client import APIStatusError, AsyncExecClient, ResponseDecodeError
from tests.contract.documented import Documented, Exchange, path_of, query_of
from tests.fakes import operations

# Every operation of the document, by method and path.
EVERY = operations()


@pytest.mark.parametrize("path_and_method", [pytest.param(key, id=each.name) for key, each in EVERY.items()])
async def test_prism_has_nothing_against_any_operation_with_every_argument(
    client: AsyncExecClient,
    exchanges: list[Exchange],
    document: dict[str, Any],
    path_and_method: tuple[str, str],
) -> None:
    operation, (method, path) = EVERY[path_and_method], path_and_method
    judge = Documented(document, path, method.lower())
    arguments = judge.every_argument(operation)
    resource, name = operation.name.split(".")
    with contextlib.suppress(ResponseDecodeError, APIStatusError):  # an answer that Prism made up
        await getattr(getattr(client, resource), name)(**arguments)
    [exchange] = exchanges
    found = judge.complaints(exchange)
    assert [complaint for complaint in found if not complaint.startswith("response")] == []
    assert exchange.response.is_success or exchange.response.is_server_error
    sent = {name for name, _ in query_of(exchange.request)}
    assert sent == {name for location, name in judge.parameters if location == "query"}
    body = operation.body
    if body is not None:
        fields = {field.name: arguments[argument] for argument, field in body.fields.items()}
        expected = next(iter(fields.values())) if body.whole else fields
        assert json.loads(exchange.request.content) == expected


async def test_prism_has_nothing_against_values_of_every_form(
    client: AsyncExecClient, exchanges: list[Exchange], document: dict[str, Any]
) -> None:
    await client.sessions.list(
        user_emails=["jane@acme.com", "bob+test@acme.com"],
        group_ids=("g1", "g2"),
        rank=["gold", "silver", "bronze", "unranked"],
        start_date="2026-03-01T00:00:00Z",
        end_date=datetime(2026, 4, 1, 12, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=2))),
        exclude_system_users=False,
        page=2,
    )
    await client.sessions.get("abc/123 déf", include=["transcript", "evaluations"])
    listed, read = exchanges
    assert Documented(document, "/sessions", "get").complaints(listed) == []
    assert dict(query_of(listed.request)) == {
        "user_emails": "jane@acme.com,bob+test@acme.com",
        "group_ids": "g1,g2",
        "rank": "gold,silver,bronze,unranked",
        "start_date": "2026-03-01T00:00:00Z",
        "end_date": "2026-04-01T12:30:15.250000+02:00",
        "exclude_system_users": "false",
        "page": "2",
    }
    assert Documented(document, "/sessions/{session_id}", "get").complaints(read) == []
    assert path_of(read.request, "/sessions/{session_id}") == {"session_id": "abc/123 déf"}
    assert dict(query_of(read.request)) == {"include": "transcript,evaluations"}
