"""Compare two schemas: fields, types, enum values and constraints, whether asked for or answered."""

from __future__ import annotations

from .changes import Role
from .document.compare import ABSENT, Absent, Value, same, side_by_side
from .document.yaml import Json
from .findings import FORM, ORDER, REFERENCE, Findings, Where
from .keywords import (
    BECAME_OPTIONAL,
    BECAME_REQUIRED,
    ENUM_CAME,
    ENUM_WENT,
    FIELD_CAME,
    FIELD_WENT,
    REQUIRED_CAME,
    TYPE_NARROWER,
    TYPE_OTHER,
    TYPE_WIDER,
    VALUE_CAME,
    VALUE_WENT,
    keyword_rule,
)
from .reach import mapping, target


class Schemas:
    """Compares schemas of two documents, each pair once; a component is compared where it stands."""

    def __init__(self, old: Json, new: Json, findings: Findings) -> None:
        self._old = old
        self._new = new
        self._findings = findings
        self._seen: set[tuple[str, str, frozenset[Role]]] = set()

    def compare(self, where: Where, old: Value, new: Value) -> None:
        """Find all that differs between two schemas that stand in the same place."""
        if same(old, new):
            return
        if not (isinstance(old, dict) and isinstance(new, dict)):
            self._findings.rest(where, old, new)
            return
        with self._findings.accounted(where, old, new):
            before, after = _unwrapped(old), _unwrapped(new)
            if same(before.get("$ref", ABSENT), after.get("$ref", ABSENT)):
                self._keywords(where, before, after)
            else:
                self._other_reference(where, before, after, (_key(before, old), _key(after, new)))

    def _other_reference(
        self, where: Where, old: dict[str, Json], new: dict[str, Json], pair: tuple[str, str]
    ) -> None:
        """What a place refers to is another component now, or is written out; its content counts."""
        before, after = _resolved(old, self._old), _resolved(new, self._new)
        if before is None or after is None:
            self._findings.rest(where, old, new)
            return
        rule = FORM if same(before, after) else REFERENCE
        self._findings.add(
            where, rule, "reference", old.get("$ref", ABSENT), new.get("$ref", ABSENT), verb="changed"
        )
        if (*pair, where.roles) not in self._seen:
            self._seen.add((*pair, where.roles))
            self._keywords(where, before, after)

    def _keywords(self, where: Where, old: dict[str, Json], new: dict[str, Json]) -> None:
        old, new = self._without_composition(where, old, new)
        self._fields(where, old, new)
        for key, before, after in side_by_side(old, new):
            if not same(before, after):
                self._keyword(where, key, before, after)

    def _keyword(self, where: Where, key: str, old: Value, new: Value) -> None:
        match key:
            case "properties" | "required" if _names(old) is not None and _names(new) is not None:
                pass  # _fields has compared them
            case "items" if isinstance(old, dict) and isinstance(new, dict):
                self.compare(where.items(), old, new)
            case "additionalProperties" if isinstance(old, dict) and isinstance(new, dict):
                self.compare(where.field("*"), old, new)
            case "enum" if isinstance(old, list | Absent) and isinstance(new, list | Absent):
                self._values(where, old, new)
            case "allOf" | "oneOf" | "anyOf" if isinstance(old, list) and isinstance(new, list):
                self._alternatives(where, key, old, new)
            case _:
                if rule := keyword_rule(key, old, new):
                    self._findings.add(where, rule, key, old, new, verb="changed")
                else:
                    self._findings.rest(where, old, new, path=(key,))

    def _fields(self, where: Where, old: dict[str, Json], new: dict[str, Json]) -> None:
        before, after = mapping(old.get("properties")), mapping(new.get("properties"))
        needed_before, needed = set(_names(old.get("required")) or ()), set(_names(new.get("required")) or ())
        for name in [*before, *(name for name in after if name not in before)]:
            field = where.field(name)
            if name not in after:
                self._findings.add(field, FIELD_WENT, "field", verb="went")
            elif name not in before:
                rule = REQUIRED_CAME if name in needed else FIELD_CAME
                self._findings.add(field, rule, "field", verb="came")
            else:
                if (name in needed) != (name in needed_before):
                    rule = BECAME_REQUIRED if name in needed else BECAME_OPTIONAL
                    self._findings.add(field, rule, "required", name in needed_before, name in needed)
                self.compare(field, before[name], after[name])
        for name in sorted((needed - after.keys()) - needed_before):
            self._findings.add(where.field(name), BECAME_REQUIRED, "required", False, True)
        for name in sorted((needed_before - before.keys()) - needed):
            self._findings.add(where.field(name), BECAME_OPTIONAL, "required", True, False)

    def _values(self, where: Where, old: Value, new: Value) -> None:
        """Tell of each value of an enum that came or went."""
        if not (isinstance(old, list) and isinstance(new, list)):
            rule = ENUM_CAME if isinstance(old, Absent) else ENUM_WENT
            self._findings.add(where, rule, "enum", old, new)
            return
        with self._findings.accounted(where, old, new, ORDER):
            for value in _without(old, new):
                self._findings.add(where, VALUE_WENT, "enum value", old=value)
            for value in _without(new, old):
                self._findings.add(where, VALUE_CAME, "enum value", new=value)

    def _alternatives(self, where: Where, key: str, old: list[Json], new: list[Json]) -> None:
        """Pair what is equal, then what stands at the same position among the rest."""
        went, came = _without(old, new), _without(new, old)
        part = where.also("(part of all)" if key == "allOf" else "(one of)")
        with self._findings.accounted(where, old, new, ORDER):
            for before, after in zip(went, came, strict=False):
                self.compare(part, before, after)
            more, fewer = (TYPE_NARROWER, TYPE_OTHER) if key == "allOf" else (TYPE_WIDER, TYPE_NARROWER)
            for value in came[len(went) :]:
                self._findings.add(part, more, key, new=value)
            for value in went[len(came) :]:
                self._findings.add(part, fewer, key, old=value)

    def _without_composition(
        self, where: Where, old: dict[str, Json], new: dict[str, Json]
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """Both with the fields that they take over through `allOf`, but for parts that both have."""
        parts = old.get("allOf", []), new.get("allOf", [])
        if not (isinstance(parts[0], list) and isinstance(parts[1], list)) or same(*parts):
            return old, new
        before = _flattened(old, _without(parts[0], parts[1]), self._old)
        after = _flattened(new, _without(parts[1], parts[0]), self._new)
        return (before, after) if before is not None and after is not None else (old, new)


def _names(value: Value) -> list[str] | None:
    """The names of fields that `properties` or `required` holds; None where it is malformed."""
    if isinstance(value, Absent):
        return []
    if isinstance(value, dict | list) and all(isinstance(name, str) for name in value):
        return [str(name) for name in value]
    return None


def _without(values: list[Json], others: list[Json]) -> list[Json]:
    return [value for value in values if not any(same(value, other) for other in others)]


def _key(schema: dict[str, Json], published: dict[str, Json]) -> str:
    """What a pair of schemas is remembered by: its component, or the very object in the document."""
    return str(schema.get("$ref", id(published)))


def _unwrapped(schema: dict[str, Json]) -> dict[str, Json]:
    """The schema without an `allOf` of one part, where that part says nothing that it says itself."""
    match schema.get("allOf"):
        case [dict(part)] if not part.keys() & schema.keys():
            return {**part, **{key: value for key, value in schema.items() if key != "allOf"}}
    return schema


def _resolved(schema: dict[str, Json], document: Json) -> dict[str, Json] | None:
    """The schema with what its reference leads to beside its own keywords."""
    seen: list[Json] = []
    schema = _unwrapped(schema)
    while "$ref" in schema:
        reference = schema["$ref"]
        found = target(reference, document) if isinstance(reference, str) else ABSENT
        if not isinstance(found, dict) or reference in seen:
            return None
        seen.append(reference)
        schema = _unwrapped({**found, **{key: value for key, value in schema.items() if key != "$ref"}})
    return schema


def _flattened(schema: dict[str, Json], parts: list[Json], document: Json) -> dict[str, Json] | None:
    """The schema with the fields of the parts; None where two of them speak of the same thing."""
    flat = {key: value for key, value in schema.items() if key != "allOf"}
    if flat.get("type", "object") != "object":
        return None
    fields, needed = dict(mapping(flat.pop("properties", {}))), list(_names(flat.pop("required", [])) or ())
    for part in parts:
        inner = _resolved(part, document) if isinstance(part, dict) else None
        if inner is None or not inner.keys() <= {"type", "properties", "required", "description"}:
            return None
        more = mapping(inner.get("properties"))
        if fields.keys() & more.keys() or inner.get("type", "object") != "object":
            return None
        fields |= more
        needed += _names(inner.get("required")) or ()
    return {**flat, "type": "object", "properties": fields, "required": [*needed]}
