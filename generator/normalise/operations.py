"""Operations, each written out whole, and refused where the SDK cannot call it."""

from __future__ import annotations

import copy
import re

from ..document.openapi import JSON, Document, Node, Operation
from ..errors import GeneratorError, refuse
from .examples import examples
from .naming import check_python_names, identifier, words

# The names that openapi-python-client sees in a path; all else in it is text.
_IN_PATH = re.compile(r"{([a-zA-Z_-][a-zA-Z0-9_-]*)}")
_SCALARS = {"string", "integer", "number", "boolean"}
# OpenAPI 3.0.3: "If in is header and the name field is Accept, Content-Type or Authorization, the
# parameter definition SHALL be ignored."
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}


def leave_out_hidden(document: Document) -> None:
    """Leave out each operation that the document hides; the report tells them."""
    for operation in document.operations:
        if operation.is_hidden:
            del operation.item[operation.method]


def write_out_operations(document: Document) -> None:
    """Put shared and path-level parts into each operation, and drop what no request is made of."""
    problems = [
        f"{path}: must be described in its place, not by a reference; write it out in overlay.yaml"
        for path, item in document.value["paths"].items()
        if "$ref" in item
    ]
    taken: dict[str, str] = {}
    for operation in document.operations:
        label = operation.label
        try:
            _write_out(operation, document)
            other = taken.setdefault(operation.id, label)
            if other != label:
                raise GeneratorError(f"has the same operationId as {other}; give it another in overlay.yaml")
        except GeneratorError as error:
            problems += error.within(label).problems
    refuse(problems)
    for item in document.value["paths"].values():
        item.pop("parameters", None)
    document.value["components"] = {"schemas": document.schemas}


def _write_out(operation: Operation, document: Document) -> None:
    value = operation.value
    # Without an operationId the path names the operation.
    named = words(value.get("operationId", "")) or words(f"{operation.method} {operation.path}")
    tag = next(iter(value.get("tags", [])), "default")
    if not words(tag):
        raise GeneratorError(f"its tag must have a letter, not be {tag!r}; give it another in overlay.yaml")
    value["x-operation-id"] = value.get("operationId", "")
    value |= {"operationId": identifier(named), "x-tag": tag, "tags": [" ".join(words(tag))]}
    if "servers" in value or "servers" in operation.item:
        raise GeneratorError("has a server of its own, which the SDK does not call; remove one of the two")
    value["parameters"] = _parameters(operation, document)
    _check_path(operation)
    if "requestBody" in value:
        value["requestBody"] = _body(value["requestBody"], document)
    value["x-errors"] = _errors(value.get("responses", {}), document)
    value["responses"] = _responses(value.get("responses", {}), document)


def _parameters(operation: Operation, document: Document) -> list[Node]:
    """Return the operation's parameters, then those of its path that it does not replace."""
    found: dict[tuple[str, str], Node] = {}
    for published in [*operation.value.get("parameters", []), *operation.item.get("parameters", [])]:
        parameter = copy.deepcopy(document.resolve(published))
        where, name = parameter["in"], parameter["name"]
        if where != "header" or name.lower() not in _IGNORED_HEADERS:
            _check_sendable(parameter, document)
            found.setdefault((where, name), parameter)
    for where in ("path", "query", "header"):
        names = [name for place, name in found if place == where]
        check_python_names(f"parameters in {where}", names, ("self", "timeout"))
    return [*found.values()]


def _check_path(operation: Operation) -> None:
    if {*"?#"} & {*operation.path}:
        raise GeneratorError("its path must end before the query; describe the query as parameters")
    asked = _IN_PATH.findall(operation.path)
    given = [parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"]
    for name in asked:
        if name not in given:
            raise GeneratorError(f"no parameter describes {{{name}}} in its path; add one in overlay.yaml")
    for name in given:
        if name not in asked:
            raise GeneratorError(
                f"its path has no {{{name}}} that the SDK can fill in; name it with letters, digits, _ and - "
                "in overlay.yaml, or remove the parameter there"
            )


def _check_sendable(parameter: Node, document: Document) -> None:
    where = parameter["in"]
    schema = document.resolve(parameter.setdefault("schema", {}))
    many = schema.get("type") == "array"
    item = document.resolve(schema.get("items", {})) if many else schema
    style = parameter.get("style", "form" if where == "query" else "simple")
    in_header = where == "header" and (many or item.get("format") in ("date", "date-time"))
    kinds = {type(value) for value in item.get("enum", [])}
    scalar = item["type"] in _SCALARS if "type" in item else kinds in ({str}, {int})
    if where == "cookie" or style != ("form" if where == "query" else "simple") or not scalar or in_header:
        raise GeneratorError(
            f"its parameter {parameter['name']!r} in {where} has a form that the SDK cannot send "
            f"(style {style}, type {item.get('type', 'not given')}); "
            "describe it in overlay.yaml as one that it can"
        )


def _body(published: Node, document: Document) -> Node:
    body = copy.deepcopy(document.resolve(published))
    media_type = _json_of(body.get("content", {}))
    if not media_type:
        kinds = ", ".join(body.get("content", {})) or "nothing"
        raise GeneratorError(f"its request body is {kinds}, and the SDK sends JSON only; describe it as JSON")
    body["x-media-type"], content = media_type
    return {**body, "content": {JSON: content}}


def _responses(published: Node, document: Document) -> Node:
    """Return the success responses: every other status becomes an exception of the package."""
    kept: Node = {}
    for status, shared in sorted(published.items()):
        if status.startswith("2"):
            response = copy.deepcopy(document.resolve(shared))
            content = response.pop("content", {})
            media_type = _json_of(content)
            if content and not media_type:
                kinds = ", ".join(content)
                raise GeneratorError(
                    f"its response {status} is {kinds}, and the SDK reads JSON only; remove it"
                )
            kept[status] = {**response, "content": {JSON: media_type[1]}} if media_type else response
    if not kept:
        raise GeneratorError("documents no 2xx response, so its result has no type; add one in overlay.yaml")
    # Code reads a response as the last one unless its status is that of another.
    return dict(sorted(kept.items(), key=lambda response: "content" in response[1]))


def _errors(published: Node, document: Document) -> Node:
    """Return the documented text and the codes of each error status, in its examples or else its schema."""
    found: Node = {}
    for status, shared in sorted(published.items()):
        if status.startswith("2"):
            continue
        response = document.resolve(shared)
        contents = response.get("content", {}).values()
        values = [each for content in contents for each in examples(content)]
        errors = [each["error"] for each in values if isinstance(each, dict) and "error" in each]
        codes = [each["code"] for each in errors if isinstance(each, dict) and each.get("code")]
        for content in contents if not codes else ():
            error = document.fields(content.get("schema", {})).get("error", {})
            codes += document.find(document.fields(error).get("code", {})).get("enum", [])
        if codes:
            text = response.get("description", "")
            found[status] = {"text": text, "codes": [*dict.fromkeys(str(code) for code in codes if code)]}
    return found


def _json_of(content: Node) -> tuple[str, Node] | None:
    """Return the JSON among media types, by its name; plain JSON goes first."""
    plain = {kind: kind.split(";")[0].strip().lower() for kind in content}
    for wanted in (JSON, "+json"):
        for kind, name in plain.items():
            if name.endswith(wanted):
                return name, {"schema": {}, **content[kind]}
    return None
