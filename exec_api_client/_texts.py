"""How a value becomes the text that a path, a query or a header holds, by the kind of its parameter; pure."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ._model import format_datetime, parse_date, read_datetime

Kind = Literal["string", "integer", "number", "boolean", "date-time", "date", "uuid"]


def _text_of_number(value: Any) -> str | None:
    right = isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf
    return json.dumps(value) if right else None


def _text_of_datetime(value: Any) -> str | None:
    moment = read_datetime(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        return None
    return format_datetime(moment)


def _text_of_date(value: Any) -> str | None:
    day = parse_date(value) if isinstance(value, str) else value
    return day.isoformat() if isinstance(day, date) and not isinstance(day, datetime) else None


TEXT_OF: Mapping[Kind, Callable[[Any], str | None]] = {
    "string": lambda value: value if isinstance(value, str) else None,
    "integer": lambda value: (
        json.dumps(value) if isinstance(value, int) and not isinstance(value, bool) else None
    ),
    "number": _text_of_number,
    "boolean": lambda value: json.dumps(value) if isinstance(value, bool) else None,
    "date-time": _text_of_datetime,
    "date": _text_of_date,
    "uuid": lambda value: str(value) if isinstance(value, UUID | str) else None,
}

EXPECTED: Mapping[Kind, str] = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a finite number",
    "boolean": "True or False",
    "date-time": (
        "an aware datetime or an ISO 8601 string with an offset, such as "
        "datetime(2026, 3, 1, tzinfo=timezone.utc) or '2026-03-01T00:00:00Z'"
    ),
    "date": "a date or an ISO 8601 string such as '2026-03-01'",
    "uuid": "a UUID or its text",
}
