"""Form of a document: keys that OpenAPI 3.0 does not know, and values of another type."""

from __future__ import annotations

from typing import Any

from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from openapi_spec_validator.schemas import schema_v30

from .openapi import Node

_MOST_CHARACTERS = 300


def problems(document: Node) -> list[str]:
    """Return what is wrong with the form of a document, each problem with its place."""
    schema: Any = dict(schema_v30)
    found = [_innermost(error) for error in validator_for(schema)(schema).iter_errors(document)]
    return [f"{error.json_path}: {error.message[:_MOST_CHARACTERS]}" for error in found]


def _innermost(error: Any) -> Any:
    """Return the cause that stands deepest; a missing `$ref` is none, since few parts are references."""
    while causes := [
        cause
        for cause in error.context or []
        if (cause.validator, cause.validator_value) != ("required", ["$ref"])
    ]:
        error = max(causes, key=lambda cause: len(cause.absolute_path))
    return error
