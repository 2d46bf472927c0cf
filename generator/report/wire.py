"""Changes of the document: operations, and the leaves in which operations and components differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from .changes import Change, Verb, code, some

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Path = tuple[str, ...]
Leaf = tuple[Path, Any, Any]

_ABSENT: Any = object()
_SENT = ("parameters", "requestBody")
_WHOLE = ("default", "example", "examples")
_PROSE = ("description", "summary", "title", "example", "examples", "externalDocs", "tags")
_LOWER = ("minimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
_OTHER_BOUNDS = ("pattern", "multipleOf")
_ALTERNATIVES = ("oneOf", "anyOf", "allOf")
_SWITCHES = {
    "required": ("is required now.", "is no longer required."),
    "nullable": ("may be null now.", "is no longer null."),
    "deprecated": ("is deprecated: it works until the API drops it.", "is no longer deprecated."),
}

# How a path in the document is told: what stands before a name, and what a keyword without one becomes.
_NAMED = {"parameters": "", "properties": "", "responses": "response ", "headers": "header ", "content": ""}
_NAMED |= dict.fromkeys(_ALTERNATIVES, "part ")
_STEPS = {"requestBody": "body", "items": "[]", "additionalProperties": "*", "schema": ""}


def changes(old: dict[str, Any], new: dict[str, Any], *, judge: bool) -> tuple[list[Change], int]:
    """Return the changes between two documents, and the number of places where only prose differs.

    Args:
        old: The document as it was.
        new: The document as it is.
        judge: Whether an operation that is removed is breaking; otherwise the Python API shows that.
    """
    comparison = _Comparison(old, new)
    return [*comparison.operations(judge), *comparison.components()], comparison.prose


class _Comparison:
    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self._old = old
        self._new = new
        self.prose = 0

    def operations(self, judge: bool) -> Iterator[Change]:
        before, after = dict(_operations(self._old)), dict(_operations(self._new))
        for key in [key for key in after if key not in before]:
            yield Change(code(after[key][0]), "is added.", "added")
        for key, (label, parts) in before.items():
            if key not in after:
                yield Change(code(label), "is removed.", "removed", judge)
                continue
            now, others = after[key]
            if label != now:
                yield Change(code(now), f"was written {code(label)}. Requests are the same.")
            for part in parts | others:
                leaves = self._leaves(parts.get(part, _ABSENT), others.get(part, _ABSENT), (part,))
                yield from self._told(code(now), leaves, part in _SENT)

    def components(self) -> Iterator[Change]:
        """Compare each component once, and name the operations that reach it."""
        before, after = _reached(self._old), _reached(self._new)
        for reference in sorted(before.keys() & after.keys()):
            uses = before[reference] | after[reference]
            place = f"{code(reference.rpartition('/')[2])} (in {some(sorted({label for label, _ in uses}))})"
            sides = [_resolved({"$ref": reference}, document) for document in (self._old, self._new)]
            yield from self._told(place, self._leaves(sides[0], sides[1]), any(sent for _, sent in uses))

    def _told(self, place: str, leaves: Iterator[Leaf], sent: bool) -> Iterator[Change]:
        for path, old, new in leaves:
            where, rest = _place(path)
            if rest and (rest[0] in _PROSE or rest[0].startswith("x-")):
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
                    sides = _resolved(old, self._old), _resolved(new, self._new)
                    yield from self._leaves(*sides, path, (*trail, pair))
                return
            old, new = _with_required(old), _with_required(new)
            for key in old | new:
                one, other = (_keyed(key, side.get(key, _ABSENT)) for side in (old, new))
                yield from self._leaves(one, other, (*path, key), trail)
        elif isinstance(old, list) and isinstance(new, list) and path[-1] not in _WHOLE:
            for number, (one, other) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
                yield from self._leaves(one, other, (*path, str(number)), trail)
        elif _text(old) != _text(new):
            yield path, old, new


# --- a document by its parts


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    """Yield each operation, with its parameters by place and name.

    The key leaves out the names of the path's parameters, since requests do not hold them.
    """
    for path, item in document.get("paths", {}).items():
        names = re.findall(r"{([^}]*)}", path)
        for method in [method for method in METHODS if method in item]:
            parameters: dict[str, Any] = {}
            for each in [*item.get("parameters", []), *item[method].get("parameters", [])]:
                parameter = dict(_resolved(each, document))
                name, place = parameter.pop("name", ""), parameter.pop("in", "")
                shown = f"{names.index(name) + 1}" if place == "path" and name in names else name
                parameters[f"{place} {shown}"] = parameter
            label = f"{method.upper()} {path}"
            yield re.sub(r"{[^}]*}", "{}", label), (label, {**item[method], "parameters": parameters})


def _reached(document: dict[str, Any]) -> dict[str, set[tuple[str, bool]]]:
    """Return the operations that reach each component, and whether they send it."""
    found: dict[str, set[tuple[str, bool]]] = {}
    operations = [operation for _, operation in _operations(document)]
    todo = [((label, part in _SENT), node) for label, parts in operations for part, node in parts.items()]
    while todo:
        use, node = todo.pop()
        if isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            if use not in found.setdefault(reference, set()):
                found[reference].add(use)
                todo.append((use, _resolved(node, document)))
        elif isinstance(node, dict):
            todo += [(use, child) for key, child in node.items() if key not in _WHOLE]
        elif isinstance(node, list):
            todo += [(use, child) for child in node]
    return found


def _resolved(node: Any, document: dict[str, Any]) -> Any:
    """Return what a reference leads to, or an empty object where it leads nowhere."""
    seen: list[str] = []
    while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str) and reference not in seen:
        seen.append(reference)
        node = document
        for token in reference.removeprefix("#/").split("/"):
            node = node.get(token.replace("~1", "/").replace("~0", "~"), {}) if isinstance(node, dict) else {}
    return node


def _with_required(schema: dict[str, Any]) -> dict[str, Any]:
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
        return {str(part.get("$ref", number)).rpartition("/")[2]: part for number, part in enumerate(value)}
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
    return code(_text(value))


def _is_tighter(keyword: str, old: Any, new: Any) -> bool:
    if keyword not in (*_LOWER, *_UPPER, *_OTHER_BOUNDS) or new is _ABSENT:
        return False
    if old is _ABSENT or keyword in _OTHER_BOUNDS:
        return True
    return bool(new > old if keyword in _LOWER else new < old)
