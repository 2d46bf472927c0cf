"""Make lists of the parameters that only their descriptions say are lists."""

from __future__ import annotations

import re

from .walk import Json, operations, places, resolved

_COMMAS = re.compile(
    r"(?P<before>\b(?:not|no|non|never|without)\b\W*(?:\w+\W+)?|n't\s+)?"
    r"\b(?:comma[\s\-\u2010-\u2015]*(?:separated|delimited)|(?:separated|delimited)\s+(?:by|with)\s+(?:a\s+)?commas?)\b",
    re.IGNORECASE,
)
_OF_THE_WHOLE = {"description", "default", "example", "nullable", "deprecated", "minLength", "maxLength"}


def split_comma_separated(document: Json) -> None:
    """Make an array of each query text that is described as comma-separated.

    The caller passes a sequence, and it is sent as one value, joined by commas, which is what
    `style: form` without `explode` means. What the text may be, is what each element may be, but
    for its length.
    """
    for _, _, operation, _ in operations(document):
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            whole = resolved({key: schema[key] for key in schema if key != "description"}, document)
            stated = any(is_joined(part.get("description", "")) for part in (parameter, schema, whole))
            listed = whole.get("type") == "array" or parameter["in"] != "query"
            if listed or not stated or not _is_text(whole):
                continue
            items = {key: value for key, value in schema.items() if key not in _OF_THE_WHOLE}
            if items.keys() == {"allOf"} and len(items["allOf"]) == 1:
                [items] = items["allOf"]
            outside = {key: schema[key] for key in schema if key in _OF_THE_WHOLE}
            parameter |= {
                "style": "form",
                "explode": False,
                "schema": {"type": "array", "items": items, **outside},
            }


def is_joined(text: str) -> bool:
    """Whether a description says that its values are separated by commas."""
    return any(not match["before"] for match in _COMMAS.finditer(text))


def _is_text(schema: Json) -> bool:
    values = [value for value in schema.get("enum", []) if value is not None]
    return schema.get("type", "string" if values else None) == "string" and all(
        isinstance(value, str) for value in values
    )


def split_list_examples(document: Json) -> None:
    """Turn the example `a,b` of what is a list by now into the list that it shows."""
    for place in places(document):
        example = place.schema.get("example")
        if place.schema.get("type") == "array" and isinstance(example, str):
            place.schema["example"] = example.split(",")


_AVAILABLE = re.compile(r"available values:(.*?)(?:\.\s|\.?$|\n\s*\n)", re.IGNORECASE | re.DOTALL)


def list_available_values(document: Json) -> None:
    """Make an enum of the values that a list's description names, as in "Available values: `a`, `b`"."""
    for _, _, operation, _ in operations(document):
        for parameter in operation["parameters"]:
            items = parameter["schema"].get("items", {})
            stated = _AVAILABLE.search(parameter.get("description", ""))
            if stated and items.get("type") == "string" and "enum" not in items:
                values = re.findall(r"`([^`]+)`", stated[1])
                if values:
                    items["enum"] = values
