"""Compare two documents as users of the package meet them: operations, parameters, bodies, answers.

Each component is compared once, where it stands, and reported with the operations that reach it. What
differs and is known to no rule is reported by its path, so that nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from .changes import Change, Role, Rule, Verb, both
from .document.compare import ABSENT, Value, same, side_by_side
from .document.openapi import METHODS
from .document.yaml import Json
from .findings import COMPONENT, EXTENSION, UNKNOWN, Findings, Where
from .operations import Operation, Operations
from .reach import COMPONENTS, mapping, uses
from .schemas import Schemas

OPERATION_CAME = Rule("it is one more method")
OPERATION_LEFT_OUT = Rule("generator/overlay.yaml removes it, so the package has no method for it")
OPERATION_WENT = both("code that calls it fails")
SERVER = both("the client's BASE_URL is written by hand in exec_api_client/client.py; compare it with this")
SECURITY = both("the client sends its key as a bearer token, whatever stands here; compare it with this")
NAMED = Rule("it only describes the document")

_ROLES: frozenset[Role] = frozenset(["request", "answer"])
_ROOT = {"servers": SERVER, "security": SECURITY, "openapi": NAMED, "info": NAMED, "tags": NAMED}


def changes(old: Json, new: Json, left_out: Collection[str] = ()) -> list[Change]:
    """What differs between two documents; empty if, and only if, they hold the same.

    Args:
        old: The document as it was.
        new: The document as it is.
        left_out: Method and path of each operation of the new one that becomes no method.
    """
    findings = Findings()
    whole = Where("the document", _ROLES)
    with findings.accounted(whole, old, new, UNKNOWN):
        if isinstance(old, dict) and isinstance(new, dict):
            _Documents(old, new, findings, left_out).compare(whole)
        else:
            findings.rest(whole, old, new)
    return findings.changes


class _Documents:
    def __init__(
        self, old: dict[str, Json], new: dict[str, Json], findings: Findings, left_out: Collection[str]
    ) -> None:
        self._left_out = left_out
        self._old = old
        self._new = new
        self._findings = findings
        self._schemas = Schemas(old, new, findings)
        self._operations = Operations(old, new, findings, self._schemas)

    def compare(self, whole: Where) -> None:
        for key, old, new in side_by_side(self._old, self._new):
            if key == "paths" and isinstance(old, dict) and isinstance(new, dict):
                self._paths(old, new)
            elif key == "components" and isinstance(old, dict) and isinstance(new, dict):
                self._components(whole, old, new)
            else:
                self._findings.rest(whole, old, new, _ROOT.get(key, UNKNOWN), (key,))

    # --- paths

    def _paths(self, old: dict[str, Json], new: dict[str, Json]) -> None:
        before, after = list(_operations(old, self._old)), list(_operations(new, self._new))
        pairs = _pairs(before, after)
        for path, one, other in side_by_side(old, new):
            where = Where(path, _ROLES)
            here = [operation for operation in before if operation.path == path]
            fresh = [operation for operation in after if operation.path == path]
            if not here and not fresh:
                self._findings.rest(where, one, other)
            elif ABSENT in (one, other):
                self._path(here, fresh, pairs)
            else:
                with self._findings.accounted(where, one, other):
                    self._path(here, fresh, pairs)
                    self._findings.rest(where, _beside_operations(one), _beside_operations(other))

    def _path(self, old: list[Operation], new: list[Operation], pairs: dict[str, Operation]) -> None:
        """Compare the operations that were here, wherever they are now, and tell of those that came."""
        for operation in old:
            if operation.label in pairs:
                self._operations.compare(operation, pairs[operation.label])
            else:
                self._whole(operation, OPERATION_WENT, "went")
        known = {operation.label for operation in pairs.values()}
        for operation in new:
            if operation.label not in known:
                rule = OPERATION_LEFT_OUT if operation.label in self._left_out else OPERATION_CAME
                self._whole(operation, rule, "came")

    def _whole(self, operation: Operation, rule: Rule, verb: Verb) -> None:
        self._findings.add(Where(operation.label, _ROLES), rule, "operation", verb=verb)

    # --- components

    def _components(self, whole: Where, old: dict[str, Json], new: dict[str, Json]) -> None:
        reached = uses(self._old), uses(self._new)
        for section, before, after in side_by_side(old, new):
            if any(part is not ABSENT and not isinstance(part, dict) for part in (before, after)):
                self._findings.rest(whole, before, after, path=("components", section))
                continue
            with self._findings.accounted(whole, before, after):
                for name, one, other in side_by_side(mapping(before), mapping(after)):
                    pointer = f"{COMPONENTS}{section}/{name}"
                    then, now = (found.get(pointer, set()) for found in reached)
                    reach = tuple(sorted({use.operation for use in now or then}))
                    roles: frozenset[Role] = frozenset(use.role for use in then | now)
                    if not same(one, other):
                        self._component(section, name, Where("", roles, reach), one, other)

    def _component(self, section: str, name: str, reached: Where, old: Value, new: Value) -> None:
        label = name if section == "schemas" else f"components.{section}.{name}"
        where = replace(reached, place=label)
        if section.startswith("x-"):
            self._findings.rest(where, old, new, EXTENSION)
        elif ABSENT in (old, new):
            self._findings.add(where, COMPONENT, "component", verb="came" if old == ABSENT else "went")
        elif section == "securitySchemes":
            self._findings.rest(replace(where, roles=_ROLES), old, new, SECURITY)
        else:
            self._comparison(section)(where, old, new)

    def _comparison(self, section: str) -> Callable[[Where, Value, Value], None]:
        return {
            "schemas": self._schemas.compare,
            "parameters": self._operations.parameter,
            "requestBodies": self._operations.body,
            "responses": self._operations.response,
        }.get(section, self._findings.rest)


def _operations(paths: dict[str, Json], document: Json) -> Iterator[Operation]:
    for path, item in paths.items():
        for method in METHODS:
            if isinstance(mapping(item).get(method), dict):
                yield Operation(path, method, mapping(item), document)


def _pairs(before: list[Operation], after: list[Operation]) -> dict[str, Operation]:
    """Which operation each one has become, by its label; one that moved is known by its operationId."""
    there = {operation.label: operation for operation in after}
    here = {operation.label for operation in before}
    moved = {operation.name: operation for operation in after if operation.label not in here}
    found: dict[str, Operation] = {}
    for operation in before:
        if operation.label in there:
            found[operation.label] = there[operation.label]
        elif operation.name and operation.name in moved:
            found[operation.label] = moved[operation.name]
    return found


def _beside_operations(item: Value) -> Value:
    """What stands on a path for all of its operations, but for parameters, which count in each."""
    if not isinstance(item, dict):
        return item
    known = {method for method in METHODS if isinstance(item.get(method), dict)} | {"parameters"}
    return {key: value for key, value in item.items() if key not in known}
