"""Bring the corrected document into the form that the generator reads best.

These are the corrections that an overlay cannot express, because they compute something. Each
function is one rule; `normalise` names them in their order, those of other modules too.
Nothing here knows an operation.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection

from .attributes import check_attributes
from .components import name_nullable_objects, share_enums
from .describe import describe_operations
from .directions import order_alternatives, require_what_answers_hold
from .lists import list_available_values, split_comma_separated, split_list_examples
from .naming import RESERVED_MODELS, identifier, pascal, words
from .pages import METHODS
from .parts import write_out_operations
from .references import references
from .texts import clean_line, clean_texts
from .walk import (
    SCHEMA_REF,
    Json,
    label,
    operations,
    places,
    reachable,
    rename_references,
    resolved,
    schemas_of,
    used_schemas,
)


def normalise(document: Json) -> Json:
    """Return a new document for the generator; the one given stays as it is.

    Raises:
        ValueError: The document has something that the SDK cannot do; the text names its place.
    """
    try:
        return _normalised(document)
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(
            f"{_blamed(document)}: has a form that no rule here knows ({type(error).__name__}: {error}); "
            "describe it in overlay.yaml in another way, or remove it there"
        ) from error


def _blamed(document: Json) -> str:
    """The first operation that is not understood by itself, for an error that does not say its place."""
    for path, method, operation, item in operations(document):
        alone = {key: value for key, value in item.items() if key == method or key not in METHODS}
        try:
            _normalised({**document, "paths": {path: alone}})
        except ValueError:
            continue
        except Exception:
            return label(path, method, operation)
    return f"one of the schemas {', '.join(document.get('components', {}).get('schemas', {}))}"


def _normalised(document: Json) -> Json:
    document = copy.deepcopy(document)
    clean_texts(document)
    write_out_operations(document)
    published = set(schemas_of(document))
    tell_what_is_deprecated(document)
    check_references(document)
    check_types(document)
    check_attributes(document)
    wrap_described_references(document)
    gather_compositions(document)
    split_comma_separated(document)
    split_list_examples(document)
    list_available_values(document)
    keep_what_is_typed(document)
    move_null_to_references(document)
    keep_null_out_of_parameters(document)
    name_nullable_objects(document)
    share_enums(document)
    require_what_answers_hold(document)
    order_alternatives(document)
    describe_operations(document)
    drop_defaults_and_titles(document)
    drop_unused_components(document)
    keep_published_names(document, published)
    rename_reserved_components(document)
    return document


_SAYS_SO = re.compile(r"\W*deprecated\b", re.IGNORECASE)


def tell_what_is_deprecated(document: Json) -> None:
    """Begin the description of what is deprecated with that, since only texts reach the docstrings."""
    for _, _, operation, _ in operations(document):
        _begin(operation, operation.pop("deprecated", False), "Deprecated by the API.\n\n")
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            marks = [holder.pop("deprecated", False) for holder in (parameter, schema)]
            _begin(parameter, any(marks), "Deprecated. ")
    for place in places(document):
        _begin(place.schema, place.schema.pop("deprecated", False), "Deprecated. ")


def _begin(holder: Json, deprecated: bool, beginning: str) -> None:
    text = holder.get("description", "")
    if deprecated and not _SAYS_SO.match(text):
        holder["description"] = f"{beginning}{text}".strip()


def check_references(document: Json) -> None:
    """Every reference leads to a whole component, which is all that the generator understands."""
    for path, method, operation, _ in operations(document):
        for node in (operation, *used_schemas(operation, document)):
            for target in references(node):
                try:
                    resolved({"$ref": target}, document)
                except ValueError as error:
                    raise ValueError(f"{label(path, method, operation)}: {error}") from error


def wrap_described_references(document: Json) -> None:
    """Write `$ref` beside other keywords as `allOf`, where OpenAPI 3.0 lets both count."""
    for place in places(document):
        if "$ref" in place.schema and len(place.schema) > 1:
            others = {key: value for key, value in place.schema.items() if key != "$ref"}
            place.replace({"allOf": [{"$ref": place.schema["$ref"]}], **others})


_TYPES = ("string", "integer", "number", "boolean", "array", "object")


def check_types(document: Json) -> None:
    """A type that is written wrongly is refused where it stands."""
    odd = [place for place in places(document) if _has_odd_type(place.schema)]
    for path, method, operation, _ in operations(document) if odd else ():
        used = {operation["operationId"], *reachable([operation], schemas_of(document))}
        for place in odd:
            if place.owner in used:
                where = ".".join([place.owner, *place.path])
                raise ValueError(
                    f"{label(path, method, operation)}: there is no type {place.schema['type']!r}, which "
                    f"{where} has; write {', '.join(_TYPES[:-1])} or {_TYPES[-1]} in overlay.yaml"
                )


def _has_odd_type(schema: Json) -> bool:
    return isinstance(schema.get("type"), str) and schema["type"] not in (*_TYPES, "null")


_ANNOTATIONS = {"description", "title", "nullable", "example", "default", "x-on-request"}
_OF_OBJECTS = ("properties", "required", "additionalProperties")


def gather_compositions(document: Json) -> None:
    """Write what stands beside `allOf` as a part of it, and what only annotates it beside it.

    The generator looks past an `allOf` of one reference, and past properties beside it.
    """
    for place in places(document):
        schema = place.schema
        if "allOf" not in schema:
            continue
        for part in [part for part in schema["allOf"] if part.keys() <= _ANNOTATIONS]:
            schema["allOf"].remove(part)
            place.replace(schema := {**part, **schema})
        if len(schema["allOf"]) == 1 and not schema["allOf"][0].keys() & {"$ref", "properties", "allOf"}:
            [part] = schema.pop("allOf")
            place.replace(schema := {**part, **schema})
            continue
        if not schema["allOf"]:
            del schema["allOf"]
            continue
        own = {key: schema.pop(key) for key in _OF_OBJECTS if key in schema}
        if schema.get("type") == "object":
            del schema["type"]
        if own:
            schema["allOf"].append({"type": "object", **own})


def keep_what_is_typed(document: Json) -> None:
    """Drop keywords that give no type of ours and that the generator stumbles over.

    An enum is one of texts or of whole numbers; `binary` says nothing in JSON; a list may hold
    anything.
    """
    for place in places(document):
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


def move_null_to_references(document: Json) -> None:
    """Let null be a matter of the places that use a component, so that the component is one type."""
    schemas = schemas_of(document)
    while nullable := {
        SCHEMA_REF + name for name, schema in schemas.items() if schema.pop("nullable", False)
    }:
        found = list(places(document))
        parts_of_all = {id(place.schema["allOf"]) for place in found if "allOf" in place.schema}
        for place in found:
            schema = place.schema
            if schema.get("$ref") in nullable and id(place.holder) not in parts_of_all:
                place.replace({"allOf": [schema], "nullable": True})
            elif len(schema.get("allOf", [])) == 1 and schema["allOf"][0].get("$ref") in nullable:
                schema["nullable"] = True


def keep_null_out_of_parameters(document: Json) -> None:
    """Null cannot be written in a URL; for a caller, None is what is not sent."""
    for _, _, operation, _ in operations(document):
        for parameter in operation["parameters"]:
            for schema in (parameter["schema"], parameter["schema"].get("items", {})):
                schema.pop("nullable", None)


def drop_defaults_and_titles(document: Json) -> None:
    """Drop what the SDK needs no more and the generator may stumble over.

    A default is the API's to fill in. A class is called by where it stands, which is unique, as a
    title need not be.
    """
    for place in places(document):
        place.schema.pop("default", None)
        place.schema.pop("title", None)


def drop_unused_components(document: Json) -> None:
    """Drop the schemas that no request and no success answer uses: those of errors, mostly."""
    schemas = schemas_of(document)
    used = reachable([document["paths"]], schemas)
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in used}


def keep_published_names(document: Json, published: Collection[str]) -> None:
    """Put its published name on each schema of an object that has one, for the model's docstring."""
    for name, schema in schemas_of(document).items():
        if name in published and schema.keys() & {"properties", "allOf"}:
            schema["x-schema"] = clean_line(name)


def rename_reserved_components(document: Json) -> None:
    """Rename the components whose classes would hide what generated modules import, or their own modules.

    A class is called as its module is where its name's letters have no case.
    """
    schemas = schemas_of(document)
    renamed = {
        name: f"{name}Object"
        for name in schemas
        if RESERVED_MODELS & {name, pascal(words(name))} or pascal(words(name)) == identifier(words(name))
    }
    for name, wanted in renamed.items():
        if wanted in schemas:
            raise ValueError(f"the schema {name} needs the name {wanted}, which is taken; rename one")
    document["components"]["schemas"] = {renamed.get(name, name): schema for name, schema in schemas.items()}
    rename_references(document, renamed)
    named: dict[str, str] = {}
    for name in document["components"]["schemas"]:
        other = named.setdefault(pascal(words(name)), name)
        if other != name:
            raise ValueError(f"the schemas {other} and {name} would be one class; rename one in overlay.yaml")
