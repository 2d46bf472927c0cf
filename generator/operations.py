"""Compare two operations: name, tag, parameters, request body and answers."""

from __future__ import annotations

from typing import NamedTuple

from .changes import Role, Rule, both
from .document.compare import ABSENT, Absent, Value, same, side_by_side
from .document.yaml import Json
from .findings import FORM, ORDER, REFERENCE, Findings, Where
from .keywords import BECAME_OPTIONAL, BECAME_REQUIRED, FIELD_WENT
from .reach import mapping, role_of, target
from .schemas import Schemas

PATH = both("versions of the package that are in use still call the old path")
NAME = both("the method gets another name")
TAG = both("the method moves to another attribute of the client")
PARAMETER_CAME = Rule("existing calls go on without it")
PARAMETER_WENT = both(FIELD_WENT.request)
REQUIRED_CAME = both("a call without it is refused")
ANSWER_CAME = Rule("it is raised as an exception", answer="a call can return something of another type")
ANSWER_WENT = Rule("it was raised as an exception", answer="a call returns something else")
MEDIA_CAME = Rule("the package stays with JSON")
MEDIA_WENT = both("it may be the one that the package sends or reads")

_ALL: frozenset[Role] = frozenset(["request", "answer"])
_ASKED: frozenset[Role] = frozenset(["request"])


class Operation(NamedTuple):
    """An operation of one of the documents, with what stands around it."""

    path: str
    method: str
    item: dict[str, Json]
    document: Json

    @property
    def said(self) -> dict[str, Json]:
        return mapping(self.item[self.method])

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def name(self) -> Value:
        name = self.said.get("operationId")
        return name if isinstance(name, str) else ABSENT

    def parameters(self) -> dict[tuple[str, str], Json]:
        """The parameters as they are written, by place and name; its own replace those of its path."""
        found: dict[tuple[str, str], Json] = {}
        for listed in (self.said.get("parameters"), self.item.get("parameters")):
            for written in listed if isinstance(listed, list) else []:
                parameter = mapping(followed(written, self.document))
                found.setdefault((str(parameter.get("in")), str(parameter.get("name"))), written)
        return found


def followed(node: Value, document: Json) -> Value:
    """What a parameter, a body or an answer is, if it is only referred to; ABSENT if that leads nowhere."""
    seen: list[str] = []
    while isinstance(reference := mapping(node).get("$ref"), str):
        if reference in seen:
            return ABSENT
        seen.append(reference)
        node = target(reference, document)
    return node


class Operations:
    """Compares operations, and the parts of them that may be components."""

    def __init__(self, old: Json, new: Json, findings: Findings, schemas: Schemas) -> None:
        self._old = old
        self._new = new
        self._findings = findings
        self._schemas = schemas

    def compare(self, one: Operation, other: Operation) -> None:
        """Find all that differs between an operation and what it has become."""
        where = Where(one.label, _ALL)
        with self._findings.accounted(where, one.said, other.said):
            if one.label != other.label:
                self._findings.add(where, PATH, "path", one.label, other.label)
            self._parameters(where, one, other)
            for key, old, new in side_by_side(one.said, other.said):
                if key == "operationId":
                    self._differs(where, NAME, key, old, new)
                elif key == "tags" and isinstance(old, list | Absent) and isinstance(new, list | Absent):
                    first, then = ([] if isinstance(tags, Absent) else tags[:1] for tags in (old, new))
                    self._differs(where, TAG if first != then else ORDER, key, old, new)
                elif key == "requestBody":
                    self._body(where, old, new)
                elif key == "responses" and isinstance(old, dict) and isinstance(new, dict):
                    self._responses(where, old, new)
                elif key != "parameters" or not isinstance(old, list) or not isinstance(new, list):
                    self._findings.rest(where, old, new, path=(key,))

    def _differs(self, where: Where, rule: Rule, kind: str, old: Value, new: Value) -> None:
        if not same(old, new):
            self._findings.add(where, rule, kind, old, new)

    # --- what is asked

    def _parameters(self, where: Where, one: Operation, other: Operation) -> None:
        before, after = one.parameters(), other.parameters()
        for place, name in [*before, *(key for key in after if key not in before)]:
            key = (place, name)
            there = Where(f"{where.place} ← {name} in {place}", _ASKED)
            if key not in after:
                self._findings.add(there, PARAMETER_WENT, "parameter", verb="went")
            elif key not in before:
                needed = mapping(followed(after[key], self._new)).get("required") is True
                rule = REQUIRED_CAME if needed else PARAMETER_CAME
                self._findings.add(there, rule, "parameter", verb="came")
            else:
                self.parameter(there, before[key], after[key])

    def parameter(self, where: Where, old: Value, new: Value) -> None:
        """Compare a parameter with what it has become."""
        for key, before, after in self._parts(where, old, new):
            if key == "schema":
                self._schemas.compare(where, before, after)
            elif key == "required":
                rule = BECAME_REQUIRED if after is True else BECAME_OPTIONAL
                self._findings.add(where, rule, key, before, after, verb="changed")
            elif key == "content" and isinstance(before, dict) and isinstance(after, dict):
                self._content(where, before, after)
            else:
                self._findings.rest(where, before, after, path=(key,))

    def _body(self, where: Where, old: Value, new: Value) -> None:
        there = Where(f"{where.place} ← ", _ASKED)
        if isinstance(old, dict) and isinstance(new, dict):
            self.body(there, old, new)
        elif isinstance(old, dict):
            self._findings.add(there, PARAMETER_WENT, "request body", verb="went")
        elif isinstance(new, dict):
            needed = mapping(followed(new, self._new)).get("required") is True
            self._findings.add(
                there, REQUIRED_CAME if needed else PARAMETER_CAME, "request body", verb="came"
            )
        else:
            self._findings.rest(there, old, new, path=("requestBody",))

    def body(self, where: Where, old: Value, new: Value) -> None:
        """Compare a request body with what it has become; the rules are those of a parameter."""
        self.parameter(where, old, new)

    # --- what is answered

    def _responses(self, where: Where, old: dict[str, Json], new: dict[str, Json]) -> None:
        for status, before, after in side_by_side(old, new):
            shown = "" if status == "200" else f"{status} "
            there = Where(f"{where.place} → {shown}", frozenset([role_of(status)]))
            if status.startswith("x-") or ABSENT not in (before, after):
                self.response(there, before, after)
            else:
                rule = ANSWER_CAME if before == ABSENT else ANSWER_WENT
                self._findings.add(
                    there, rule, f"answer {status}", verb="came" if before == ABSENT else "went"
                )

    def response(self, where: Where, old: Value, new: Value) -> None:
        """Compare an answer with what it has become."""
        for key, before, after in self._parts(where, old, new):
            if key == "content" and isinstance(before, dict) and isinstance(after, dict):
                self._content(where, before, after)
            else:
                self._findings.rest(where, before, after, path=(key,))

    def _content(self, where: Where, old: dict[str, Json], new: dict[str, Json]) -> None:
        for media_type, before, after in side_by_side(old, new):
            if isinstance(before, Absent):
                self._findings.add(where, MEDIA_CAME, "media type", new=media_type)
            elif isinstance(after, Absent):
                self._findings.add(where, MEDIA_WENT, "media type", old=media_type)
            else:
                self._media_type(where, media_type, before, after)

    def _media_type(self, where: Where, name: str, old: Json, new: Json) -> None:
        for key, before, after in side_by_side(mapping(old), mapping(new)):
            if key == "schema" and isinstance(before, dict) and isinstance(after, dict):
                self._schemas.compare(where, before, after)
            else:
                self._findings.rest(where, before, after, path=(name, key))
        if not (isinstance(old, dict) and isinstance(new, dict)):
            self._findings.rest(where, old, new, path=(name,))

    # --- what may be a component

    def _parts(self, where: Where, old: Value, new: Value) -> list[tuple[str, Value, Value]]:
        """What differs, by keyword; a component that both refer to is compared where it stands."""
        before, after = mapping(old).get("$ref", ABSENT), mapping(new).get("$ref", ABSENT)
        if not same(before, after):
            old, new = followed(old, self._old), followed(new, self._new)
            rule = FORM if same(old, new) else REFERENCE
            self._findings.add(where, rule, "reference", before, after, verb="changed")
        if not (isinstance(old, dict) and isinstance(new, dict)):
            self._findings.rest(where, old, new)
            return []
        return [part for part in side_by_side(old, new) if not same(part[1], part[2])]
