"""What a change of the document tells: its operations, and the leaves in which they differ."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from generator.report import wire
from generator.report.changes import Change
from tests.generator.growing import answering, document_of, taking

from .snapshots import lines

FIELDS: dict[str, Any] = {
    "name": {"type": "string", "description": "Its name", "maxLength": 10},
    "rank": {"type": "string", "enum": ["gold", "silver"]},
    "score": {"type": "number", "minimum": 0, "maximum": 10, "default": 1},
    "inner": {"type": "object", "properties": {"names": {"type": "array", "items": {"type": "string"}}}},
    "when": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Sent"}]},
}
ITEM: Any = {"type": "object", "required": ["name"], "properties": FIELDS}


def small() -> Any:
    """Return a document with one operation, which sends one schema and returns another."""
    return document_of(
        {
            "path": "/items/{item_id}",
            "method": "post",
            "operationId": "changeItem",
            "parameters": [
                {"name": "item_id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 100, "default": 50}},
            ],
            "requestBody": taking({"$ref": "#/components/schemas/Sent"}),
            "responses": answering({"$ref": "#/components/schemas/Returned"}),
        },
        Sent=copy.deepcopy(ITEM),
        Returned=copy.deepcopy(ITEM),
        Unused=copy.deepcopy(ITEM),
    )


def compared(edit: Callable[[Any], object]) -> tuple[list[Change], int]:
    new = small()
    edit(new)
    return wire.changes(small(), new)


def told(edit: Callable[[Any], object]) -> list[str]:
    return [
        f"{'! ' if change.breaking else ''}{change.place.partition(' (in ')[0]}: {change.text}"
        for change in compared(edit)[0]
    ]


def operation(document: Any) -> Any:
    return document["paths"]["/items/{item_id}"]["post"]


def size(document: Any) -> Any:
    return operation(document)["parameters"][1]["schema"]


def sent(document: Any) -> Any:
    return document["components"]["schemas"]["Sent"]["properties"]


def returned(document: Any) -> Any:
    return document["components"]["schemas"]["Returned"]["properties"]


def rename_path(document: Any) -> None:
    document["paths"]["/items/{id}"] = document["paths"].pop("/items/{item_id}")
    document["paths"]["/items/{id}"]["post"]["parameters"][0]["name"] = "id"


def inline(document: Any) -> None:
    """Write the same schema out where a reference stood."""
    operation(document)["responses"] = answering(copy.deepcopy(ITEM))


def refer_elsewhere(document: Any) -> None:
    """Refer to a schema that differs in a field."""
    document["components"]["schemas"]["Other"] = other = copy.deepcopy(ITEM)
    other["properties"]["more"] = {"type": "string"}
    operation(document)["responses"] = answering({"$ref": "#/components/schemas/Other"})


def compose(document: Any) -> None:
    """Take a field over from another schema, without a change of what is returned."""
    schemas = document["components"]["schemas"]
    schemas["Named"] = {"properties": {"name": schemas["Returned"]["properties"].pop("name")}}
    own = {"properties": schemas["Returned"].pop("properties")}
    schemas["Returned"]["allOf"] = [{"$ref": "#/components/schemas/Named"}, own]


def compose_and_narrow(document: Any) -> None:
    """Take a field over that is shorter."""
    compose(document)
    document["components"]["schemas"]["Named"]["properties"]["name"]["maxLength"] = 5


def require_what_a_base_has(document: Any) -> None:
    document["components"]["schemas"]["Sent"]["required"].append("elsewhere")


KEY = {"name": "key", "in": "header", "required": True, "schema": {"type": "string"}}
LABEL = "`POST /items/{item_id}`"
REFUSED = "Values that were accepted are refused."


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda new: new["paths"].update({"/more": {"get": operation(new)}}),
         ["`GET /more`: It is added."]),
        (lambda new: new["paths"].update({"/more": {"x-hidden": True, "get": operation(new)}}),
         ["`GET /more`: It is added, hidden (`x-hidden`), so it has no method."]),
        (lambda new: operation(new).update({"x-hidden": True}),
         [f"{LABEL}: It is hidden now (`x-hidden`), so it has no method."]),
        (lambda new: operation(new).update(tags=["Others"]), [f'{LABEL}: It has `tags` `["Others"]`.']),
        (lambda new: sent(new)["when"].pop("oneOf"), ["`Sent`: `when.oneOf` is removed."]),
        (lambda new: new["paths"].clear(), [f"{LABEL}: It is removed."]),
        (rename_path, [f"`POST /items/{{id}}`: It was written {LABEL}. Requests are the same."]),
        (
            lambda new: operation(new)["parameters"].append(KEY),
            [f"{LABEL}: `header key` is added, and required."],
        ),
        (lambda new: operation(new)["parameters"].pop(), [f"{LABEL}: `query size` is removed."]),
        (lambda new: operation(new).update(deprecated=True),
         [f"{LABEL}: It is deprecated: it works until the API drops it."]),
        (lambda new: operation(new)["responses"].update({"404": {"description": "Missing"}}),
         [f"{LABEL}: `response 404` is added."]),
        (lambda new: operation(new)["requestBody"].update(required=True),
         [f"{LABEL}: `body` is required now."]),
        (lambda new: size(new).update(maximum=50),
         [f"! {LABEL}: `query size` has `maximum` `50`, not `100`. {REFUSED}"]),
        (lambda new: size(new).update(maximum=200),
         [f"{LABEL}: `query size` has `maximum` `200`, not `100`."]),
        (lambda new: size(new).pop("maximum"), [f"{LABEL}: `query size` no longer has `maximum` `100`."]),
        (lambda new: size(new).update(minimum=1),
         [f"! {LABEL}: `query size` has `minimum` `1`. {REFUSED}"]),
        (lambda new: size(new).update(default=20),
         [f"! {LABEL}: `query size` has `default` `20`, not `50`."
          " Calls that leave it out do something else."]),
        (lambda new: size(new).update(type="string"),
         [f'{LABEL}: `query size` has `type` `"string"`, not `"integer"`.']),
        (lambda new: sent(new)["name"].update(pattern="^a"),
         [f'! `Sent`: `name` has `pattern` `"^a"`. {REFUSED}']),
        (lambda new: returned(new)["name"].update(maxLength=5),
         ["`Returned`: `name` has `maxLength` `5`, not `10`."]),
        (lambda new: returned(new)["score"].update(default=2),
         ["`Returned`: `score` has `default` `2`, not `1`."]),
        (lambda new: returned(new)["name"].update(nullable=True),
         ["`Returned`: `name` may be null now."]),
        (lambda new: new["components"]["schemas"]["Returned"].pop("required"),
         ["`Returned`: `name` is no longer required."]),
        (lambda new: sent(new).update(more={"type": "string"}), ["`Sent`: `more` is added."]),
        (lambda new: returned(new).pop("rank"), ["`Returned`: `rank` is removed."]),
        (lambda new: sent(new)["rank"].update(enum=["silver", "bronze"]),
         ['`Sent`: `rank` gains `"bronze"` and loses `"gold"`.']),
        (lambda new: sent(new)["rank"].update(enum=["silver", "gold"]), []),
        (lambda new: sent(new)["rank"].pop("enum"),
         ['`Sent`: `rank` no longer has `enum` `["gold", "silver"]`.']),
        (lambda new: returned(new)["name"].update(enum=["a", "b"]),
         ['`Returned`: `name` has `enum` `["a", "b"]`.']),
        (lambda new: returned(new)["inner"]["properties"]["names"]["items"].update(type="integer"),
         ['`Returned`: `inner.names[]` has `type` `"integer"`, not `"string"`.']),
        (lambda new: returned(new)["when"]["oneOf"].pop(0), ["`Returned`: `when.oneOf.0` is removed."]),
        (lambda new: returned(new)["inner"].update(additionalProperties=False),
         ["`Returned`: `inner` has `additionalProperties` `false`."]),
        (inline, []),
        (compose, []),
        (require_what_a_base_has, ["`Sent`: `elsewhere` is required now."]),
        (compose_and_narrow, ["`Returned`: `name` has `maxLength` `5`, not `10`."]),
        (refer_elsewhere, [f"{LABEL}: `response 200.more` is added."]),
        (lambda new: new["components"]["schemas"]["Unused"].clear(), []),
    ],
)  # fmt: skip
def test_each_difference_is_told_with_its_place(edit: Callable[[Any], object], expected: list[str]) -> None:
    assert told(edit) == expected


def test_texts_examples_and_extensions_are_counted() -> None:
    def edit(new: Any) -> None:
        operation(new)["summary"] = "Another"
        sent(new)["name"]["description"] = "Another"
        sent(new)["name"]["example"] = {"$ref": "no reference"}
        sent(new)["name"]["x-order"] = 1

    assert compared(edit) == ([], 4)


def test_schemas_that_hold_themselves_end() -> None:
    assert told(lambda new: sent(new).update(self={"$ref": "#/components/schemas/Sent"})) == [
        "`Sent`: `self` is added."
    ]


def test_a_schema_that_holds_itself_may_have_another_name() -> None:
    old = small()
    for fields in (sent(old), returned(old)):
        fields["when"] = {"$ref": "#/components/schemas/Sent"}
    new = json.loads(json.dumps(old).replace("Sent", "Other"))
    assert wire.changes(old, new) == ([], 0)
    new["components"]["schemas"]["Other"]["properties"]["name"]["maxLength"] = 5
    told = wire.changes(old, new)[0]
    assert lines(told) == [
        f"! `body.name` has `maxLength` `5`, not `10`. {REFUSED}",
        "`when.name` has `maxLength` `5`, not `10`.",
    ]


def test_many_schemas_that_hold_each_other_may_all_have_other_names() -> None:
    """Followed on each way through them, the first of 12 would be compared a hundred million times."""

    def document(letter: str, most: int) -> Any:
        refer = [{"$ref": f"#/components/schemas/{letter}{number}"} for number in range(12)]
        fields = {f"field{number}": schema for number, schema in enumerate(refer)}
        size = {"type": "integer", "maximum": most}
        schemas = {f"{letter}{number}": {"properties": {**fields, "size": size}} for number in range(12)}
        operation = {"requestBody": taking(refer[0]), "responses": answering(refer[0])}
        return document_of(operation, **schemas)

    told = lines(wire.changes(document("A", 9), document("B", 8))[0])
    assert f"! `body.size` has `maximum` `8`, not `9`. {REFUSED}" in told
    assert "`response 200.size` has `maximum` `8`, not `9`." in told
    assert len(told) == 24


def test_what_an_operation_refuses_that_was_hidden_breaks_nothing() -> None:
    old, new = small(), small()
    operation(old)["x-hidden"] = True
    size(new)["maximum"] = 50
    told = [change for change in wire.changes(old, new)[0] if "maximum" in change.text]
    assert [change.breaking for change in told] == [False]
