"""Enums as components, under the names that users read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, count
from typing import NamedTuple

from ..document.openapi import Document, Node, Place
from .naming import pascal, words
from .schemas import own_name, refer

# Words that say nothing without the name of their owner.
_GENERIC = {"category", "kind", "mode", "state", "status", "type"}


class _Meaning(NamedTuple):
    """Places of one enum, and the name that it should have; a published name is fixed."""

    name: str
    places: list[Place]
    fixed: bool = False


def share_enums(document: Document) -> None:
    """Make a component of each enum, and one component of those with the same values and meaning.

    The meaning is the word that most fields share: `best_rank`, `rank_min` and `rank` are all a `Rank`. A
    word that says nothing by itself belongs to the component that has the field: `status` of an `Assignment`
    is an `AssignmentStatus`, also where operations take it as a parameter. An enum in one place is named by
    that place.
    """
    groups: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for place in document.places():
        if "enum" in place.schema:
            groups[tuple(_values(place.schema))].append(place)
    meanings = [found for group in groups.values() for found in _by_meaning(group, document)]
    # The more places use a name, the stronger their claim to it: additions to the API take no name away.
    meanings.sort(
        key=lambda meaning: (-len(meaning.places), min(len(place.path) for place in meaning.places))
    )
    for meaning in meanings:
        name = meaning.name if meaning.fixed else _free_name(meaning, document)
        for place in meaning.places:
            schema = place.schema
            values = [value for value in schema["enum"] if value is not None]
            enum = {"type": schema["type"], "enum": values}
            if place.holder is document.schemas:
                place.replace(enum)
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
        elif shared in _GENERIC:
            yield from _by_owner(shared, together, document)
        else:
            yield _Meaning(pascal([shared]), together)


def _by_owner(word: str, group: list[Place], document: Document) -> Iterator[_Meaning]:
    """Split places of one enum by the component that they belong to.

    A parameter belongs to the component that is nearest to its operation.
    """
    owners = {place.owner for place in group if place.owner in document.schemas}
    operations = {operation.id: operation.value for operation in document.operations}
    owned: dict[str, list[Place]] = defaultdict(list)
    for place in group:
        owner = place.owner
        if owner in operations:
            rings = document.reach([operations[owner]])
            owner = next((min(ring & owners) for ring in rings if ring & owners), owner)
        owned[owner].append(place)
    for owner, together in owned.items():
        alone = len(together) == 1
        yield _Meaning(own_name(together[0], document) if alone else pascal([*words(owner), word]), together)


def _free_name(meaning: _Meaning, document: Document) -> str:
    """Return a free name for an enum: its own, one that says more of the place, or one with a number."""
    first = meaning.places[0]
    long = pascal([*words(first.owner), *(word for name in first.path for word in words(name))])
    numbered = (f"{meaning.name}{number}" for number in count(2))
    for name in chain([meaning.name, own_name(first, document), long], numbered):
        if name not in document.schemas or _values(document.schemas[name]) == _values(first.schema):
            return name
    raise AssertionError("numbers do not end")


def _values(schema: Node) -> list[str]:
    return sorted(repr(value) for value in schema.get("enum", []) if value is not None)
