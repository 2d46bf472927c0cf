"""What OpenAPI 3.0 has against a document: keys that it does not know, values of another type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from openapi_spec_validator.schemas import schema_v30

from .walk import Json

_LONG = 200


def problems(document: Json) -> list[str]:
    """Each with its place, the same each time; what the keywords mean together is not looked at."""
    return [
        f"{found.json_path}: {said}"
        for error in _validator().iter_errors(document)
        for found in [_innermost(error)]
        for said in _said(found)
    ]


@cache
def _validator() -> Any:
    schema: Any = dict(schema_v30)
    return validator_for(schema)(schema)


def _innermost(error: ValidationError) -> ValidationError:
    """What is wrong where anything but a `$ref` is taken for what it is meant to be."""
    while meant := [each for each in error.context or [] if not _wants_reference(each)]:
        error = max(meant, key=lambda each: len(each.absolute_path))
    return error


def _wants_reference(error: ValidationError) -> bool:
    return (error.validator, error.validator_value) == ("required", ["$ref"])


def _said(error: ValidationError) -> Iterator[str]:
    if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
        yield error.message if len(error.message) < _LONG else f"{error.message[:_LONG]}…"
        return
    schema: Any = error.schema
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key in error.instance:
        if key not in known and not any(re.search(pattern, key) for pattern in patterns):
            [meant] = get_close_matches(key, known, 1) or ["x-… for an extension"]
            yield f"OpenAPI 3.0 has no {key!r} here; write {meant}"
