from __future__ import annotations

import copy

import pytest

from generator.document.openapi import Document
from generator.document.openapi import Node as Json
from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY
from generator.normalise import normalise

from ..growing import answering, document_of, published, taking
from .normalising import TEXT, enum, normalised, operation_of, ref, refused, schema_of, schemas_of, thing


def test_null_is_kept_out_of_parameters() -> None:
    nullable = {**TEXT, "nullable": True}
    parameters = [
        {"name": "a", "in": "query", "schema": nullable},
        {"name": "b", "in": "query", "schema": {"type": "array", "items": nullable}},
    ]
    kept = operation_of({"parameters": parameters})["parameters"]
    assert [one["schema"] for one in kept] == [TEXT, {"type": "array", "items": TEXT}]


def test_what_stands_beside_all_of_is_part_of_it() -> None:
    composed = {"type": "object", "allOf": [ref("A"), {"description": "More"}], "properties": {"b": TEXT}}
    assert schemas_of(A=thing(a=TEXT), B=composed)["B"] == {
        **thing(a=TEXT, b=TEXT),
        "description": "More",
        "required": ["a", "b"],
        "x-base": "#/components/schemas/A",
    }


MAY_BE_ABSENT = (
    "(only included when requested via `x`)",
    "Only included when requested",
    "Included when `x` is requested.",
    "Only present if `include` contains `x`",
    "Only present\nif it is named in `include`",
    "Included on request",
    "Returned only upon request.",
    "Included when asked for",
    "Set only when the session has ended",
    "Only set if it was graded",
    "Only available after the export",
    "Populated only once it is done",
    "Omitted unless it was graded",
    "Not present for drafts",
)
ALWAYS_THERE = (
    "Set when the session has ended",
    "Always included",
    "Absent or not: never mind",
    "Present when the session has ended",
    "Included when the page includes it. As requested.",
)


def test_a_field_that_is_included_on_request_may_be_absent() -> None:
    document = published()
    fields = {text: {**TEXT, "description": text} for text in (*MAY_BE_ABSENT, *ALWAYS_THERE)}
    document["components"]["schemas"]["Odd"] = thing(**fields)
    document["paths"]["/odd"] = {"get": {"operationId": "getOdd", "responses": answering(ref("Odd"))}}
    corrected = normalise(apply(document, load_file(OVERLAY)))
    assert corrected.schemas["Odd"]["required"] == [*ALWAYS_THERE]


@pytest.mark.parametrize(
    ("published", "wanted"),
    [
        ({"type": "boolean", "enum": [True]}, {"type": "boolean"}),
        ({"type": "number", "enum": [0.5]}, {"type": "number"}),
        ({"enum": ["a", 1]}, {}),
        ({"type": "string", "format": "binary"}, TEXT),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": "string", "default": "x", "title": "Some text"}, TEXT),
    ],
)
def test_what_gives_no_type_is_dropped(published: Json, wanted: Json) -> None:
    assert schemas_of(A=thing(a=published))["A"]["properties"]["a"] == wanted


def test_null_is_a_matter_of_the_places_that_use_a_component() -> None:
    nothing = {**thing(a=TEXT), "nullable": True}
    schemas = schemas_of(
        A=nothing,
        Alias={"allOf": [ref("A")], "description": "The same"},
        B=thing(one=ref("A"), two=ref("Alias"), many={"type": "array", "items": ref("A")}),
        C={"allOf": [ref("A"), thing(c=TEXT)]},
    )
    null = {"allOf": [ref("A")], "nullable": True}
    assert schemas["A"] == {**thing(a=TEXT), "required": ["a"]}
    assert schemas["B"]["properties"] == {
        "one": null,
        "two": {"allOf": [ref("Alias")], "nullable": True},
        "many": {"type": "array", "items": null},
    }
    assert schemas["C"] == {**thing(a=TEXT, c=TEXT), "required": ["a", "c"], "x-base": ref("A")["$ref"]}
    assert "nullable" not in schemas["Alias"]


def test_an_inner_object_that_is_described_again_keeps_its_fields() -> None:
    rows = {"type": "array", "items": thing(x=TEXT)}
    more = thing(meta=thing(b=TEXT), rows={"type": "array", "items": thing(y=TEXT)}, other=ref("C"))
    schemas = schemas_of(
        A=thing(meta=thing(a=TEXT), rows=rows, other=ref("B")),
        B=thing(b=TEXT),
        C=thing(c=TEXT),
        D={"allOf": [ref("A"), more]},
    )
    assert [*schemas["DMeta"]["properties"]] == ["a", "b"]
    assert [*schemas["DRowsItem"]["properties"]] == ["x", "y"]
    assert schemas["D"]["properties"]["other"] == ref("C")


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (({"minimum": 5}, {"minimum": 1}), {"minimum": 5}),
        (({"maxLength": 5}, {"maxLength": 9, "minLength": 1}), {"maxLength": 5, "minLength": 1}),
        (
            ({"type": "array", "maxItems": 2}, {"items": TEXT}),
            {"type": "array", "maxItems": 2, "items": TEXT},
        ),
        (
            ({"type": "array", "items": {"minLength": 1}}, {"items": {**TEXT, "maxLength": 3}}),
            {"type": "array", "items": {**TEXT, "minLength": 1, "maxLength": 3}},
        ),
        (({"minimum": 5}, ref("Number")), {"allOf": [ref("Number")], "minimum": 5}),
    ],
)
def test_the_rules_of_all_parts_count(parts: tuple[Json, Json], whole: Json) -> None:
    composed = {"allOf": [thing(a=part) for part in parts]}
    assert schemas_of(A=composed, Number={"type": "integer"})["A"]["properties"]["a"] == whole


def test_responses_of_one_tag_that_are_described_alike_are_one_model() -> None:
    def operation(method: str, path: str, schema: Json, tag: str = "Jobs") -> Json:
        return {"method": method, "path": path, "tags": [tag], "responses": answering(schema)}

    job = [
        thing(id=TEXT, state={**TEXT, "description": text}) for text in ("Now", "Now", "Now", "At the end")
    ]
    operations = [
        operation("post", "/jobs", job[0]),
        operation("get", "/jobs/1", job[1]),
        operation("get", "/jobs/2", ref("Job")),
        operation("get", "/jobs/3", ref("Detail")),
        operation("get", "/tasks/1", job[2], "Tasks"),
        operation("delete", "/jobs/1", job[3]),
    ]
    whole = thing(id=TEXT, state=TEXT)
    named = normalised(*operations, Job=whole, Detail=copy.deepcopy(whole))
    assert [*normalised(*operations[:2]).schemas] == ["JobsResult"]
    assert {*named.schemas} == {"JobsResult", "Job", "Detail", "GetTasks1Result", "DeleteJobs1Result"}


def test_what_is_only_sent_is_no_subclass_of_what_is_read() -> None:
    body = {"content": {"application/json": {"schema": thing(new=ref("New"))}}}
    operation = {"method": "post", "requestBody": body, "responses": answering(ref("Old"))}
    document = normalised(operation, New={"allOf": [ref("Old"), thing(b=TEXT)]}, Old=thing(a=TEXT))
    assert "x-base" not in document.schemas["New"]
    assert "New: no subclass of Old, since only Old is in responses" in document.notes


def test_two_components_that_would_be_one_class_are_numbered() -> None:
    answer = answering(thing(a=ref("FooBar"), b=ref("Foo_Bar")))
    document = normalised({"responses": answer}, FooBar=thing(a=TEXT), Foo_Bar=thing(b=TEXT))
    assert {*document.schemas} == {"FooBar", "Foo_Bar2", "GetThingsResult"}
    assert document.schemas["GetThingsResult"]["properties"]["b"] == ref("Foo_Bar2")
    assert "Foo_Bar2: a number in its name, since FooBar is the name of another schema" in document.notes


def test_components_that_only_errors_use_go() -> None:
    responses = {**answering(ref("A")), "400": {"description": "No", **answering(ref("Error"))["200"]}}
    result = normalised({"responses": responses}, A=thing(b=ref("B")), B=thing(), Error=thing())
    assert result.schemas.keys() == {"A", "B"}


def test_a_model_never_hides_what_generated_modules_import() -> None:
    schemas = schemas_of(Operation=thing(a=TEXT), A=thing(operation=ref("Operation"), b=TEXT))
    assert schemas.keys() == {"OperationObject", "A"}
    assert schemas["A"]["properties"]["operation"] == ref("OperationObject")
    of_tag = {"tags": ["My Things"], "responses": answering(ref("MyThingsResource"))}
    assert [*normalised(of_tag, MyThingsResource=thing(a=TEXT)).schemas] == ["MyThingsResourceObject"]
    taken = {"responses": answering({"oneOf": [ref("Operation"), ref("OperationObject")]})}
    document = normalised(taken, Operation=thing(a=TEXT), OperationObject=thing(b=TEXT))
    assert document.schemas.keys() == {"OperationObject", "OperationObject2"}


def test_a_failing_rule_is_named_with_what_is_wrong_in_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(document: Document) -> None:
        raise KeyError(len(document.operations))

    monkeypatch.setattr("generator.normalise.RULES", (fails,))
    assert refused({"path": "/a"}) == "fails failed (KeyError: 1)"
    odd = {"path": "/a", "responses": answering({"type": "strng"})}
    assert refused(odd).startswith(
        "GET /a: $.paths['/a'].get.responses['200'].content['application/json'].schema.type: "
    )


def test_letters_without_case_make_a_class_that_is_not_its_module() -> None:
    assert set(schemas_of(日本語=thing(next=ref("日本語")))) == {"日本語Object"}


def test_a_model_is_told_what_its_schema_is_called_in_the_document() -> None:
    inside = {"type": "object", "nullable": True, "properties": {"a": TEXT}}
    answer = {"path": "/things", "responses": answering(thing(model=ref("Model"), rank=ref("Rank")))}
    document = document_of(answer, Model=thing(inside=inside), Rank=enum("gold"))
    schemas = normalise(document).schemas
    named = {name: schema.get("x-schema") for name, schema in schemas.items()}
    assert named == {"GetThingsResult": None, "ModelObject": "Model", "ModelInside": None, "Rank": None}


@pytest.mark.parametrize(
    "part", [{"oneOf": [thing(b=TEXT), thing(c=TEXT)]}, TEXT, enum("a"), {"type": "array", "items": TEXT}]
)
def test_a_composition_with_a_part_that_is_no_object_is_plain_json(part: Json) -> None:
    document = normalised({"operationId": "getX", "responses": answering({"allOf": [thing(a=TEXT), part]})})
    assert document.notes == [
        "GET /things result: plain JSON (`Any`), since a part of its allOf is no object of one form"
    ]


def test_fields_beside_those_that_are_named_are_plain_json() -> None:
    more = {**thing(a=TEXT), "additionalProperties": thing(b=TEXT)}
    document = normalised({"responses": answering(ref("A"))}, A=more)
    assert document.schemas == {
        "A": {**more, "additionalProperties": True, "required": ["a"], "x-schema": "A"}
    }
    assert document.notes[:1] == ["A: plain JSON (`Any`) in all fields except those that it names"]


def test_a_schema_of_bodies_and_responses_is_one() -> None:
    """A body is written out; the schemas within it are shared, and a caller may pass a dict for each."""
    fields = thing(
        a=TEXT, id={**TEXT, "readOnly": True}, secret={**TEXT, "writeOnly": True}, inner=ref("Inner")
    )
    schemas = {"A": {**fields, "required": ["a"]}, "Inner": thing(x=TEXT, back=ref("A"))}
    put = {"method": "put", "requestBody": taking(ref("A")), "responses": answering(ref("A"))}
    document = normalised(put, **schemas)
    [operation] = document.operations
    assert operation.body
    body = schema_of(operation.body)
    assert (list(body["properties"]), body["required"]) == (["a", "secret", "inner"], ["a"])
    assert document.schemas.keys() == {"A", "Inner"}
    assert (
        document.schemas["A"]["required"] == list(document.schemas["A"]["properties"]) == ["a", "id", "inner"]
    )


def test_alternatives_with_the_same_fields_are_plain_json() -> None:
    either = {"oneOf": [thing(a=TEXT, b=TEXT), thing(b=TEXT, a={})], "description": "Either"}
    document = normalised({"operationId": "getIt", "responses": answering(ref("A"))}, A=thing(it=either))
    assert document.schemas["A"]["properties"]["it"] == {"description": "Either"}
    assert document.notes == [
        "A.it: plain JSON (`Any`), since two of the alternatives in oneOf have the same fields"
    ]


def test_an_object_that_may_be_null_gets_a_name() -> None:
    owner = {**thing(name=TEXT), "nullable": True, "description": "Who"}
    schemas = schemas_of(A=thing(owner=owner))
    assert schemas["A"]["properties"]["owner"] == {
        "allOf": [ref("AOwner")],
        "nullable": True,
        "description": "Who",
    }
    assert schemas["AOwner"] == {**thing(name=TEXT), "required": ["name"]}


@pytest.mark.parametrize(
    ("one", "other", "called"),
    [("type", "@type", "type_"), ("a-b", "a b", "ab"), ("to_dict", "to_dict_", "to_dict_")],
)
def test_two_fields_of_one_name_are_named_with_what_has_them(one: str, other: str, called: str) -> None:
    advice = "remove one of them in overlay.yaml"
    both = {one: TEXT, other: TEXT}
    said = f"its fields {one!r} and {other!r} would both be called {called} in Python; {advice}"
    assert refused({"responses": answering(ref("A"))}, A=thing(**both)) == f"A: {said}"
    inner = thing(data={"type": "array", "items": {"allOf": [thing(**{one: TEXT}), thing(**{other: TEXT})]}})
    assert (
        refused({"operationId": "getX", "responses": answering(inner)}) == f"GET /things result.data: {said}"
    )


def test_two_parameters_of_one_name_are_named_with_their_operation() -> None:
    parameters = [{"name": name, "in": "query", "schema": TEXT} for name in ("type", "@type")]
    assert refused({"operationId": "getX", "parameters": parameters}) == (
        "GET /things (getX): its parameters in query 'type' and '@type' would both be called type_ "
        "in Python; remove one of them in overlay.yaml"
    )


@pytest.mark.parametrize("names", [("id", "_id"), ("id", "ID"), ("one", "two")])
def test_names_that_the_generator_tells_apart_are_fine(names: tuple[str, str]) -> None:
    assert schemas_of(A=thing(**dict.fromkeys(names, TEXT)))["A"]["properties"].keys() == {*names}


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ([ref("A"), thing(a=TEXT)], "A holds itself by allOf; describe it in overlay.yaml"),
        ([ref("B")], "#/components/schemas/A leads back to itself; describe it in overlay.yaml"),
    ],
)
def test_a_composition_of_itself_is_refused(parts: list[Json], problem: str) -> None:
    text = refused({"responses": answering(ref("A"))}, A={"allOf": parts}, B={"allOf": [ref("A")]})
    assert text == f"GET /things: {problem}"
