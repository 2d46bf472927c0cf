"""Form of a document: keys that OpenAPI 3.0 does not know, and values of another type."""

from __future__ import annotations

from typing import Any

from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from openapi_spec_validator.schemas import schema_v30

from .openapi import Document, Node

_MOST_CHARACTERS = 300


def problems(document: Node) -> list[str]:
    """Return what is wrong with the form of a document, each problem with its operations and its place."""
    schema: Any = dict(schema_v30)
    found = [_innermost(error) for error in validator_for(schema)(schema).iter_errors(document)]
    return [
        f"{_operations(error, document)}{error.json_path}: {error.message[:_MOST_CHARACTERS]}"
        for error in found
    ]


def _operations(error: Any, document: Node) -> str:
    """Return the operations that use the wrong part of the document, for the beginning of a message."""
    path: list[Any] = [*error.absolute_path]
    found: list[str] = []
    if path[:1] == ["paths"] and len(path) > 2:
        found = [f"{path[2].upper()} {path[1]}"]
    elif path[:2] == ["components", "schemas"] and len(path) > 2:
        found = [each.request for each in Document(document).users(path[2])]
    return f"{', '.join(found)}: " if found else ""


def _innermost(error: Any) -> Any:
    """Return the cause that stands deepest; a missing `$ref` is none, since few parts are references."""
    while causes := [
        cause
        for cause in error.context or []
        if (cause.validator, cause.validator_value) != ("required", ["$ref"])
    ]:
        error = max(causes, key=lambda cause: len(cause.absolute_path))
    return error
