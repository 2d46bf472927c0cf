from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.generate import DOCUMENT, OVERLAY
from generator.normalise import normalise
from generator.overlay import apply
from generator.walk import Json, operations
from generator.yaml12 import load_file

from .growing import answering, document_of, taking

TEXT: Json = {"type": "string"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def enum(*values: Any, **other: Any) -> Json:
    return {"type": "string", "enum": list(values), **other}


def thing(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def schemas_of(*more: Json, **schemas: Json) -> Json:
    """The normalised components; every given one is used by an answer."""
    uses = {"path": "/uses", "responses": answering(thing(**{name: ref(name) for name in schemas}))}
    document = document_of(*more, *([uses] if schemas else []), **schemas)
    before = copy.deepcopy(document)
    result: Json = normalise(document)["components"]["schemas"]
    assert document == before
    return result


def operation_of(operation: Json, **other: Any) -> Json:
    document = document_of(operation)
    document["components"] |= other
    result: Json = next(one for _, _, one, _ in operations(normalise(document)))
    return result


def refused(*more: Json, **schemas: Json) -> str:
    with pytest.raises(ValueError, match=" ") as caught:
        normalise(document_of(*more, **schemas))
    return str(caught.value)


def schema_of(part: Json) -> Json:
    result: Json = part["content"]["application/json"]["schema"]
    return result


# --- texts


@pytest.mark.parametrize(
    ("published", "wanted"),
    [
        ('a """quoted""" text', "a '''quoted''' text"),
        ('an "ordinary" one', 'an "ordinary" one'),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd    e"),
        ("\u202eright\u2066 to\u200b left\x00\x1b", "right to left"),
        ("\\ {{ 7 * 7 }} {% x %} %s", "\\ {{ 7 * 7 }} {% x %} %s"),
        ("–’×≥ 中文 é", "–’×≥ 中文 é"),
    ],
)
def test_texts_are_fit_for_docstrings(published: str, wanted: str) -> None:
    assert schemas_of(A=thing(a={**TEXT, "description": published}))["A"]["properties"]["a"] == {
        **TEXT,
        "description": wanted,
    }


def test_a_summary_is_one_line_without_double_quotes() -> None:
    assert operation_of({"summary": ' A\n"b" \u202e  c'})["summary"] == "A 'b' c"


def test_names_are_left_as_they_are() -> None:
    odd = 'a""\u202e'
    assert list(schemas_of(A=thing(**{odd: TEXT}))["A"]["properties"]) == [odd]


# --- operations


def test_an_operation_is_called_as_its_id_or_by_its_path() -> None:
    assert operation_of({"operationId": "listTheThings"})["operationId"] == "list_the_things"
    assert operation_of({"path": "/a-b/{c}"})["operationId"] == "get_a_b_c"
    assert operation_of({"operationId": "-", "path": "/a"})["operationId"] == "get_a"


def test_two_operations_with_one_name_are_refused() -> None:
    both = ({"path": "/a/b", "tags": ["X"]}, {"path": "/a-b", "tags": ["Y"]})
    assert (
        refused(*both) == "GET /a-b (get_a_b): is called get_a_b, as is GET /a/b; rename one in overlay.yaml"
    )


def test_tags_that_are_written_differently_are_one() -> None:
    document = normalise(
        document_of({"path": "/a", "tags": ["Hub - Pages", "More"]}, {"path": "/b", "tags": ["hub pages"]})
    )
    assert [operation["tags"] for _, _, operation, _ in operations(document)] == [["hub pages"]] * 2


def test_parameters_of_the_path_and_shared_ones_are_written_out() -> None:
    document = document_of({"path": "/a/{id}", "parameters": [{"$ref": "#/components/parameters/Q"}]})
    shared = {"name": "q", "in": "query", "schema": TEXT}
    own = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    document["paths"]["/a/{id}"]["parameters"] = [own, {**shared, "description": "replaced"}]
    document["components"]["parameters"] = {"Q": shared}
    result = normalise(document)
    assert result["paths"]["/a/{id}"].keys() == {"get"}
    assert result["paths"]["/a/{id}"]["get"]["parameters"] == [shared, own]
    assert result["components"].keys() == {"schemas"}


def test_headers_that_openapi_ignores_are_ignored() -> None:
    names = ["Accept", "content-type", "Authorization", "X-Other"]
    parameters = [{"name": name, "in": "header", "schema": TEXT} for name in names]
    assert [one["name"] for one in operation_of({"parameters": parameters})["parameters"]] == ["X-Other"]


def test_null_is_kept_out_of_parameters() -> None:
    nullable = {**TEXT, "nullable": True}
    parameters = [
        {"name": "a", "in": "query", "schema": nullable},
        {"name": "b", "in": "query", "schema": {"type": "array", "items": nullable}},
    ]
    kept = operation_of({"parameters": parameters})["parameters"]
    assert [one["schema"] for one in kept] == [TEXT, {"type": "array", "items": TEXT}]


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
        200: {"description": "Done"},
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


PARAMETER = {"name": "p", "in": "query", "schema": TEXT}


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        ({"parameters": [{**PARAMETER, "in": "cookie"}]}, "its parameter 'p' in cookie has a form"),
        ({"parameters": [{**PARAMETER, "schema": thing(a=TEXT)}]}, "its parameter 'p' in query has a form"),
        ({"parameters": [{**PARAMETER, "style": "deepObject"}]}, "its parameter 'p' in query has a form"),
        ({"parameters": [{**PARAMETER, "style": "pipeDelimited"}]}, "its parameter 'p' in query has a form"),
        (
            {"parameters": [{**PARAMETER, "schema": {"oneOf": [TEXT]}}]},
            "its parameter 'p' in query has a form",
        ),
        (
            {"parameters": [{**PARAMETER, "schema": {"enum": ["a", 1]}}]},
            "its parameter 'p' in query has a form",
        ),
        (
            {"parameters": [{**PARAMETER, "schema": {"type": "array"}}]},
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
            "its parameter 'p' in path has a form",
        ),
        (
            {"requestBody": {"content": {"multipart/form-data": {}}}},
            "its request body is multipart/form-data",
        ),
        ({"requestBody": {"content": {}}}, "its request body is nothing"),
        ({"responses": {"404": {"description": "No"}}}, "documents no 2xx answer"),
        ({"responses": {"default": {"description": "?"}}}, "documents no 2xx answer"),
        (
            {"responses": {"200": {"description": "A file", "content": {"application/octet-stream": {}}}}},
            "its answer 200 is application/octet-stream",
        ),
        (
            {"responses": {"201": {"description": "A", "content": {"text/csv": {}}}}},
            "its answer 201 is text/csv",
        ),
        ({"tags": ["…"]}, "its tag '…' has no letter"),
        ({"servers": [{"url": "https://files.test"}]}, "has a server of its own"),
        (
            {"responses": answering({"$ref": "#/components/schemas/A/properties/b"})},
            "is no reference to a whole",
        ),
        ({"responses": answering({"$ref": "other.yaml#/A"})}, "is no reference to a whole"),
        ({"responses": {"200": {"$ref": "#/components/responses/None"}}}, "is no reference to a whole"),
        ({"responses": answering(ref("Loop"))}, "leads back to itself"),
        (
            {"responses": answering({"oneOf": [thing(a=TEXT, b=TEXT), thing(b=TEXT, a={})]})},
            "two of the alternatives in oneOf have the same fields",
        ),
        ({"responses": answering(ref("Either"))}, "two of the alternatives in anyOf have the same fields"),
    ],
)
def test_what_is_out_of_reach_is_refused_with_the_operation_s_name(operation: Json, problem: str) -> None:
    schemas = {
        "A": thing(b=TEXT),
        "Loop": ref("Loop"),
        "Either": thing(x={"anyOf": [ref("A"), thing(b={"type": "integer"})]}),
    }
    text = refused({"path": "/odd/{p}", "method": "put", "operationId": "putOdd", **operation}, **schemas)
    assert text.startswith("PUT /odd/{p} (put_odd): ")
    assert problem in text


# --- schemas


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
            {**TEXT, "format": "uuid", "maxLength": 9, "pattern": "^a"},
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


def test_an_object_that_may_be_null_gets_a_name() -> None:
    owner = {**thing(name=TEXT), "nullable": True, "description": "Who"}
    schemas = schemas_of(A=thing(owner=owner))
    assert schemas["A"]["properties"]["owner"] == {
        "allOf": [ref("AOwner")],
        "nullable": True,
        "description": "Who",
    }
    assert schemas["AOwner"] == {**thing(name=TEXT), "required": ["name"]}


def test_a_composed_object_that_may_be_null_gets_a_name() -> None:
    owner = {"allOf": [ref("B"), thing(name=TEXT)], "nullable": True, "title": "the owner"}
    schemas = schemas_of(A=thing(owner=owner), B=thing(b=TEXT))
    assert schemas["A"]["properties"]["owner"] == {"allOf": [ref("TheOwner")], "nullable": True}


# --- enums


def test_enums_with_the_same_values_and_meaning_are_one() -> None:
    fields = {
        "best_rank": enum("a", "b", description="Best"),
        "rank_min": enum("b", "a", None, nullable=True),
        "rank": enum("a", "b"),
    }
    schemas = schemas_of(A=thing(**fields), B=thing(rank=enum("a", "b")))
    assert schemas["Rank"] == enum("a", "b")
    assert schemas["A"]["properties"] == {
        "best_rank": {"allOf": [ref("Rank")], "description": "Best"},
        "rank_min": {"allOf": [ref("Rank")], "nullable": True},
        "rank": ref("Rank"),
    }


def test_an_enum_that_stands_alone_is_named_by_its_place() -> None:
    assert "AState" in schemas_of(A=thing(state=enum("on", "off")))


def test_enums_that_share_a_name_but_no_values_are_named_by_their_places() -> None:
    on, up = enum("on", "off"), enum("up", "down")
    schemas = schemas_of(A=thing(state=on), B=thing(state=on), C=thing(state=up), D=thing(state=up))
    assert {"AState", "CState"} <= schemas.keys()
    assert "State" not in schemas


def test_enums_that_share_values_but_no_meaning_stay_apart() -> None:
    schemas = schemas_of(A=thing(level=enum("low", "high")), B=thing(risk=enum("low", "high")))
    assert {"ALevel", "BRisk"} <= schemas.keys()


def test_an_enum_never_takes_the_name_of_another_schema() -> None:
    state = enum("on", "off")
    schemas = schemas_of(A=thing(state=state), B=thing(state=state), State=thing(x=TEXT))
    assert schemas["AState"] == state
    assert schemas["State"]["properties"] == {"x": TEXT}


TIERS = ("gold", "silver")


def test_one_more_place_renames_no_enum() -> None:
    shared = {"best_rank": enum(*TIERS), "rank_min": enum(*TIERS), "rank": enum(*TIERS)}
    for added in ({"best": enum(*TIERS)}, {"best_tier": enum(*TIERS)}, {"min_level": enum(*TIERS)}):
        schemas = schemas_of(A=thing(**added), B=thing(**shared))
        assert schemas["Rank"] == enum(*TIERS)
        assert {ref["$ref"] for ref in schemas["B"]["properties"].values()} == {"#/components/schemas/Rank"}
        assert set(schemas) == {
            "A",
            "B",
            "Rank",
            "A" + "".join(part.title() for part in next(iter(added)).split("_")),
        }


def test_a_shared_enum_keeps_its_name_when_others_claim_it() -> None:
    many = {name: enum(*TIERS) for name in ("rank", "best_rank", "first_rank")}
    few = {name: enum("up", "down") for name in ("rank", "rank_min")}
    schemas = schemas_of(A=thing(**few), B=thing(**many))
    assert schemas["Rank"] == enum(*TIERS)
    assert schemas["ARank"] == enum("up", "down")


def test_a_field_that_says_nothing_by_itself_is_named_after_what_has_it() -> None:
    state = enum("on", "paused", "off")
    listing = {
        "operationId": "listLamps",
        "parameters": [{**PARAMETER, "name": "state", "schema": {"type": "array", "items": state}}],
        "responses": answering({"type": "array", "items": ref("Lamp")}),
    }
    engine = thing(state=state, previous_state=state)
    schemas = schemas_of(listing, Lamp=thing(state=state, engine=ref("Engine")), Engine=engine)
    assert {name for name in schemas if "State" in name} == {"LampState", "EngineState"}
    alone = schemas_of(listing, Lamp=thing(state=state))
    assert {name for name in alone if "State" in name} == {"LampState"}


def test_enums_of_alternatives_have_names_of_their_own() -> None:
    either = {"oneOf": [thing(kind=enum("a"), x=TEXT), thing(kind=enum("b"), inner=thing(kind=enum("c")))]}
    document = normalise(document_of({"operationId": "getThing", "responses": answering(either)}))
    schemas = document["components"]["schemas"]
    assert schemas == {
        "GetThingKind": enum("a"),
        "GetThingKind2": enum("b"),
        "GetThingInnerKind": enum("c"),
    }


def test_an_enum_in_a_composition_of_one_is_named_by_its_place() -> None:
    composed = {"allOf": [enum("x", "y")], "nullable": True, "description": "Which"}
    document = normalise(document_of({"operationId": "getThing", "responses": answering(thing(a=composed))}))
    assert document["components"]["schemas"] == {"GetThingA": enum("x", "y")}


def test_the_enum_of_a_component_that_is_a_list() -> None:
    assert "RanksItem" in schemas_of(Ranks={"type": "array", "items": enum("x", "y")})


def test_two_components_that_would_be_one_class_are_refused() -> None:
    text = refused(
        {"responses": answering(thing(a=ref("FooBar"), b=ref("Foo_Bar")))},
        FooBar=thing(a=TEXT),
        Foo_Bar=thing(b=TEXT),
    )
    assert text == "the schemas FooBar and Foo_Bar would be one class; rename one in overlay.yaml"


def test_a_title_names_an_enum() -> None:
    titled = enum("on", "off", title="power state")
    assert "PowerState" in schemas_of(A=thing(a=titled), B=thing(b=titled))


def test_a_published_enum_lends_its_name_and_keeps_its_form() -> None:
    published = enum("a", "b", None, description="What it is", nullable=True)
    schemas = schemas_of(Kind=published, A=thing(kind=enum("a", "b"), other_kind=ref("Kind")))
    assert schemas["Kind"] == enum("a", "b")
    assert schemas["A"]["properties"] == {
        "kind": ref("Kind"),
        "other_kind": {"allOf": [ref("Kind")], "nullable": True},
    }


def test_whole_numbers_make_enums() -> None:
    assert schemas_of(A=thing(level={"enum": [3, 1, None]}))["ALevel"] == {"type": "integer", "enum": [3, 1]}


def test_two_different_enums_under_one_title_are_refused() -> None:
    on, up = enum("on", title="State"), enum("up", title="State")
    uses = {"responses": answering(thing(a=on, b=up))}
    assert "two different schemas would be called State" in refused(uses)


# --- requests and answers


def test_answers_require_every_field_that_is_not_sent_on_request_only() -> None:
    schema = {**thing(a=TEXT, b={**TEXT, "x-on-request": True}, c=thing(d=TEXT)), "required": ["b"]}
    answered = schema_of(operation_of({"responses": answering(schema)})["responses"]["200"])
    assert answered["required"] == ["a", "c"]
    assert answered["properties"]["c"]["required"] == ["d"]


def test_requests_require_what_the_document_says() -> None:
    schema = {**thing(a=TEXT, b=TEXT), "required": ["a"]}
    body = operation_of({"method": "post", "requestBody": taking(schema)})["requestBody"]
    assert schema_of(body)["required"] == ["a"]


def both_ways(name: str) -> Json:
    return {"method": "put", "requestBody": taking(ref(name)), "responses": answering(ref(name))}


def test_a_schema_of_requests_and_answers_becomes_two_where_they_differ() -> None:
    schemas = {
        "A": {**thing(a=TEXT, b=TEXT, same=ref("Same"), inner=ref("Inner")), "required": ["a"]},
        "Inner": thing(x=TEXT, back=ref("A")),
        "Same": {**thing(y=TEXT), "required": ["y"]},
    }
    document = normalise(document_of(both_ways("A"), **schemas))
    result = document["components"]["schemas"]
    operation = document["paths"]["/things"]["put"]
    assert schema_of(operation["requestBody"]) == ref("AInput")
    assert schema_of(operation["responses"]["200"]) == ref("A")
    assert result.keys() == {"A", "AInput", "Inner", "InnerInput", "Same"}
    assert result["AInput"]["required"] == ["a"]
    assert result["AInput"]["properties"]["inner"] == ref("InnerInput")
    assert result["AInput"]["properties"]["same"] == ref("Same")
    assert result["InnerInput"]["properties"]["back"] == ref("AInput")
    assert result["A"]["required"] == ["a", "b", "same", "inner"]
    assert result["A"]["properties"]["inner"] == ref("Inner")


def test_an_input_never_replaces_another_schema() -> None:
    text = refused(both_ways("A"), A=thing(a=TEXT), AInput=thing(b=TEXT))
    assert text == "the schema AInput is wanted for what requests hold of A; rename it"


def test_fields_for_one_direction_are_left_out_of_the_other() -> None:
    schema = thing(id={**TEXT, "readOnly": True}, secret={**TEXT, "writeOnly": True}, name=TEXT)
    schema["required"] = ["id", "secret", "name"]
    result = normalise(document_of(both_ways("A"), A=schema))["components"]["schemas"]
    assert result["A"]["required"] == list(result["A"]["properties"]) == ["id", "name"]
    assert result["AInput"]["required"] == list(result["AInput"]["properties"]) == ["secret", "name"]


def test_the_alternative_with_the_most_fields_is_tried_first() -> None:
    either = {"oneOf": [ref("Small"), TEXT, ref("Large")]}
    schemas = schemas_of(
        Small=thing(a=TEXT), Large=thing(a=TEXT, b=TEXT), Holder=thing(it=either, x=TEXT, y=TEXT)
    )
    assert schemas["Holder"]["properties"]["it"]["oneOf"] == [ref("Large"), ref("Small"), TEXT]


# --- components


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


# --- what is refused


def test_a_nullable_enum_may_stand_after_what_uses_it() -> None:
    """The null is the place's; the enum with it is not another one."""
    tier = enum("a", "b", None, nullable=True)
    found = schemas_of(Badge=thing(tier=enum("a", "b"), current=ref("Tier")), Tier=tier)
    assert found["Tier"] == enum("a", "b")
    assert found["Badge"]["properties"] == {
        "tier": ref("Tier"),
        "current": {"allOf": [ref("Tier")], "nullable": True},
    }


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
    assert refused({"operationId": "getX", "responses": answering(inner)}) == f"get_x.data: {said}"


def test_two_parameters_of_one_name_are_named_with_their_operation() -> None:
    parameters = [{"name": name, "in": "query", "schema": TEXT} for name in ("type", "@type")]
    assert refused({"operationId": "getX", "parameters": parameters}) == (
        "GET /things (get_x): its parameters in query 'type' and '@type' would both be called type_ "
        "in Python; remove one of them in overlay.yaml"
    )


@pytest.mark.parametrize("names", [("id", "_id"), ("id", "ID"), ("one", "two")])
def test_names_that_the_generator_tells_apart_are_fine(names: tuple[str, str]) -> None:
    assert schemas_of(A=thing(**dict.fromkeys(names, TEXT)))["A"]["properties"].keys() == {*names}


KEYS: Json = {
    "bearerAuth": {"type": "http", "scheme": "Bearer"},
    "adminAuth": {"type": "http", "scheme": "bearer"},
    "hookKey": {"type": "apiKey", "in": "header", "name": "X-Hook"},
}


def secured(asked: list[Json] | None, whole: list[Json] | None) -> Json:
    document = document_of({"operationId": "getX", **({} if asked is None else {"security": asked})})
    document["components"]["securitySchemes"] = KEYS
    return document if whole is None else {**document, "security": whole}


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        (None, None),
        (None, [{"bearerAuth": []}]),
        ([{"bearerAuth": []}], None),
        ([{"bearerAuth": []}], [{"bearerAuth": []}]),
        ([], [{"bearerAuth": []}]),
        ([{}], [{"bearerAuth": []}]),
        ([{"hookKey": []}, {"bearerAuth": []}], [{"bearerAuth": []}]),
        ([{"hookKey": []}, {}], [{"bearerAuth": []}]),
    ],
)
def test_an_operation_may_ask_for_the_key_of_the_document_or_none(
    asked: list[Json] | None, whole: list[Json] | None
) -> None:
    normalise(secured(asked, whole))


@pytest.mark.parametrize(
    ("asked", "whole", "names"),
    [
        ([{"hookKey": []}], [{"bearerAuth": []}], "hookKey"),
        ([{"hookKey": [], "bearerAuth": []}], [{"bearerAuth": []}], "hookKey with bearerAuth"),
        ([{"adminAuth": []}, {"hookKey": []}], [{"bearerAuth": []}], "adminAuth or hookKey"),
        ([{"hookKey": []}], None, "hookKey"),
        (None, [{"hookKey": []}], "hookKey"),
        ([{"unknown": []}], None, "unknown"),
    ],
)
def test_an_operation_that_asks_for_another_key_is_named(
    asked: list[Json] | None, whole: list[Json] | None, names: str
) -> None:
    with pytest.raises(ValueError, match="for the key") as caught:
        normalise(secured(asked, whole))
    assert str(caught.value) == (
        f"GET /things (get_x): asks for the key {names}, and the client sends only the bearer token of the "
        "whole document; if that is enough, say so in overlay.yaml, or remove the operation there"
    )


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
