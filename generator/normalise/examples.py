"""The document's own examples, read against its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

from ..document.openapi import Document, Node, references

_MOST_SHOWN = 5
_MOST_CHARACTERS = 120


def check_examples(document: Document) -> None:
    """Note each example that contradicts its schema."""
    for operation in document.operations:
        parts = {f"response {status}": part for status, part in operation.value.get("responses", {}).items()}
        parts["request body"] = operation.value.get("requestBody", {})
        for told, part in parts.items():
            for media_type, content in document.find(part).get("content", {}).items():
                # Later rules find no components other than schemas.
                for name, each in content.get("examples", {}).items():
                    content["examples"][name] = document.find(each)
                for value in examples(content) if "json" in media_type else ():
                    schema, is_sent = content.get("schema", {}), told == "request body"
                    _note(f"{operation.label}: an example of its {told}", value, schema, is_sent, document)
    for name, schema in document.schemas.items():
        for value in examples(schema):
            _note(f"{name}: its example", value, schema, False, document)


def _note(subject: str, value: Any, schema: Node, is_sent: bool, document: Document) -> None:
    found = [*_contradictions(value, schema, is_sent, document), *_fields(value, schema, document)]
    if found:
        more = "; …" if len(found) > _MOST_SHOWN else ""
        document.notes.append(f"{subject} contradicts the schema: {'; '.join(found[:_MOST_SHOWN])}{more}")


def _contradictions(value: Any, schema: Node, is_sent: bool, document: Document) -> Iterator[str]:
    used = [schema, *(document.schemas[name] for name in document.reachable([schema]))]
    if not all(document.find({"$ref": target}) for target in references(used)):
        return  # rule `check_schemas` names the reference
    validator: Any = OAS30WriteValidator if is_sent else OAS30ReadValidator
    whole = _with_null({"allOf": [schema], "components": {"schemas": document.schemas}})
    for error in validator(whole, format_checker=validator.FORMAT_CHECKER).iter_errors(value):
        is_lack = error.validator == "required" and not is_sent  # a response may lack fields
        is_overlap = error.validator == "oneOf" and not error.context  # more than one alternative fits
        if not (is_lack or is_overlap):
            yield f"{error.json_path}: {error.message[:_MOST_CHARACTERS]}"


def _with_null(node: Any) -> Any:
    """Return a schema with null among its alternatives where it is nullable, as the package reads it."""
    if isinstance(node, list):
        return [_with_null(part) for part in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _with_null(value) for key, value in node.items()}
    is_composed = node.get("nullable") is True and node.keys() & {"allOf", "anyOf", "oneOf"}
    return {"anyOf": [{"nullable": True, "enum": [None]}, inner]} if is_composed else inner


def mark_absent_fields(document: Document) -> None:
    """Mark each field that an example of a success response, or of a schema, lacks."""
    found = [(value, schema) for schema in document.schemas.values() for value in examples(schema)]
    for response in (each for operation in document.operations for each in operation.responses):
        for content in response.get("content", {}).values():
            found += [(value, content["schema"]) for value in examples(content)]
    for value, schema in found:
        for _ in _fields(value, schema, document, mark=True):
            pass  # noted already


def examples(content: Node) -> Iterator[Any]:
    """Yield the examples of a media type or a schema."""
    named = [each.get("value") for each in content.get("examples", {}).values()]
    yield from (value for value in [content.get("example"), *named] if value is not None)


def _fields(
    value: Any, schema: Node, document: Document, place: str = "$", mark: bool = False
) -> Iterator[str]:
    """Yield each field of an example that its schema does not have, and mark those that the example lacks."""
    whole = document.find(schema)
    alternatives = [*whole.get("oneOf", []), *whole.get("anyOf", [])]
    if alternatives and isinstance(value, dict):
        best = min(alternatives, key=lambda each: len(document.fields(each).keys() ^ value.keys()))
        yield from _fields(value, best, document, place, mark)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _fields(item, whole.get("items", {}), document, f"{place}[{number}]", mark)
    elif isinstance(value, dict):
        # A later part of an `allOf` can describe a part of a field only.
        described = [part.get("properties", {}) for part in _parts(whole, document)]
        fields = {
            name: {"allOf": [each[name] for each in described if name in each]}
            for name in document.fields(whole)
        }
        others = whole.get("additionalProperties", False)
        for name in value:
            if name in fields or isinstance(others, dict):
                inner: Any = fields.get(name, others)
                yield from _fields(value[name], inner, document, f"{place}.{name}", mark)
            elif fields and not others:
                yield f"{place}.{name} is not in it"
        for name in fields.keys() - value.keys() if mark else ():
            _mark(name, whole, document)


def _parts(schema: Node, document: Document) -> Iterator[Node]:
    schema = document.find(schema)
    yield schema
    for part in schema.get("allOf", []):
        yield from _parts(part, document)


def _mark(name: str, schema: Node, document: Document) -> None:
    """Say of a field, in the part that describes it first, that a response may lack it."""
    schema = document.resolve(schema)
    for part in schema.get("allOf", []):
        _mark(name, part, document)
    if name in schema.get("properties", {}):
        field = schema["properties"][name]
        field = {"allOf": [field]} if "$ref" in field else field
        schema["properties"][name] = {**field, "x-on-request": True}
