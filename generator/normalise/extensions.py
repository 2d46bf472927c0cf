"""The extension `x-operation`: all that the templates need and openapi-python-client forgets.

The generator forgets how a list is sent, bounds, and which parameters page a list. It keeps unknown keys of a
response for custom templates, so each operation's description is put on its success responses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ..document.openapi import Document, Node, Operation
from .lists import is_joined
from .naming import RESERVED_RESOURCES, argument_names, identifier, method_names, words
from .pagination import page_of, unwrap_page
from .schemas import is_whole
from .texts import clean, clean_line

_FORMATS = {"date-time", "date", "uuid"}
_BOUNDS = {"minimum": "minimum", "maximum": "maximum"}
_LIMITS = {
    "integer": _BOUNDS,
    "number": _BOUNDS,
    "string": {"minLength": "min_length", "maxLength": "max_length"},
}
_MOST_VALUES = 12


def describe_operations(document: Document) -> None:
    """Put `x-operation` on each operation's responses, and make a list of each page."""
    by_tag: dict[str, list[str]] = defaultdict(list)
    for operation in document.operations:
        by_tag[operation.tag].append(operation.id)
    methods = {tag: method_names(ids, tag) for tag, ids in by_tag.items()}
    for operation in document.operations:
        described = _describe(operation, methods[operation.tag][operation.id], document)
        if described["page_size"]:
            unwrap_page(operation, document)
        for response in operation.responses:
            response["x-operation"] = described


def _describe(operation: Operation, method: str, document: Document) -> Node:
    value = operation.value
    parameters = {_place(each): _parameter(each, document) for each in operation.parameters}
    body = _body(operation.body, document) if operation.body else None
    located = [(each["in"], each["name"]) for each in operation.parameters]
    return {
        "path": operation.path,
        "reference": f"{operation.method.upper()} {clean(operation.path)}",
        "tag": clean_line(value["x-tag"]),
        "title": value.get("summary") or " ".join(words(operation.id)).capitalize(),
        "resource": identifier(words(operation.tag), RESERVED_RESOURCES),
        "method": method,
        "names": argument_names(located, [*body["fields"]] if body else []),
        "parameters": parameters,
        "body": body,
        "descriptions": dict(_descriptions(operation, parameters, body, document)),
        "page_size": None,
        **page_of(operation, document),
    }


def _place(parameter: Node) -> str:
    return f"{parameter['in']}:{parameter['name']}"


def _parameter(parameter: Node, document: Document) -> Node:
    where = parameter["in"]
    required = where == "path" or parameter.get("required", False)
    rules = _rules(parameter["name"], parameter["schema"], required, document)
    # A URL cannot say null.
    described = {"name": rules.pop("name"), "location": where, **rules}
    described = {key: rule for key, rule in described.items() if key not in ("nullable", "sparse")}
    if described.get("many") and where == "query" and parameter.get("explode", True):
        described["explode"] = True
    return described


def _rules(name: str, schema: Node, required: bool, document: Document) -> Node:
    """Return what an argument may be, by the names that `Argument` of the runtime has for it."""
    schema = document.resolve(schema)
    many = schema.get("type") == "array"
    item = document.resolve(schema["items"]) if many else schema
    kind = _kind(item, document)
    flags = {
        "required": required,
        "nullable": _may_be_null(schema, document),
        "many": many,
        "sparse": many and kind != "anything" and _may_be_null(item, document),
    }
    described: dict[str, Any] = {"name": name, "kind": kind, **{key: True for key in flags if flags[key]}}
    if "enum" in item:
        described["choices"] = [value for value in item["enum"] if value is not None]
    limits = _LIMITS.get(kind, {})
    return described | {rule: item[keyword] for keyword, rule in limits.items() if keyword in item}


def _kind(schema: Node, document: Document) -> str:
    """Return the `Kind` of a value; "anything" where the schema leaves it open."""
    if alternatives := _alternatives(schema, document):
        return "object" if {_kind(each, document) for each in alternatives} == {"object"} else "anything"
    kind: str = schema.get("type", "object" if document.fields(schema) else "anything")
    if kind == "string" and schema.get("format") in _FORMATS:
        return str(schema["format"])
    return "anything" if kind == "array" else kind


def _may_be_null(schema: Node, document: Document) -> bool:
    """Whether null fits a schema, as it does where the schema says nothing."""
    alternatives = _alternatives(schema, document)
    says_nothing = not (alternatives or schema.keys() & {"type", "enum", "allOf", "properties"})
    return (
        says_nothing
        or bool(schema.get("nullable"))
        or any(_may_be_null(each, document) for each in alternatives)
    )


def _alternatives(schema: Node, document: Document) -> list[Node]:
    return [document.resolve(part) for part in [*schema.get("oneOf", []), *schema.get("anyOf", [])]]


def _body(body: Node, document: Document) -> Node:
    """Return how the arguments make a body: as its fields, or as the whole where it has no fixed ones."""
    schema, given = document.content(body), body.get("required", False)
    known, needed, whole = document.fields(schema), document.required(schema), is_whole(schema, document)
    fields = {name: _rules(name, known[name], name in needed, document) for name in sorted(known)}
    return {
        "required": given,
        "fields": {"": _rules("body", schema, given, document)} if whole else fields,
        "whole": whole,
        "key": None if whole else next((name for name in known if _is_key(name, known[name])), None),
        "media_type": body["x-media-type"],
    }


def _is_key(name: str, field: Node) -> bool:
    """Whether the API recognises a request that it has seen before by this field.

    It says so of itself, or has one of the names that are usual for it.
    """
    says_so = "idempoten" in field.get("description", "").lower()
    return field.get("type") == "string" and (
        says_so or words(name) in (["idempotency", "key"], ["request", "id"])
    )


def _descriptions(
    operation: Operation, parameters: Node, body: Node | None, document: Document
) -> Iterator[tuple[str, str]]:
    """Yield the text for each argument, with its values and the default that the API takes for it."""
    found = {_place(each): (each, each["schema"]) for each in operation.parameters}
    if operation.body and body:
        schema = document.content(operation.body)
        found["body:"] = (operation.body, schema)
        found |= {f"body:{name}": (field, field) for name, field in document.fields(schema).items()}
    for place, (holder, schema) in found.items():
        sent = parameters.get(place, {})
        text = _with_values(" ".join(holder.get("description", "").split()), sent.get("choices", []))
        default = document.resolve(schema).get("default")
        if default is not None and "default" not in text.lower():
            text = f"{text} (default: {clean_line(str(default))})".strip()
        if sent.get("many") and not sent.get("explode") and is_joined(text):
            text = f"{text.removesuffix('.')}. Write a list here: the client joins it."
        if body and place == f"body:{body['key']}":
            text = f"{text} (left out: one is made for the call)".strip()
        if text:
            yield place, text


def _with_values(text: str, values: list[Any]) -> str:
    """Return a text with the values that there are, unless it names them or they are too many to read."""
    shown = [clean_line(str(value)) for value in values]
    if not text or len(shown) > _MOST_VALUES or all(value in text for value in shown):
        return text
    return f"{text.removesuffix('.')}. Values: {', '.join(f'`{value}`' for value in shown)}."


def odd_names(published: Document, document: Document) -> Iterator[str]:
    """Yield a line for each method whose name does not follow from its operationId."""
    for before, operation in zip(published.operations, document.operations, strict=True):
        told = operation.responses[0]["x-operation"]
        if not words(before.value.get("operationId", "")):
            why = "there is no operationId"
        elif told["method"] != method_names([operation.id], operation.tag)[operation.id]:
            why = "its shorter name would be that of another too"
        else:
            continue
        yield f"{before.label}: its method is client.{told['resource']}.{told['method']}, since {why}"
