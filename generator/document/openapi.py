"""An OpenAPI document: its operations, its schemas, and what its references lead to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import GeneratorError
from .yaml import Json

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
SCHEMA_REF = "#/components/schemas/"
JSON = "application/json"

Node = dict[str, Any]

# Where a mapping's keys are names that the API chose, `example` or `$ref` may be one of them.
_KEYED_BY_NAME = frozenset(
    [
        *("paths", "responses", "callbacks", "content", "encoding", "examples", "headers", "links"),
        *("properties", "schemas", "parameters", "requestBodies", "securitySchemes"),
    ]
)
# A component names the one whose class is the base of its own with `x-base`.
_REFERENCES = ("$ref", "x-base")
_BOUNDS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), min),
}
_DATA = frozenset(["default", "enum", "example", "value"])
_IN_PATH = re.compile(r"{[^}]*}")


def keywords(node: Json, *, names: bool = False) -> Iterator[tuple[Node, str]]:
    """Yield each keyword of a part of a document, with its holder, except within examples and other data.

    With `names`, the keys of the part are names that the API chose.
    """
    if isinstance(node, list):
        for item in node:
            yield from keywords(item)
    elif isinstance(node, dict):
        for key, value in list(node.items()):
            if not names:
                yield node, key
            if names or (key not in _DATA and not key.startswith("x-")):
                yield from keywords(value, names=not names and key in _KEYED_BY_NAME)


def references(node: Json) -> Iterator[str]:
    """Yield the target of each `$ref` in a part of a document."""
    for holder, key in keywords(node):
        if key in _REFERENCES and isinstance(holder[key], str):
            yield holder[key]


def route(request: str) -> str:
    """Return a method and a path without the names of parameters: `GET /things/{}`."""
    return _IN_PATH.sub("{}", request)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: `value` is what the document says of it, `item` what it says of its path.

    Rules change both in their places.
    """

    path: str
    method: str
    value: Node
    item: Node

    @property
    def request(self) -> str:
        """The method and the path: `GET /things/{id}`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def label(self) -> str:
        """What a maintainer reads in an error: `GET /things/{id} (getThing)`."""
        name = self.value.get("x-operation-id", self.value.get("operationId"))
        return self.request + (f" ({name})" if name else "")

    @property
    def is_hidden(self) -> bool:
        """Whether the document hides it, or its path: then it has no method."""
        return bool(self.value.get("x-hidden") or self.item.get("x-hidden"))

    @property
    def id(self) -> str:
        """The operationId."""
        name: str = self.value["operationId"]
        return name

    @property
    def tag(self) -> str:
        """The first tag, which names its resource."""
        tag: str = self.value["tags"][0]
        return tag

    @property
    def parameters(self) -> list[Node]:
        """The parameters, once they are written out."""
        parameters: list[Node] = self.value["parameters"]
        return parameters

    @property
    def body(self) -> Node | None:
        """The request body."""
        return self.value.get("requestBody")

    @property
    def responses(self) -> list[Node]:
        """The success responses, once they are all that is left."""
        return [*self.value["responses"].values()]


class Place(NamedTuple):
    """Where a schema stands.

    Attributes:
        holder: The mapping or list that holds it.
        key: Its key or number there.
        owner: The component or the operationId that it belongs to.
        name: The name that it goes by: that of the nearest property, parameter or component.
        path: The names of properties that lead from the owner to it.
        part_of: `allOf`, `anyOf` or `oneOf` where it is a part of one.
    """

    holder: Any
    key: Any
    owner: str
    name: str
    path: tuple[str, ...] = ()
    part_of: str = ""

    @property
    def schema(self) -> Node:
        """The schema."""
        schema: Node = self.holder[self.key]
        return schema

    def replace(self, schema: Node) -> None:
        """Put another schema there."""
        self.holder[self.key] = schema

    def within(self) -> Iterator[Place]:
        """Yield this place, then those inside its schema."""
        yield self
        schema = self.schema
        for name in list(schema.get("properties", {})):
            yield from Place(schema["properties"], name, self.owner, name, (*self.path, name)).within()
        for key in ("items", "additionalProperties", "not"):
            if isinstance(schema.get(key), dict):
                yield from self._replace(holder=schema, key=key, part_of="").within()
        for key in ("allOf", "anyOf", "oneOf"):
            for index in range(len(schema.get(key, []))):
                yield from self._replace(holder=schema[key], key=index, part_of=key).within()


@dataclass(frozen=True, slots=True)
class Document:
    """A document, and the ways through it.

    Attributes:
        value: The document itself; rules change it in its place.
        notes: What a maintainer should know of it, a sentence each; rules add to this.
    """

    value: Node
    notes: list[str] = field(default_factory=list)

    @property
    def schemas(self) -> Node:
        """The schemas of the components, by name."""
        schemas: Node = self.value.setdefault("components", {}).setdefault("schemas", {})
        return schemas

    @property
    def operations(self) -> list[Operation]:
        """The operations, in the document's order."""
        return [
            Operation(path, method, item[method], item)
            for path, item in self.value.get("paths", {}).items()
            for method in METHODS
            if method in item
        ]

    def places(self) -> Iterator[Place]:
        """Yield the place of each schema, outer ones first."""
        for name in list(self.schemas):
            yield from Place(self.schemas, name, name, name).within()
        for operation in self.operations:
            for parameter in operation.parameters:
                name = parameter["name"]
                yield from Place(parameter, "schema", operation.id, name, (name,)).within()
            for media_type in (operation.body or {}).get("content", {}).values():
                yield from Place(media_type, "schema", operation.id, "").within()
            for response in operation.responses:
                for media_type in response.get("content", {}).values():
                    yield from Place(media_type, "schema", operation.id, "result", ("result",)).within()

    def resolve(self, node: Node, seen: tuple[str, ...] = ()) -> Node:
        """Return what a node stands for, once references are followed; `seen` are those that led to it.

        A single `allOf` beside keywords that add no fields is a reference too, which these keywords override.

        Raises:
            GeneratorError: A reference leads to itself, or to something else than a whole component.
        """
        while "$ref" in node:
            pointer = node["$ref"]
            if pointer in seen:
                raise GeneratorError(f"{pointer} leads back to itself; describe it in overlay.yaml")
            section, _, name = pointer.removeprefix("#/components/").partition("/")
            found = self.value.get("components", {}).get(section, {}).get(name)
            if not isinstance(found, dict):
                raise GeneratorError(f"{pointer} must lead to a whole component; correct it in overlay.yaml")
            seen, node = (*seen, pointer), found
        if len(node.get("allOf", [])) == 1 and not node.keys() & {"properties", "required"}:
            others = {key: value for key, value in node.items() if key != "allOf"}
            return {**self.resolve(node["allOf"][0], seen), **others}
        return node

    def find(self, node: Node) -> Node:
        """Return what a node stands for, or an empty object where a reference leads nowhere."""
        try:
            return self.resolve(node)
        except GeneratorError:
            return {}

    def fields(self, schema: Node) -> Node:
        """Return the properties of an object, with those that it takes over through `allOf`.

        The rules of all parts count. Of two types, the later one counts, since it is more specific.
        """
        schema = self.resolve(schema)
        found: Node = {}
        for part in [*map(self.fields, schema.get("allOf", [])), schema.get("properties", {})]:
            found |= {name: _both(found[name], new) if name in found else new for name, new in part.items()}
        return found

    def required(self, schema: Node) -> set[str]:
        """Return the names of the properties that an object always has."""
        schema = self.resolve(schema)
        parts = (self.required(part) for part in schema.get("allOf", []))
        return set(schema.get("required", [])).union(*parts)

    def where(self, place: Place) -> str:
        """Return what a maintainer reads of a place: `Thing.field`, or `GET /things result.field`."""
        requests = [each.request for each in self.operations if each.value.get("operationId") == place.owner]
        path = ".".join(place.path)
        return f"{requests[0]} {path}".rstrip() if requests else ".".join([place.owner, *place.path])

    def content(self, part: Node | None) -> Node:
        """Return the JSON schema of a request body or a response."""
        schema: Node = (part or {}).get("content", {}).get(JSON, {}).get("schema", {})
        return schema

    def reach(self, nodes: Iterable[Any]) -> Iterator[set[str]]:
        """Yield the names of the schemas that nodes refer to, then those that these refer to, and so on."""
        found: set[str] = set()
        nodes = list(nodes)
        while nodes:
            named = {pointer.removeprefix(SCHEMA_REF) for node in nodes for pointer in references(node)}
            fresh = {name for name in named if name in self.schemas} - found
            yield fresh
            found |= fresh
            nodes = [self.schemas[name] for name in fresh]

    def reachable(self, nodes: Iterable[Any]) -> set[str]:
        """Return the names of all schemas that nodes lead to."""
        return set().union(*self.reach(nodes))

    def users(self, schema: str) -> list[Operation]:
        """Return the operations that use a schema of the components."""
        return [operation for operation in self.operations if schema in self.reachable([operation.value])]

    def rename(self, names: dict[str, str]) -> None:
        """Give schemas other names, in references too."""
        self.value["components"]["schemas"] = {
            names.get(name, name): schema for name, schema in self.schemas.items()
        }
        renamed = {SCHEMA_REF + name: SCHEMA_REF + new for name, new in names.items()}
        for holder, key in keywords(self.value):
            if key in _REFERENCES:
                holder[key] = renamed.get(holder[key], holder[key])


def _both(earlier: Node, later: Node) -> Node:
    """Return one property that two parts of an `allOf` describe, with the tighter of their bounds."""
    bounds = {key: earlier[key] for key in _BOUNDS if key in earlier}
    if "$ref" in later:
        return {"allOf": [later], **bounds} if bounds else later
    if later.keys() & {"allOf", "anyOf", "oneOf", "properties"}:
        return later
    if earlier.keys() & {"$ref", "allOf"}:
        later = {key: value for key, value in later.items() if key != "type"}
    for key in ("items", "additionalProperties"):
        if isinstance(earlier.get(key), dict) and isinstance(later.get(key), dict):
            later = {**later, key: _both(earlier[key], later[key])}
    tighter = {key: _BOUNDS[key](bounds[key], later[key]) for key in bounds.keys() & later.keys()}
    return {**({"allOf": [earlier]} if "$ref" in earlier else earlier), **later, **tighter}
