"""Where two JSON values differ first, and whether two files hold the same text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from .yaml12 import Json

_EXCERPT = 80


class Difference(NamedTuple):
    """The first path at which two values differ, and how each reads there."""

    path: str
    one: str
    other: str


class _Absent:
    pass


_ABSENT = _Absent()


def difference(one: Json, other: Json) -> Difference | None:
    """Where two values first differ; 1, 1.0 and true are three, the order of keys is none."""
    found = next(_differences("", one, other), None)
    return found and Difference(found[0].removeprefix("."), *_excerpts(*found[1:]))


def unix(content: bytes) -> bytes:
    """A file's content with the ends of lines that it was written with: Git may change them."""
    return content.replace(b"\r\n", b"\n")


def _differences(path: str, one: Json | _Absent, other: Json | _Absent) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            yield from _differences(f"{path}.{key}", one.get(key, _ABSENT), other.get(key, _ABSENT))
    elif isinstance(one, list) and isinstance(other, list):
        for index, (left, right) in enumerate(zip_longest(one, other, fillvalue=_ABSENT)):
            yield from _differences(f"{path}[{index}]", left, right)
    elif type(one) is not type(other) or one != other:
        yield path, one, other


def _excerpts(one: Json | _Absent, other: Json | _Absent) -> tuple[str, str]:
    start = 0
    if isinstance(one, str) and isinstance(other, str):
        # Long texts may begin alike: show them from shortly before the place where they part.
        alike = next(index for index, (left, right) in enumerate(zip_longest(one, other)) if left != right)
        start = max(0, alike - 20)
    return _excerpt(one, start), _excerpt(other, start)


def _excerpt(value: Json | _Absent, start: int) -> str:
    if isinstance(value, _Absent):
        return "absent"
    text = value[start:] if isinstance(value, str) else value
    shown = json.dumps(text, ensure_ascii=False)
    if len(shown) > _EXCERPT:
        shown = f"{shown[:_EXCERPT]}…"
    return f"…{shown}" if start else shown
