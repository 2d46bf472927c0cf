"""Schemas, brought into the forms that openapi-python-client reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ..document.openapi import SCHEMA_REF, Document, Node, Place, references
from ..errors import GeneratorError
from .naming import RESERVED_MODELS, check_python_names, identifier, pascal, words
from .texts import clean_line

_SAYS_DEPRECATED = re.compile(r"\W*deprecated\b", re.IGNORECASE)
_ANNOTATIONS = {"description", "title", "nullable", "example", "default", "x-on-request"}
_OF_OBJECTS = ("properties", "required", "additionalProperties")


def keep_published_names(document: Document) -> None:
    """Note the name of each published schema, for the model's docstring."""
    for name, schema in document.schemas.items():
        schema["x-schema"] = clean_line(name)


def say_deprecated(document: Document) -> None:
    """Begin the description of what is deprecated with that word."""
    for operation in document.operations:
        _begin(operation.value, operation.value.pop("deprecated", False), "Deprecated by the API.\n\n")
        for parameter in operation.parameters:
            marks = [holder.pop("deprecated", False) for holder in (parameter, parameter["schema"])]
            _begin(parameter, any(marks), "Deprecated. ")
    for place in document.places():
        _begin(place.schema, place.schema.pop("deprecated", False), "Deprecated. ")


def _begin(holder: Node, deprecated: bool, beginning: str) -> None:
    text = holder.get("description", "")
    if deprecated and not _SAYS_DEPRECATED.match(text):
        holder["description"] = f"{beginning}{text}".strip()


def check_schemas(document: Document) -> None:
    """Refuse references that lead nowhere, and fields that would be one in Python."""
    for operation in document.operations:
        used = [
            operation.value,
            *(document.schemas[name] for name in sorted(document.reachable([operation.value]))),
        ]
        try:
            for pointer in (pointer for node in used for pointer in references(node)):
                document.resolve({"$ref": pointer})
        except GeneratorError as error:
            raise error.within(operation.label) from error
    for place in document.places():
        if place.schema.keys() & {"properties", "allOf"}:
            try:
                check_python_names("fields", document.fields(place.schema))
            except GeneratorError as error:
                raise error.within(".".join([place.owner, *place.path])) from error


def wrap_references(document: Document) -> None:
    """Write `$ref` beside other keywords as `allOf`, where OpenAPI 3.0 lets both count."""
    for place in document.places():
        if "$ref" in place.schema and len(place.schema) > 1:
            others = {key: value for key, value in place.schema.items() if key != "$ref"}
            place.replace({"allOf": [{"$ref": place.schema["$ref"]}], **others})


def gather_compositions(document: Document) -> None:
    """Write properties beside `allOf` as a part of it, and a part that only annotates beside it."""
    for place in document.places():
        schema = place.schema
        if "allOf" not in schema:
            continue
        for part in [part for part in schema["allOf"] if part.keys() <= _ANNOTATIONS]:
            schema["allOf"].remove(part)
            place.replace(schema := {**part, **schema})
        if len(schema["allOf"]) == 1 and not schema["allOf"][0].keys() & {"$ref", "properties", "allOf"}:
            [part] = schema.pop("allOf")
            place.replace({**part, **schema})
            continue
        if not schema["allOf"]:
            del schema["allOf"]
            continue
        own = {key: schema.pop(key) for key in _OF_OBJECTS if key in schema}
        if schema.get("type") == "object":
            del schema["type"]
        if own:
            schema["allOf"].append({"type": "object", **own})


def simplify_types(document: Document) -> None:
    """Drop keywords that give no type of the SDK.

    An enum is one of texts or of whole numbers. `binary` says nothing in JSON. A list may hold anything.
    """
    for place in document.places():
        schema = place.schema
        kinds = {type(value) for value in schema.get("enum", []) if value is not None}
        if "enum" in schema and kinds not in ({str}, {int}):
            del schema["enum"]
        elif "enum" in schema:
            schema["type"] = "string" if kinds == {str} else "integer"
        if schema.get("format") == "binary":
            del schema["format"]
        if schema.get("type") == "array":
            schema.setdefault("items", {})


def move_null_to_references(document: Document) -> None:
    """Let null be a matter of the places that use a component, so that the component is one type."""
    while nullable := {
        SCHEMA_REF + name for name, schema in document.schemas.items() if schema.pop("nullable", False)
    }:
        found = list(document.places())
        parts_of_all = {id(place.schema["allOf"]) for place in found if "allOf" in place.schema}
        for place in found:
            schema = place.schema
            if schema.get("$ref") in nullable and id(place.holder) not in parts_of_all:
                place.replace({"allOf": [schema], "nullable": True})
            elif len(schema.get("allOf", [])) == 1 and schema["allOf"][0].get("$ref") in nullable:
                schema["nullable"] = True


def keep_null_out_of_parameters(document: Document) -> None:
    """Take null from parameters: a URL cannot say it, and for a caller None means that nothing is sent."""
    for operation in document.operations:
        for parameter in operation.parameters:
            for schema in (parameter["schema"], parameter["schema"].get("items", {})):
                schema.pop("nullable", None)


def name_nullable_objects(document: Document) -> None:
    """Make a component of each nullable object that is described in its place.

    openapi-python-client would call it by its number in a union.
    """
    for place in list(document.places()):
        schema = place.schema
        here = "properties" in schema or any("$ref" not in part for part in schema.get("allOf", []))
        if schema.get("nullable") and here:
            kept = [key for key in schema if key in ("nullable", "description", "x-on-request")]
            outside = {key: schema.pop(key) for key in kept}
            name = own_name(place, document)
            if document.schemas.setdefault(name, schema) != schema:
                raise GeneratorError(
                    f"two schemas would be called {name}; rename the component in overlay.yaml"
                )
            refer(place, name, outside)


def own_name(place: Place, document: Document) -> str:
    """Return the name of a schema that is called after its owner and its property."""
    # A component that is a list or a choice has items without a name.
    named = ["item"] if place.owner in document.schemas and not place.path else words(place.name)
    return pascal([*words(place.owner), *named])


def refer(place: Place, name: str, outside: Node) -> None:
    """Put a reference to a component there, with the keywords that belong to the place itself."""
    reference = {"$ref": SCHEMA_REF + name}
    place.replace({"allOf": [reference], **outside} if outside else reference)


def write_out_bodies(document: Document) -> None:
    """Give each body whose fields are arguments a schema of its own, without fields that are only read."""
    for operation in document.operations:
        schema = document.content(operation.body)
        if operation.body and not is_whole(schema, document):
            fields = {
                name: field for name, field in document.fields(schema).items() if not field.get("readOnly")
            }
            required = [name for name in fields if name in document.required(schema)]
            operation.body["content"] = {
                kind: {"schema": {"type": "object", "properties": fields, "required": required}}
                for kind in operation.body["content"]
            }


def is_whole(schema: Node, document: Document) -> bool:
    """Whether a body is one argument, since it has no fixed fields."""
    resolved = document.resolve(schema)
    fixed = (
        document.fields(schema) and not resolved.get("additionalProperties") and not resolved.get("nullable")
    )
    return not fixed


def require_response_fields(document: Document) -> None:
    """Require, in responses, every field that is not marked `x-on-request`, and drop those only written."""
    for schema in _of_responses(document):
        if fields := schema.get("properties"):
            schema["properties"] = {
                name: field for name, field in fields.items() if not field.get("writeOnly")
            }
            schema["required"] = [
                name for name, field in schema["properties"].items() if "x-on-request" not in field
            ]


def _of_responses(document: Document) -> Iterator[Node]:
    responses = [response for operation in document.operations for response in operation.responses]
    for response in responses:
        for media_type in response.get("content", {}).values():
            yield from (place.schema for place in Place(media_type, "schema", "", "").within())
    for name in sorted(document.reachable(responses)):
        yield from (place.schema for place in Place(document.schemas, name, name, name).within())


def order_alternatives(document: Document) -> None:
    """Put the object with the most fields first: a response is read as the first that it fits.

    Objects with the same fields cannot be told apart, so they are plain JSON.
    """
    for place in document.places():
        for key in ("anyOf", "oneOf"):
            alternatives = place.schema.get(key, [])
            names = [frozenset(document.fields(part)) for part in alternatives]
            objects = [found for found in names if found]
            if len(set(objects)) < len(objects):
                read_as_json(place, document, f"two of the alternatives in {key} have the same fields")
            elif objects:
                alternatives.sort(key=lambda part: -len(document.fields(part)))


def read_as_json(place: Place, document: Document, reason: str) -> None:
    """Take the type from a schema, and note that."""
    kept = {key: value for key, value in place.schema.items() if key in ("description", "x-on-request")}
    place.replace(kept)
    where = ".".join([place.owner, *place.path])
    document.notes.append(f"{where} is plain JSON (`Any`): {reason}")


def drop_defaults_and_titles(document: Document) -> None:
    """Drop defaults, which the API fills in, and titles, which need not be unique as names of classes."""
    for place in document.places():
        place.schema.pop("default", None)
        place.schema.pop("title", None)


def drop_unused_schemas(document: Document) -> None:
    """Drop the schemas that no request and no success response uses."""
    used = document.reachable([document.value["paths"]])
    for name in document.schemas.keys() - used:
        del document.schemas[name]


def rename_reserved_schemas(document: Document) -> None:
    """Rename the schemas whose classes would hide names that generated modules use.

    Where a name's letters have no case, its class is called as its module.
    """
    called = {name: pascal(words(name)) for name in document.schemas}
    renamed = {
        name: f"{name}Object"
        for name in document.schemas
        if RESERVED_MODELS & {name, called[name]} or called[name] == identifier(words(name))
    }
    _check_classes([renamed.get(name, name) for name in document.schemas])
    document.rename(renamed)


def _check_classes(names: Collection[str]) -> None:
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(pascal(words(name)), name)
        if other != name or [*names].count(name) > 1:
            raise GeneratorError(
                f"the schemas {other} and {name} would be one class; rename one in overlay.yaml"
            )
