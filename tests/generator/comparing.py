"""A small document, edits of it, and what the comparison of two documents tells of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from generator.changes import Change
from generator.checkout import Checkout
from generator.document.yaml import load_file
from generator.wire import changes

from .growing import HERE, answering, document_of, taking

PUBLISHED: Any = load_file(Checkout().document)
GROWN: Any = load_file(HERE / "growth.yaml")
POST = "POST /items"
Edit = Callable[[Any], object]
Said = tuple[str, str, str, bool]

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


def short(found: list[Change]) -> list[Said]:
    return [(change.place, change.kind, change.verb, change.breaking) for change in found]


def operation(new: Any) -> Any:
    """The one operation of the small document."""
    return new["paths"]["/items"]["post"]
