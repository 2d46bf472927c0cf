"""Tell the templates what the generator's own data leave out.

The generator forgets how a list is spelled on the wire, bounds, and which parameters make a page.
It keeps unknown keys of an answer, though, for custom templates; so each operation's description
is put on its success answers as `x-operation`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .lists import is_joined
from .naming import RESERVED_RESOURCES, identifier, method_names, words
from .texts import clean, clean_line
from .walk import Json, fields, operations, resolved

_FORMATS = {"date-time", "date", "uuid"}
_BOUNDS = {"minimum": "minimum", "maximum": "maximum"}
_LIMITS = {
    "integer": _BOUNDS,
    "number": _BOUNDS,
    "string": {"minLength": "min_length", "maxLength": "max_length"},
}
_MOST_VALUES = 12
_OF_BODIES = ("nullable", "sparse")  # there is no null in a URL


def describe_operations(document: Json) -> None:
    """Put `x-operation` on each operation's answers, and make an array of each page envelope."""
    ids_by_tag: dict[str, list[str]] = defaultdict(list)
    for _, _, operation, _ in operations(document):
        ids_by_tag[operation["tags"][0]].append(operation["operationId"])
    names: dict[tuple[str, str], str] = {
        (tag, operation_id): name
        for tag, ids in ids_by_tag.items()
        for operation_id, name in method_names(ids, tag).items()
    }
    for path, method, operation, _ in operations(document):
        tag = operation["tags"][0]
        parameters = {
            f"{parameter['in']}:{parameter['name']}": _parameter(parameter, document)
            for parameter in operation["parameters"]
        }
        body = _body(operation["requestBody"], document) if "requestBody" in operation else None
        described = {
            "path": path,
            "reference": f"{method.upper()} {clean(path)}",
            "tag": clean_line(operation["x-tag"]),
            "title": operation.get("summary") or " ".join(words(operation["operationId"])).capitalize(),
            "resource": identifier(words(tag), RESERVED_RESOURCES),
            "method": names[tag, operation["operationId"]],
            "parameters": parameters,
            "body": body,
            "descriptions": _descriptions(operation, parameters, body, document),
            "page_size": _page_size(operation, document),
            "default_page_size": None,
            "keyset": None,
        }
        if described["page_size"]:
            described |= {
                "default_page_size": _default_page_size(operation, document),
                "keyset": _keyset(operation, document),
            }
            _unwrap_page(operation, document)
        for answer in operation["responses"].values():
            answer["x-operation"] = described


def _parameter(parameter: Json, document: Json) -> Json:
    where, name = parameter["in"], parameter["name"]
    rules = _rules(name, parameter["schema"], where == "path" or parameter.get("required"), document)
    described = {"name": name, "location": where, **rules}
    if described.get("many") and where == "query" and parameter.get("explode", True):
        described["explode"] = True
    for rule in _OF_BODIES:
        described.pop(rule, None)
    return described


def _rules(name: str, schema: Json, required: Any, document: Json) -> Json:
    """Return the fields of `Argument` (exec_api_client/_runtime/arguments.py) for a schema."""
    schema = resolved(schema, document)
    many = schema.get("type") == "array"
    item = resolved(schema["items"], document) if many else schema
    kind = _kind(item, document)
    described: dict[str, Any] = {"name": name, "kind": kind}
    if required:
        described["required"] = True
    if _may_be_null(schema, document):
        described["nullable"] = True
    if many:
        described["many"] = True
        if kind != "anything" and _may_be_null(item, document):
            described["sparse"] = True
    if "enum" in item:
        described["choices"] = [value for value in item["enum"] if value is not None]
    for keyword, rule in _LIMITS.get(kind, {}).items():
        if keyword in item:
            described[rule] = item[keyword]
    return described


def _kind(schema: Json, document: Json) -> str:
    """The `Kind` of a value; "anything" where the schema leaves it open, or is of a form that is rare."""
    kind: str = schema.get("type", "object" if fields(schema, document) else "anything")
    if alternatives := _alternatives(schema, document):
        kinds = {_kind(alternative, document) for alternative in alternatives}
        return "object" if kinds == {"object"} else "anything"
    if kind == "string" and schema.get("format") in _FORMATS:
        return str(schema["format"])
    return "anything" if kind == "array" else kind


def _may_be_null(schema: Json, document: Json) -> bool:
    """Whether null fits a schema, as it does where nothing is said."""
    alternatives = _alternatives(schema, document)
    return (
        schema.get("nullable", False)
        or any(_may_be_null(alternative, document) for alternative in alternatives)
        or not (alternatives or schema.keys() & {"type", "enum", "allOf", "properties"})
    )


def _alternatives(schema: Json, document: Json) -> list[Json]:
    parts = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    return [resolved(part, document) for part in parts]


def _body(body: Json, document: Json) -> Json:
    """How the arguments make a body: as its fields, or as the whole where it has no fixed ones."""
    schema = _json_schema(body)
    given, known, needed = body.get("required", False), fields(schema, document), _required(schema, document)
    open_ended = resolved(schema, document).get("additionalProperties", False)
    whole = not known or open_ended or schema.get("nullable", False)
    described = {name: _rules(name, known[name], name in needed, document) for name in sorted(known)}
    return {
        "required": given,
        "fields": {"": _rules("body", schema, given, document)} if whole else described,
        "whole": bool(whole),
        "key": None if whole else next(filter(None, (_key(name, known[name]) for name in known)), None),
        "media_type": body["x-media-type"],
    }


def _key(name: str, field: Json) -> str | None:
    """The name of a field that lets the API recognise a request that it has seen before.

    It says so of itself, or goes by one of the names that are usual for it.
    """
    says_so = "idempoten" in field.get("description", "").lower()
    usual = words(name) in (["idempotency", "key"], ["request", "id"])
    return name if field.get("type") == "string" and (says_so or usual) else None


def _descriptions(operation: Json, parameters: Json, body: Json | None, document: Json) -> dict[str, str]:
    """What the document says of each argument, with the default that the API takes for it.

    It tells how a value is spelled on the wire; where that is not what callers write, they are told so.
    """
    found = {
        f"{parameter['in']}:{parameter['name']}": (parameter, parameter["schema"])
        for parameter in operation["parameters"]
    }
    if body is not None:
        schema = _json_schema(operation["requestBody"])
        found["body:"] = (operation["requestBody"], schema)
        found |= {f"body:{name}": (field, field) for name, field in fields(schema, document).items()}
    described: dict[str, str] = {}
    for place, (holder, schema) in found.items():
        sent = parameters.get(place, {})
        text = _with_values(" ".join(holder.get("description", "").split()), sent.get("choices", []))
        default = resolved(schema, document).get("default")
        if default is not None and "default" not in text.lower():
            text = f"{text} (default: {clean_line(str(default))})".strip()
        if sent.get("many") and not sent.get("explode") and is_joined(text):
            text = f"{text.removesuffix('.')}. Write a list here: the client joins it."
        if body is not None and place == f"body:{body['key']}":
            text = f"{text} (left out: one is made for the call)".strip()
        if text:
            described[place] = text
    return described


def _with_values(text: str, values: list[Any]) -> str:
    """With the values that there are, unless the text names them or they are too many to read."""
    shown = [clean_line(str(value)) for value in values]
    if not text or len(shown) > _MOST_VALUES or all(value in text for value in shown):
        return text
    return f"{text.removesuffix('.')}. Values: {', '.join(f'`{value}`' for value in shown)}."


def _page_size(operation: Json, document: Json) -> int | None:
    """The largest page of a list operation, or None where the operation is none.

    A list takes `page` and `page_size`, both whole numbers, and has one answer, of `data` and `pagination`.
    """
    named = {
        parameter["name"]: resolved(parameter["schema"], document)
        for parameter in operation["parameters"]
        if parameter["in"] == "query"
    }
    counted = {name for name, schema in named.items() if schema.get("type") == "integer"}
    if not {"page", "page_size"} <= counted or len(operation["responses"]) > 1:
        return None
    envelope = fields(_answer_schema(operation), document)
    if not {"data", "pagination"} <= envelope.keys():
        return None
    if resolved(envelope["data"], document).get("type") != "array":
        return None
    size: int = named["page_size"].get("maximum", 100)
    return size


def _default_page_size(operation: Json, document: Json) -> int | None:
    [page_size] = [parameter for parameter in operation["parameters"] if parameter["name"] == "page_size"]
    size: int | None = resolved(page_size["schema"], document).get("default")
    return size


def _keyset(operation: Json, document: Json) -> Json | None:
    """How a list can be walked from creation time to creation time, or None where it cannot.

    Its items have an id and a time of their creation, always; it can be sorted by that time in both
    directions; and two parameters are described as bounds of that time, both inclusive: "created on or
    after". A time that can change, or be missing, would lead past items.
    """
    envelope = fields(_answer_schema(operation), document)
    row = resolved(resolved(envelope["data"], document)["items"], document)
    item, required = fields(row, document), _required(row, document)
    query = {
        parameter["name"]: parameter for parameter in operation["parameters"] if parameter["in"] == "query"
    }
    schemas = {name: resolved(parameter["schema"], document) for name, parameter in query.items()}
    for field, schema in item.items():
        if not {"id", field} <= required or not _is_creation_time(field, schema, document):
            continue
        bounds = {}
        for side in ("after", "before"):
            phrase = f"{words(field)[0]} on or {side}"
            bounds[side] = [
                name
                for name, parameter in query.items()
                if phrase in " ".join(parameter.get("description", "").lower().split())
                and schemas[name].get("format") == "date-time"
            ]
        sortings = [name for name in query if {field, f"-{field}"} <= set(schemas[name].get("enum", ()))]
        if len(bounds["after"]) == len(bounds["before"]) == len(sortings) == 1:
            return {
                "field": field,
                "after": bounds["after"][0],
                "before": bounds["before"][0],
                "order": sortings[0],
                "ascending": field,
                "descending": f"-{field}",
                "default": schemas[sortings[0]].get("default", ""),
            }
    return None


def _required(schema: Json, document: Json) -> set[str]:
    """The properties that an object always has."""
    schema = resolved(schema, document)
    parts = (_required(part, document) for part in schema.get("allOf", []))
    return set(schema.get("required", [])).union(*parts)


def _is_creation_time(field: str, schema: Json, document: Json) -> bool:
    """Whether a field holds when its item came to be, which never changes: its name or its text says so."""
    said = resolved(schema, document)
    text = f"{schema.get('description', '')} {said.get('description', '')}"
    speaks = any(word.startswith("creat") for word in [*words(field), *words(text)])
    return (
        speaks and said.get("format") == "date-time" and not (schema.get("nullable") or said.get("nullable"))
    )


def _unwrap_page(operation: Json, document: Json) -> None:
    answer = next(iter(operation["responses"].values()))
    data = resolved(fields(_answer_schema(operation), document)["data"], document)
    answer["content"]["application/json"] = {
        "schema": {key: value for key, value in data.items() if key != "nullable"}
    }


def _answer_schema(operation: Json) -> Json:
    return _json_schema(next(iter(operation["responses"].values())))


def _json_schema(part: Json) -> Json:
    schema: Json = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema
