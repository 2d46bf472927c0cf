"""What the comparison of two documents says of a changed schema."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from .comparing import GROWN, ITEM, POST, PUBLISHED, Edit, Said, operation, short, small, told


def in_schema(edit: Edit, name: str) -> list[Said]:
    """What is told of an edit of one of the schemas of the small document."""
    found = short(told(small(), lambda new: edit(new["components"]["schemas"][name])))
    assert all(place.startswith(name) for place, *_ in found)
    return [(place.removeprefix(name), *rest) for place, *rest in found]  # type: ignore[misc]


def found_at(path: str, schema: Any) -> tuple[Any, str]:
    """What holds the end of a path such as `score.type`, below `properties`, and that end."""
    *holders, key = path.split(".")
    for holder in holders:
        schema = schema["properties"][holder] if "properties" in schema else schema[holder]
    return schema, key


def put(path: str, value: Any) -> Edit:
    def edit(schema: Any) -> None:
        holder, key = found_at(path, schema)
        holder[key] = value

    return edit


def drop(path: str) -> Edit:
    def edit(schema: Any) -> None:
        holder, key = found_at(path, schema)
        del holder[key]

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
