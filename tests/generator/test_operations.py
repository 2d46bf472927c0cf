"""What the comparison of two documents says of a changed operation, and of the document itself."""

from __future__ import annotations

from typing import Any

import pytest

from generator.wire import changes

from .comparing import POST, Edit, operation, short, small, told

DOCUMENT = "the document"


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
        (lambda new: operation(new).update(deprecated=True), POST, "deprecation", "came", False),
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
        (lambda new: new["info"].update(version="2"), DOCUMENT, "info.version", "changed", False),
        (lambda new: new["info"].update(description="Two"), DOCUMENT, "info.description", "came", False),
        (lambda new: new.update(servers=[{"url": "https://b.test"}]), DOCUMENT, "servers", "came", True),
        (lambda new: new.update(security=[{"key": []}]), DOCUMENT, "security", "came", True),
        (lambda new: new["components"]["schemas"].pop("Unused"), "Unused", "component", "went", False),
        (lambda new: new["components"].update(securitySchemes={"key": {"type": "http"}}),
         "components.securitySchemes.key", "component", "came", False),
    ],
)  # fmt: skip
def test_what_an_operation_tells_of(edit: Edit, place: str, kind: str, verb: str, breaking: bool) -> None:
    assert short(told(small(), edit)) == [(place, kind, verb, breaking)]


def untagged() -> Any:
    document = small()
    del operation(document)["tags"]
    return document


@pytest.mark.parametrize(("old", "new"), [(small(), untagged()), (untagged(), small())])
def test_a_tag_that_comes_or_goes_moves_the_method(old: Any, new: Any) -> None:
    [change] = changes(old, new)
    assert (change.breaking, change.reason) == (True, "the method moves to another attribute of the client")


def test_an_operation_that_moves_is_still_compared() -> None:
    def edit(new: Any) -> None:
        new["paths"]["/b"] = new["paths"].pop("/items")
        operation_ = new["paths"]["/b"]["post"]
        operation_["parameters"].pop(0)

    assert short(told(small(), edit)) == [
        (POST, "path", "changed", True),
        (f"{POST} ← dry in query", "parameter", "went", True),
    ]


def test_a_reference_that_leads_back_to_itself_is_told_of() -> None:
    def edit(new: Any) -> None:
        new["components"]["parameters"] = {"A": {"$ref": "#/components/parameters/A"}}
        operation(new)["parameters"][0] = {"$ref": "#/components/parameters/A"}

    assert (f"{POST} ← dry in query", "parameter", "went", True) in short(told(small(), edit))
