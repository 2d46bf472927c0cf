"""Bring the corrected document into the form that the generator reads best.

These are the corrections that an overlay cannot express, because they compute something. Each
function is one rule; `normalise` names them in their order. Nothing here knows an operation.
"""

from __future__ import annotations

import copy
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, count
from typing import NamedTuple

from .describe import describe_operations
from .naming import RESERVED_MODELS, pascal, words
from .pages import references
from .parts import write_out_operations
from .texts import clean_texts
from .walk import (
    SCHEMA_REF,
    Json,
    Place,
    fields,
    label,
    of_content,
    operations,
    places,
    reachable,
    reached,
    rename_references,
    resolved,
    within,
)


def normalise(document: Json) -> Json:
    """Return a new document for the generator; the one given stays as it is."""
    document = copy.deepcopy(document)
    clean_texts(document)
    write_out_operations(document)
    check_references(document)
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
    rename_reserved_components(document)
    return document


def check_references(document: Json) -> None:
    """Every reference leads to a whole component, which is all that the generator understands."""
    for path, method, operation, _ in operations(document):
        for node in (operation, *_used_schemas(operation, document)):
            for target in references(node):
                try:
                    resolved({"$ref": target}, document)
                except ValueError as error:
                    raise ValueError(f"{label(path, method, operation)}: {error}") from error


def _used_schemas(operation: Json, document: Json) -> list[Json]:
    schemas = _schemas(document)
    return [schemas[name] for name in sorted(reachable([operation], schemas))]


def wrap_described_references(document: Json) -> None:
    """Write `$ref` beside other keywords as `allOf`, where OpenAPI 3.0 lets both count."""
    for place in places(document):
        if "$ref" in place.schema and len(place.schema) > 1:
            others = {key: value for key, value in place.schema.items() if key != "$ref"}
            place.replace({"allOf": [{"$ref": place.schema["$ref"]}], **others})


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


_COMMAS = re.compile(
    r"(?P<before>\b(?:not|no|non|never|without)\b\W*(?:\w+\W+)?|n't\s+)?"
    r"\b(?:comma[\s\-\u2010-\u2015]*(?:separated|delimited)|(?:separated|delimited)\s+(?:by|with)\s+(?:a\s+)?commas?)\b",
    re.IGNORECASE,
)
_OF_THE_WHOLE = {"description", "default", "example", "nullable", "deprecated"}


def split_comma_separated(document: Json) -> None:
    """Make an array of each query text that is described as comma-separated.

    The caller passes a sequence, and it is sent as one value, joined by commas, which is what
    `style: form` without `explode` means. What the text may be, is what each element may be.
    """
    for _, _, operation, _ in operations(document):
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            whole = resolved({key: schema[key] for key in schema if key != "description"}, document)
            texts = [part.get("description", "") for part in (parameter, schema, whole)]
            stated = any(not match["before"] for text in texts for match in _COMMAS.finditer(text))
            listed = whole.get("type") == "array" or parameter["in"] != "query"
            if listed or not stated or not _is_text(whole):
                continue
            items = {key: value for key, value in schema.items() if key not in _OF_THE_WHOLE}
            if items.keys() == {"allOf"} and len(items["allOf"]) == 1:
                [items] = items["allOf"]
            outside = {key: schema[key] for key in schema if key in _OF_THE_WHOLE}
            parameter |= {
                "style": "form",
                "explode": False,
                "schema": {"type": "array", "items": items, **outside},
            }


def _is_text(schema: Json) -> bool:
    values = [value for value in schema.get("enum", []) if value is not None]
    return schema.get("type", "string" if values else None) == "string" and all(
        isinstance(value, str) for value in values
    )


def split_list_examples(document: Json) -> None:
    """Turn the example `a,b` of what is a list by now into the list that it shows."""
    for place in places(document):
        example = place.schema.get("example")
        if place.schema.get("type") == "array" and isinstance(example, str):
            place.schema["example"] = example.split(",")


_AVAILABLE = re.compile(r"available values:(.*?)(?:\.\s|\.?$|\n\s*\n)", re.IGNORECASE | re.DOTALL)


def list_available_values(document: Json) -> None:
    """Make an enum of the values that a list's description names, as in "Available values: `a`, `b`"."""
    for _, _, operation, _ in operations(document):
        for parameter in operation["parameters"]:
            items = parameter["schema"].get("items", {})
            stated = _AVAILABLE.search(parameter.get("description", ""))
            if stated and items.get("type") == "string" and "enum" not in items:
                values = re.findall(r"`([^`]+)`", stated[1])
                if values:
                    items["enum"] = values


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
    schemas = _schemas(document)
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


def name_nullable_objects(document: Json) -> None:
    """Make a component of each object that is described in its place and may be null.

    The generator would call it by its number in a union.
    """
    schemas = _schemas(document)
    for place in list(places(document)):
        schema = place.schema
        made_here = "properties" in schema or any("$ref" not in part for part in schema.get("allOf", []))
        if schema.get("nullable") and made_here:
            outside: Json = {
                key: schema.pop(key) for key in ("nullable", "description", "x-on-request") if key in schema
            }
            _point_to(_titled(schema) or _own_name(place, schemas), place, schema, outside, schemas)


def share_enums(document: Json) -> None:
    """Make a component of each enum, and one component of those with the same values and meaning.

    The meaning is the title or, without one, the word that most fields share: `best_rank`,
    `rank_min` and `rank` are all a `Rank`. A word that says nothing by itself belongs to the
    component that has the field: `status` of an `Assignment` is an `AssignmentStatus`, also where
    operations take it as a parameter. An enum that stands in one place only is named by it.
    """
    groups: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for place in places(document):
        if "enum" in place.schema:
            groups[(place.schema.get("title", ""), *_values(place.schema))].append(place)
    schemas = _schemas(document)
    meanings = [found for group in groups.values() for found in _by_meaning(group, document)]
    # The more places lean on a name, the stronger their claim to it: what an API adds takes none away.
    meanings.sort(
        key=lambda meaning: (-len(meaning.places), min(len(place.path) for place in meaning.places))
    )
    for meaning in meanings:
        name = meaning.name if meaning.fixed else _free_name(meaning, schemas)
        for place in meaning.places:
            schema = place.schema
            enum = {
                "type": schema["type"],
                "enum": [value for value in schema["enum"] if value is not None],
            }
            outside = {key: value for key, value in schema.items() if key not in ("type", "enum", "title")}
            if place.holder is schemas:
                place.replace(enum)
            else:
                _point_to(name, place, enum, outside, schemas)


class _Meaning(NamedTuple):
    """Places of one enum, and what it should be called; a name that is published or a title is fixed."""

    name: str
    places: list[Place]
    fixed: bool = False


# Words that need the name of what has them.
_GENERIC = {"category", "kind", "mode", "state", "status", "type"}


def _by_meaning(group: list[Place], document: Json) -> Iterator[_Meaning]:
    """Split places that list the same values into those whose names share a word.

    The word that most of them share goes first, so that one more place does not regroup the others.
    Of several the head of the names does: the rank in `best_rank`.
    """
    schemas = _schemas(document)
    published = next((place.key for place in group if place.holder is schemas), None)
    if title := _titled(group[0].schema):
        yield _Meaning(published or title, group, fixed=True)
        return
    while group:
        counted = Counter(word for place in group for word in set(words(place.name)))
        heads = Counter(place_words[-1] for place in group if (place_words := words(place.name)))
        shared = min(counted, key=lambda word: (-counted[word], -heads[word], len(word), word), default=None)
        together = [place for place in group if shared is None or shared in words(place.name)]
        group = [place for place in group if place not in together]
        published = next((place.key for place in together if place.holder is schemas), None)
        if published:
            yield _Meaning(published, together, fixed=True)
        elif len(together) == 1 or shared is None:
            yield from (_Meaning(_own_name(place, schemas), [place]) for place in together)
        elif shared in _GENERIC:
            yield from _by_owner(shared, together, document)
        else:
            yield _Meaning(pascal([shared]), together)


def _by_owner(word: str, group: list[Place], document: Json) -> Iterator[_Meaning]:
    """Split places of one enum by the component that they belong to.

    A parameter belongs to the component that is nearest to its operation.
    """
    schemas = _schemas(document)
    owners = {place.owner for place in group if place.owner in schemas}
    operations_by_id = {operation["operationId"]: operation for _, _, operation, _ in operations(document)}
    owned: dict[str, list[Place]] = defaultdict(list)
    for place in group:
        owner = place.owner
        if owner not in schemas:
            rings = reached([operations_by_id[owner]], schemas)
            owner = next((min(ring & owners) for ring in rings if ring & owners), owner)
        owned[owner].append(place)
    for owner, together in owned.items():
        alone = len(together) == 1
        name = _own_name(together[0], schemas) if alone else pascal([*words(owner), word])
        yield _Meaning(name, together)


def _free_name(meaning: _Meaning, schemas: Json) -> str:
    """The name of an enum, or where another schema has it one that says more of the place, or a number."""
    first = meaning.places[0]
    enum = _values(first.schema)
    names = [meaning.name, _own_name(first, schemas)]
    names.append(pascal([*words(first.owner), *(word for name in first.path for word in words(name))]))
    numbered = (f"{meaning.name}{number}" for number in count(2))
    for name in chain(names, numbered):
        if name not in schemas or _values(schemas[name]) == enum:
            return name
    raise AssertionError("numbers do not end")


def _values(schema: Json) -> list[str]:
    return sorted(repr(value) for value in schema.get("enum", []) if value is not None)


def _own_name(place: Place, schemas: Json) -> str:
    named = words(place.name)
    if place.owner in schemas and not place.path:
        named = ["item"]  # of a component that is a list, or a choice
    return pascal([*words(place.owner), *named])


def _titled(schema: Json) -> str | None:
    return pascal(words(schema.get("title", ""))) or None


def _point_to(name: str, place: Place, schema: Json, outside: Json, schemas: Json) -> None:
    """Move a schema to the components and leave a reference, with what belongs to the place itself."""
    present = schemas.setdefault(name, schema)
    if present != schema and sorted(present.get("enum", [])) != sorted(schema.get("enum", [None])):
        raise ValueError(
            f"two different schemas would be called {name}, one of them in {place.owner}; "
            "give one of them a title in overlay.yaml"
        )
    reference = {"$ref": SCHEMA_REF + name}
    place.replace({"allOf": [reference], **outside} if outside else reference)


def _schemas(document: Json) -> Json:
    schemas: Json = document["components"]["schemas"]
    return schemas


def require_what_answers_hold(document: Json) -> None:
    """Require, in answers, every field that is not marked `x-on-request`.

    A schema that requests use too, and of which they require less, is copied for them as `…Input`.
    Fields that are for reading only are no part of requests, nor those for writing only of answers.
    """
    schemas = _schemas(document)
    bodies = [body for _, _, operation, _ in operations(document) if (body := operation.get("requestBody"))]
    answers = [
        answer for _, _, operation, _ in operations(document) for answer in operation["responses"].values()
    ]
    in_requests, in_answers = reachable(bodies, schemas), reachable(answers, schemas)
    inputs = _names_of_inputs(in_requests & in_answers, schemas)
    for name, copied in inputs.items():
        schemas[copied] = copy.deepcopy(schemas[name])
    requests = [
        *bodies,
        *(
            schemas[inputs.get(name, name)]
            for name in in_requests
            if name in inputs or name not in in_answers
        ),
    ]
    for node in requests:
        rename_references(node, inputs)
    for schema in _schemas_in(requests):
        _fit_for_request(schema)
    for schema in _schemas_in([*answers, *(schemas[name] for name in sorted(in_answers))]):
        _fit_for_answer(schema)


def _schemas_in(nodes: list[Json]) -> Iterator[Json]:
    """The schemas of bodies, of answers and of components, with those inside them."""
    for node in nodes:
        found = of_content(node, "") if "content" in node else within(Place({"": node}, "", "", ""))
        yield from [place.schema for place in found]


def _names_of_inputs(shared: set[str], schemas: Json) -> dict[str, str]:
    """Name the copies of those schemas that differ between requests and answers."""
    differing: set[str] = set()
    for name in shared:
        asked, answered = copy.deepcopy(schemas[name]), copy.deepcopy(schemas[name])
        for schema in _schemas_in([asked]):
            _fit_for_request(schema)
        for schema in _schemas_in([answered]):
            _fit_for_answer(schema)
        if asked != answered:
            differing.add(name)
    copied = {name for name in shared if name in differing or reachable([schemas[name]], schemas) & differing}
    for name in copied:
        if f"{name}Input" in schemas:
            raise ValueError(f"the schema {name}Input is wanted for what requests hold of {name}; rename it")
    return {name: f"{name}Input" for name in sorted(copied)}


def _fit_for_request(schema: Json) -> None:
    _drop_fields(schema, "readOnly")


def _fit_for_answer(schema: Json) -> None:
    _drop_fields(schema, "writeOnly")
    if schema.get("properties"):
        schema["required"] = [
            name for name, field in schema["properties"].items() if "x-on-request" not in field
        ]


def _drop_fields(schema: Json, mark: str) -> None:
    dropped = {name for name, field in schema.get("properties", {}).items() if field.get(mark)}
    for name in dropped:
        del schema["properties"][name]
    if dropped and "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in dropped]


def order_alternatives(document: Json) -> None:
    """Put the object with the most fields first: an answer is read as the first that it fits.

    Two with the same fields could not be told apart.
    """
    for path, method, operation, _ in operations(document):
        for schema in _schemas_in([*operation["responses"].values(), *_answered(operation, document)]):
            for key in ("anyOf", "oneOf"):
                names = [frozenset(fields(part, document)) for part in schema.get(key, [])]
                objects = [found for found in names if found]
                if len(set(objects)) < len(objects):
                    raise ValueError(
                        f"{label(path, method, operation)}: two of the alternatives in {key} have the same "
                        "fields, so an answer cannot be told from another; merge them in overlay.yaml"
                    )
                if objects:
                    schema[key].sort(key=lambda part: -len(fields(part, document)))


def _answered(operation: Json, document: Json) -> list[Json]:
    return _used_schemas({"responses": operation["responses"]}, document)


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
    schemas = _schemas(document)
    used = reachable([document["paths"]], schemas)
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in used}


def rename_reserved_components(document: Json) -> None:
    """Rename the components whose classes would hide what generated modules import."""
    schemas = _schemas(document)
    renamed = {name: f"{name}Object" for name in schemas if RESERVED_MODELS & {name, pascal(words(name))}}
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
