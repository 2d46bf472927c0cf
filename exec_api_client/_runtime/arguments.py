"""Which values an argument takes, and what they are in JSON; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any, Literal, NoReturn
from uuid import UUID

from ..errors import ConfigurationError, redact
from .models import Model, format_datetime, parse_date, read_datetime

Kind = Literal["string", "integer", "number", "boolean", "date-time", "date", "uuid", "object", "anything"]


@dataclass(frozen=True, slots=True)
class Argument:
    """What one argument may be: a field of a body or, with its place in the request, a parameter.

    Attributes:
        name: What it is called in the request.
        kind: What each of its values is; what "anything" holds is not looked at, nor what is in an object.
        required: Whether a request has to have it.
        nullable: Whether it may be null, which `None` is in a body.
        many: Whether it is a list; then `kind` and the rules below are for each element.
        sparse: Whether an element may be null.
        choices: The values that it may have; any where there are none.
        minimum: The least number.
        maximum: The greatest number.
        min_length: The least number of characters.
        max_length: The greatest number of characters.
    """

    name: str
    kind: Kind
    _: KW_ONLY
    required: bool = False
    nullable: bool = False
    many: bool = False
    sparse: bool = False
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None


def _number(value: Any) -> float | None:
    right = isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf
    return value if right else None


def _datetime(value: Any) -> str | None:
    moment = read_datetime(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        return None
    return format_datetime(moment)


def _date(value: Any) -> str | None:
    day = parse_date(value) if isinstance(value, str) else value
    return day.isoformat() if isinstance(day, date) and not isinstance(day, datetime) else None


_OBJECTS: tuple[type[Any], ...] = (Model, Mapping)

# None says that the value is of another kind.
_IN_JSON: Mapping[Kind, Callable[[Any], Any]] = {
    "string": lambda value: value if isinstance(value, str) else None,
    "integer": lambda value: value if isinstance(value, int) and not isinstance(value, bool) else None,
    "number": _number,
    "boolean": lambda value: value if isinstance(value, bool) else None,
    "date-time": _datetime,
    "date": _date,
    "uuid": lambda value: str(value) if isinstance(value, UUID | str) else None,
    "object": lambda value: value if isinstance(value, _OBJECTS) else None,
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
    "object": "an object: a model or a dict",
}


def checked(call: str, name: str, argument: Argument, value: Any) -> Any:
    """The argument as it is in JSON; models and what is in them are left for `to_json`.

    Args:
        call: The operation's name, for the error.
        name: The argument's name in Python.
        argument: What it may be.
        value: What the caller gave.

    Raises:
        ConfigurationError: It cannot be right.
    """
    if value is None:
        if not argument.nullable:
            problem = "is required" if argument.required else "cannot be null: leave it out to send nothing"
            refuse(call, name, value, problem)
        return None
    if not argument.many:
        return _element(call, name, argument, value)
    if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__len__"):
        refuse(call, name, value, f"is a list: write {_as_list(value)}")
    return [_element(call, f"{name}[{place}]", argument, item) for place, item in enumerate(value)]


def _as_list(value: Any) -> str:
    """A single value as the list that was meant; others can be many."""
    if isinstance(value, str):
        return shown([part.strip() for part in value.split(",")])
    return shown([value]) if isinstance(value, int | float | bytes) else "list(...) around an iterator"


def _element(call: str, name: str, argument: Argument, value: Any) -> Any:
    if argument.kind == "anything":
        return value
    right = _IN_JSON[argument.kind](value)
    if right is None:
        if value is None and argument.sparse:
            return None
        refuse(call, name, value, f"has to be {EXPECTED[argument.kind]}")
    if argument.choices and value not in argument.choices:
        refuse(call, name, value, f"has to be one of {', '.join(map(repr, argument.choices))}")
    if argument.minimum is not None and value < argument.minimum:
        refuse(call, name, value, f"has to be at least {argument.minimum}")
    if argument.maximum is not None and value > argument.maximum:
        refuse(call, name, value, f"has to be at most {argument.maximum}")
    if argument.min_length is not None and len(value) < argument.min_length:
        refuse(call, name, value, _length(value, f"at least {argument.min_length}"))
    if argument.max_length is not None and len(value) > argument.max_length:
        refuse(call, name, value, _length(value, f"at most {argument.max_length}"))
    return right


def _length(value: Any, wanted: str) -> str:
    return f"has a length of {len(value)}, which has to be {wanted}"


def refuse(call: str, name: str, value: Any, problem: str) -> NoReturn:
    """Say what is wrong with an argument, and show it."""
    raise ConfigurationError(f"{call}({name}={shown(value)}): {name} {problem}")


def shown(value: Any) -> str:
    """A value as in code, without a key, in part where it is long."""
    try:
        text = redact(repr(value))
    except ValueError:  # Python shows no whole number of thousands of digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 80 else f"{text[:77]}..."
