"""Write each operation out whole, and refuse those that the SDK cannot call.

Afterwards no operation leans on shared parameters, bodies or answers, each is called what the
generator will call it, and every request body and answer is JSON. What is out of reach raises a
ValueError that names the operation, so that nothing is dropped in silence.
"""

from __future__ import annotations

import copy
import re

from .naming import identifier, words
from .walk import Json, label, operations, resolved

_JSON = "application/json"
# The names that the generator sees in a path; all else in it is text.
_IN_PATH = re.compile(r"{([a-zA-Z_-][a-zA-Z0-9_-]*)}")
_SCALARS = {"string", "integer", "number", "boolean"}

# OpenAPI 3.0.3: "If in is header and the name field is Accept, Content-Type or Authorization, the
# parameter definition SHALL be ignored."
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}


def write_out_operations(document: Json) -> None:
    """Put shared and path-level parts in each operation, and drop what no request is made of."""
    taken: dict[str, str] = {}
    for path, method, operation, item in operations(document):
        try:
            _name(operation, path, method)
            name = operation["operationId"]
            if name in taken:
                raise ValueError(f"is called {name}, as is {taken[name]}; rename one in overlay.yaml")
            taken[name] = label(path, method, {})
            if "servers" in operation or "servers" in item:
                raise ValueError("has a server of its own, which the SDK does not call")
            _check_security(operation, document)
            operation["parameters"] = _parameters(operation, item, document)
            _check_path(path, operation["parameters"])
            if "requestBody" in operation:
                operation["requestBody"] = _body(operation["requestBody"], document)
            if "responses" not in operation:
                raise ValueError("it has no `responses`; add them in overlay.yaml")
            operation["responses"] = _answers(operation["responses"], document)
        except ValueError as error:
            raise ValueError(f"{label(path, method, operation)}: {error}") from error
    for item in document["paths"].values():
        item.pop("parameters", None)
    document["components"] = {"schemas": document.get("components", {}).get("schemas", {})}


def _name(operation: Json, path: str, method: str) -> None:
    """Name the operation and its tag as the generator will; without an operationId the path does."""
    named = words(operation.get("operationId", "")) or words(f"{method} {path}")
    operation["operationId"] = identifier(named)
    tag = next(iter(operation.get("tags", [])), "default")
    if not words(tag):
        raise ValueError(f"its tag {tag!r} has no letter; give it another in overlay.yaml")
    operation["x-tag"] = tag
    operation["tags"] = [" ".join(words(tag))]


def _check_security(operation: Json, document: Json) -> None:
    """The client sends one key, the bearer token that the whole document asks for."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    sent = {
        name
        for name, scheme in schemes.items()
        if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer"
    }
    if "security" in document:
        sent &= {name for alternative in document["security"] for name in alternative}
    asked = operation.get("security", document.get("security", []))
    if asked and not any(alternative.keys() <= sent for alternative in asked):
        names = " or ".join(" with ".join(alternative) for alternative in asked)
        raise ValueError(
            f"asks for the key {names}, and the client sends only the bearer token of the whole document; "
            "if that is enough, say so in overlay.yaml, or remove the operation there"
        )


def _parameters(operation: Json, item: Json, document: Json) -> list[Json]:
    """The operation's parameters, then those of its path that it does not replace."""
    found: dict[tuple[str, str], Json] = {}
    for published in [*operation.get("parameters", []), *item.get("parameters", [])]:
        parameter = copy.deepcopy(resolved(published, document))
        where, name = parameter["in"], parameter["name"]
        if not (where == "header" and name.lower() in _IGNORED_HEADERS) and (where, name) not in found:
            found[where, name] = _sendable(parameter, document)
    return list(found.values())


def _check_path(path: str, parameters: list[Json]) -> None:
    asked = _IN_PATH.findall(path)
    given = [parameter["name"] for parameter in parameters if parameter["in"] == "path"]
    for name in asked:
        if name not in given:
            raise ValueError(f"no parameter describes {{{name}}} in its path; add one in overlay.yaml")
    for name in given:
        if name not in asked:
            raise ValueError(f"its path has no {{{name}}} for its parameter; remove that in overlay.yaml")


def _sendable(parameter: Json, document: Json) -> Json:
    where, name = parameter["in"], parameter["name"]
    schema = resolved(parameter.get("schema", {}), document)
    many = schema.get("type") == "array"
    item = resolved(schema.get("items", {}), document) if many else schema
    style = parameter.get("style", "form" if where == "query" else "simple")
    in_header = where == "header" and (many or item.get("format") in ("date", "date-time"))
    if (
        where == "cookie"
        or style != ("form" if where == "query" else "simple")
        or not _is_scalar(item)
        or in_header
    ):
        raise ValueError(
            f"its parameter {name!r} in {where} has a form that the SDK cannot send "
            f"({_form(style, item)}); describe it in overlay.yaml as one that it can"
        )
    return parameter


def _form(style: str, item: Json) -> str:
    return f"style {style}, type {item.get('type', 'not given')}"


def _is_scalar(schema: Json) -> bool:
    if "type" in schema:
        return schema["type"] in _SCALARS
    return {type(value) for value in schema.get("enum", [])} in ({str}, {int})


def _body(published: Json, document: Json) -> Json:
    body = copy.deepcopy(resolved(published, document))
    media_type = _json_of(body.get("content", {}))
    if media_type is None:
        kinds = ", ".join(body.get("content", {})) or "nothing"
        raise ValueError(f"its request body is {kinds}, and the SDK sends JSON only")
    body["x-media-type"], content = media_type
    body["content"] = {_JSON: content}
    return body


def _answers(published: Json, document: Json) -> Json:
    """Keep 2xx answers only: every other status becomes an exception in errors.py."""
    kept: Json = {}
    for status, shared in sorted(published.items(), key=lambda answer: str(answer[0])):
        if str(status).startswith("2"):
            answer = copy.deepcopy(resolved(shared, document))
            content = answer.pop("content", {})
            media_type = _json_of(content)
            if content and media_type is None:
                raise ValueError(f"its answer {status} is {', '.join(content)}, and the SDK reads JSON only")
            if media_type:
                answer["content"] = {_JSON: media_type[1]}
            kept[str(status)] = answer
    if not kept:
        raise ValueError("documents no 2xx answer, so its result has no type; add the answer in overlay.yaml")
    return kept


def _json_of(content: Json) -> tuple[str, Json] | None:
    """The JSON among media types, and its name; plain JSON goes first."""
    plain = {kind: kind.split(";")[0].strip().lower() for kind in content}
    for wanted in (_JSON, "+json"):
        for kind, name in plain.items():
            if name.endswith(wanted):
                return name, {"schema": {}, **content[kind]}
    return None
