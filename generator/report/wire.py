"""Changes of the document: operations, and the leaves in which operations and schemas differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..document.openapi import JSON, SCHEMA_REF, Document, Node, Operation, route
from .changes import Change, code, some

WHOLE = "The whole document"

_ABSENT: Any = object()
_SENT = (".body", ".path ", ".query ", ".header ", ".cookie ")
_PROSE = ("description", "summary", "title", "example", "examples", "externalDocs")
_SWITCHES = {
    "required": ("is required now.", "is no longer required."),
    "nullable": ("may be null now.", "is no longer null."),
    "deprecated": ("is deprecated: it works until the API drops it.", "is no longer deprecated."),
    "x-hidden": ("is hidden now (`x-hidden`), so it has no method.", "is no longer hidden (`x-hidden`)."),
}

# Keywords that hold parts by name, and those that hold one part, by what the path of it gains.
_HOLDERS = ("properties", "parameters", "responses", "headers")
_STEPS = {"requestBody": ".body", "items": "[]", "additionalProperties": ".*"}


def changes(old: Node, new: Node) -> tuple[list[Change], int]:
    """Return the changes between two documents, and the number of places where only prose differs.

    Changes that the Python API shows are not breaking here.
    """
    comparison = _Comparison(Document(old), Document(new))
    return [*comparison.servers(), *comparison.operations(), *comparison.schemas()], comparison.prose


class _Comparison:
    def __init__(self, *sides: Document) -> None:
        self._sides = sides
        self.prose = 0

    def servers(self) -> Iterator[Change]:
        """Compare servers and security, which the hand-written client follows."""
        yield from self._told(WHOLE, *map(_servers, self._sides))

    def operations(self) -> Iterator[Change]:
        before, after = ({route(each.request): each for each in side.operations} for side in self._sides)
        for operation in [after[key] for key in after if key not in before]:
            hidden = ", hidden (`x-hidden`), so it has no method" if operation.is_hidden else ""
            yield Change(code(operation.request), f"It is added{hidden}.", "added")
        for operation in [before[key] for key in before if key not in after]:
            yield Change(code(operation.request), "It is removed.", "removed")
        for old, new in [(before[key], after[key]) for key in before if key in after]:
            place = code(new.request)
            if old.request != new.request:
                yield Change(place, f"It was written {code(old.request)}. Requests are the same.")
            parts = map(_resolved, (old, new), self._sides)
            yield from self._told(place, *parts, can_break=not old.is_hidden)

    def schemas(self) -> Iterator[Change]:
        """Compare each schema once, and name the operations that use it."""
        before, after = map(_used, self._sides)
        for name in sorted(before.keys() & after.keys()):
            uses = before[name] | after[name]
            place = f"{code(name)} (in {some(sorted({request for request, _ in uses}))})"
            sent = any(sent for _, sent in uses)
            yield from self._told(place, *(side.schemas[name] for side in self._sides), sent=sent)

    def _told(
        self, place: str, old: Node, new: Node, *, sent: bool = False, can_break: bool = True
    ) -> Iterator[Change]:
        for path, keyword, one, other in self._differences(old, new, "", set()):
            if keyword in _PROSE or (keyword.startswith("x-") and keyword not in _SWITCHES):
                self.prose += 1
                continue
            subject = code(path.removeprefix(".")) if path else "It"
            is_sent = can_break and (sent or path.startswith(_SENT))
            reason = _reason(keyword, one, other) if is_sent else ""
            text = f"{subject} {_sentence(keyword, one, other)} {reason}"
            yield Change(place, text.rstrip(), breaking=bool(reason))

    def _differences(
        self, old: Node, new: Node, path: str, seen: set[Any]
    ) -> Iterator[tuple[str, str, Any, Any]]:
        """Yield the path, the keyword and both values of each difference.

        References are followed where they differ, and each pair of them once in each direction.
        """
        old, new = _parts(old), _parts(new)
        pair = _text([path.startswith(_SENT), old.get("$ref"), new.get("$ref")])
        if old.get("$ref") != new.get("$ref"):
            if pair not in seen:
                seen.add(pair)
                one, other = (_followed(*each) for each in zip(self._sides, (old, new), strict=True))
                yield from self._differences(one, other, path, seen)
            return
        for key in old | new:
            one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
            if not _is_part(key):
                if _text(one) != _text(other):
                    yield path, key, one, other
            elif one is _ABSENT or other is _ABSENT:
                yield path + key, "", one, other
            else:
                yield from self._differences(one, other, path + key, seen)


def _parts(node: Node) -> Node:
    """Return a part of the document: its keywords, and the parts in it by what they add to a path.

    A JSON schema is one with what holds it, and the parts of `allOf` are one with their schema.
    """
    found: Node = {}
    for keyword, value in node.items():
        match keyword, value:
            case "$ref", str():
                inner: Node = {keyword: [value]}
            case "schema", dict():
                inner = _parts(value)
            case "content", dict():
                inner = {f".{name}": media for name, media in value.items() if name != JSON}
                inner |= _parts(value.get(JSON, {}))
            case "required", list():
                inner = {f".{name}": {"required": True} for name in value}
            case "enum", list():
                inner = {keyword: [*{_text(each): each for each in sorted(value, key=_text)}.values()]}
            case "oneOf" | "anyOf", list():
                names = (each.get("$ref", str(number)) for number, each in enumerate(value))
                parts = zip((name.removeprefix(SCHEMA_REF) for name in names), value, strict=True)
                inner = {f".{keyword}": {"properties": dict(parts)}}
            case _, dict() if keyword in _HOLDERS:
                inner = {f".{name}": each for name, each in value.items()}
            case _, dict() if keyword in _STEPS:
                inner = {_STEPS[keyword]: value}
            case _:
                inner = {keyword: value}
        found = _merged(found, inner)
    for part in reversed(found.pop("allOf", [])):
        found = _merged(_parts(part), found)
    return found


def _merged(earlier: Node, later: Node) -> Node:
    """Return two parts as one. Where both have a keyword, that of the later part counts."""
    found = {**earlier, **later}
    for key in earlier.keys() & later.keys():
        if key == "$ref":
            found[key] = sorted({*earlier[key], *later[key]})
        elif _is_part(key):
            found[key] = {**earlier[key], **later[key]}
    return found


def _is_part(key: str) -> bool:
    return key.startswith((".", "["))


def _servers(document: Document) -> Node:
    rules: Node = {key: document.value[key] for key in ("servers", "security") if key in document.value}
    return {**rules, "properties": document.value.get("components", {}).get("securitySchemes", {})}


def _followed(document: Document, part: Node) -> Node:
    """Return a part with what its references lead to."""
    found = {key: value for key, value in part.items() if key != "$ref"}
    for target in part.get("$ref", []):
        found = _merged(_parts(document.find({"$ref": target})), found)
    return found


def _resolved(operation: Operation, document: Document) -> Node:
    """Return an operation with its shared parts in their places, and its parameters by place and name.

    A parameter of the path is called by its position, since requests do not hold its name.
    """
    names = re.findall(r"{([^}]*)}", operation.path)
    parameters: Node = {}
    for each in [*operation.item.get("parameters", []), *operation.value.get("parameters", [])]:
        parameter = dict(document.find(each))
        name, place = parameter.pop("name", ""), parameter.pop("in", "")
        shown = names.index(name) + 1 if place == "path" and name in names else name
        parameters[f"{place} {shown}"] = parameter
    found = {**operation.value, "parameters": parameters, "x-hidden": operation.is_hidden}
    if operation.body is not None:
        found["requestBody"] = document.find(operation.body)
    responses = operation.value.get("responses", {})
    found["responses"] = {f"response {status}": document.find(each) for status, each in responses.items()}
    return found


def _used(document: Document) -> dict[str, set[tuple[str, bool]]]:
    """Return the operations that use each schema, and whether they send it."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for operation in document.operations:
        for key, part in _parts(_resolved(operation, document)).items():
            for name in document.reachable([part]):
                found.setdefault(name, set()).add((operation.request, key.startswith(_SENT)))
    return found


def _text(value: Any) -> str:
    return "" if value is _ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)


# --- the rules


def _sentence(keyword: str, old: Any, new: Any) -> str:
    came, went = old is _ABSENT, new is _ABSENT
    if keyword in _SWITCHES:
        return _SWITCHES[keyword][new is not True]
    if keyword == "enum" and not (came or went):
        were, are = [*map(_text, old)], [*map(_text, new)]
        gained = [value for value in are if value not in were]
        lost = [value for value in were if value not in are]
        told = [
            f"{verb} {some(values, len(values))}"
            for verb, values in (("gains", gained), ("loses", lost))
            if values
        ]
        return f"{' and '.join(told)}."
    if keyword and went:
        return f"no longer has {code(keyword)} {code(_text(old))}."
    if keyword:
        return f"has {code(keyword)} {code(_text(new))}{'' if came else f', not {code(_text(old))}'}."
    if {"required": True} in (old, new):  # a part that `allOf` has elsewhere
        return _SWITCHES["required"][went]
    return "is removed." if went else "is added, and required." if new.get("required") else "is added."


def _reason(keyword: str, old: Any, new: Any) -> str:
    """Return why a difference breaks calls although the Python API cannot show it; empty where none does."""
    if new is _ABSENT:
        return ""
    if keyword == "default":
        return "" if old is _ABSENT else "Calls that leave it out do something else."
    is_bound = keyword.startswith(("min", "max"))
    is_tighter = is_bound and (old is _ABSENT or (new > old) == keyword.startswith("min"))
    refuses = is_tighter or keyword in ("pattern", "multipleOf")
    return "Values that were accepted are refused." if refuses else ""
