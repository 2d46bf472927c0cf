"""Enums as components, under the names that users read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ..document.openapi import Document, Node, Place
from .naming import pascal, words
from .schemas import free_name, long_name, own_name, refer

# Words that say nothing without the name of their owner.
_GENERIC = {"category", "kind", "mode", "state", "status", "type"}


class _Meaning(NamedTuple):
    """Places of one enum, and the name that it should have; a published name is fixed."""

    name: str
    places: list[Place]
    fixed: bool = False


def share_enums(document: Document) -> None:
    """Make a component of each enum, and one component of those with the same values and meaning.

    The meaning is the word that most fields share: `best_rank`, `rank_min` and `rank` are all a `Rank`. All
    words that the fields end with name it: `permission_level` is a `PermissionLevel`. A word that says
    nothing by itself belongs to the component that has the field: `status` of an `Assignment` is an
    `AssignmentStatus`, also where operations take it as a parameter. So does one field of one component, and
    a word that names another enum or object already.
    """
    groups: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for place in document.places():
        if "enum" in place.schema:
            groups[tuple(_values(place.schema))].append(place)
    meanings = [found for group in groups.values() for found in _by_meaning(group, document)]
    # The more places use a name, the stronger their claim to it: one more place takes no name from many.
    meanings.sort(
        key=lambda meaning: (-len(meaning.places), min(len(place.path) for place in meaning.places))
    )
    while meanings:
        meaning = meanings.pop(0)
        other = document.schemas.get(meaning.name)
        if other and not meaning.fixed and _values(other) != _values(meaning.places[0].schema):
            owned = [*_by_owner(words(meaning.name), meaning.places, document)]
            if len(owned) > 1:
                meanings[:0] = owned
                continue
        name = meaning.name if meaning.fixed else _free_name(meaning, document)
        for place in meaning.places:
            schema = place.schema
            values = [value for value in schema["enum"] if value is not None]
            enum = {"type": schema["type"], "enum": values}
            if place.holder is document.schemas:
                place.replace({**enum, **{key: schema[key] for key in schema if key == "description"}})
            else:
                outside = {
                    key: value for key, value in schema.items() if key not in ("type", "enum", "title")
                }
                document.schemas.setdefault(name, enum)
                refer(place, name, outside)


def _by_meaning(group: list[Place], document: Document) -> Iterator[_Meaning]:
    """Split places that list the same values into those whose names share a word.

    The word that most of them share goes first, so that one more place does not regroup the others.
    Among several words the last of the names goes first: the rank in `best_rank`.
    """
    while group:
        named = {id(place): words(place.name) for place in group}
        counted = Counter(word for found in named.values() for word in set(found))
        heads = Counter(found[-1] for found in named.values() if found)
        shared = min(counted, key=lambda word: (-counted[word], -heads[word], len(word), word), default=None)
        together = [place for place in group if shared is None or shared in named[id(place)]]
        group = [place for place in group if place not in together]
        published = next((place.key for place in together if place.holder is document.schemas), None)
        if published:
            yield _Meaning(published, together, fixed=True)
        elif len(together) == 1 or shared is None:
            yield from (_Meaning(own_name(place, document), [place]) for place in together)
        else:
            ending = _common_ending([named[id(place)] for place in together], shared)
            owned = [*_by_owner(ending, together, document)]
            one_field = len(owned) == 1 and len({place.name for place in together}) == 1
            if one_field or ending[0] in _GENERIC:
                yield from owned
            else:
                yield _Meaning(pascal(ending), together)


def _common_ending(names: list[list[str]], shared: str) -> list[str]:
    """Return the words that all names end with, or the one that they share."""
    ending: list[str] = []
    for alike in zip(*map(reversed, names), strict=False):
        if len({*alike}) > 1:
            break
        ending.insert(0, alike[0])
    return ending or [shared]


def _by_owner(ending: list[str], group: list[Place], document: Document) -> Iterator[_Meaning]:
    """Split places of one enum by the component that they belong to.

    A parameter belongs to what its operation returns, or lists in a page, but not to what that holds.
    """
    owners = {place.owner for place in group if place.owner in document.schemas}
    operations = {operation.id: operation.value for operation in document.operations}
    owned: dict[str, list[Place]] = defaultdict(list)
    for place in group:
        owner = place.owner
        if owner in operations:
            for ring in document.reach([operations[owner]]):
                owner = min(ring & owners, default=owner)
                schemas = [document.schemas[name] for name in ring]
                if not any("allOf" in schema or "data" in document.fields(schema) for schema in schemas):
                    break
        owned[owner].append(place)
    for owner, together in owned.items():
        named = own_name(together[0], document) if len(together) == 1 else pascal([*words(owner), *ending])
        yield _Meaning(named, together)


def _free_name(meaning: _Meaning, document: Document) -> str:
    """Return a free name for an enum: its own, or one that says more of the place."""
    first = meaning.places[0]
    names = [meaning.name, own_name(first, document), long_name(first)]
    for name in names:
        if _values(document.schemas.get(name, {})) == _values(first.schema):
            return name
    return free_name(names, first.schema, document)


def keep_order(document: Document) -> None:
    """Keep the order of an enum's values in its example, where the template finds it.

    openapi-python-client keeps them as a set.
    """
    for schema in document.schemas.values():
        if "enum" in schema:
            schema["example"] = ", ".join(map(repr, schema["enum"]))


def _values(schema: Node) -> list[str]:
    return sorted(repr(value) for value in schema.get("enum", []) if value is not None)
