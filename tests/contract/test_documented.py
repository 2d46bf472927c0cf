"""Wrong requests of the SDK are reported: only then does it mean anything that right ones are not."""

import dataclasses
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, BadRequestError, UnprocessableEntityError
from exec_api_client._runtime.operations import Operation, Parameter
from exec_api_client._runtime.requests import build_request
from exec_api_client.generated.api.scenarios.get_scenario_analytics_summary import OPERATION as SUMMARY
from exec_api_client.generated.api.sessions.list_sessions import OPERATION as LIST_SESSIONS
from tests.contract.cases import MOST
from tests.contract.documented import Documented, Exchange


def without_checks(operation: Operation[Any], **parameters: Parameter) -> Operation[Any]:
    """The operation with other parameters, so that the SDK sends what it would refuse."""
    return dataclasses.replace(operation, parameters={**operation.parameters, **parameters})


def text(name: str, *, many: bool = False, explode: bool = False) -> Parameter:
    return Parameter(name=name, location="query", kind="string", many=many, explode=explode)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        (
            "page_size",
            str(MOST + 1),
            f"request.query.page_size: Request query parameter page_size must be <= {MOST}",
        ),
        ("page", "0", "request.query.page: Request query parameter page must be >= 1"),
        ("sorting", "rank", "must be equal to one of the allowed values"),
        ("rank", "purple", "must be equal to one of the allowed values"),
        ("start_date", "2026-03-01", 'must match format "date-time"'),
        ("exclude_system_users", "True", "must be boolean"),
        ("colour", "red", "colour is no query parameter of the operation"),
    ],
)
async def test_a_wrong_value_is_reported(
    client: AsyncExecClient,
    exchanges: list[Exchange],
    documented: dict[str, Documented],
    name: str,
    value: str,
    complaint: str,
) -> None:
    operation = without_checks(LIST_SESSIONS, **{name: text(name)})
    seen_by_prism = name != "colour"
    if seen_by_prism:
        with pytest.raises(BadRequestError):
            await client._send(build_request(operation, {name: value}), None)
    else:
        await client._send(build_request(operation, {name: value}), None)
    [exchange] = exchanges
    [found] = documented["listSessions"].complaints(exchange)
    assert complaint in found


async def test_a_repeated_key_is_reported(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    operation = without_checks(LIST_SESSIONS, rank=text("rank", many=True, explode=True))
    await client._send(build_request(operation, {"rank": ["gold", "silver"]}), None)
    [exchange] = exchanges
    assert exchange.request.url.query == b"rank=gold&rank=silver"
    assert documented["listSessions"].complaints(exchange) == ["rank is sent 2 times"]


async def test_a_wrong_value_is_reported_where_no_400_is_documented(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    operation = without_checks(SUMMARY, end_date=text("end_date"))
    with pytest.raises(UnprocessableEntityError):
        await client._send(build_request(operation, {"scenario_id": "s", "end_date": "soon"}), None)
    [exchange] = exchanges
    [found] = documented["getScenarioAnalyticsSummary"].complaints(exchange)
    assert found.endswith('end_date must match format "date-time"')


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
