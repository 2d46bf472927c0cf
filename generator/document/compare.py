"""Where two JSON values differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from .yaml import Json

_EXCERPT = 80


class Absent:
    """The value of what is not there."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()
Value: TypeAlias = "Json | Absent"
Path = tuple[str | int, ...]


class Difference(NamedTuple):
    """The first path at which two values differ, and how each reads there."""

    path: str
    one: str
    other: str


def difference(one: Json, other: Json) -> Difference | None:
    """Where two values first differ; 1, 1.0 and true are three, the order of keys is none."""
    for path, left, right in leaves(one, other):
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        return Difference(where.removeprefix("."), *_excerpts(left, right))
    return None


def same(one: Value, other: Value) -> bool:
    """Whether two values hold the same, by the rules of `difference`."""
    return next(leaves(one, other), None) is None


def leaves(old: Value, new: Value, path: Path = ()) -> Iterator[tuple[Path, Value, Value]]:
    """Yield the path of each part that differs, and the part as it was and as it is."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, before, after in side_by_side(old, new):
            yield from leaves(before, after, (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new, fillvalue=ABSENT)):
            yield from leaves(before, after, (*path, index))
    elif type(old) is not type(new) or old != new:
        yield path, old, new


def side_by_side(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[tuple[str, Value, Value]]:
    """Yield each key of either, with its value in both."""
    for key in [*old, *(key for key in new if key not in old)]:
        yield key, old.get(key, ABSENT), new.get(key, ABSENT)


def _excerpts(one: Value, other: Value) -> tuple[str, str]:
    start = 0
    if isinstance(one, str) and isinstance(other, str):
        # Long texts may begin alike: show them from shortly before the place where they part.
        alike = next(index for index, (left, right) in enumerate(zip_longest(one, other)) if left != right)
        start = max(0, alike - 20)
    return _excerpt(one, start), _excerpt(other, start)


def _excerpt(value: Value, start: int) -> str:
    if isinstance(value, Absent):
        return repr(value)
    text = value[start:] if isinstance(value, str) else value
    shown = json.dumps(text, ensure_ascii=False)
    if len(shown) > _EXCERPT:
        shown = f"{shown[:_EXCERPT]}…"
    return f"…{shown}" if start else shown
