"""Documents in short, and the forms that normalising gives them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.document.openapi import JSON, Document
from generator.document.openapi import Node as Json
from generator.errors import GeneratorError
from generator.normalise import normalise

from ..growing import answering, document_of

TEXT: Json = {"type": "string"}
PARAMETER = {"name": "p", "in": "query", "schema": TEXT}

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
THING: Json = {"type": "object", "properties": {"id": TEXT}}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def enum(*values: Any, **other: Any) -> Json:
    return {"type": "string", "enum": list(values), **other}


def thing(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def normalised(*more: Json, **schemas: Json) -> Document:
    document = document_of(*more, **schemas)
    before = copy.deepcopy(document)
    result = normalise(document)
    assert document == before
    return result


def schemas_of(*more: Json, **schemas: Json) -> Json:
    """Return the normalised schemas, without what templates read; every given one is used by a response."""
    uses = {"path": "/uses", "responses": answering(thing(**{name: ref(name) for name in schemas}))}
    result = normalised(*more, *([uses] if schemas else []), **schemas).schemas
    return {
        name: {key: schema[key] for key in schema if key not in ("x-schema", "example")}
        for name, schema in result.items()
        if name != "GetUsesResult"
    }


def operation_of(operation: Json, **other: Any) -> Json:
    """Return the normalised operation; `other` are sections of the components."""
    document = document_of(operation)
    document["components"] |= other
    return normalise(document).operations[0].value


def described(*more: Json, **schemas: Json) -> Json:
    """Return what templates know of the first operation."""
    responses = normalised(*more, **schemas).operations[0].responses
    told: list[Json] = [response["x-operation"] for response in responses]
    assert all(one == told[0] for one in told)
    return told[0]


def refused(*more: Json, **schemas: Json) -> str:
    with pytest.raises(GeneratorError) as caught:
        normalise(document_of(*more, **schemas))
    return str(caught.value)


def schema_of(part: Json) -> Json:
    result: Json = part["content"][JSON]["schema"]
    return result
