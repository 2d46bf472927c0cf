"""Every operation of the document, called through the SDK with every parameter, as Prism sees it.

Prism judges the values. What it does not see (see prism.py) is looked for here: parameters that the
document does not have, and parameters that are sent twice.
"""

import contextlib
import dataclasses
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

import httpx
import pytest

from exec_api_client import (
    AsyncExecClient,
    BadRequestError,
    InternalServerError,
    Page,
    ResponseDecodeError,
    UnprocessableEntityError,
)
from exec_api_client._model import Model
from exec_api_client._operation import Operation, Parameter
from exec_api_client.generated.api.scenarios.get_scenario_analytics_summary import OPERATION as SUMMARY
from exec_api_client.generated.api.sessions.list_sessions import OPERATION as LIST_SESSIONS
from tests import schemas
from tests.contract.prism import Prism, violations
from tests.fakes import fitting, operations

KEY = "exec_live_" + "a1B2" * 10


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
    "getScenarioAnalyticsParticipants": Case(
        lambda client: client.scenarios.get_analytics_participants(
            "procurement-discovery",
            user_ids=["u1", "u2"],
            user_emails=["jane@acme.com", "bob@acme.com"],
            group_ids=["g1", "g2"],
            start_date="2026-03-01T00:00:00Z",
            end_date="2026-04-01T00:00:00Z",
            exclude_system_users=True,
            sorting="-lift_percentage",
            page=3,
            page_size=25,
        ),
        {
            "scenario_id": "procurement-discovery",
            "user_ids": "u1,u2",
            "user_emails": "jane@acme.com,bob@acme.com",
            "group_ids": "g1,g2",
            "start_date": "2026-03-01T00:00:00Z",
            "end_date": "2026-04-01T00:00:00Z",
            "exclude_system_users": "true",
            "sorting": "-lift_percentage",
            "page": "3",
            "page_size": "25",
        },
    ),
}


# Every operation of the document, those too that came after these cases, by method and path.
EVERY = operations()


class Exchange(NamedTuple):
    """A request that went out, and the answer to it."""

    request: httpx.Request
    response: httpx.Response


class Documented:
    """One operation, as far as a request is judged by it; all references followed."""

    def __init__(self, document: dict[str, Any], path: str, method: str) -> None:
        self.document = document
        self.path = path
        self.method = method.upper()
        found = {(path, method): operation for path, method, operation in schemas.operations_of(document)}
        self.operation = found[path, method]
        self.parameters = {(each["in"], each["name"]) for each in self.operation["parameters"]}

    def follow(self, value: dict[str, Any]) -> dict[str, Any]:
        return schemas.follow(value, self.document)

    @property
    def body(self) -> dict[str, Any]:
        """The schema of the JSON body; empty where there is none."""
        content = schemas.json_of(self.follow(self.operation.get("requestBody", {}))) or {}
        return schemas.flat(content.get("schema", {}), self.document)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the JSON body."""
        fields = self.body["properties"].items()
        return {name: field for name, field in fields if not self.follow(field).get("readOnly")}

    def every_argument(self, operation: Operation[Any]) -> dict[str, Any]:
        """A call's arguments: a value for each parameter, and for each field of the body."""
        documented = {(each["in"], each["name"]): each["schema"] for each in self.operation["parameters"]}
        arguments = {
            argument: fitting(known, documented[known.location, known.name], "a-b")
            for argument, known in operation.parameters.items()
        }
        if operation.body is not None and operation.body.fields is None:
            return {**arguments, operation.body.whole: schemas.sample(self.body, self.document)}
        names = operation.body.fields or {} if operation.body else {}
        return arguments | {
            argument: schemas.sample(self.fields[name], self.document) for argument, name in names.items()
        }

    @property
    def names(self) -> set[str]:
        """All that a caller can send."""
        return {*self.fields, *(name for _, name in self.parameters)}

    @property
    def example(self) -> Any:
        """The published answer, or None where there is none."""
        status = min(status for status in self.operation["responses"] if status.startswith("2"))
        media = schemas.json_of(self.operation["responses"][status]) or {}
        if "examples" in media:
            return self.follow(next(iter(media["examples"].values())))["value"]
        return media.get("example")

    def sent(self, request: httpx.Request) -> dict[str, Any]:
        """What a request holds, as in `Case.sent`."""
        headers = {name for location, name in self.parameters if location == "header"}
        return {
            **(path_of(request, self.path) or {}),
            **dict(query_of(request)),
            **{name: request.headers[name] for name in headers if name in request.headers},
            **(json.loads(request.content) if request.content else {}),
        }

    def complaints(self, exchange: Exchange) -> list[str]:
        """What is wrong with a request: Prism's findings, and what Prism does not see."""
        request, response = exchange
        found = violations(response.headers, response.status_code, response.content)
        sent = [name for name, _ in query_of(request)]
        query = {name for location, name in self.parameters if location == "query"}
        found += [f"{name} is no query parameter of the operation" for name in {*sent} - query]
        found += [f"{name} is sent {sent.count(name)} times" for name in {*sent} if sent.count(name) > 1]
        if request.method != self.method or path_of(request, self.path) is None:
            found.append(f"{request.method} {request.url.path} is not {self.method} {self.path}")
        return found


def query_of(request: httpx.Request) -> list[tuple[str, str]]:
    query = request.url.query.decode()
    return parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))


def path_of(request: httpx.Request, template: str) -> dict[str, str] | None:
    """The values that a request has for the placeholders of a path, if it has that path."""
    raw = request.url.raw_path.decode().partition("?")[0]
    parts = re.split(r"{(\w+)}", template)
    literal = [re.escape(quote(part)) for part in parts]
    pattern = "".join(f"(?P<{part}>[^/]+)" if n % 2 else literal[n] for n, part in enumerate(parts))
    match = re.fullmatch(pattern, raw)
    return match and {name: unquote(value) for name, value in match.groupdict().items()}


def as_json(answer: Any) -> Any:
    """An answer of the SDK in the form of the document's examples."""
    if isinstance(answer, Page):
        numbers = ("page", "page_size", "total_count", "total_pages")
        return {
            "data": [as_json(item) for item in answer],
            "pagination": {name: getattr(answer, name) for name in numbers},
        }
    return answer.to_dict() if isinstance(answer, Model) else answer


def leaves(value: Any) -> Iterator[Any]:
    """All values of a model that are no models or lists themselves."""
    if isinstance(value, Page | list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, Model):
        assert not value.additional_properties, f"{value!r} has fields that its model does not know"
        for name in value.__slots__:
            if name not in ("_unknown", "__weakref__"):
                yield from leaves(getattr(value, name))
    else:
        yield value


@pytest.fixture(scope="module")
def documented(document: dict[str, Any]) -> dict[str, Documented]:
    """The operations by their operationId."""
    return {
        operation["operationId"]: Documented(document, path, method)
        for path, method, operation in schemas.operations_of(document)
        if "operationId" in operation
    }


@pytest.fixture
async def client(prism: Prism, exchanges: list[Exchange]) -> AsyncIterator[AsyncExecClient]:
    """The SDK before Prism; what goes over the wire is recorded in `exchanges`."""

    async def record(response: httpx.Response) -> None:
        await response.aread()
        exchanges.append(Exchange(response.request, response))

    async with (
        httpx.AsyncClient(event_hooks={"response": [record]}, trust_env=False) as http,
        AsyncExecClient(KEY, base_url=prism.base_url, http_client=http) as client,
    ):
        yield client


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


def test_cases_are_of_operations_that_there_are(documented: dict[str, Documented]) -> None:
    obsolete = CASES.keys() - documented.keys()
    assert not obsolete, f"openapi.yaml no longer has {sorted(obsolete)}: remove them from CASES"
    for name, case in CASES.items():
        unknown = case.sent.keys() - documented[name].names
        assert not unknown, f"{name} no longer has {sorted(unknown)}: remove them from CASES[{name!r}]"


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
    with contextlib.suppress(ResponseDecodeError, InternalServerError):  # an answer that Prism made up
        await getattr(getattr(client, resource), name)(**arguments)
    [exchange] = exchanges
    found = judge.complaints(exchange)
    assert [complaint for complaint in found if not complaint.startswith("response")] == []
    sent = {name for name, _ in query_of(exchange.request)}
    assert sent == {name for location, name in judge.parameters if location == "query"}
    body = operation.body
    if body is not None:
        fields = {name: arguments[argument] for argument, name in (body.fields or {}).items()}
        assert json.loads(exchange.request.content) == (fields if body.fields else arguments[body.whole])


@pytest.mark.parametrize("name", CASES)
async def test_prism_has_nothing_against_the_request(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented], name: str
) -> None:
    await CASES[name].call(client)
    [exchange] = exchanges
    assert documented[name].complaints(exchange) == []
    assert documented[name].sent(exchange.request) == CASES[name].sent


@pytest.mark.parametrize("name", CASES)
async def test_the_published_answer_is_read_without_loss(
    client: AsyncExecClient, documented: dict[str, Documented], name: str
) -> None:
    answer = await CASES[name].call(client)
    assert as_json(answer) == documented[name].example
    assert not [value for value in leaves(answer) if isinstance(value, dict)], "an object is no model"


async def test_the_published_values_stand_where_a_user_looks_for_them(client: AsyncExecClient) -> None:
    page = await client.sessions.list()
    assert (page.page, page.page_size, page.total_count, page.total_pages) == (1, 50, 128, 3)
    [session] = page
    assert (session.user.email, session.scenario.slug) == ("jane@acme.com", "procurement-discovery")
    assert (session.score, session.rank, session.is_valid_attempt) == (82.5, "gold", True)
    assert session.created_at == datetime(2026, 3, 15, 14, 30, tzinfo=UTC)

    detail = await client.sessions.get("abc123def456", include=["transcript", "evaluations"])
    assert [line.speaker for line in detail.transcript or []] == ["ai", "user"]
    assert [criterion.items[0].grade for criterion in detail.evaluations or []] == ["good", "mid"]

    [assignment] = await client.scenarios.list_assignments()
    assert assignment.due_date == datetime(2026, 4, 15, tzinfo=UTC)
    assert (assignment.rank_min, assignment.attempt_max, assignment.program) == ("silver", None, None)

    [entry] = await client.scenarios.get_analytics_participants("procurement-discovery")
    assert (entry.first_rank, entry.best_rank, entry.lift_percentage) == ("bronze", "gold", 33)

    summary = await client.scenarios.get_analytics_summary("procurement-discovery")
    assert (summary.average_best_rank, summary.total_practice_minutes) == ("silver", 742)
    assert [share.count for share in summary.score_distribution] == [12, 18, 10, 5]


# --- that the checks can fail --------------------------------------------------------------------


def without_checks(operation: Operation[Any], **parameters: Parameter) -> Operation[Any]:
    """The operation with other parameters, so that the SDK sends what it would refuse."""
    return dataclasses.replace(operation, parameters={**operation.parameters, **parameters})


def text(name: str, *, many: bool = False, explode: bool = False) -> Parameter:
    return Parameter(name=name, location="query", kind="string", many=many, explode=explode)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("page_size", "101", "request.query.page_size: Request query parameter page_size must be <= 100"),
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
            await client._call(operation, {name: value}, None, operation.read)
    else:
        await client._call(operation, {name: value}, None, lambda _status, data: data)
    [exchange] = exchanges
    [found] = documented["listSessions"].complaints(exchange)
    assert complaint in found


async def test_a_repeated_key_is_reported(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    operation = without_checks(LIST_SESSIONS, rank=text("rank", many=True, explode=True))
    await client._call(operation, {"rank": ["gold", "silver"]}, None, lambda _status, data: data)
    [exchange] = exchanges
    assert exchange.request.url.query == b"rank=gold&rank=silver"
    assert documented["listSessions"].complaints(exchange) == ["rank is sent 2 times"]


async def test_a_wrong_value_is_reported_where_no_400_is_documented(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented]
) -> None:
    operation = without_checks(SUMMARY, end_date=text("end_date"))
    with pytest.raises(UnprocessableEntityError):
        await client._call(operation, {"scenario_id": "s", "end_date": "soon"}, None, operation.read)
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
