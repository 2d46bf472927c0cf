"""A list in pages, and what the templates are told of an operation."""

from __future__ import annotations

from generator.normalise import normalise
from generator.walk import Json, operations

from .growing import document_of

PAGED: list[Json] = [
    {"name": "page", "in": "query", "schema": {"type": "integer"}},
    {"name": "page_size", "in": "query", "schema": {"type": "integer", "maximum": 30}},
]
ENVELOPE: Json = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        "pagination": {"type": "object"},
        "took_ms": {"type": "number"},
    },
}
THING: Json = {"type": "object", "properties": {"id": {"type": "string"}}}


def described(*more: Json, **schemas: Json) -> Json:
    """What the templates are told of the first operation."""
    document = normalise(document_of(*more, **schemas))
    answers = next(operation["responses"] for _, _, operation, _ in operations(document))
    told = [answer["x-operation"] for answer in answers.values()]
    assert all(one == told[0] for one in told)
    result: Json = told[0]
    return result
