"""The comparison of two documents: what it says of each kind of change, and that it leaves nothing out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.changes import Change
from generator.compare import difference
from generator.merge import OUTPUT
from generator.wire import changes
from generator.yaml12 import load_file

from .growing import HERE, answering, document_of, taking

PUBLISHED: Any = load_file(OUTPUT)
GROWN: Any = load_file(HERE / "growth.yaml")
Edit = Callable[[Any], object]

ITEM: Any = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "description": "Which"},
        "score": {"type": "number", "minimum": 0, "maximum": 10, "default": 1},
        "count": {"type": "integer"},
        "rank": {"type": "string", "enum": ["gold", "silver"]},
        "note": {"type": "string", "nullable": True},
        "at": {"type": "string", "format": "date-time"},
        "mail": {"type": "string", "format": "email"},
        "inner": {"type": "object", "properties": {"names": {"type": "array", "items": {"type": "string"}}}},
        "open": {"type": "object", "additionalProperties": {"type": "integer"}},
        "when": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    },
}
REF = {"$ref": "#/components/schemas/Item"}


def small() -> Any:
    """A document with one schema in a request, in an answer, in an error, and where nothing reaches it."""
    return document_of(
        {
            "path": "/items",
            "method": "post",
            "operationId": "createItem",
            "tags": ["Items"],
            "parameters": [
                {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
                {"name": "mode", "in": "query", "required": True, "schema": {"type": "string"}},
            ],
            "requestBody": taking({"$ref": "#/components/schemas/Asked"}),
            "responses": {
                **answering({"$ref": "#/components/schemas/Answered"}),
                "404": answering({"$ref": "#/components/schemas/Failed"})["200"],
            },
        },
        Asked=copy.deepcopy(ITEM),
        Answered=copy.deepcopy(ITEM),
        Failed=copy.deepcopy(ITEM),
        Unused=copy.deepcopy(ITEM),
    )


def told(old: Any, edit: Edit) -> list[Change]:
    new = copy.deepcopy(old)
    edit(new)
    return changes(old, new)


def short(found: list[Change]) -> list[tuple[str, str, str, bool]]:
    return [(change.place, change.kind, change.verb, change.breaking) for change in found]


def in_schema(edit: Edit, name: str) -> list[tuple[str, str, str, bool]]:
    """What is told of an edit of one of the schemas of the small document."""
    found = short(told(small(), lambda new: edit(new["components"]["schemas"][name])))
    assert all(place.startswith(name) for place, *_ in found)
    return [(place.removeprefix(name), *rest) for place, *rest in found]  # type: ignore[misc]


def put(path: str, value: Any) -> Edit:
    """An edit that sets what stands at a path such as `score.type`, below `properties`."""
    *holders, key = path.split(".")

    def edit(schema: Any) -> None:
        for holder in holders:
            schema = schema["properties"][holder] if "properties" in schema else schema[holder]
        schema[key] = value

    return edit


def drop(path: str) -> Edit:
    *holders, key = path.split(".")

    def edit(schema: Any) -> None:
        for holder in holders:
            schema = schema["properties"][holder] if "properties" in schema else schema[holder]
        del schema[key]

    return edit


def add_field(schema: Any) -> None:
    schema["properties"]["fresh"] = {"type": "string"}


def add_needed_field(schema: Any) -> None:
    add_field(schema)
    schema["required"].append("fresh")


@pytest.mark.parametrize(
    ("edit", "place", "kind", "verb", "in_request", "in_answer"),
    [
        (add_field, ".fresh", "field", "came", False, False),
        (add_needed_field, ".fresh", "field", "came", True, False),
        (lambda schema: schema["properties"].pop("count"), ".count", "field", "went", True, True),
        (lambda schema: schema["required"].append("count"), ".count", "required", "changed", True, False),
        (lambda schema: schema["required"].remove("id"), ".id", "required", "changed", False, True),
        (lambda schema: schema["required"].append("ghost"), ".ghost", "required", "changed", True, False),
        (put("count.type", "number"), ".count", "type", "changed", False, True),
        (put("score.type", "integer"), ".score", "type", "changed", True, False),
        (put("count.type", "string"), ".count", "type", "changed", True, True),
        (put("count.nullable", True), ".count", "nullable", "changed", False, True),
        (drop("note.nullable"), ".note", "nullable", "changed", True, False),
        (put("count.nullable", False), ".count", "nullable", "changed", False, False),
        (put("rank.enum", ["gold", "silver", "bronze"]), ".rank", "enum value", "came", False, False),
        (put("rank.enum", ["gold"]), ".rank", "enum value", "went", True, True),
        (put("rank.enum", ["silver", "gold"]), ".rank", "form", "changed", False, False),
        (put("mail.enum", ["a@b"]), ".mail", "enum", "came", True, False),
        (drop("rank.enum"), ".rank", "enum", "went", False, True),
        (drop("at.format"), ".at", "format", "changed", True, True),
        (put("count.format", "int32"), ".count", "format", "changed", True, False),
        (drop("mail.format"), ".mail", "format", "changed", False, False),
        (put("score.maximum", 9), ".score", "maximum", "changed", True, False),
        (put("score.maximum", 11), ".score", "maximum", "changed", False, False),
        (put("score.minimum", 1), ".score", "minimum", "changed", True, False),
        (put("score.minimum", -1), ".score", "minimum", "changed", False, False),
        (put("mail.maxLength", 9), ".mail", "maxLength", "changed", True, False),
        (drop("score.maximum"), ".score", "maximum", "changed", False, False),
        (put("id.pattern", "a+"), ".id", "pattern", "changed", True, False),
        (put("score.default", 2), ".score", "default", "changed", True, False),
        (drop("score.default"), ".score", "default", "changed", False, False),
        (put("count.readOnly", True), ".count", "readOnly", "changed", True, False),
        (put("count.writeOnly", True), ".count", "writeOnly", "changed", False, True),
        (put("id.description", "What"), ".id", "description", "changed", False, False),
        (put("id.example", {"a": 1}), ".id", "example", "came", False, False),
        (put("id.not", {"title": {"a": 1}}), ".id", "not", "came", True, True),
        (put("id.x-internal", True), ".id", "x-internal", "came", False, False),
        (put("id.unheardOf", 1), ".id", "unheardOf", "came", True, True),
        (put("inner.names.items", {"type": "integer"}), ".inner.names[]", "type", "changed", True, True),
        (drop("inner.names.items"), ".inner.names", "items", "changed", True, True),
        (put("open.additionalProperties", {"type": "number"}), ".open.*", "type", "changed", False, True),
        (put("open.additionalProperties", False), ".open", "additionalProperties", "changed", True, True),
        (put("inner.additionalProperties", False), ".inner", "additionalProperties", "changed", True, False),
        (
            lambda schema: schema["properties"]["when"]["oneOf"].append({"type": "boolean"}),
            ".when (one of)",
            "oneOf",
            "came",
            False,
            True,
        ),
        (
            lambda schema: schema["properties"]["when"]["oneOf"].pop(),
            ".when (one of)",
            "oneOf",
            "went",
            True,
            False,
        ),
    ],
)
def test_what_a_schema_tells_of_depends_on_the_direction(
    edit: Edit, place: str, kind: str, verb: str, in_request: bool, in_answer: bool
) -> None:
    assert in_schema(edit, "Asked") == [(place, kind, verb, in_request)]
    assert in_schema(edit, "Answered") == [(place, kind, verb, in_answer)]
    assert in_schema(edit, "Failed") == [(place, kind, verb, False)]
    assert in_schema(edit, "Unused") == [(place, kind, verb, False)]


def operation(new: Any) -> Any:
    return new["paths"]["/items"]["post"]


POST = "POST /items"
ROOT = "the document"


@pytest.mark.parametrize(
    ("edit", "place", "kind", "verb", "breaking"),
    [
        (lambda new: new["paths"].clear(), POST, "operation", "went", True),
        (lambda new: new["paths"].update({"/b": {"get": {}}}), "GET /b", "operation", "came", False),
        (lambda new: new["paths"].update({"/b": new["paths"].pop("/items")}), POST, "path", "changed", True),
        (lambda new: operation(new).update(operationId="makeItem"), POST, "operationId", "changed", True),
        (lambda new: operation(new).update(tags=["Things"]), POST, "tags", "changed", True),
        (lambda new: operation(new)["tags"].append("Things"), POST, "tags", "changed", False),
        (lambda new: operation(new).update(summary="Make"), POST, "summary", "came", False),
        (lambda new: operation(new).update(deprecated=True), POST, "deprecated", "came", False),
        (lambda new: operation(new).update(security=[]), POST, "security", "came", True),
        (lambda new: operation(new)["parameters"].pop(0),
         f"{POST} ← dry in query", "parameter", "went", True),
        (lambda new: operation(new)["parameters"].append({"name": "a", "in": "query", "schema": {}}),
         f"{POST} ← a in query", "parameter", "came", False),
        (lambda new: operation(new)["parameters"].append({"name": "a", "in": "path", "required": True}),
         f"{POST} ← a in path", "parameter", "came", True),
        (lambda new: operation(new)["parameters"][0].update(required=True),
         f"{POST} ← dry in query", "required", "changed", True),
        (lambda new: operation(new)["parameters"][1].update(required=False),
         f"{POST} ← mode in query", "required", "changed", False),
        (lambda new: operation(new)["parameters"][1]["schema"].update(type="integer"),
         f"{POST} ← mode in query", "type", "changed", True),
        (lambda new: operation(new)["parameters"].reverse(), POST, "form", "changed", False),
        (lambda new: operation(new).pop("requestBody"), f"{POST} ←", "request body", "went", True),
        (lambda new: operation(new)["requestBody"].update(required=True),
         f"{POST} ←", "required", "changed", True),
        (lambda new: operation(new)["responses"].update({"201": {"description": ""}}),
         f"{POST} → 201", "answer 201", "came", True),
        (lambda new: operation(new)["responses"].update({"409": {"description": ""}}),
         f"{POST} → 409", "answer 409", "came", False),
        (lambda new: operation(new)["responses"].pop("200"), f"{POST} →", "answer 200", "went", True),
        (lambda new: operation(new)["responses"].pop("404"), f"{POST} → 404", "answer 404", "went", False),
        (lambda new: operation(new)["responses"]["200"]["content"].update({"text/csv": {}}),
         f"{POST} →", "media type", "came", False),
        (lambda new: operation(new)["responses"]["200"]["content"].clear(),
         f"{POST} →", "media type", "went", True),
        (lambda new: new["info"].update(version="2"), ROOT, "info.version", "changed", False),
        (lambda new: new["info"].update(description="Two"), ROOT, "info.description", "came", False),
        (lambda new: new.update(servers=[{"url": "https://b.test"}]), ROOT, "servers", "came", True),
        (lambda new: new.update(security=[{"key": []}]), ROOT, "security", "came", True),
        (lambda new: new["components"]["schemas"].pop("Unused"), "Unused", "component", "went", False),
        (lambda new: new["components"].update(securitySchemes={"key": {"type": "http"}}),
         "components.securitySchemes.key", "component", "came", False),
    ],
)  # fmt: skip
def test_what_an_operation_tells_of(edit: Edit, place: str, kind: str, verb: str, breaking: bool) -> None:
    assert short(told(small(), edit)) == [(place, kind, verb, breaking)]


def test_an_operation_that_moves_is_still_compared() -> None:
    def edit(new: Any) -> None:
        new["paths"]["/b"] = new["paths"].pop("/items")
        operation_ = new["paths"]["/b"]["post"]
        operation_["parameters"].pop(0)

    assert short(told(small(), edit)) == [
        (POST, "path", "changed", True),
        (f"{POST} ← dry in query", "parameter", "went", True),
    ]


def test_a_shared_schema_is_told_of_once_with_the_operations_that_reach_it() -> None:
    [change] = told(PUBLISHED, lambda new: new["components"]["schemas"]["User"]["properties"].pop("email"))
    assert (change.place, change.breaking) == ("User.email", True)
    assert {
        "GET /scenarios/assignments",
        "GET /scenarios/{scenario_id}/analytics/participants",
        "GET /sessions",
        "GET /sessions/{session_id}",
    } <= set(change.reach)
    assert "GET /scenarios/{scenario_id}/analytics/summary" not in change.reach


def test_a_shared_parameter_is_told_of_once() -> None:
    found = told(GROWN, lambda new: new["components"]["parameters"]["Page"].update(required=True))
    assert [(change.place, change.breaking, len(change.reach)) for change in found] == [
        ("components.parameters.Page", True, 2)
    ]


def test_how_the_key_is_sent_concerns_every_operation() -> None:
    def edit(new: Any) -> None:
        new["components"]["securitySchemes"]["bearerAuth"]["scheme"] = "basic"

    [change] = told(PUBLISHED, edit)
    assert (change.place, change.kind) == ("components.securitySchemes.bearerAuth", "scheme")
    assert change.breaking


def test_a_reference_that_leads_back_to_itself_is_told_of() -> None:
    def edit(new: Any) -> None:
        new["components"]["parameters"] = {"A": {"$ref": "#/components/parameters/A"}}
        operation(new)["parameters"][0] = {"$ref": "#/components/parameters/A"}

    assert (f"{POST} ← dry in query", "parameter", "went", True) in short(told(small(), edit))


def test_a_recursive_schema_comes_to_an_end() -> None:
    def edit(new: Any) -> None:
        schemas = new["components"]["schemas"]
        schemas["Knot"] = copy.deepcopy(schemas["Node"])
        schemas["Knot"]["properties"]["children"]["items"]["$ref"] = "#/components/schemas/Knot"
        schemas["Knot"]["properties"]["next"]["$ref"] = "#/components/schemas/Knot"
        del schemas["Knot"]["properties"]["name"]
        answer = new["paths"]["/status/{from}"]["get"]["responses"]["200"]["content"]["application/json"]
        answer["schema"]["$ref"] = "#/components/schemas/Knot"

    found = told(GROWN, edit)
    assert [(change.place, change.verb, change.breaking) for change in found if change.kind == "field"] == [
        ("GET /status/{from} → name", "went", True)
    ]
    assert [change.place for change in found if change.kind == "reference"] == [
        "GET /status/{from} →",
        "GET /status/{from} → children[]",
        "GET /status/{from} → next",
    ]


def test_writing_a_schema_out_is_a_change_of_form_only() -> None:
    def edit(new: Any) -> None:
        content = operation(new)["responses"]["200"]["content"]["application/json"]
        content["schema"] = copy.deepcopy(ITEM)

    [change] = told(small(), edit)
    assert short([change]) == [(f"{POST} →", "reference", "changed", False)]
    assert change.reason == "it is written in another way and says the same"


def test_a_reference_that_leads_elsewhere_is_not_said_to_say_the_same() -> None:
    def edit(new: Any) -> None:
        content = operation(new)["responses"]["200"]["content"]["application/json"]
        content["schema"] = {**copy.deepcopy(ITEM), "type": "array"}

    reference, *others = told(small(), edit)
    assert (reference.kind, reference.reason) == (
        "reference",
        "it refers to something else, whose content is compared",
    )
    assert [change.kind for change in others] == ["type"]


def test_fields_that_move_into_a_part_of_allof_are_still_there() -> None:
    def edit(new: Any) -> None:
        schemas = new["components"]["schemas"]
        moved = {"count": schemas["Answered"]["properties"].pop("count")}
        schemas["Base"] = {"type": "object", "properties": moved}
        own = schemas["Answered"]
        schemas["Answered"] = {"allOf": [{"$ref": "#/components/schemas/Base"}, own]}
        own["properties"].pop("note")

    assert short(told(small(), edit)) == [
        ("Answered.note", "field", "went", True),
        ("Base", "component", "came", False),
    ]


def test_a_wrapped_reference_may_become_nullable() -> None:
    def edit(new: Any) -> None:
        owner = new["components"]["schemas"]["SessionDetail"]["properties"]
        owner["user"] = {"allOf": [owner["user"]], "nullable": True}

    assert short(told(PUBLISHED, edit)) == [("SessionDetail.user", "nullable", "changed", True)]


def test_an_untouched_document_has_no_changes() -> None:
    for document in (PUBLISHED, GROWN, small()):
        assert changes(document, copy.deepcopy(document)) == []


# --- nothing is lost

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "string", "object", "#/x", "id"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "$ref", "x-a", "allOf", "enum", "get"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def holders(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list) and node:
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from holders(value)


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """The document with something changed, added, removed or turned round, anywhere."""
    new = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 2))):
        found = list(holders(new)) or [new]
        holder = found[draw(st.integers(0, len(found) - 1))]
        keys = list(holder if isinstance(holder, dict) else range(len(holder)))
        key = draw(st.sampled_from(keys or ["paths"]))
        match draw(st.sampled_from(["set", "remove", "add", "reverse"])):
            case "set":
                holder[key] = draw(JSON)
            case "remove" if keys:
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(["nullable", "required", "oneOf", "x-b", "servers"]))] = draw(
                    JSON
                )
            case "reverse" if isinstance(holder, list):
                holder.reverse()
            case _:
                holder.clear()
    return new


@pytest.mark.parametrize("document", [GROWN, PUBLISHED, small()], ids=["grown", "published", "small"])
def test_something_is_told_if_and_only_if_the_documents_differ(document: Any) -> None:
    @settings(max_examples=250, deadline=None, database=None)
    @given(mutated(document))
    def check(new: Any) -> None:
        differ = difference(document, new) is not None
        assert bool(changes(document, new)) is differ
        assert bool(changes(new, document)) is differ

    check()


@given(mutated(small()), st.randoms())
@settings(max_examples=50, deadline=None, database=None)
def test_the_order_of_keys_is_no_change(new: Any, random: Any) -> None:
    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: shuffled(node[key]) for key in random.sample(list(node), len(node))}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    assert changes(new, shuffled(new)) == []
