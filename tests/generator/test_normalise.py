from __future__ import annotations

import copy

import pytest

from generator.generate import DOCUMENT, OVERLAY
from generator.normalise import normalise
from generator.overlay import apply
from generator.walk import Json, operations
from generator.yaml12 import load_file

from .growing import answering, document_of
from .normalising import PARAMETER, TEXT, enum, operation_of, ref, refused, schemas_of, thing


def test_null_is_kept_out_of_parameters() -> None:
    nullable = {**TEXT, "nullable": True}
    parameters = [
        {"name": "a", "in": "query", "schema": nullable},
        {"name": "b", "in": "query", "schema": {"type": "array", "items": nullable}},
    ]
    kept = operation_of({"parameters": parameters})["parameters"]
    assert [one["schema"] for one in kept] == [TEXT, {"type": "array", "items": TEXT}]


def test_a_described_reference_keeps_its_meaning() -> None:
    described = {**ref("A"), "description": "Which"}
    fields = schemas_of(A=thing(a=TEXT), B=thing(one=described, other=ref("A")))["B"]["properties"]
    assert fields == {"one": {"allOf": [ref("A")], "description": "Which"}, "other": ref("A")}


def test_what_stands_beside_all_of_is_part_of_it() -> None:
    composed = {"type": "object", "allOf": [ref("A"), {"description": "More"}], "properties": {"b": TEXT}}
    assert schemas_of(A=thing(a=TEXT), B=composed)["B"] == {
        "description": "More",
        "allOf": [ref("A"), {"type": "object", "properties": {"b": TEXT}, "required": ["b"]}],
    }


def test_an_example_of_a_list_is_split() -> None:
    listed = {"type": "array", "items": TEXT, "example": "a,b"}
    assert schemas_of(A=thing(a=listed))["A"]["properties"]["a"]["example"] == ["a", "b"]


def test_a_type_that_is_none_is_refused_where_it_is_used() -> None:
    odd = {"type": "strng"}
    no_type = (
        "there is no type 'strng', which {} has; write string, integer, number, boolean, array or object"
    )
    operation = {"operationId": "get", "responses": answering(ref("A"))}
    assert refused(operation, A=thing(a=ref("B")), B=thing(b={"type": "array", "items": odd})) == (
        f"GET /things (get): {no_type.format('B.b')} in overlay.yaml"
    )
    assert no_type.format("get.c") in refused({**operation, "responses": answering(thing(c=odd))})
    assert normalise(document_of({"responses": answering(TEXT)}, Unused=odd))["components"]["schemas"] == {}


COMMAS = "Comma-separated names"


@pytest.mark.parametrize(
    ("parameter", "items"),
    [
        ({"description": COMMAS, "schema": TEXT}, TEXT),
        ({"schema": {**TEXT, "description": COMMAS}}, TEXT),
        ({"schema": ref("Names")}, ref("Names")),
        ({"schema": {**ref("Names"), "description": "Which"}}, ref("Names")),
        (
            {
                "description": COMMAS,
                "schema": {**TEXT, "format": "uuid", "maxLength": 9, "pattern": "^a", "default": "a"},
            },
            {**TEXT, "format": "uuid", "pattern": "^a"},
        ),
        ({"description": COMMAS, "schema": enum("a", "b")}, ref("GetItP")),
        *(
            ({"description": text, "schema": TEXT}, TEXT)
            for text in (
                "COMMA-SEPARATED",
                "a comma separated list",
                "comma-delimited",
                "Names, comma-\nseparated",
                "Names, comma\nseparated",
                "Separated by commas",
                "comma\u2011separated",
            )
        ),
    ],
)
def test_what_is_described_as_comma_separated_is_a_list(parameter: Json, items: Json) -> None:
    document = document_of(
        {"operationId": "getIt", "parameters": [{**PARAMETER, **parameter}]},
        Names={**TEXT, "description": COMMAS},
    )
    found = next(one for _, _, one, _ in operations(normalise(document)))["parameters"][0]
    assert (found["style"], found["explode"]) == ("form", False)
    assert (found["schema"]["type"], found["schema"]["items"]) == ("array", items)


@pytest.mark.parametrize(
    "parameter",
    [
        {"description": "NOT comma-separated", "schema": TEXT},
        {"description": "This isn't comma-separated", "schema": TEXT},
        {"description": "not a comma-separated list", "schema": TEXT},
        {"description": "Names without commas", "schema": TEXT},
        {"description": COMMAS, "schema": {"type": "integer"}},
        {"description": COMMAS, "schema": TEXT, "in": "header"},
    ],
)
def test_what_is_not_comma_separated_stays(parameter: Json) -> None:
    found = operation_of({"parameters": [{**PARAMETER, **parameter}]})["parameters"][0]
    assert found["schema"] == parameter["schema"]
    assert "explode" not in found


@pytest.mark.parametrize(
    ("description", "marked"),
    [
        ("(only included when requested via `x`)", True),
        ("Only included when requested", True),
        ("Included when `x` is requested.", True),
        ("Only present if `include` contains `x`", True),
        ("Only present\nif it is named in `include`", True),
        ("Included on request", True),
        ("Returned only upon request.", True),
        ("Always included", False),
        ("Present when the session has ended", False),
        ("Included when the page includes it. As requested.", False),
    ],
)
def test_a_field_that_is_included_on_request_may_be_absent(description: str, marked: bool) -> None:
    document = load_file(DOCUMENT)
    document["components"]["schemas"]["User"]["properties"]["email"]["description"] = description
    corrected = normalise(apply(document, load_file(OVERLAY)))
    assert ("email" not in corrected["components"]["schemas"]["User"]["required"]) == marked


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ("Available values: `a`, `b`", ["a", "b"]),
        ("What to add.\navailable values: `a` (the first), `b` (the second). Use `,` between.", ["a", "b"]),
        ("Available values:\n- `a`\n- `b`\n\nSee `c`.", ["a", "b"]),
        ("One of `a` and `b`", None),
        ("Available values: see elsewhere", None),
    ],
)
def test_values_that_a_description_names_are_an_enum(description: str, values: list[str] | None) -> None:
    listed = {"type": "array", "items": TEXT}
    parameter = {**PARAMETER, "schema": listed, "explode": False, "description": description}
    document = normalise(document_of({"operationId": "getIt", "parameters": [parameter]}))
    found = document["components"]["schemas"].get("GetItP", {}).get("enum")
    assert found == values


def test_stated_values_stay() -> None:
    listed = {"type": "array", "items": enum("x")}
    parameter = {**PARAMETER, "schema": listed, "description": "Available values: `a`"}
    schemas = normalise(document_of({"operationId": "getIt", "parameters": [parameter]}))["components"][
        "schemas"
    ]
    assert schemas == {"GetItP": enum("x")}


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
    assert schemas["C"]["allOf"][0] == ref("A")
    assert "nullable" not in schemas["Alias"]


def test_two_components_that_would_be_one_class_are_refused() -> None:
    text = refused(
        {"responses": answering(thing(a=ref("FooBar"), b=ref("Foo_Bar")))},
        FooBar=thing(a=TEXT),
        Foo_Bar=thing(b=TEXT),
    )
    assert text == "the schemas FooBar and Foo_Bar would be one class; rename one in overlay.yaml"


def test_components_that_only_errors_use_go() -> None:
    responses = {**answering(ref("A")), "400": {"description": "No", **answering(ref("Error"))["200"]}}
    result = normalise(document_of({"responses": responses}, A=thing(b=ref("B")), B=thing(), Error=thing()))
    assert result["components"]["schemas"].keys() == {"A", "B"}


def test_a_model_never_hides_what_generated_modules_import() -> None:
    schemas = schemas_of(Operation=thing(a=TEXT), A=thing(operation=ref("Operation"), b=TEXT))
    assert schemas.keys() == {"OperationObject", "A"}
    assert schemas["A"]["properties"]["operation"] == ref("OperationObject")
    taken = {"responses": answering({"oneOf": [ref("Operation"), ref("OperationObject")]})}
    text = refused(taken, Operation=thing(a=TEXT), OperationObject=thing(b=TEXT))
    assert "needs the name OperationObject, which is taken" in text


def test_the_published_document_is_left_as_it_is() -> None:
    document = apply(load_file(DOCUMENT), load_file(OVERLAY))
    before = copy.deepcopy(document)
    first = normalise(document)
    assert document == before
    assert normalise(document) == first


def test_what_no_rule_thought_of_names_its_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    def thoughtless(document: Json) -> None:
        for path, *_ in operations(document):
            assert path != "/b"

    monkeypatch.setattr("generator.normalise.split_comma_separated", thoughtless)
    paths = [{"path": path, "operationId": f"get{path[1:]}"} for path in ("/a", "/b", "/c")]
    assert refused(*paths).startswith("GET /b (getb): has a form that no rule here knows (AssertionError: ")


def test_what_no_rule_thought_of_in_the_schemas_names_these(monkeypatch: pytest.MonkeyPatch) -> None:
    def thoughtless(document: Json) -> None:
        raise KeyError(len(list(operations(document))))

    def only_together(document: Json) -> None:
        if len(list(operations(document))) > 1:
            thoughtless(document)

    monkeypatch.setattr("generator.normalise.share_enums", only_together)
    paths = [{"path": path, "responses": answering(ref("A"))} for path in ("/a", "/b")]
    assert refused(*paths, A=thing(), B=thing()).startswith("one of the schemas A, B: has a form")


def test_schemas_that_are_made_of_each_other_are_named() -> None:
    said = refused(
        {"operationId": "getX", "responses": answering(ref("A"))},
        A={"allOf": [ref("B")]},
        B={"allOf": [ref("A")]},
    )
    assert said.startswith("GET /things (getX): ")


def test_letters_without_case_make_a_class_that_is_not_its_module() -> None:
    assert set(schemas_of(日本語=thing(next=ref("日本語")))) == {"日本語Object"}


def test_a_model_is_told_what_its_schema_is_called_in_the_document() -> None:
    inside = {"type": "object", "nullable": True, "properties": {"a": TEXT}}
    answer = {"path": "/things", "responses": answering(thing(model=ref("Model"), rank=ref("Rank")))}
    document = document_of(answer, Model=thing(inside=inside), Rank=enum("gold"))
    schemas = normalise(document)["components"]["schemas"]
    named = {name: schema.get("x-schema") for name, schema in schemas.items()}
    assert named == {"ModelObject": "Model", "ModelInside": None, "Rank": None}
