"""Lists that only a parameter's description tells of."""

from __future__ import annotations

import re

from ..document.openapi import Document, Node

_SEPARATED = r"(?:separated|delimited)"
_WORDS = rf"\b(?:comma[\s\-\u2010-\u2015]*{_SEPARATED}|{_SEPARATED}\s+(?:by|with)\s+(?:a\s+)?commas?)\b"
_NO_NOUN = r"(?:for|to|when|if|and|or|by|in|with|as|values?)\b"
_COMMAS = re.compile(
    rf"(?P<before>\b(?:not|no|non|never|without)\b\W*(?:\w+\W+)?|n't\s+)?{_WORDS}", re.IGNORECASE
)
_OF_THE_WHOLE = {"description", "default", "example", "nullable", "deprecated", "minLength", "maxLength"}
_AVAILABLE = re.compile(r"available values:(.*?)(?:\.\s|\.?$|\n\s*\n)", re.IGNORECASE | re.DOTALL)


def split_comma_separated(document: Document) -> None:
    """Make a list of each query text that is described as comma-separated.

    A caller passes a sequence. It is sent as one value joined by commas, which `style: form` without
    `explode` means. The rules for the text hold for each element, except those for its length.
    """
    for parameter in _parameters(document):
        schema = parameter["schema"]
        whole = document.resolve({key: schema[key] for key in schema if key != "description"})
        stated = any(is_joined(part.get("description", "")) for part in (parameter, schema, whole))
        if parameter["in"] != "query" or not stated or not _is_text(whole):
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
    is_format = re.search(r"\bcsv\b|separated or\b", text, re.IGNORECASE)
    return not is_format and any(not match["before"] for match in _COMMAS.finditer(text))


def of_elements(text: str) -> str:
    """Return a description without the words about commas, which the client writes.

    Where they describe a noun they go alone, as in "Comma-separated IDs"; else with their sentence.
    """
    if not is_joined(text):
        return text
    kept = text
    for pattern, left in (
        (rf"{_WORDS} (?=(?!{_NO_NOUN})\w)", ""),
        (rf"\s*\(\s*{_WORDS}\s*\)", ""),
        (rf"\(\s*{_WORDS}[,;:]?\s+", "("),
        (rf"(?<! is)(?<! are)(?<! be)[,;:]?\s+{_WORDS}(?=\s*(?:$|[.,;()]))", ""),
        (rf"(?:^|(?<=[.!?] ))[^.!?]*{_WORDS}[^.!?]*(?:[.!?]|$)", ""),
    ):
        kept = " ".join(re.sub(pattern, left, kept, flags=re.IGNORECASE).split())
    return (kept[:1].upper() + kept[1:]) or text


def _is_text(schema: Node) -> bool:
    values = [value for value in schema.get("enum", []) if value is not None]
    return schema.get("type", "string" if values else None) == "string"


def list_available_values(document: Document) -> None:
    """Make an enum of the values that a list's description names, as in "Available values: `a`, `b`"."""
    for parameter in _parameters(document):
        items = parameter["schema"].get("items", {})
        stated = _AVAILABLE.search(parameter.get("description", ""))
        values = re.findall(r"`([^`]+)`", stated[1]) if stated else []
        if values and items.get("type") == "string" and "enum" not in items:
            items["enum"] = values


def _parameters(document: Document) -> list[Node]:
    return [parameter for operation in document.operations for parameter in operation.parameters]
