"""The document's own examples, read against its schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..document.openapi import Document, Node

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_MOST_SHOWN = 5


def check_examples(document: Document) -> None:
    """Note each example that contradicts its schema."""
    for operation in document.operations:
        parts = {f"response {status}": part for status, part in operation.value.get("responses", {}).items()}
        parts["request body"] = operation.value.get("requestBody", {})
        for told, part in parts.items():
            for content in document.find(part).get("content", {}).values():
                # Later rules find no components other than schemas.
                for name, each in content.get("examples", {}).items():
                    content["examples"][name] = document.find(each)
                schema = content.get("schema", {})
                for value in examples(content):
                    found = [*_problems(value, schema, document)]
                    if told == "request body" and isinstance(value, dict):  # a response may lack fields
                        found += [f"$ lacks {name}" for name in sorted(document.required(schema) - {*value})]
                    if found:
                        more = "; …" if len(found) > _MOST_SHOWN else ""
                        said = "; ".join(found[:_MOST_SHOWN]) + more
                        document.notes.append(
                            f"{operation.label}: an example of its {told} contradicts the schema: {said}"
                        )


def mark_absent_fields(document: Document) -> None:
    """Mark each field that an example of a success response lacks."""
    for response in (each for operation in document.operations for each in operation.responses):
        for content in response.get("content", {}).values():
            for value in examples(content):
                for _ in _problems(value, content["schema"], document, mark=True):
                    pass  # noted already


def examples(content: Node) -> Iterator[Any]:
    """Yield the examples of a media type."""
    named = [each.get("value") for each in content.get("examples", {}).values()]
    yield from (value for value in [content.get("example"), *named] if value is not None)


def _problems(
    value: Any, schema: Node, document: Document, place: str = "$", mark: bool = False
) -> Iterator[str]:
    whole = document.find(schema)
    fields = document.fields(whole)
    kind = whole.get("type", "object" if fields else None)
    may_be_null = schema.get("nullable") or whole.get("nullable") or None in whole.get("enum", ())
    if whole.keys() & {"oneOf", "anyOf"} or (value is None and (may_be_null or not kind)):
        return
    if kind in _TYPES and type(value) not in _TYPES[kind]:
        yield f"{place} is {_shown(value)}, not of type {kind}"
    elif value not in whole.get("enum", [value]):
        yield f"{place} is {_shown(value)}, not one of the listed values"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _problems(item, whole.get("items", {}), document, f"{place}[{number}]", mark)
    elif isinstance(value, dict) and fields:
        for name, field in fields.items():
            if name in value:
                yield from _problems(value[name], field, document, f"{place}.{name}", mark)
            elif mark:
                _mark(name, whole, document)
        if not whole.get("additionalProperties"):
            yield from (f"{place}.{name} is not in it" for name in value if name not in fields)


def _mark(name: str, schema: Node, document: Document) -> None:
    """Say of a field, in the part that describes it first, that a response may lack it."""
    schema = document.resolve(schema)
    for part in schema.get("allOf", []):
        _mark(name, part, document)
    if name in schema.get("properties", {}):
        field = schema["properties"][name]
        field = {"allOf": [field]} if "$ref" in field else field
        schema["properties"][name] = {**field, "x-on-request": True}


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
