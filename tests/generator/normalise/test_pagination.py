"""Which lists can be walked by time."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document.openapi import Node as Json
from generator.normalise import normalise

from ..growing import answering, document_of
from .normalising import ENVELOPE, PAGED, THING, described


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


ROWS: Json = {"type": "array", "items": {"type": "string"}}
WHOLE = {"data": ROWS, "pagination": {"type": "object"}}
NO_PAGE = "it must have one response, an object with a list `data` and `pagination`"
NO_NUMBERS = "page and page_size must be whole numbers"


def paging(**schemas: Json) -> list[Json]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]


@pytest.mark.parametrize(
    ("parameters", "fields", "reason"),
    [
        (PAGED, {"items": ROWS, "pagination": {}}, NO_PAGE),
        (PAGED, {"data": ROWS, "next": {}}, NO_PAGE),
        (PAGED, {**WHOLE, "data": {"type": "string"}, "items": ROWS}, NO_PAGE),
        (PAGED, {**WHOLE, "data": {"type": "string"}}, ""),
        (paging(page={"type": "string"}, page_size={"type": "integer"}), WHOLE, NO_NUMBERS),
        (paging(page={"type": "integer"}, page_size={"type": "number"}), WHOLE, NO_NUMBERS),
        (paging(page={"type": "integer", "enum": [1]}, page_size={"enum": ["1"]}), WHOLE, NO_NUMBERS),
        (PAGED[:1], WHOLE, "it takes page instead of page and page_size"),
        (paging(cursor={"type": "string"}), WHOLE, "it takes cursor instead of page and page_size"),
        (
            [{**PAGED[0], "name": "page[cursor]"}],
            {"result": {"type": "object", "properties": WHOLE}},
            "it takes page[cursor] instead of page and page_size",
        ),
        (paging(rank={"type": "string"}), WHOLE, ""),
    ],
)
def test_a_list_that_is_not_paged_is_noted(parameters: list[Json], fields: Json, reason: str) -> None:
    responses = answering({"type": "object", "properties": fields})
    listed = {"operationId": "listThings", "parameters": parameters, "responses": responses}
    made = normalise(document_of(listed))
    assert made.operations[0].responses[0]["x-operation"]["page_size"] is None
    said = f"GET /things (listThings): the SDK does not page this list, since {reason}"
    assert made.notes == ([said] if reason else [])


def test_a_list_that_is_paged_by_its_body_is_noted() -> None:
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"cursor": {}}}}}}
    search = {"method": "post", "requestBody": body, "responses": answering(ENVELOPE)}
    said = "the SDK does not page this list, since it takes cursor instead of page and page_size"
    assert any(note.endswith(said) for note in normalise(document_of(search, Thing=THING)).notes)


def test_a_list_with_two_responses_is_not_paged() -> None:
    responses = {**answering(ENVELOPE), "202": {"description": "Later"}}
    told = described({"parameters": PAGED, "responses": responses}, Thing=THING)
    assert told["page_size"] is None


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
