"""The extension `x-operation`: all that the templates need and openapi-python-client forgets.

The generator forgets how a list is sent, bounds, and which parameters page a list. It keeps unknown keys of a
response for custom templates, so each operation's description is put on its success responses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from exec_api_client.errors import APIStatusError

from ..document.openapi import JSON, METHODS, Document, Node, Operation, keywords, route
from .examples import examples
from .lists import of_elements
from .naming import RESERVED_RESOURCES, argument_names, identifier, method_names, words
from .pagination import paging, unwrap_page
from .schemas import is_whole
from .texts import clean, clean_line

_FORMATS = {"date-time", "date", "uuid"}
_BOUNDS = {"minimum": "minimum", "maximum": "maximum"}
_LIMITS = {
    "integer": _BOUNDS,
    "number": _BOUNDS,
    "string": {"minLength": "min_length", "maxLength": "max_length"},
}
_ITEMS = {"minItems": "min_items", "maxItems": "max_items"}
_MOST_VALUES = 12
_LONGEST_EXAMPLE = 60
_REQUEST = re.compile(
    rf"(?P<tick>`?)\b(?P<method>{'|'.join(METHODS).upper()}) (?P<path>/[\w{{}}/-]*[\w}}])(?P=tick)"
    r"(?![\w?{/-]| HTTP/)"
)
_SAYS_KEY = re.compile(r"\bidempotency (key|token)|\bmakes?\b[^.]*\bidempotent", re.IGNORECASE)
_SAYS_REPEATED = re.compile(
    r"idempoten|duplicat|\bsent again\b|\bsame request\b|\bsafe(ly)? retr", re.IGNORECASE
)
_ERRORS = {str(kind.status_code): kind.__name__ for kind in APIStatusError.__subclasses__()}


def describe_bodies(document: Document) -> None:
    """Note how arguments make each body, and tell the rules for the fields of the objects in it."""
    for operation in document.operations:
        operation.value["x-body"] = body = _body(operation.body, document) if operation.body else None
        if body:
            schema = document.content(operation.body)
            fields = {"": schema} if body["whole"] else document.fields(schema)
            for name, rules in body["fields"].items():
                _explain_inner(fields[name], rules, document)


def _explain_inner(schema: Node, rules: Node, document: Document) -> None:
    whole = document.resolve(schema)
    item = document.resolve(whole["items"]) if rules.get("many") else whole
    for inner in rules.get("fields", []):
        field = item["properties"][inner["name"]]
        if "$ref" not in field and "x-explained" not in field:  # two bodies can hold the same object
            example = document.resolve(field).get("example")
            text = _explained(field.get("description", ""), inner, field, example, document)
            field |= {"description": text, "x-explained": True}
        _explain_inner(field, inner, document)
    if "values" in rules:
        _explain_inner(item["additionalProperties"], rules["values"], document)


def describe_operations(document: Document) -> None:
    """Put `x-operation` on each operation's responses, and make a list of each page."""
    methods = _methods(document)
    for operation in document.operations:
        described = _describe(operation, *methods[operation.id], document)
        paged, reason = paging(operation, document)
        described |= paged
        if paged:
            unwrap_page(operation, document)
        elif reason:
            document.notes.append(f"{operation.label}: the SDK does not page this list, since {reason}")
        for response in operation.responses:
            response["x-operation"] = described


def _methods(document: Document) -> dict[str, tuple[str, str]]:
    """Return the names of the resource and the method of each operation, by its operationId."""
    by_tag: dict[str, list[str]] = defaultdict(list)
    for operation in document.operations:
        by_tag[operation.tag].append(operation.id)
    return {
        each: (identifier(words(tag), RESERVED_RESOURCES), method)
        for tag, ids in by_tag.items()
        for each, method in method_names(ids, tag).items()
    }


def _describe(operation: Operation, resource: str, method: str, document: Document) -> Node:
    value = operation.value
    parameters = {_place(each): _parameter(each, document) for each in operation.parameters}
    body = value["x-body"]
    located = [(each["in"], each["name"]) for each in operation.parameters]
    return {
        "path": operation.path,
        "reference": clean(operation.request),
        "tag": clean_line(value["x-tag"]),
        "title": value.get("summary") or " ".join(words(operation.id)).capitalize(),
        "resource": resource,
        "method": method,
        "names": argument_names(located, [*body["fields"]] if body else []),
        "parameters": parameters,
        "body": body,
        "descriptions": dict(_descriptions(operation, parameters, body, document)),
        "returns": _returns(operation),
        "errors": [*_errors(operation)],
        "page_size": None,
    }


def _returns(operation: Operation) -> str:
    """Return the meaning of each success status."""
    told = {
        status: clean_line(each.get("description", ""))
        for status, each in operation.value["responses"].items()
    }
    if len(told) == 1:
        return next(iter(told.values()))
    return " ".join(f"{text.removesuffix('.')} ({status})." for status, text in sorted(told.items()) if text)


def _errors(operation: Operation) -> Iterator[str]:
    """Yield a line of a docstring for each error whose codes the document shows."""
    for status, error in operation.value["x-errors"].items():
        name = _ERRORS.get(status, "InternalServerError" if status.startswith("5") else "APIStatusError")
        shown = [f"`{clean_line(code)}`" for code in error["codes"][:_MOST_VALUES]]
        more = " and others" if len(error["codes"]) > _MOST_VALUES else ""
        text = clean_line(error["text"]).removesuffix(".")
        yield f"{name}: {text}. Its `code` can be {', '.join(shown)}{more}."


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


def _rules(
    name: str, schema: Node, required: bool, document: Document, holders: tuple[Node, ...] = ()
) -> Node:
    """Return what an argument may be, by the names that `Argument` of the runtime has for it.

    `holders` are the fields of the objects that it stands in: an object in itself is not described again.
    """
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
    fields, values = item.get("properties", {}), item.get("additionalProperties")
    if fields and not any(fields is outer for outer in holders):
        needed, inner = document.required(item), (*holders, fields)
        described["fields"] = [
            _rules(each, field, each in needed, document, inner)
            for each, field in fields.items()
            if not field.get("readOnly")
        ]
    elif values and isinstance(values, dict):
        described["values"] = _rules("", values, False, document, holders)
    for part, limits in ((schema, _ITEMS if many else {}), (item, _LIMITS.get(kind, {}))):
        described |= {rule: part[keyword] for keyword, rule in limits.items() if keyword in part}
    if kind == "integer":
        for keyword, rule, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
            if item.get(keyword) is True and rule in described:
                described[rule] += step
    return described


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

    Its name or its text says so. `request_id` can also be the id of something that is called a request.
    """
    text = field.get("description", "")
    is_named = words(name) == ["idempotency", "key"] or (words(name) == ["request", "id"] and not text)
    says_so = _SAYS_KEY if words(name) != ["request", "id"] else _SAYS_REPEATED
    return field.get("type") == "string" and (is_named or bool(says_so.search(text)))


def _descriptions(
    operation: Operation, parameters: Node, body: Node | None, document: Document
) -> Iterator[tuple[str, str]]:
    """Yield the text for each argument, with its values and the default that the API takes for it."""
    found = {_place(each): (each, each["schema"]) for each in operation.parameters}
    if operation.body and body:
        schema = document.content(operation.body)
        found["body:"] = (operation.body, schema)
        found |= {f"body:{name}": (field, field) for name, field in document.fields(schema).items()}
        parameters = {**parameters, **{f"body:{name}": field for name, field in body["fields"].items()}}
    for place, (holder, schema) in found.items():
        sent = parameters.get(place, {})
        optional = body and place.startswith("body:") and not (sent.get("required") and body["required"])
        if body and optional and place == f"body:{body['key']}":
            left_out = "left out: one is made for the call"
        elif optional and sent.get("nullable"):
            # Only in a body does `None` mean something else than to leave it out.
            left_out = "left out: not sent; None: null"
        else:
            left_out = ""
        example = _example(place, schema, operation, document)
        if text := _explained(holder.get("description", ""), sent, schema, example, document, left_out):
            yield place, text


def _explained(
    text: str, sent: Node, schema: Node, example: Any, document: Document, left_out: str = ""
) -> str:
    """Return a text with the values and the rules that it does not tell."""
    text = " ".join(text.split())
    text = _with_values(of_elements(text) if sent.get("many") else text, sent.get("choices", []))
    told = [*_told(text, sent, document.resolve(schema), example, document)]
    told += [left_out] if left_out else []
    if not told:
        return text
    end = "." if text.endswith(".") else ""
    return f"{text.removesuffix('.')} ({'; '.join(told)}){end}".strip()


def _example(place: str, schema: Node, operation: Operation, document: Document) -> Any:
    """Return the example that the document has for a field of a body."""
    where, _, name = place.partition(":")
    if where != "body" or not name or not operation.body:
        return None
    whole = [value for value in examples(operation.body["content"][JSON]) if isinstance(value, dict)]
    return next((value[name] for value in whole if name in value), document.resolve(schema).get("example"))


def _told(text: str, sent: Node, schema: Node, example: Any, document: Document) -> Iterator[str]:
    """Yield the rules for an argument that its text does not tell."""
    for least, most, unit in (
        ("min_items", "max_items", "item"),
        ("minimum", "maximum", ""),
        ("min_length", "max_length", "character"),
    ):
        low, high = sent.get(least), sent.get(most)
        is_open = not unit and sent.get("kind") == "number"
        above, below = (is_open and schema.get(f"exclusive{each}") for each in ("Minimum", "Maximum"))
        each = "each " if sent.get("many") and unit != "item" else ""
        if low is not None and high is not None and not (above or below):
            yield f"{each}{_counted(high, unit) if low == high else f'{low} to {_counted(high, unit)}'}"
            continue
        if low is not None:
            yield f"{each}{'above' if above else 'at least'} {_counted(low, unit)}"
        if high is not None:
            yield f"{each}{'below' if below else 'at most'} {_counted(high, unit)}"
    if values := sent.get("values"):
        of_values = document.resolve(schema["additionalProperties"])
        yield from (f"each value: {rule}" for rule in _told(text, values, of_values, None, document))
    if schema.get("format") not in _FORMATS | {None, "int32", "int64", "float", "double"}:
        yield f"format: {clean_line(schema['format'])}"
    if schema.get("default") is not None and "default" not in text.lower():
        yield f"default: {clean_line(str(schema['default']))}"
    only = sent.get("choices") == [example]
    if isinstance(example, str | int | float) and 0 < len(str(example)) <= _LONGEST_EXAMPLE and not only:
        yield f"for example `{clean_line(str(example))}`"


def _counted(number: float, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if unit else str(number)


def name_methods(document: Document) -> None:
    """Write the method of the package for each `GET /x/{id}` in a text."""
    methods = _methods(document)
    called = {route(operation.request): methods[operation.id] for operation in document.operations}

    def method(found: re.Match[str]) -> str:
        names = called.get(route(f"{found['method']} {found['path']}"))
        return f"`client.{'.'.join(names)}()`" if names else found[0]

    for holder, key in keywords(document.value):
        if key in ("description", "summary"):
            holder[key] = _REQUEST.sub(method, holder[key])
    for operation in document.operations:
        for error in operation.value["x-errors"].values():
            error["text"] = _REQUEST.sub(method, error["text"])


def _with_values(text: str, values: list[Any]) -> str:
    """Return a text with the values that there are, unless it names them or they are too many to read."""
    shown = [clean_line(str(value)) for value in values]
    if len(shown) > _MOST_VALUES or {*shown} <= {*re.findall(r"[\w-]+", text)}:
        return text
    beginning = f"{text.removesuffix('.')}. " if text else ""
    return f"{beginning}Values: {', '.join(f'`{value}`' for value in shown)}."


def odd_names(document: Document) -> Iterator[str]:
    """Yield a line for each method whose name does not follow from its operationId."""
    methods = _methods(document)
    for operation in document.operations:
        resource, method = methods[operation.id]
        if not words(operation.value["x-operation-id"]):
            why = "there is no operationId"
        elif method != method_names([operation.id], operation.tag)[operation.id]:
            why = "its shorter name would be that of another too"
        else:
            continue
        yield f"{operation.label}: its method is client.{resource}.{method}, since {why}"
