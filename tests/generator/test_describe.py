from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.normalise import normalise
from generator.walk import Json

from .describing import ENVELOPE, PAGED, THING, described
from .growing import answering, document_of, taking


def parameter(schema: Json, **other: Any) -> Json:
    found = described({"parameters": [{"name": "p", "in": "query", "schema": schema, **other}]})
    result: Json = found["parameters"][f"{other.get('in', 'query')}:p"]
    return result


def test_names() -> None:
    told = described(
        {"path": "/a", "method": "put", "operationId": "replaceHubPage", "tags": ["Hub - Pages"]}
    )
    assert told["resource"] == "hub_pages"
    assert told["method"] == "replace"
    assert told["tag"] == "Hub - Pages"
    assert told["title"] == "Replace hub page"
    assert told["reference"] == "PUT /a"


def test_an_operation_without_a_tag_or_an_id() -> None:
    told = described({"path": "/things/{thing-id}/parts", "method": "get", "parameters": []})
    assert told["resource"] == "default"
    assert told["method"] == "get_things_thing_id_parts"


def test_a_resource_never_hides_the_client_s_own() -> None:
    assert described({"tags": ["Closed"]})["resource"] == "closed_"


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "email"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "string", "format": "uuid"}, "uuid"),
        ({"type": "integer", "format": "int64"}, "integer"),
        ({"type": "number"}, "number"),
        ({"type": "boolean"}, "boolean"),
    ],
)
def test_the_kind_of_a_parameter(schema: Json, kind: str) -> None:
    assert parameter(schema) == {"name": "p", "location": "query", "kind": kind}
    many = parameter({"type": "array", "items": schema}, explode=False)
    assert many == {"name": "p", "location": "query", "kind": kind, "many": True}


@pytest.mark.parametrize(
    ("spelling", "exploded"),
    [({}, True), ({"style": "form"}, True), ({"explode": True}, True), ({"explode": False}, False)],
)
def test_a_list_in_a_query_is_exploded_unless_the_document_says_otherwise(
    spelling: Json, exploded: bool
) -> None:
    assert (
        parameter({"type": "array", "items": {"type": "string"}}, **spelling).get("explode", False)
        is exploded
    )


def test_bounds_and_choices() -> None:
    assert parameter({"type": "integer", "minimum": 1, "maximum": 9}, required=True) == {
        "name": "p",
        "location": "query",
        "kind": "integer",
        "required": True,
        "minimum": 1,
        "maximum": 9,
    }
    assert parameter({"type": "string", "nullable": True, "enum": ["b", "a", None]})["choices"] == ["b", "a"]
    assert parameter({"enum": [3, 1]})["kind"] == "integer"
    assert parameter({"type": "array", "items": {"type": "integer", "minimum": 2}})["minimum"] == 2


def test_a_default_is_told_once() -> None:
    def text(**fields: Any) -> str:
        told = described({"parameters": [{"name": "p", "in": "query", **fields}]})
        return str(told["descriptions"].get("query:p", ""))

    schema = {"type": "integer", "default": 5}
    assert text(schema=schema, description="How\n  many") == "How many (default: 5)"
    assert text(schema=schema, description="How many. Default 5.") == "How many. Default 5."
    assert text(schema=schema) == "(default: 5)"
    assert text(schema={"type": "integer"}) == ""


def test_a_page_envelope_becomes_the_array_of_its_items() -> None:
    operation = {"parameters": PAGED, "responses": answering(ENVELOPE)}
    document = normalise(document_of(operation, Thing=THING))
    (answer,) = document["paths"]["/things"]["get"]["responses"].values()
    assert answer["x-operation"]["page_size"] == 30
    assert answer["content"]["application/json"]["schema"] == ENVELOPE["properties"]["data"]


def test_an_envelope_may_be_composed_and_shared() -> None:
    rest = {"type": "object", "properties": {"pagination": {"type": "object"}}}
    data = {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Things"}}}
    told = described(
        {"parameters": PAGED, "responses": answering({"$ref": "#/components/schemas/Envelope"})},
        Envelope={"allOf": [{"$ref": "#/components/schemas/Rest"}, data]},
        Rest=rest,
        Things={"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        Thing=THING,
    )
    assert told["page_size"] == 30


@pytest.mark.parametrize("missing", ["page", "page_size", "data", "pagination", "array", "one answer"])
def test_what_lacks_a_part_of_a_page_is_no_list(missing: str) -> None:
    envelope = copy.deepcopy(ENVELOPE)
    envelope["properties"].pop(missing, None)
    if missing == "array":
        envelope["properties"]["data"] = {"type": "string"}
    responses = answering(envelope)
    if missing == "one answer":
        responses["202"] = {"description": "Later"}
    parameters = [one for one in PAGED if one["name"] != missing]
    told = described({"parameters": parameters, "responses": responses}, Thing=THING)
    assert told["page_size"] is None


def test_a_page_without_a_largest_size_is_of_a_hundred() -> None:
    parameters = [PAGED[0], {**PAGED[1], "schema": {"type": "integer"}}]
    told = described({"parameters": parameters, "responses": answering(ENVELOPE)}, Thing=THING)
    assert told["page_size"] == 100


@pytest.mark.parametrize(
    ("schema", "fields"),
    [
        ({"properties": {"b": {}, "a": {}}}, ["a", "b"]),
        ({"properties": {"a": {}}, "additionalProperties": False}, ["a"]),
        ({"allOf": [{"$ref": "#/components/schemas/Thing"}, {"properties": {"a": {}}}]}, ["a", "id"]),
        ({"properties": {"a": {}}, "additionalProperties": True}, None),
        ({"type": "object"}, None),
        ({"type": "array", "items": {}}, None),
        ({"type": "object", "nullable": True, "properties": {"a": {}}}, None),
        ({"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "string"}]}, None),
    ],
)
def test_a_body_is_passed_as_its_fields_where_it_has_fixed_ones(
    schema: Json, fields: list[str] | None
) -> None:
    told = described({"method": "post", "requestBody": taking(schema)}, Thing=THING)
    assert told["body"]["fields"] == fields


def test_what_a_body_requires() -> None:
    schema = {"required": ["a"], "properties": {"a": {}, "b": {}}}
    told = described({"method": "post", "requestBody": taking(schema, required=True)})
    assert told["body"] == {
        "required": True,
        "fields": ["a", "b"],
        "key": None,
        "media_type": "application/json",
    }


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"request_id": {"type": "string"}}, "request_id"),
        ({"a": {"type": "string"}, "idempotencyKey": {"type": "string"}}, "idempotencyKey"),
        ({"token": {"type": "string", "description": "Makes the request idempotent"}}, "token"),
        ({"request_id": {"type": "integer"}}, None),
        ({"id": {"type": "string"}, "user_request_id": {"type": "string"}}, None),
    ],
)
def test_a_field_that_makes_a_write_idempotent_is_recognised(fields: Json, key: str | None) -> None:
    told = described({"method": "post", "requestBody": taking({"properties": fields})})
    assert told["body"]["key"] == key
