"""Documents in short, and what normalising makes of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.normalise import normalise
from generator.walk import Json, operations

from .growing import answering, document_of

TEXT: Json = {"type": "string"}
PARAMETER = {"name": "p", "in": "query", "schema": TEXT}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def enum(*values: Any, **other: Any) -> Json:
    return {"type": "string", "enum": list(values), **other}


def thing(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def schemas_of(*more: Json, **schemas: Json) -> Json:
    """The normalised components, without their published names; every given one is used by an answer."""
    uses = {"path": "/uses", "responses": answering(thing(**{name: ref(name) for name in schemas}))}
    document = document_of(*more, *([uses] if schemas else []), **schemas)
    before = copy.deepcopy(document)
    result: Json = normalise(document)["components"]["schemas"]
    assert document == before
    return {
        name: {key: schema[key] for key in schema if key != "x-schema"} for name, schema in result.items()
    }


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
