"""What a bookmark is written in, and what it has to look like, since it may come from anywhere; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from .._runtime.models import parse_datetime


def is_bookmark(value: object) -> bool:
    """Whether a value is what a pager's bookmark gives, also from JSON."""
    if not _has(value, {"version": _is_version, "query": _is_text, "mark": _is_anything}):
        return False
    mark = cast(Mapping[str, Any], value)["mark"]
    return mark is None or _has(mark, _BY_TIME) or _has(mark, _BY_NUMBER)


def _has(value: object, fields: Mapping[str, Callable[[Any], bool]]) -> bool:
    """Whether a value is an object with exactly these fields."""
    if not isinstance(value, Mapping):
        return False
    found = cast(Mapping[object, object], value)
    return found.keys() == fields.keys() and all(right(found[name]) for name, right in fields.items())


def _is_anything(_: object) -> bool:
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_version(value: object) -> bool:
    return type(value) is int and value == 1


def _is_number(value: object, least: int = 0) -> bool:
    return type(value) is int and value >= least


def _is_positive(value: object) -> bool:
    return _is_number(value, 1)


def _is_count(value: object) -> bool:
    return value is None or _is_number(value)


def _is_time(value: object) -> bool:
    return value is None or (isinstance(value, str) and moment_of(value) is not None)


def _are_ids(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_text, cast(list[object], value)))


_BY_TIME = {"at": _is_time, "ids": _are_ids}
_BY_NUMBER = {
    "page": _is_positive,
    "size": _is_positive,
    "ids": _are_ids,
    "given": _is_number,
    "total": _is_count,
    "bound": _is_time,
}


SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)
_TIMESPECS = {SECOND: "seconds", MILLISECOND: "milliseconds", MICROSECOND: "microseconds"}


def unit_of(moment: datetime) -> timedelta:
    """The finest unit that a time is shown in: a second, a millisecond or a microsecond."""
    if moment.microsecond == 0:
        return SECOND
    return MILLISECOND if moment.microsecond % 1000 == 0 else MICROSECOND


def written(moment: datetime, unit: timedelta) -> str:
    """A time as a mark holds it, which tells the unit as well."""
    return moment.isoformat(timespec=_TIMESPECS[unit]).replace("+00:00", "Z")


def unit_written(text: str) -> timedelta:
    """The unit that the time of a mark is written in, which also a whole second tells."""
    match = re.search(r"\.(\d+)", text)
    return SECOND if match is None else MILLISECOND if len(match[1]) <= 3 else MICROSECOND


def moment_of(value: Any) -> datetime | None:
    """A time, or the text of one; None where it is something else."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    return moment if isinstance(moment, datetime) and moment.utcoffset() is not None else None
