"""Schemas, brought into the forms that openapi-python-client reads."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, count
from typing import Any

from ..document.openapi import JSON, SCHEMA_REF, Document, Node, Operation, Place, references
from ..errors import GeneratorError
from .naming import RESERVED_MODELS, check_python_names, identifier, pascal, words
from .texts import clean_line

_SAYS_DEPRECATED = re.compile(r"\W*deprecated\b", re.IGNORECASE)
_ANNOTATIONS = {"description", "title", "nullable", "example", "default", "x-on-request"}
# Two schemas that differ in these only are one class.
_WITHOUT_TYPE = {"description", "title", "example", "default", "required", "x-schema"}
# The end of the names of bodies that become no class; the templates and generator-config.yaml know it.
WITHOUT_CLASS = "WithoutClass"
# The example of a list that stands for a map; the templates know it.
MAP = "a map, not a list"
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
            for pointer in references(used):
                document.resolve({"$ref": pointer})
        except GeneratorError as error:
            raise error.within(operation.label) from error
    for place in document.places():
        if place.schema.keys() & {"properties", "allOf"}:
            try:
                check_python_names("fields", document.fields(place.schema))
            except GeneratorError as error:
                raise error.within(document.where(place)) from error
            except RecursionError as error:
                users = ", ".join(each.label for each in document.users(place.owner))
                problem = f"{users}: {place.owner} holds itself by allOf; describe it in overlay.yaml"
                raise GeneratorError(problem) from error


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
        earlier: Node = {}
        for part in schema["allOf"]:
            for name, field in part.get("properties", {}).items():
                part["properties"][name] = _with_inner(earlier.get(name, {}), field, document)
            earlier |= document.fields(part)


def _with_inner(earlier: Node, later: Node, document: Document) -> Node:
    """Return a field that a later part of an `allOf` describes, with the inner fields of an earlier part."""
    if "properties" in later and document.fields(earlier):
        return {"allOf": [copy.deepcopy(earlier), later]}
    whole = document.resolve(earlier)
    for key in ("items", "additionalProperties"):
        if isinstance(whole.get(key), dict) and isinstance(later.get(key), dict):
            later = {**later, key: _with_inner(whole[key], later[key], document)}
    return later


def leave_hard_schemas_open(document: Document) -> None:
    """Read as plain JSON what would be read as less than it is, and note that."""
    for place in document.places():
        if reason := _why_hard(place, document):
            read_as_json(place, document, reason)
        elif "properties" in place.schema and place.schema.get("additionalProperties", False) not in (
            False,
            True,
            {},
        ):
            place.schema["additionalProperties"] = True
            told = "plain JSON (`Any`) in all fields except those that it names"
            document.notes.append(f"{document.where(place)}: {told}")


def _why_hard(place: Place, document: Document) -> str:
    schema = place.schema
    parts = schema.get("allOf", [])
    used = parts[0] if len(parts) == 1 else schema
    name = used.get("$ref", "").removeprefix(SCHEMA_REF)
    target = document.schemas.get(name, {})
    if place.holder is document.schemas and place.key in _reached_without_object(place.key, document):
        return "it holds itself, without an object between"
    if "discriminator" in target and not target.keys() & {"oneOf", "anyOf"} and not _is_part(place):
        return f"its discriminator names subtypes of {name}"
    if len(parts) > 1 and not all(_is_object(part, document) for part in parts):
        return "a part of its allOf is no object of one form"
    for key in ("oneOf", "anyOf"):
        if schema.keys() & {"properties", "allOf"} and any(map(document.fields, schema.get(key, []))):
            return f"it has both fields and {key}"
    return ""


def _is_object(schema: Node, document: Document) -> bool:
    """Whether a part of an `allOf` brings fields, or nothing that is read."""
    part = document.resolve(schema)
    alternatives = [*part.get("oneOf", []), *part.get("anyOf", [])]
    return (
        part.get("type", "object") == "object"
        and "enum" not in part
        and not any(map(document.fields, alternatives))
    )


def _is_part(place: Place) -> bool:
    """Whether a schema is one of several parts of an `allOf`."""
    return isinstance(place.holder, list) and len(place.holder) > 1 and place.part_of == "allOf"


def _reached_without_object(name: str, document: Document) -> set[str]:
    """Return the components that a component leads to through lists, maps and alternatives only."""
    found: set[str] = set()
    todo = [document.schemas[name]]
    while todo:
        schema = todo.pop()
        target = schema.get("$ref", "").removeprefix(SCHEMA_REF)
        if target in document.schemas.keys() - found:
            found.add(target)
            todo.append(document.schemas[target])
        elif "properties" not in schema:
            inner = [schema.get("items"), schema.get("additionalProperties")]
            inner += [*schema.get("oneOf", []), *schema.get("anyOf", [])]
            todo += [part for part in inner if isinstance(part, dict)]
    return found


def tidy_alternatives(document: Document) -> None:
    """Write null among alternatives beside them, and drop those that only say which fields are required."""
    for place in document.places():
        schema = place.schema
        for key in schema.keys() & {"oneOf", "anyOf"}:
            kept = [part for part in schema[key] if document.resolve(part).get("enum") != [None]]
            if len(kept) < len(schema[key]):
                schema["nullable"] = True
            schema[key] = kept
            if "properties" in schema or not kept:
                del schema[key]


def share_response_schemas(document: Document) -> None:
    """Let success responses that are described alike be one model.

    Those of one operation may differ in their texts. Those of one tag must have the same texts too: a job
    that is described in its place where it starts, and again where it is read.
    """
    by_tag: dict[str, list[tuple[Operation, Node, Node]]] = defaultdict(list)
    for operation in document.operations:
        for response in operation.responses:
            if document.fields(schema := document.content(response)):
                by_tag[operation.tag].append((operation, response["content"][JSON], schema))
    for tag, found in by_tag.items():
        found.sort(key=lambda each: "$ref" not in each[2])
        for number, (operation, content, schema) in enumerate(found):
            shape = _shape(schema, document)
            for first, other, published in found[:number]:
                same = (
                    _shape(published, document) == shape if first.id == operation.id else published == schema
                )
                if same:
                    if "$ref" not in other["schema"]:
                        owner = operation.id if first.id == operation.id else tag
                        name = free_name([pascal([*words(owner), "result"])], other["schema"], document)
                        document.schemas[name] = other["schema"]
                        other["schema"] = {"$ref": SCHEMA_REF + name}
                    content["schema"] = dict(other["schema"])
                    break


def _shape(node: Any, document: Document, seen: tuple[str, ...] = ()) -> Any:
    """Return a schema with its references written out, without what does not change its class."""
    if isinstance(node, list):
        return [_shape(part, document, seen) for part in node]
    if not isinstance(node, dict) or node.get("$ref") in seen:
        return node
    if "$ref" in node:
        name = node["$ref"].removeprefix(SCHEMA_REF)
        return _shape(document.schemas[name], document, (*seen, node["$ref"]))
    shaped = {
        key: {name: _shape(field, document, seen) for name, field in value.items()}
        if key == "properties"
        else _shape(value, document, seen)
        for key, value in node.items()
        if key not in _WITHOUT_TYPE and not key.startswith("x-")
    }
    [inner] = shaped.pop("allOf") if len(shaped.get("allOf", [])) == 1 else [{}]
    return {**inner, **shaped}


def simplify_types(document: Document) -> None:
    """Drop keywords that give no type of the SDK, and titles, which need not be unique as names.

    An enum is one of texts or of whole numbers. `binary` says nothing in JSON. A list may hold anything.
    """
    for place in document.places():
        schema = place.schema
        schema.pop("title", None)
        kinds = {type(value) for value in schema.get("enum", []) if value is not None}
        if None in schema.get("enum", []):
            schema["nullable"] = True
        if "enum" in schema and kinds not in ({str}, {int}):
            del schema["enum"]
            if kinds:
                told = "its enum is not of texts only, or of whole numbers only"
                document.notes.append(f"{document.where(place)}: may have any value, since {told}")
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


def name_objects(document: Document) -> None:
    """Make a component of each object that is described in its place, so that its class has a free name.

    openapi-python-client names the classes of alternatives that are never null.
    """
    for place in list(document.places()):
        schema = place.schema
        parts = schema.get("allOf", [])
        composed = len(parts) > 1 or any("$ref" not in part for part in parts)
        here = "properties" in schema or composed
        in_field = bool(place.path) and not isinstance(place.key, int)
        if here and (in_field or schema.get("nullable")) and place.holder is not document.schemas:
            kept = [key for key in schema if key in ("nullable", "description", "x-on-request")]
            outside = {key: schema.pop(key) for key in kept}
            names = [own_name(place, document), long_name(place)]
            name = free_name(names, schema, document)
            document.schemas.setdefault(name, schema)
            refer(place, name, outside)


def own_name(place: Place, document: Document) -> str:
    """Return the name of a schema that is called after its owner and its property."""
    # A component that is a list or a choice has items without a name.
    named = ["item"] if place.owner in document.schemas and not place.path else words(place.name)
    ending = {"items": ["item"], "additionalProperties": ["value"]}.get(place.key, [])
    is_object = place.schema.keys() & {"properties", "allOf"}
    return pascal([*words(place.owner), *named, *(ending if is_object else [])])


def long_name(place: Place) -> str:
    """Return the name of a schema that is called after its owner and all properties that lead to it."""
    return pascal([*words(place.owner), *(word for name in place.path for word in words(name))])


def free_name(names: list[str], schema: Node, document: Document) -> str:
    """Return the first name that no other schema has, or one with a number, and note the latter."""
    numbered = (f"{names[0]}{number}" for number in count(2))
    for name in chain(names, numbered):
        if name not in document.schemas or document.schemas[name] == schema:
            if name not in names:
                document.notes.append(
                    f"{name}: a number in its name, since {names[0]} is the name of another schema"
                )
            return name
    raise AssertionError("numbers do not end")


def refer(place: Place, name: str, outside: Node) -> None:
    """Put a reference to a component there, with the keywords that belong to the place itself."""
    reference = {"$ref": SCHEMA_REF + name}
    place.replace({"allOf": [reference], **outside} if outside else reference)


def flatten_compositions(document: Document) -> None:
    """Write the fields of all parts of a composed object into it.

    `x-base` names the component whose fields it takes over unchanged: its class is the base of this one.
    """
    for place in document.places():
        schema = place.schema
        if len(schema.get("allOf", [])) > 1:
            base = _base(place, document)
            for part in map(document.resolve, schema["allOf"]):
                if "additionalProperties" in part:
                    schema["additionalProperties"] = part["additionalProperties"]
            fields, required = document.fields(schema), sorted(document.required(schema))
            schema |= {"type": "object", "properties": copy.deepcopy(fields), "required": required}
            schema |= {"x-base": SCHEMA_REF + base} if base else {}
            del schema["allOf"]


def _base(place: Place, document: Document) -> str | None:
    """Return the component that a composed component extends; None where that cannot be a base class.

    A base whose module imports that of its subclass would be half made when the subclass needs it.
    """
    references = [part["$ref"].removeprefix(SCHEMA_REF) for part in place.schema["allOf"] if "$ref" in part]
    if place.holder is not document.schemas or not references:
        return None
    inherited, fields = document.fields(document.schemas[references[0]]), document.fields(place.schema)
    changed = [name for name, field in inherited.items() if _typed(fields[name]) != _typed(field)]
    circle = place.key in document.reachable([document.schemas[references[0]]])
    if changed or circle:
        why = f"it changes {', '.join(changed)}" if changed else f"{references[0]} holds it"
        document.notes.append(f"{place.key}: no subclass of {references[0]}, since {why}")
    return references[0] if inherited and not (changed or circle) else None


def _typed(field: Node) -> Node:
    [inner] = field["allOf"] if len(field.get("allOf", [])) == 1 else [{}]
    return {key: value for key, value in {**inner, **field}.items() if key not in {*_WITHOUT_TYPE, "allOf"}}


def write_out_bodies(document: Document) -> None:
    """Give each body whose fields are arguments a schema of its own, without fields that are only read.

    Its title tells the templates that nobody needs a class for it.
    """
    for operation in document.operations:
        schema = document.content(operation.body)
        if operation.body and not is_whole(schema, document):
            fields = {
                name: field for name, field in document.fields(schema).items() if not field.get("readOnly")
            }
            required = [name for name in fields if name in document.required(schema)]
            schema = {"type": "object", "properties": copy.deepcopy(fields), "required": required}
            schema["title"] = f"{pascal(words(operation.id))}{WITHOUT_CLASS}"
            operation.body["content"][JSON]["schema"] = schema


def is_whole(schema: Node, document: Document) -> bool:
    """Whether a body is one argument, since it has no fixed fields."""
    resolved = document.resolve(schema)
    fixed = (
        document.fields(schema) and not resolved.get("additionalProperties") and not resolved.get("nullable")
    )
    return not fixed


def require_response_fields(document: Document) -> None:
    """Require, in responses, every field that is not marked `x-on-request`, and drop those only written.

    A component that is only sent requires fewer fields than a base that is read, so it is no subclass.
    """
    responses = [response for operation in document.operations for response in operation.responses]
    read = document.reachable(responses)
    for name in document.schemas.keys() - read:
        base = document.schemas[name].get("x-base", "").removeprefix(SCHEMA_REF)
        if base in read:
            del document.schemas[name]["x-base"]
            document.notes.append(f"{name}: no subclass of {base}, since only {base} is in responses")
    for schema in _of_responses(responses, document):
        if fields := schema.get("properties"):
            schema["properties"] = {
                name: field for name, field in fields.items() if not field.get("writeOnly")
            }
            schema["required"] = [
                name for name, field in schema["properties"].items() if "x-on-request" not in field
            ]


def _of_responses(responses: list[Node], document: Document) -> Iterator[Node]:
    for response in responses:
        for media_type in response.get("content", {}).values():
            yield from (place.schema for place in Place(media_type, "schema", "", "").within())
    for name in sorted(document.reachable(responses)):
        yield from (place.schema for place in Place(document.schemas, name, name, name).within())


def order_alternatives(document: Document) -> None:
    """Put the object with the most fields first: of two that fit a response equally, the first counts.

    Objects are told apart by a field with one value each. Those with the same fields, and lists, are plain
    JSON where nothing tells them apart.
    """
    for place in document.places():
        for key in ("anyOf", "oneOf"):
            alternatives = place.schema.get(key, [])
            names = [frozenset(document.fields(part)) for part in alternatives]
            objects = [part for part, found in zip(alternatives, names, strict=True) if found]
            told_apart = _tell_apart(objects, place.schema, document)
            if len({*names} - {frozenset()}) < len(objects) and not told_apart:
                read_as_json(place, document, f"two of the alternatives in {key} have the same fields")
            elif [document.resolve(part).get("type") for part in alternatives].count("array") > 1:
                read_as_json(place, document, f"two of the alternatives in {key} are lists")
            elif objects:
                alternatives.sort(key=lambda part: -len(document.fields(part)))


def _tell_apart(objects: list[Node], schema: Node, document: Document) -> bool:
    """Put `x-allowed` on each of several objects: a field, and the values that only this object has."""
    schemas = [document.schemas.get(each.get("$ref", "").removeprefix(SCHEMA_REF), each) for each in objects]
    discriminator = schema.get("discriminator", {})
    mapping = discriminator.get("mapping", {})
    names = [document.fields(each) for each in schemas]
    for name in dict.fromkeys([discriminator.get("propertyName"), *(names[0] if names else ())]):
        is_discriminator = name == discriminator.get("propertyName")
        values = [document.resolve(found.get(name, {})).get("enum", []) for found in names]
        if is_discriminator and not all(values):
            values = [[key for key in mapping if mapping[key] == each.get("$ref")] for each in objects]
        listed = [value for each in values for value in each]
        if all(values) and len({*listed}) == len(listed) and len(schemas) > 1:
            for each, allowed in zip(schemas, values, strict=True):
                if is_discriminator or len(allowed) == 1:  # the API can add to a longer list
                    each.setdefault("x-allowed", {})[name] = allowed
            return is_discriminator or any(len(each) == 1 for each in values)
    return False


def read_as_json(place: Place, document: Document, reason: str) -> None:
    """Take the type from a schema, and note that."""
    kept = {key: value for key, value in place.schema.items() if key in ("description", "x-on-request")}
    place.replace(kept)
    document.notes.append(f"{document.where(place)}: plain JSON (`Any`), since {reason}")


def write_maps(document: Document) -> None:
    """Write each object without fields as a list of its values, which the templates read as a map.

    openapi-python-client would make a class of it, with a name that another schema can have.
    """
    for place in document.places():
        schema = place.schema
        has_form = any(schema.get(key) for key in ("title", "properties", "allOf", "oneOf", "anyOf"))
        if not has_form and (schema.get("type") == "object" or schema.get("additionalProperties")):
            values = schema.get("additionalProperties")
            of_list = {"type": "array", "items": values if isinstance(values, dict) else {}, "example": MAP}
            place.replace({key: schema[key] for key in schema if key != "additionalProperties"} | of_list)


def drop_defaults(document: Document) -> None:
    """Drop defaults, which the API fills in."""
    for place in document.places():
        place.schema.pop("default", None)


def drop_unused_schemas(document: Document) -> None:
    """Drop the schemas that no request and no success response uses."""
    used = document.reachable([document.value["paths"]])
    for name in document.schemas.keys() - used:
        del document.schemas[name]


def rename_reserved_schemas(document: Document) -> None:
    """Rename the schemas whose classes would hide one another, or names that generated modules use.

    Where a name's letters have no case, its class is called as its module.
    """
    tags = {pascal(words(operation.tag)) for operation in document.operations}
    reserved = RESERVED_MODELS | {f"{tag}Resource{twin}" for tag in tags for twin in ("", "Sync")}
    renamed: dict[str, str] = {}
    for name in document.schemas:
        called = pascal(words(name))
        is_reserved = reserved & {name, called} or called == identifier(words(name))
        first = f"{name}Object" if is_reserved else name
        taken = {pascal(words(each)): each for each in renamed.values()}
        numbered = (f"{first}{number}" for number in count(2))
        renamed[name] = next(each for each in chain([first], numbered) if pascal(words(each)) not in taken)
        if renamed[name] != first:
            other = taken[pascal(words(first))]
            document.notes.append(
                f"{renamed[name]}: a number in its name, since {other} is the name of another schema"
            )
    document.rename(renamed)
