from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.normalise import normalise
from generator.walk import Json, operations

from .growing import answering, document_of, taking

PAGED: list[Json] = [
    {"name": "page", "in": "query", "schema": {"type": "integer"}},
    {"name": "page_size", "in": "query", "schema": {"type": "integer", "maximum": 30}},
]
ENVELOPE: Json = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        "pagination": {"type": "object"},
        "took_ms": {"type": "number"},
    },
}
THING: Json = {"type": "object", "properties": {"id": {"type": "string"}}}


def described(*more: Json, **schemas: Json) -> Json:
    """What the templates are told of the first operation."""
    document = normalise(document_of(*more, **schemas))
    answers = next(operation["responses"] for _, _, operation, _ in operations(document))
    told = [answer["x-operation"] for answer in answers.values()]
    assert all(one == told[0] for one in told)
    result: Json = told[0]
    return result


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


def bound(name: str, text: str, **schema: Any) -> Json:
    schema = {"type": "string", "format": "date-time", **schema}
    return {"name": name, "in": "query", "description": text, "schema": schema}


BOUNDS = [
    bound("earliest", "Only things opened on or\n after this time"),
    bound("latest", "Only things opened on or before this time"),
]
ORDER: Json = {
    "name": "order",
    "in": "query",
    "schema": {"type": "string", "enum": ["opened_at", "-opened_at", "size"], "default": "-opened_at"},
}
OPENED: Json = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "opened_at": {"type": "string", "format": "date-time", "description": "When it was created"},
    },
}


def keyset(parameters: list[Json], thing: Json = OPENED) -> Json | None:
    told = described({"parameters": [*PAGED, *parameters], "responses": answering(ENVELOPE)}, Thing=thing)
    result: Json | None = told["keyset"]
    return result


def test_a_list_that_can_be_walked_by_time_is_recognised() -> None:
    assert keyset([*BOUNDS, ORDER]) == {
        "field": "opened_at",
        "after": "earliest",
        "before": "latest",
        "order": "order",
        "ascending": "opened_at",
        "descending": "-opened_at",
        "default": "-opened_at",
    }


def test_a_list_that_lacks_a_condition_is_not_walked_by_time() -> None:
    one_way = {**ORDER, "schema": {"type": "string", "enum": ["-opened_at", "size"]}}
    day = {"type": "string", "format": "date"}
    exclusive = bound("latest", "Only things opened before this time")
    properties = OPENED["properties"]
    assert keyset([BOUNDS[0], ORDER]) is None
    assert keyset(BOUNDS) is None
    assert keyset([*BOUNDS, one_way]) is None
    assert keyset([BOUNDS[0], exclusive, ORDER]) is None
    assert keyset([BOUNDS[0], bound("latest", BOUNDS[1]["description"], format="date"), ORDER]) is None
    assert keyset([*BOUNDS, bound("also", BOUNDS[1]["description"]), ORDER]) is None
    assert keyset([*BOUNDS, ORDER], {**OPENED, "properties": {"opened_at": properties["opened_at"]}}) is None
    assert keyset([*BOUNDS, ORDER], {**OPENED, "properties": {**properties, "opened_at": day}}) is None


def by(verb: str, field: str, **schema: Any) -> Json | None:
    """The keyset of a list that is ordered and bounded by this field."""
    time = {"type": "string", "format": "date-time", **schema}
    bounds = [bound("since", f"{verb} on or after"), bound("until", f"{verb} on or before")]
    order = {**ORDER, "schema": {"type": "string", "enum": [field, f"-{field}"]}}
    return keyset([*bounds, order], {"type": "object", "properties": {"id": {"type": "string"}, field: time}})


@pytest.mark.parametrize(
    ("verb", "field", "schema"),
    [
        ("created", "created_at", {}),
        ("created", "createdAt", {}),
        ("creation", "creation_time", {}),
        ("started", "started_at", {"description": "Time of creation"}),
    ],
)
def test_a_time_of_creation_is_told_by_its_name_or_its_description(
    verb: str, field: str, schema: Json
) -> None:
    assert (by(verb, field, **schema) or {})["field"] == field


@pytest.mark.parametrize(
    ("verb", "field", "schema"),
    [
        ("updated", "updated_at", {}),
        ("updated", "updated_at", {"description": "When it was last changed"}),
        ("due", "due_date", {}),
        ("started", "started_at", {"description": "Recreated as a date"}),
        ("created", "created_at", {"nullable": True}),
        ("created", "created_at", {"x-on-request": "?include=times"}),
        ("created", "created_at", {"format": "date"}),
    ],
)
def test_a_time_that_may_change_or_be_missing_leads_no_walk(verb: str, field: str, schema: Json) -> None:
    assert by(verb, field, **schema) is None


def test_a_time_of_creation_may_be_a_component_and_taken_over() -> None:
    moment = {"type": "string", "format": "date-time", "description": "When it was created"}
    time = {"type": "object", "properties": {"opened_at": {"$ref": "#/components/schemas/Moment"}}}
    both = {"allOf": [{"$ref": "#/components/schemas/Time"}, THING]}
    operation = {"parameters": [*PAGED, *BOUNDS, ORDER], "responses": answering(ENVELOPE)}
    for nullable, field in ((False, "opened_at"), (True, None)):
        parts = {"Time": time, "Thing": both, "Moment": {**moment, "nullable": nullable}}
        assert (described(operation, **parts)["keyset"] or {"field": None})["field"] == field
