"""Changes of the document: operations, and the leaves in which operations and schemas differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from ..document.openapi import SCHEMA_REF, Document, Node, Operation, route
from .changes import Change, Verb, code, some

Path = tuple[str, ...]
Leaf = tuple[Path, Any, Any]

_ABSENT: Any = object()
_SENT = ("parameters", "requestBody")
_WHOLE = ("default", "example", "examples", "tags")
_PROSE = ("description", "summary", "title", "example", "examples", "externalDocs")
_LOWER = ("minimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
_OTHER_BOUNDS = ("pattern", "multipleOf")
_ALTERNATIVES = ("oneOf", "anyOf", "allOf")
_SWITCHES = {
    "required": ("is required now.", "is no longer required."),
    "nullable": ("may be null now.", "is no longer null."),
    "deprecated": ("is deprecated: it works until the API drops it.", "is no longer deprecated."),
    "x-hidden": ("is hidden now (`x-hidden`), so it has no method.", "is no longer hidden (`x-hidden`)."),
}

# How a path in the document is told: what stands before a name, and what a keyword without one becomes.
_NAMED = {"parameters": "", "properties": "", "responses": "response ", "headers": "header ", "content": ""}
_NAMED |= dict.fromkeys(_ALTERNATIVES, "part ")
_STEPS = {"requestBody": "body", "items": "[]", "additionalProperties": "*", "schema": ""}


def changes(old: Node, new: Node) -> tuple[list[Change], int]:
    """Return the changes between two documents, and the number of places where only prose differs.

    Changes that the Python API shows are not breaking here.
    """
    comparison = _Comparison(Document(old), Document(new))
    return [*comparison.operations(), *comparison.schemas()], comparison.prose


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self.prose = 0

    def operations(self) -> Iterator[Change]:
        before, after = ({route(each.request): each for each in side.operations} for side in self._sides)
        for operation in [after[key] for key in after if key not in before]:
            hidden = ", hidden (`x-hidden`), so it has no method" if operation.is_hidden else ""
            yield Change(code(operation.request), f"is added{hidden}.", "added")
        for key, operation in before.items():
            if key not in after:
                yield Change(code(operation.request), "is removed.", "removed")
                continue
            place = code(after[key].request)
            if operation.request != after[key].request:
                yield Change(place, f"was written {code(operation.request)}. Requests are the same.")
            parts, others = _parts(operation, self._old), _parts(after[key], self._new)
            for part in parts | others:
                leaves = self._leaves(parts.get(part, _ABSENT), others.get(part, _ABSENT), (part,))
                yield from self._told(place, leaves, part in _SENT)

    def schemas(self) -> Iterator[Change]:
        """Compare each schema once, and name the operations that use it."""
        before, after = map(_used, self._sides)
        for name in sorted(before.keys() & after.keys()):
            uses = before[name] | after[name]
            place = f"{code(name)} (in {some(sorted({request for request, _ in uses}))})"
            leaves = self._leaves(self._old.schemas[name], self._new.schemas[name])
            yield from self._told(place, leaves, any(sent for _, sent in uses))

    @property
    def _sides(self) -> tuple[Document, Document]:
        return self._old, self._new

    def _told(self, place: str, leaves: Iterator[Leaf], sent: bool) -> Iterator[Change]:
        for path, old, new in leaves:
            where, rest = _place(path)
            if rest and (rest[0] in _PROSE or (rest[0].startswith("x-") and rest[0] not in _SWITCHES)):
                self.prose += 1
            else:
                verb: Verb = "added" if old is _ABSENT else "removed" if new is _ABSENT else "changed"
                text, breaking = _sentence(rest, old, new, sent)
                yield Change(place, f"{code(where)} {text}" if where else text, verb, breaking)

    def _leaves(self, old: Any, new: Any, path: Path = (), trail: tuple[Any, ...] = ()) -> Iterator[Leaf]:
        """Yield the path of each difference with both values; references are followed where they differ."""
        if isinstance(old, dict) and isinstance(new, dict):
            pair = old.get("$ref"), new.get("$ref")
            if pair[0] != pair[1] and any(isinstance(each, str) for each in pair):
                if pair not in trail:
                    sides = self._old.find(old), self._new.find(new)
                    yield from self._leaves(*sides, path, (*trail, pair))
                return
            old, new = _with_required(old), _with_required(new)
            for key in old | new:
                one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
                if key not in _ALTERNATIVES or not (one is _ABSENT or other is _ABSENT):
                    one, other = _keyed(key, one), _keyed(key, other)
                yield from self._leaves(one, other, (*path, key), trail)
        elif isinstance(old, list) and isinstance(new, list) and path[-1] not in _WHOLE:
            for number, (one, other) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
                yield from self._leaves(one, other, (*path, str(number)), trail)
        elif _text(old) != _text(new):
            yield path, old, new


# --- a document by its parts


def _parts(operation: Operation, document: Document) -> Node:
    """Return an operation with its shared parts written out, and its parameters by place and name.

    A parameter of the path is called by its position, since requests do not hold its name.
    """
    names = re.findall(r"{([^}]*)}", operation.path)
    parameters: Node = {}
    for each in [*operation.item.get("parameters", []), *operation.value.get("parameters", [])]:
        parameter = dict(document.find(each))
        name, place = parameter.pop("name", ""), parameter.pop("in", "")
        shown = f"{names.index(name) + 1}" if place == "path" and name in names else name
        parameters[f"{place} {shown}"] = parameter
    responses = {status: document.find(each) for status, each in operation.value.get("responses", {}).items()}
    parts = {**operation.value, "parameters": parameters, "responses": responses}
    parts |= {"x-hidden": True} if operation.is_hidden else {}
    return parts if operation.body is None else {**parts, "requestBody": document.find(operation.body)}


def _used(document: Document) -> dict[str, set[tuple[str, bool]]]:
    """Return the operations that use each schema, and whether they send it."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for operation in document.operations:
        for part, node in _parts(operation, document).items():
            for name in document.reachable([node]):
                found.setdefault(name, set()).add((operation.request, part in _SENT))
    return found


def _with_required(schema: Node) -> Node:
    """Return a schema whose properties say themselves whether they are required."""
    required, fields = schema.get("required"), schema.get("properties")
    if not (isinstance(required, list) and isinstance(fields, dict)):
        return schema
    fields = {
        name: {**field, "required": True} if name in required else field for name, field in fields.items()
    }
    return {**schema, "properties": fields, "required": [name for name in required if name not in fields]}


def _keyed(key: str, value: Any) -> Any:
    """Return a list whose order has no meaning as an object, so that its members are compared by name."""
    if isinstance(value, list) and key in ("enum", "required"):
        return {_text(member): member for member in value}
    if isinstance(value, list) and key in _ALTERNATIVES:
        return {
            str(part.get("$ref", number)).removeprefix(SCHEMA_REF): part for number, part in enumerate(value)
        }
    return {} if value is _ABSENT and key in ("required", "properties") else value


def _text(value: Any) -> str:
    return "" if value is _ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _place(path: Path) -> tuple[str, Path]:
    """Split a path into the place that it leads to, as readers know it, and the keywords that remain."""
    parts: list[str] = []
    while path:
        key, rest = path[0], path[1:]
        if key in _NAMED and rest:
            parts.append(_NAMED[key] + rest[0])
            path = rest[1:]
        elif key in _STEPS and (rest or key != "additionalProperties"):
            parts.append(_STEPS[key])
            path = rest
        else:
            break
    return ".".join(part for part in parts if part not in ("", "application/json")).replace(".[]", "[]"), path


# --- the rules


def _sentence(rest: Path, old: Any, new: Any, sent: bool) -> tuple[str, bool]:
    """Return what a leaf tells, and whether it breaks calls although the Python API cannot show it."""
    came, went = old is _ABSENT, new is _ABSENT
    match rest:
        case () if came:
            is_required = isinstance(new, dict) and new.get("required") is True
            return "is added, and required." if is_required else "is added.", False
        case () if went:
            return "is removed.", False
        case ("enum", _):
            return f"gains the value {_shown(new)}." if came else f"loses the value {_shown(old)}.", False
        case ("enum",):
            return f"has only the values {some(new, len(new))}." if came else "may have any value.", False
        case (keyword,) if keyword in _SWITCHES:
            return _SWITCHES[keyword][new is not True], False
        case ("default",) if sent and not (came or went):
            return f"{_was(rest, old, new)} Calls that leave it out do something else.", True
        case (keyword,) if sent and _is_tighter(keyword, old, new):
            return f"{_was(rest, old, new)} Values that were accepted are refused.", True
    return _was(rest, old, new), False


def _was(rest: Path, old: Any, new: Any) -> str:
    if not rest:
        return f"is {_shown(new)}, not {_shown(old)}."
    keyword = code(".".join(rest))
    if new is _ABSENT:
        return f"no longer has {keyword} {_shown(old)}."
    return f"has {keyword} {_shown(new)}{'' if old is _ABSENT else f', not {_shown(old)}'}."


def _shown(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"of {len(value)} part{'' if len(value) == 1 else 's'}"
    return code(_text(value))


def _is_tighter(keyword: str, old: Any, new: Any) -> bool:
    if keyword not in (*_LOWER, *_UPPER, *_OTHER_BOUNDS) or new is _ABSENT:
        return False
    if old is _ABSENT or keyword in _OTHER_BOUNDS:
        return True
    return bool(new > old if keyword in _LOWER else new < old)
