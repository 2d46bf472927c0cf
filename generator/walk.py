"""Find one's way in an OpenAPI document: operations, schemas, references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .pages import METHODS
from .references import references

Json = dict[str, Any]

SCHEMA_REF = "#/components/schemas/"


class Place(NamedTuple):
    """Where a schema stands: `holder[key]`, what owns it, and the name that it goes by there.

    `path` leads from the owner to it, by the names of fields.
    """

    holder: Any
    key: Any
    owner: str
    name: str
    path: tuple[str, ...] = ()

    @property
    def schema(self) -> Json:
        schema: Json = self.holder[self.key]
        return schema

    def replace(self, schema: Json) -> None:
        self.holder[self.key] = schema


def operations(document: Json) -> Iterator[tuple[str, str, Json, Json]]:
    """Yield (path, method, operation, path item) for each operation, in the document's order."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method], item


def label(path: str, method: str, operation: Json) -> str:
    """What a maintainer is told when an operation cannot be generated."""
    name = operation.get("operationId")
    return f"{method.upper()} {path}" + (f" ({name})" if name else "")


def places(document: Json) -> Iterator[Place]:
    """Yield each schema of components and of operations that are written out, outer ones first."""
    schemas = document.get("components", {}).get("schemas", {})
    for name in list(schemas):
        yield from within(Place(schemas, name, name, name))
    for _, _, operation, _ in operations(document):
        owner = operation["operationId"]
        for parameter in operation.get("parameters", []):
            yield from within(Place(parameter, "schema", owner, parameter["name"], (parameter["name"],)))
        yield from of_content(operation.get("requestBody", {}), owner)
        for response in operation["responses"].values():
            yield from of_content(response, owner)


def of_content(part: Json, owner: str) -> Iterator[Place]:
    """Yield the schemas of a request body or a response."""
    for media_type in part.get("content", {}).values():
        yield from within(Place(media_type, "schema", owner, ""))


def within(place: Place) -> Iterator[Place]:
    """Yield a schema and those inside it."""
    yield place
    schema = place.schema
    for name in list(schema.get("properties", {})):
        yield from within(Place(schema["properties"], name, place.owner, name, (*place.path, name)))
    for key in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(key), dict):
            yield from within(Place(schema, key, place.owner, place.name, place.path))
    for key in ("allOf", "anyOf", "oneOf"):
        for index in range(len(schema.get(key, []))):
            yield from within(Place(schema[key], index, place.owner, place.name, place.path))


def resolved(node: Json, document: Json) -> Json:
    """Follow references; a single `allOf` beside a description is one too."""
    seen: list[str] = []
    while True:
        if "$ref" in node:
            target = node["$ref"]
            if target in seen:
                raise ValueError(f"{target} leads back to itself")
            seen.append(target)
            section, _, name = target.removeprefix("#/components/").partition("/")
            try:
                node = document["components"][section][name]
            except KeyError:
                raise ValueError(
                    f"{target} is no reference to a whole component, the only kind that is understood"
                ) from None
        elif len(node.get("allOf", [])) == 1:
            others = {key: value for key, value in node.items() if key != "allOf"}
            node = {**resolved(node["allOf"][0], document), **others}
        else:
            return node


def fields(schema: Json, document: Json) -> Json:
    """The properties of an object, with those that it takes over through `allOf`."""
    schema = resolved(schema, document)
    found: Json = {}
    for part in schema.get("allOf", []):
        found |= fields(part, document)
    return {**found, **schema.get("properties", {})}


def reachable(roots: Iterable[Any], schemas: Json) -> set[str]:
    """The names of the schemas that nodes refer to, and those that these refer to."""
    return set().union(*reached(roots, schemas))


def reached(roots: Iterable[Any], schemas: Json) -> Iterator[set[str]]:
    """Yield the names of the schemas that nodes refer to, then those that these refer to, and so on."""
    found: set[str] = set()
    nodes = list(roots)
    while nodes:
        named = {target.removeprefix(SCHEMA_REF) for node in nodes for target in references(node)}
        fresh = {name for name in named if name in schemas} - found
        yield fresh
        found |= fresh
        nodes = [schemas[name] for name in fresh]


def rename_references(node: object, names: dict[str, str]) -> None:
    """Let references to some schemas lead to others."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            name = node["$ref"].removeprefix(SCHEMA_REF)
            node["$ref"] = SCHEMA_REF + names[name] if name in names else node["$ref"]
        for value in node.values():
            rename_references(value, names)
    elif isinstance(node, list):
        for value in node:
            rename_references(value, names)


def schemas_of(document: Json) -> Json:
    """The schemas of the components, by name."""
    schemas: Json = document["components"]["schemas"]
    return schemas


def used_schemas(node: Json, document: Json) -> list[Json]:
    """The schemas of the components that are reached from a node."""
    schemas = schemas_of(document)
    return [schemas[name] for name in sorted(reachable([node], schemas))]
