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
from generator import overlay
from generator.generate import DOCUMENT, OVERLAY, corrected
from generator.normalise import split_comma_separated
from generator.walk import Json, operations
from generator.yaml12 import load_file

from .growing import Server, client_of

PUBLISHED: Json = load_file(DOCUMENT)
WITH_OVERLAY = overlay.apply(PUBLISHED, load_file(OVERLAY))
split_comma_separated(WITH_OVERLAY)
DESCRIBED = {
    (path, method): next(iter(operation["responses"].values()))["x-operation"]
    for path, method, operation, _ in operations(corrected(PUBLISHED, load_file(OVERLAY)))
}
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, method, operation, _ in operations(WITH_OVERLAY)
]
TEXTS: dict[str, tuple[Any, str]] = {
    "date-time": ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
    "integer": (1, "1"),
    "boolean": (True, "true"),
    "string": ("some text & more/ä", "some text & more/ä"),
}
LISTS = [
    pytest.param(
        path,
        method,
        operation["operationId"],
        parameter,
        id=f"{operation['operationId']}-{parameter['name']}",
    )
    for path, method, operation, _ in operations(WITH_OVERLAY)
    for parameter in operation["parameters"]
    if parameter["in"] == "query" and parameter["schema"]["type"] == "array"
]


def method_of(client: Any, path: str, http_method: str) -> Any:
    described = DESCRIBED[path, http_method]
    return getattr(getattr(client, described["resource"]), described["method"])


def sample(parameter: Json) -> tuple[Any, str]:
    """An argument for a parameter, and the text that has to arrive for it."""
    schema = parameter["schema"]
    if schema["type"] == "array":
        named = parameter["description"].partition("Available values:")[2]
        stated = schema["items"].get("enum") or re.findall("`([^`]+)`", named)
        values = stated[:2] if stated else ["first value", "second/ä"]
        return values, ",".join(values)
    if "enum" in schema:
        return schema["enum"][1], schema["enum"][1]
    return TEXTS[schema.get("format") or schema["type"]]


async def called(path: str, method: str, arguments: dict[str, Any]) -> Server:
    server = Server()
    server.answer({"data": [], "pagination": {"page": 1, "page_size": 1, "total_count": 0, "total_pages": 0}})
    async with client_of(exec_api_client, server) as client:
        await method_of(client, path, method)(**arguments)
    assert len(server.requests) == 1
    return server


def test_the_document_has_operations() -> None:
    assert len(OPERATIONS) >= 5
    assert len(LISTS) >= 20


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
async def test_every_parameter_arrives_with_its_name_and_value(
    path: str, method: str, operation: Json
) -> None:
    values = {parameter["name"]: sample(parameter) for parameter in operation["parameters"]}
    server = await called(path, method, {name: value for name, (value, _) in values.items()})
    assert server.last.method == method.upper()
    wanted_path, wanted_query = path, []
    for parameter in operation["parameters"]:
        text = values[parameter["name"]][1]
        if parameter["in"] == "path":
            wanted_path = wanted_path.replace(f"{{{parameter['name']}}}", text)
        else:
            assert parameter["in"] == "query"
            wanted_query.append((parameter["name"], text))
    raw_path = server.last.url.raw_path.decode().split("?")[0]
    assert unquote(raw_path) == f"/v1{wanted_path}"
    assert raw_path.count("/") == f"/v1{path}".count("/")
    assert parse_qsl(server.query, keep_blank_values=True, strict_parsing=True) == wanted_query


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
async def test_what_is_optional_is_not_sent_unless_it_is_given(
    path: str, method: str, operation: Json
) -> None:
    needed = [parameter for parameter in operation["parameters"] if parameter.get("required")]
    server = await called(path, method, {item["name"]: sample(item)[0] for item in needed})
    assert server.query == ""


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_the_signature_takes_exactly_the_documented_parameters(
    path: str, method: str, operation: Json
) -> None:
    client = client_of(exec_api_client, Server())
    parameters = dict(inspect.signature(method_of(client, path, method)).parameters)
    assert parameters.pop("timeout").default is None
    assert set(parameters) == {parameter["name"] for parameter in operation["parameters"]}
    for documented in operation["parameters"]:
        parameter = parameters[documented["name"]]
        in_path = documented["in"] == "path"
        assert parameter.kind == (parameter.POSITIONAL_OR_KEYWORD if in_path else parameter.KEYWORD_ONLY)
        assert parameter.default is (parameter.empty if documented.get("required") else None)


@pytest.mark.parametrize(("path", "method", "name", "parameter"), LISTS)
async def test_a_list_is_joined_by_commas_exactly_when_the_document_does_not_explode_it(
    path: str, method: str, name: str, parameter: Json
) -> None:
    exploded = parameter.get("explode", parameter.get("style", "form") == "form")
    needed = {
        other["name"]: sample(other)[0]
        for _, _, operation, _ in operations(WITH_OVERLAY)
        if operation["operationId"] == name
        for other in operation["parameters"]
        if other.get("required")
    }
    values = sample(parameter)[0]
    assert len(values) == 2
    server = await called(path, method, {**needed, parameter["name"]: values})
    got = [value for key, value in parse_qsl(server.query) if key == parameter["name"]]
    assert got == (values if exploded else [",".join(values)])
    if not exploded:
        assert server.query.count(",") == 1  # a comma that separates is not escaped


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_a_pager_is_returned_exactly_for_a_list(path: str, method: str, operation: Json) -> None:
    client = client_of(exec_api_client, Server())
    bound = method_of(client, path, method)
    names = {parameter["name"] for parameter in operation["parameters"]}
    paged = {"page", "page_size"} <= names
    assert inspect.iscoroutinefunction(bound) is not paged
    if paged:
        needed = [item for item in operation["parameters"] if item.get("required")]
        assert isinstance(bound(**{item["name"]: sample(item)[0] for item in needed}), AsyncPager)


def comma_separated() -> Iterator[str]:
    for _, _, operation, _ in operations(PUBLISHED):
        for parameter in operation["parameters"]:
            if "comma-separated" in parameter.get("description", "").lower():
                yield f"{operation['operationId']}-{parameter['name']}"


def test_all_that_is_described_as_comma_separated_is_a_list() -> None:
    assert set(comma_separated()) <= {param.id for param in LISTS}
