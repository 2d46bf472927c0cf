"""Bookmarks as they come back from a caller: checked, and their times read. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._runtime.models import parse_datetime

# The largest whole number that every JSON library reads exactly.
LARGEST = 2**53


def is_bookmark(value: Mapping[str, Any]) -> bool:
    """Return whether a value has the form of a pager's bookmark."""
    match value:
        case {"version": 1, "query": str(), "position": position, **rest} if not rest:
            return position is None or _is_position(position)
        case _:
            return False


def _is_position(value: Mapping[str, Any]) -> bool:
    match value:
        case {"time": str(time), "ids": [*ids], **rest} if not rest:
            valid = read_time(time) is not None
        case {
            "offset": int(offset),
            "size": int(size),
            "ids": [*ids],
            "total": int() | None as total,
            **rest,
        }:
            valid = not rest and offset >= 0 and size >= 1 and max(offset, size, total or 0) <= LARGEST
        case _:
            return False
    return valid and all(isinstance(known, str) for known in ids)


def read_time(value: Any) -> datetime | None:
    """Return an aware time, also from its text. `None` for anything else."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    return moment if isinstance(moment, datetime) and moment.utcoffset() is not None else None
