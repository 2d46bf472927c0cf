"""Find which operations reach a component, and as what: in their requests or in their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal, NamedTuple

from .compare import Value
from .pages import METHODS
from .references import references, target
from .yaml12 import Json

COMPONENTS = "#/components/"

Role = Literal["request", "answer", "error"]


class Use(NamedTuple):
    """An operation that reaches a component, and whether it does so in its request or its answers."""

    operation: str
    role: Role


def uses(document: Json) -> dict[str, set[Use]]:
    """The uses of each component, by a pointer such as `#/components/schemas/User`."""
    found: dict[str, set[Use]] = defaultdict(set)
    for operation, role, node in _parts(document):
        fresh = {component(reference) for reference in references(node)}
        seen: set[str] = set()
        while fresh:
            seen |= fresh
            for pointer in fresh:
                found[pointer].add(Use(operation, role))
            nodes = [target(pointer, document) for pointer in fresh]
            fresh = {
                component(reference)
                for node in nodes
                if isinstance(node, dict | list)
                for reference in references(node)
            } - seen
    return found


def component(reference: str) -> str:
    """The pointer of the whole component that a reference leads into."""
    return "/".join(reference.split("/")[:4])


def role_of(status: str) -> Role:
    return "answer" if status.startswith("2") else "error"


def _parts(document: Json) -> Iterator[tuple[str, Role, Json]]:
    for path, item in mapping(mapping(document).get("paths")).items():
        for method in [method for method in METHODS if method in mapping(item)]:
            operation = mapping(mapping(item)[method])
            name = f"{method.upper()} {path}"
            yield name, "request", [mapping(item).get("parameters"), operation.get("parameters")]
            yield name, "request", operation.get("requestBody")
            for status, answer in mapping(operation.get("responses")).items():
                yield name, role_of(status), answer


def mapping(node: Value) -> dict[str, Json]:
    """The node, or nothing where it is no mapping."""
    return node if isinstance(node, dict) else {}
