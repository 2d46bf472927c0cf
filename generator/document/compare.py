"""Where two JSON values differ."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import NamedTuple

from .yaml import Json

_MOST_CHARACTERS = 200
_ABSENT = object()


class Difference(NamedTuple):
    """The first place at which two values differ, and how each reads there."""

    path: str
    one: str
    other: str


def difference(one: Json, other: Json) -> Difference | None:
    """Return where two values first differ: 1, 1.0 and true are three, the order of keys is none."""
    return _difference(one, other, "")


def _difference(one: object, other: object, path: str) -> Difference | None:
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(f".{key}", one.get(key, _ABSENT), other.get(key, _ABSENT)) for key in {**one, **other}]
    elif isinstance(one, list) and isinstance(other, list):
        both = enumerate(zip_longest(one, other, fillvalue=_ABSENT))
        pairs = [(f"[{index}]", left, right) for index, (left, right) in both]
    elif type(one) is not type(other) or one != other:
        return Difference(path.removeprefix("."), _excerpt(one), _excerpt(other))
    else:
        return None
    found = (_difference(left, right, f"{path}{key}") for key, left, right in pairs)
    return next((each for each in found if each), None)


def _excerpt(value: object) -> str:
    if value is _ABSENT:
        return "absent"
    shown = json.dumps(value, ensure_ascii=False)
    return f"{shown[:_MOST_CHARACTERS]}…" if len(shown) > _MOST_CHARACTERS else shown
