"""What openapi.yaml and its corrections say of each request is what is really sent."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

import exec_api_client
from exec_api_client import AsyncPager
from exec_api_client._runtime.operations import Operation
from generator.checkout import Checkout
from generator.document.openapi import Document
from generator.document.openapi import Node as Json
from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY
from generator.normalise.lists import split_comma_separated
from generator.normalise.operations import write_out_operations
from tests import schemas
from tests.fakes import needed, operations

from .growing import Server, client_of

PUBLISHED: Json = load_file(Checkout().document)
WITH_OVERLAY = apply(PUBLISHED, load_file(OVERLAY))
for rule in (write_out_operations, split_comma_separated):
    rule(Document(WITH_OVERLAY))
DESCRIBED = [
    (operations()[method.upper(), path], described)
    for path, method, described in schemas.operations_of(WITH_OVERLAY)
]
OPERATIONS = [pytest.param(operation, described, id=operation.name) for operation, described in DESCRIBED]
LISTS = [
    pytest.param(operation, described, parameter, id=f"{operation.name}-{parameter['name']}")
    for operation, described in DESCRIBED
    for parameter in described["parameters"]
    if parameter["in"] == "query" and parameter["schema"].get("type") == "array"
]


def method_of(client: Any, operation: Operation[Any]) -> Any:
    resource, name = operation.name.split(".")
    return getattr(getattr(client, resource), name)


def argument(operation: Operation[Any], documented: Json) -> str:
    """What Python calls a parameter of the document."""
    [name] = [
        name
        for name, parameter in operation.parameters.items()
        if (parameter.location, parameter.name) == (documented["in"], documented["name"])
    ]
    return name


def sample(parameter: Json) -> tuple[Any, str]:
    """An argument for a parameter, and the text that has to arrive for it."""
    text = "some text" if parameter["in"] == "header" else "some text & more/ä"
    schema = schemas.flat(parameter["schema"], WITH_OVERLAY)
    if schema.get("type") == "array":
        named = parameter["description"].partition("Available values:")[2]
        items = schemas.flat(schema["items"], WITH_OVERLAY)
        known = items.get("enum") or re.findall("`([^`]+)`", named)
        stated = [value for value in known if value is not None]
        one = schemas.sample(items, WITH_OVERLAY, "first value")
        values = (2 * (stated or [one, "second/ä" if one == "first value" else one]))[:2]
        return values, ",".join(map(str, values))
    value = schemas.sample(schema, WITH_OVERLAY, text)
    return value, str(value).lower() if isinstance(value, bool) else str(value)


async def called(operation: Operation[Any], described: Json, arguments: dict[str, Any]) -> Server:
    server = Server()
    status, answer = schemas.answer(described, WITH_OVERLAY)
    server.answer(answer, status)
    async with client_of(exec_api_client, server) as client:
        await method_of(client, operation)(**arguments)
    assert len(server.requests) == 1
    return server


def test_the_document_has_operations() -> None:
    assert len(OPERATIONS) >= 5
    assert len(LISTS) >= 20


@pytest.mark.parametrize(("operation", "described"), OPERATIONS)
async def test_every_parameter_arrives_with_its_name_and_value(
    operation: Operation[Any], described: Json
) -> None:
    values = {argument(operation, parameter): sample(parameter) for parameter in described["parameters"]}
    given = {name: value for name, (value, _) in values.items()}
    server = await called(operation, described, {**needed(operation, described), **given})
    assert server.last.method == operation.method
    wanted_path, wanted_query = operation.path, []
    for parameter in described["parameters"]:
        value, text = values[argument(operation, parameter)]
        match parameter["in"]:
            case "path":
                wanted_path = wanted_path.replace(f"{{{parameter['name']}}}", text)
            case "header":
                assert server.last.headers[parameter["name"]] == text
            case "query" if isinstance(value, list) and exploded(parameter):
                wanted_query += [(parameter["name"], str(each)) for each in value]
            case where:
                assert where == "query"
                wanted_query.append((parameter["name"], text))
    raw_path = server.last.url.raw_path.decode().split("?")[0]
    assert unquote(raw_path) == f"/v1{wanted_path}"
    assert raw_path.count("/") == f"/v1{operation.path}".count("/")
    strict = bool(wanted_query)
    assert parse_qsl(server.query, keep_blank_values=True, strict_parsing=strict) == wanted_query


@pytest.mark.parametrize(("operation", "described"), OPERATIONS)
async def test_what_is_optional_is_not_sent_unless_it_is_given(
    operation: Operation[Any], described: Json
) -> None:
    server = await called(operation, described, needed(operation, described))
    required = {each["name"] for each in described["parameters"] if each.get("required")}
    assert {name for name, _ in parse_qsl(server.query)} <= required
    for parameter in described["parameters"]:
        if parameter["in"] == "header" and not parameter.get("required"):
            assert parameter["name"] not in server.last.headers


@pytest.mark.parametrize(("operation", "described"), OPERATIONS)
def test_the_signature_takes_exactly_the_documented_parameters(
    operation: Operation[Any], described: Json
) -> None:
    client = client_of(exec_api_client, Server())
    parameters = dict(inspect.signature(method_of(client, operation)).parameters)
    assert parameters.pop("timeout").default is None
    for documented in described["parameters"]:
        parameter = parameters.pop(argument(operation, documented))
        in_path = documented["in"] == "path"
        assert parameter.kind == (parameter.POSITIONAL_OR_KEYWORD if in_path else parameter.KEYWORD_ONLY)
        assert parameter.default is (parameter.empty if documented.get("required") else None)
    body = operation.body
    assert (body is not None) == (schemas.json_of(described.get("requestBody", {})) is not None)
    assert set(parameters) == (set(body.fields) if body else set())


def exploded(parameter: Json) -> bool:
    stated: bool = parameter.get("explode", parameter.get("style", "form") == "form")
    return stated


@pytest.mark.parametrize(("operation", "described", "parameter"), LISTS)
async def test_a_list_is_joined_by_commas_exactly_when_the_document_does_not_explode_it(
    operation: Operation[Any], described: Json, parameter: Json
) -> None:
    values, joined = sample(parameter)
    assert len(values) == 2
    given = {**needed(operation, described), argument(operation, parameter): values}
    server = await called(operation, described, given)
    got = [value for key, value in parse_qsl(server.query) if key == parameter["name"]]
    assert got == ([str(value) for value in values] if exploded(parameter) else [joined])
    if not exploded(parameter):
        assert server.query.count(",") == 1  # a comma that separates is not escaped


@pytest.mark.parametrize(("operation", "described"), OPERATIONS)
def test_a_pager_is_returned_exactly_for_a_list(operation: Operation[Any], described: Json) -> None:
    bound = method_of(client_of(exec_api_client, Server()), operation)
    names = {parameter["name"] for parameter in described["parameters"]}
    paged = {"page", "page_size"} <= names
    assert inspect.iscoroutinefunction(bound) is not paged
    if paged:
        assert isinstance(bound(**needed(operation, described)), AsyncPager)


def comma_separated() -> Iterator[str]:
    for path, method, described in schemas.operations_of(PUBLISHED):
        for parameter in described["parameters"]:
            if "comma-separated" in parameter["description"].lower():
                yield f"{operations()[method.upper(), path].name}-{parameter['name']}"


def test_all_that_is_described_as_comma_separated_is_a_list() -> None:
    assert set(comma_separated()) <= {param.id for param in LISTS}
