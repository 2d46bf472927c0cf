"""Make components of what is described in its place, and give them the names that users will read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, count
from typing import NamedTuple

from .naming import pascal, words
from .walk import SCHEMA_REF, Json, Place, operations, places, reached, schemas_of


def name_nullable_objects(document: Json) -> None:
    """Make a component of each object that is described in its place and may be null.

    The generator would call it by its number in a union.
    """
    schemas = schemas_of(document)
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
    schemas = schemas_of(document)
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
    schemas = schemas_of(document)
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
    schemas = schemas_of(document)
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
    # Of a published enum that is still to be reached the null counts in the places that use it.
    same_enum = "enum" in schema and _values(present) == _values(schema)
    if present != schema and not same_enum:
        raise ValueError(
            f"two different schemas would be called {name}, one of them in {place.owner}; "
            "give one of them a title in overlay.yaml"
        )
    reference = {"$ref": SCHEMA_REF + name}
    place.replace({"allOf": [reference], **outside} if outside else reference)
