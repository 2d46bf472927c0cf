from __future__ import annotations

from typing import Any

import pytest

from generator.document.openapi import Node as Json

from ..growing import answering, taking
from .normalising import ENVELOPE, PAGED, THING, described, normalised


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


THING_ID: Json = {"name": "thing-id", "in": "path", "required": True, "schema": {"type": "string"}}


def test_an_operation_without_a_tag_or_an_id() -> None:
    told = described({"path": "/things/{thing-id}/parts", "method": "get", "parameters": [THING_ID]})
    assert told["resource"] == "default"
    assert told["method"] == "get_things_thing_id_parts"


def test_a_resource_never_hides_the_client_s_own() -> None:
    assert described({"tags": ["Closed"]})["resource"] == "closed_"


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
    assert parameter({"enum": [3, 1]})["kind"] == "integer"
    assert parameter({"type": "array", "items": {"type": "integer", "minimum": 2}}, explode=False) == {
        "name": "p",
        "location": "query",
        "kind": "integer",
        "many": True,
        "minimum": 2,
    }


def test_a_default_is_told_once() -> None:
    def text(**fields: Any) -> str:
        told = described({"parameters": [{"name": "p", "in": "query", **fields}]})
        return str(told["descriptions"].get("query:p", ""))

    schema = {"type": "integer", "default": 5}
    assert text(schema=schema, description="How\n  many") == "How many (default: 5)"
    assert text(schema=schema, description="How many. Default 5.") == "How many. Default 5."
    assert text(schema=schema) == "(default: 5)"
    assert text(schema={"type": "integer"}) == ""


def test_the_values_of_an_enum_are_told_unless_the_text_does_or_they_are_many() -> None:
    def text(description: str, values: list[Any], **fields: Any) -> str:
        parameter = {"name": "p", "in": "query", "description": description, **fields}
        told = described({"parameters": [{**parameter, "schema": {"type": "string", "enum": values}}]})
        return str(told["descriptions"].get("query:p", ""))

    assert text("Which.", ["a1", "b2"]) == "Which. Values: `a1`, `b2`."
    assert text("Which: a1 or b2", ["a1", "b2"]) == "Which: a1 or b2"
    assert text("An a1b, or b2", ["a1", "b2"]) == "An a1b, or b2. Values: `a1`, `b2`."
    assert text("Which", [f"x{number}" for number in range(13)]) == "Which"
    assert text("", ["a1"]) == "Values: `a1`."


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"minimum": 0, "exclusiveMinimum": True}, "(at least 1)"),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, "(above 0)"),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 5}, "(above 0; at most 5)"),
        ({"minimum": 0, "maximum": 5}, "(0 to 5)"),
    ],
)
def test_the_bounds_of_an_argument_are_told(schema: Json, shown: str) -> None:
    parameter = {"name": "p", "in": "query", "schema": {"type": "integer", **schema}}
    assert described({"parameters": [parameter]})["descriptions"]["query:p"] == shown


def test_the_bounds_of_values_are_told() -> None:
    quotas = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9}}
    body = taking({"type": "object", "properties": {"quotas": {**quotas, "description": "By team"}}})
    assert described({"method": "post", "requestBody": body})["descriptions"]["body:quotas"] == (
        "By team (each value: 0 to 9)"
    )


def test_an_idempotency_key_that_is_left_out_is_made() -> None:
    schema = {
        "type": "object",
        "properties": {"request_id": {"type": "string", "description": "Finds duplicates."}},
    }
    told = described({"method": "post", "requestBody": taking(schema)})
    assert told["descriptions"]["body:request_id"] == "Finds duplicates (left out: one is made for the call)."


def test_a_page_envelope_becomes_the_array_of_its_items() -> None:
    operation = {"parameters": PAGED, "responses": answering(ENVELOPE)}
    [answer] = normalised(operation, Thing=THING).operations[0].responses
    assert answer["x-operation"]["page_size"] == 30
    assert answer["content"]["application/json"]["schema"] == ENVELOPE["properties"]["data"]


def test_an_envelope_and_its_parameters_may_be_composed_and_shared() -> None:
    parameters = [{**one, "schema": {"$ref": "#/components/schemas/Number"}} for one in PAGED]
    rest = {"type": "object", "properties": {"pagination": {"type": "object"}}}
    data = {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Things"}}}
    told = described(
        {"parameters": parameters, "responses": answering({"$ref": "#/components/schemas/Envelope"})},
        Envelope={"allOf": [{"$ref": "#/components/schemas/Rest"}, data]},
        Rest=rest,
        Things={"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        Thing=THING,
        Number={"type": "integer"},
    )
    assert told["page_size"] == 100  # where the document has no largest size


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
    body = described({"method": "post", "requestBody": taking(schema)}, Thing=THING)["body"]
    assert [*body["fields"]] == (fields or [""])
    assert body["whole"] is (fields is None)


A_THING: Json = {"$ref": "#/components/schemas/Thing"}
A_TEXT: Json = {"type": "string"}
ID: Json = {"name": "id", "kind": "string"}


@pytest.mark.parametrize(
    ("schema", "rules"),
    [
        ({"type": "string", "format": "date-time"}, {"kind": "date-time"}),
        ({"type": "string", "format": "uuid"}, {"kind": "uuid"}),
        ({"type": "string", "format": "email"}, {"kind": "string"}),
        ({"type": "boolean"}, {"kind": "boolean"}),
        ({"type": "string", "nullable": True}, {"kind": "string", "nullable": True}),
        ({"enum": ["a", None], "nullable": True}, {"kind": "string", "nullable": True, "choices": ["a"]}),
        ({"type": "integer", "minimum": 1, "maxLength": 2}, {"kind": "integer", "minimum": 1}),
        ({"type": "integer", "maximum": 9, "exclusiveMaximum": True}, {"kind": "integer", "maximum": 8}),
        (
            {"type": "string", "minLength": 1, "maxLength": 9},
            {"kind": "string", "min_length": 1, "max_length": 9},
        ),
        ({"type": "string", "format": "date", "maxLength": 9, "maximum": 3}, {"kind": "date"}),
        ({"type": "array", "items": {"type": "number"}}, {"kind": "number", "many": True}),
        (
            {"type": "array", "items": {**A_TEXT, "nullable": True}},
            {"kind": "string", "many": True, "sparse": True},
        ),
        ({"type": "array", "items": {"type": "array", "items": A_TEXT}}, {"kind": "anything", "many": True}),
        ({"type": "array", "maxItems": 3, "items": {}}, {"kind": "anything", "many": True, "max_items": 3}),
        (A_THING, {"kind": "object", "fields": [ID]}),
        (
            {"properties": {"id": A_TEXT}, "required": ["id"]},
            {"kind": "object", "fields": [{**ID, "required": True}]},
        ),
        ({"properties": {"id": {**A_TEXT, "readOnly": True}}}, {"kind": "object", "fields": []}),
        ({"nullable": True, "allOf": [A_THING]}, {"kind": "object", "nullable": True, "fields": [ID]}),
        (
            {"type": "object", "additionalProperties": {**A_TEXT, "nullable": True}},
            {"kind": "object", "values": {"name": "", "kind": "string", "nullable": True}},
        ),
        ({"oneOf": [A_THING, {"type": "object"}]}, {"kind": "object"}),
        ({"oneOf": [A_THING, A_TEXT]}, {"kind": "anything"}),
        ({"anyOf": [A_TEXT, {"type": "integer", "nullable": True}]}, {"kind": "anything", "nullable": True}),
        ({}, {"kind": "anything", "nullable": True}),
    ],
)
def test_what_a_field_of_a_body_may_be(schema: Json, rules: Json) -> None:
    body = taking({"properties": {"f": schema}})
    told = described({"method": "post", "requestBody": body}, Thing=THING)
    assert told["body"]["fields"] == {"f": {"name": "f", **rules}}


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"request_id": {"type": "string"}}, "request_id"),
        ({"a": {"type": "string"}, "idempotencyKey": {"type": "string"}}, "idempotencyKey"),
        ({"token": {"type": "string", "description": "Makes the request idempotent"}}, "token"),
        ({"request_id": {"type": "string", "description": "Detects duplicates"}}, "request_id"),
        ({"request_id": {"type": "string", "description": "The request to approve, once"}}, None),
        ({"note": {"type": "string", "description": "Not part of the idempotency check"}}, None),
        ({"source": {"type": "string", "description": "Retries are not idempotent"}}, None),
        ({"request_id": {"type": "integer"}}, None),
        ({"id": {"type": "string"}, "user_request_id": {"type": "string"}}, None),
    ],
)
def test_a_field_that_makes_a_write_idempotent_is_recognised(fields: Json, key: str | None) -> None:
    told = described({"method": "post", "requestBody": taking({"properties": fields})})
    assert told["body"]["key"] == key
