from __future__ import annotations

import re

import pytest

from generator.document.openapi import Node as Json
from generator.errors import GeneratorError
from generator.normalise import normalise

from ..growing import answering, document_of
from .normalising import PARAMETER, TEXT, normalised, operation_of, ref, refused, schema_of, thing


def test_an_operation_is_called_as_its_id_or_by_its_path() -> None:
    assert operation_of({"operationId": "listTheThings"})["operationId"] == "list_the_things"
    assert operation_of({"path": "/a-b/c"})["operationId"] == "get_a_b_c"
    assert operation_of({"operationId": "-", "path": "/a"})["operationId"] == "get_a"


def test_two_operations_with_one_name_are_refused() -> None:
    both = ({"path": "/a/b", "tags": ["X"]}, {"path": "/a-b", "tags": ["Y"]})
    assert refused(*both) == "GET /a-b: has the same operationId as GET /a/b; give it another in overlay.yaml"


def test_tags_that_are_written_differently_are_one() -> None:
    document = normalised(
        {"path": "/a", "tags": ["Hub - Pages", "More"]}, {"path": "/b", "tags": ["hub pages"]}
    )
    assert [operation.tag for operation in document.operations] == ["hub pages"] * 2


def test_parameters_of_the_path_and_shared_ones_are_written_out() -> None:
    document = document_of({"path": "/a/{id}", "parameters": [{"$ref": "#/components/parameters/Q"}]})
    shared = {"name": "q", "in": "query", "schema": TEXT}
    own = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    document["paths"]["/a/{id}"]["parameters"] = [own, {**shared, "description": "replaced"}]
    document["components"]["parameters"] = {"Q": shared}
    result = normalise(document).value
    assert result["paths"]["/a/{id}"].keys() == {"get"}
    assert result["paths"]["/a/{id}"]["get"]["parameters"] == [shared, own]
    assert result["components"].keys() == {"schemas"}


def test_headers_that_openapi_ignores_are_ignored() -> None:
    names = ["Accept", "content-type", "Authorization", "X-Other"]
    parameters = [{"name": name, "in": "header", "schema": TEXT} for name in names]
    assert [one["name"] for one in operation_of({"parameters": parameters})["parameters"]] == ["X-Other"]


def test_a_shared_body_is_written_out_as_json() -> None:
    shared = {
        "content": {"text/csv": {}, "Application/JSON; charset=utf-8": {"schema": TEXT}},
        "required": True,
    }
    body = operation_of(
        {"method": "post", "requestBody": {"$ref": "#/components/requestBodies/B"}},
        requestBodies={"B": shared},
    )["requestBody"]
    assert body == {
        "required": True,
        "x-media-type": "application/json",
        "content": {"application/json": {"schema": TEXT}},
    }


def test_other_kinds_of_json_keep_their_name() -> None:
    body = {"content": {"application/merge-patch+json": {"schema": TEXT}}}
    kept = operation_of({"method": "patch", "requestBody": body})["requestBody"]
    assert kept["x-media-type"] == "application/merge-patch+json"
    both = {"content": {"application/merge-patch+json": {}, "application/json": {}}}
    kept = operation_of({"method": "patch", "requestBody": both})["requestBody"]
    assert kept["x-media-type"] == "application/json"


def test_success_answers_stay_and_others_go() -> None:
    responses = {
        "404": {"description": "None"},
        "201": {"$ref": "#/components/responses/R"},
        "2XX": {"description": "Other"},
        "200": {"description": "Done"},
        "default": {"description": "Error"},
    }
    kept = operation_of({"responses": responses}, responses={"R": {"description": "Made"}})["responses"]
    assert [(status, answer["description"]) for status, answer in kept.items()] == [
        ("200", "Done"),
        ("201", "Made"),
        ("2XX", "Other"),
    ]


def test_json_without_a_schema_is_anything() -> None:
    responses = {"200": {"description": "Done", "content": {"application/json": {}}}}
    assert schema_of(operation_of({"responses": responses})["responses"]["200"]) == {}


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        ({"parameters": [{**PARAMETER, "in": "cookie"}]}, "its parameter 'p' in cookie has a form"),
        ({"parameters": [{**PARAMETER, "schema": thing(a=TEXT)}]}, "its parameter 'p' in query has a form"),
        ({"parameters": [{**PARAMETER, "style": "deepObject"}]}, "its parameter 'p' in query has a form"),
        (
            {"parameters": [{**PARAMETER, "schema": {"oneOf": [TEXT]}}]},
            "its parameter 'p' in query has a form",
        ),
        (
            {"parameters": [{"name": "p", "in": "query", "content": {"application/json": {}}}]},
            "its parameter 'p' in query has a form",
        ),
        (
            {"parameters": [{**PARAMETER, "in": "header", "schema": {"type": "array", "items": TEXT}}]},
            "its parameter 'p' in header has a form",
        ),
        (
            {"parameters": [{**PARAMETER, "in": "path", "style": "label"}]},
            "its parameter 'p' in path has a form that the SDK cannot send (style label, type string)",
        ),
        (
            {"requestBody": {"content": {"multipart/form-data": {}}}},
            "its request body is multipart/form-data",
        ),
        ({"requestBody": {"content": {}}}, "its request body is nothing"),
        ({"responses": {"404": {"description": "No"}}}, "documents no 2xx response"),
        ({"responses": {"default": {"description": "?"}}}, "documents no 2xx response"),
        (
            {"responses": {"200": {"description": "A file", "content": {"application/octet-stream": {}}}}},
            "its response 200 is application/octet-stream",
        ),
        ({"tags": ["…"]}, "its tag must have a letter, not be '…'"),
        ({"servers": [{"url": "https://files.test"}]}, "has a server of its own"),
        (
            {"responses": answering({"$ref": "#/components/schemas/A/properties/b"})},
            "must lead to a whole component",
        ),
        ({"responses": answering({"$ref": "other.yaml#/A"})}, "must lead to a whole component"),
        ({"responses": {"200": {"$ref": "#/components/responses/None"}}}, "must lead to a whole component"),
        ({"responses": answering(ref("Loop"))}, "leads back to itself"),
    ],
)
def test_what_is_out_of_reach_is_refused_with_the_operation_s_name(operation: Json, problem: str) -> None:
    schemas = {
        "A": thing(b=TEXT),
        "Loop": ref("Loop"),
    }
    text = refused({"path": "/odd", "method": "put", "operationId": "putOdd", **operation}, **schemas)
    assert re.match(r"PUT /odd \(put_?[oO]dd\): ", text)
    assert problem in text


def test_a_path_and_its_parameters_have_to_agree() -> None:
    given = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    assert refused({"path": "/a/{id}", "parameters": [{**given, "in": "query"}]}) == (
        "GET /a/{id}: no parameter describes {id} in its path; add one in overlay.yaml"
    )
    assert refused({"path": "/a", "parameters": [given]}) == (
        "GET /a: its path has no {id} that the SDK can fill in; name it with letters, digits, _ and - in "
        "overlay.yaml, or remove the parameter there"
    )
    assert refused({"path": "/a?b={id}", "parameters": [given]}) == (
        "GET /a?b={id}: its path must end before the query; describe the query as parameters"
    )
    assert operation_of({"path": "/a/{{ 7 }}/{id}", "parameters": [given]})["parameters"] == [given]


def test_a_path_that_is_a_reference_is_refused() -> None:
    document = document_of({})
    document["paths"]["/other"] = {"$ref": "#/paths/~1things"}
    with pytest.raises(GeneratorError, match="/other: must be described in its place, not by a reference"):
        normalise(document)


def test_an_example_of_a_body_that_lacks_a_required_field_is_noted() -> None:
    schema = {**thing(title=TEXT, note=TEXT), "required": ["title"]}
    content = {"application/json": {"schema": schema, "example": {"note": "n"}}}
    notes = normalised({"method": "post", "requestBody": {"content": content}}).notes
    said = "an example of its request body contradicts the schema: $: 'title' is a required property"
    assert [note for note in notes if note.endswith(said)]


def test_an_example_may_have_the_fields_of_all_parts_of_its_schema() -> None:
    composed = {"allOf": [ref("A")], **thing(own=TEXT), "required": ["own"]}
    content = {"application/json": {"schema": composed, "example": {"a": "x", "own": 5}}}
    notes = normalised({"method": "post", "requestBody": {"content": content}}, A=thing(a=TEXT)).notes
    assert [note.partition("schema: ")[2] for note in notes if "contradicts" in note] == [
        "$.own: 5 is not of type 'string'"
    ]


def test_all_that_an_example_breaks_is_noted() -> None:
    fields = {
        "level": {"type": "integer", "maximum": 3},
        "made_on": {"type": "string", "format": "date"},
        "id": {**TEXT, "readOnly": True},
        "names": {"type": "object", "additionalProperties": ref("A")},
        "any": {"oneOf": [thing(a=TEXT), thing(b=TEXT)]},
    }
    value = {
        "level": 4,
        "made_on": "today",
        "names": {"x": {"a": "", "odd": 1}},
        "any": {"b": "", "odd": 1},
    }
    schema = {**thing(**fields), "required": ["id"]}
    content = {"application/json": {"schema": schema, "example": value}, "text/xml": {"example": "<a/>"}}
    operation = {"method": "post", "requestBody": {"content": content}}
    a = {**thing(a=TEXT), "example": {"a": 5}}
    notes = [note for note in normalised(operation, A=a).notes if "contradicts" in note]
    assert notes == [
        "POST /things: an example of its request body contradicts the schema: $.level: 4 is greater than "
        "the maximum of 3; $.made_on: 'today' is not a 'date'; $.names.x.odd is not in it; "
        "$.any.odd is not in it",
        "A: its example contradicts the schema: $.a: 5 is not of type 'string'",
    ]


def test_an_example_that_its_schema_allows_is_not_noted() -> None:
    more = thing(
        inner=thing(c=TEXT), owner={"allOf": [ref("B")], "nullable": True}, at={"nullable": True, **TEXT}
    )
    schema = {"allOf": [ref("A"), more]}
    example = {"inner": {"a": "x", "c": "y"}, "owner": None, "at": None}
    content = {"application/json": {"schema": schema, "example": example}}
    operation = {"responses": {"200": {"description": "", "content": content}}}
    notes = normalised(operation, A=thing(inner=thing(a=TEXT)), B=thing(b=TEXT)).notes
    assert not [note for note in notes if "contradicts" in note]


def test_a_summary_is_one_line_without_double_quotes() -> None:
    assert operation_of({"summary": ' A\n"b" \u202e  c'})["summary"] == "A 'b' c"
