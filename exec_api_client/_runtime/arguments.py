"""Checks of arguments, and their form in JSON. No I/O."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any, Literal, NoReturn, cast
from uuid import UUID

from ..errors import ConfigurationError, redact
from .models import UNSET, Model, format_datetime, parse_date, read_datetime

Kind = Literal["string", "integer", "number", "boolean", "date-time", "date", "uuid", "object", "anything"]


@dataclass(frozen=True, slots=True)
class Argument:
    """Rules for one argument: a field of a body or, with its location, a parameter.

    Attributes:
        name: The name in the request.
        kind: The kind of each value. The contents of "anything" are not checked.
        required: Whether each request needs it.
        nullable: Whether it may be null, which is `None` in a body.
        many: Whether it is a list. Then `kind` and the rules below hold for each element.
        sparse: Whether an element may be null.
        choices: The allowed values. An empty tuple allows all.
        minimum: The smallest number.
        maximum: The largest number.
        min_length: The smallest number of characters.
        max_length: The largest number of characters.
        min_items: The smallest number of elements.
        max_items: The largest number of elements.
        fields: The rules for the fields of an object. Other fields, and models, are not checked.
        values: The rules for the values of an object whose keys may be any. None allows all values.
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
    min_items: int | None = None
    max_items: int | None = None
    fields: tuple[Argument, ...] = ()
    values: Argument | None = None


def whole_number(value: Any) -> int | None:
    """Return a whole number, also one of numpy. None for another value."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def number(value: Any) -> float | None:
    """Return a finite number, also a whole one of numpy. None for another value."""
    valid = isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf
    return value if valid else whole_number(value)


def check_whole(name: str, value: Any, least: int) -> int:
    """Return a whole number of a setting."""
    found = whole_number(value)
    if found is None or found < least:
        raise ConfigurationError(f"{name} must be a whole number from {least}, not {display(value)}")
    return found


def check_seconds(name: str, value: Any, *, zero: bool = False) -> float:
    """Return the seconds of a setting, which may be 0 only if `zero` says so."""
    seconds = number(value)
    is_float = seconds is not None and seconds <= sys.float_info.max
    if seconds is None or not is_float or seconds < 0 or (seconds == 0 and not zero):
        bound = "from 0" if zero else "above 0"
        raise ConfigurationError(f"{name} must be a number of seconds {bound}, not {display(value)}")
    return seconds


def _datetime(value: Any) -> str | None:
    moment = read_datetime(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        return None
    return format_datetime(moment)


def _date(value: Any) -> str | None:
    day = parse_date(value) if isinstance(value, str) else value
    return day.isoformat() if isinstance(day, date) and not isinstance(day, datetime) else None


def _of(*types: type[Any]) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, types) else None


# The JSON form of a value by its kind, and the words for the kind. None is a value of another kind.
KINDS: Mapping[Kind, tuple[Callable[[Any], Any], str]] = {
    "string": (_of(str), "a string"),
    "integer": (whole_number, "a whole number"),
    "number": (number, "a finite number"),
    "boolean": (_of(bool), "True or False"),
    "date-time": (
        _datetime,
        "an aware datetime or an ISO 8601 string with an offset, such as "
        "datetime(2026, 3, 1, tzinfo=timezone.utc) or '2026-03-01T00:00:00Z'",
    ),
    "date": (_date, "a date or an ISO 8601 string such as '2026-03-01'"),
    "uuid": (lambda value: str(value) if isinstance(value, UUID | str) else None, "a UUID or its text"),
    "object": (_of(Model, Mapping), "an object: a model or a dict"),
}


def validate(call: str, name: str, argument: Argument, value: Any) -> Any:
    """Return the JSON form of an argument, by its name in Python. Models stay models until `to_json`."""
    if value is None:
        if not argument.nullable:
            problem = "is required" if argument.required else "must not be null; leave it out to send nothing"
            reject(call, name, value, problem)
        return None
    if not argument.many:
        return _element(call, name, argument, value)
    if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__len__"):
        reject(call, name, value, f"must be a list; write {_as_list(value)}")
    _check_length(call, name, value, argument.min_items, argument.max_items, "item")
    return [_element(call, f"{name}[{index}]", argument, item) for index, item in enumerate(value)]


def _as_list(value: Any) -> str:
    """Return the list that the caller probably meant, as code."""
    if isinstance(value, str):
        return display([part.strip() for part in value.split(",")])
    return display([value]) if isinstance(value, int | float | bytes) else "list(...) around an iterator"


def _element(call: str, name: str, argument: Argument, value: Any) -> Any:
    if argument.kind == "anything":
        return value
    convert, expected = KINDS[argument.kind]
    converted = convert(value)
    if converted is None:
        if value is None and argument.sparse:
            return None
        reject(call, name, value, f"must be {expected}")
    if isinstance(value, Mapping):
        return _object(call, name, argument, cast(Mapping[str, Any], value))
    if argument.choices and value not in argument.choices:
        reject(call, name, value, f"must be one of {', '.join(map(repr, argument.choices))}")
    if argument.minimum is not None and converted < argument.minimum:
        reject(call, name, value, f"must be at least {argument.minimum}")
    if argument.maximum is not None and converted > argument.maximum:
        reject(call, name, value, f"must be at most {argument.maximum}")
    if isinstance(value, str):
        _check_length(call, name, value, argument.min_length, argument.max_length, "character")
    return converted


def _object(call: str, name: str, argument: Argument, given: Mapping[str, Any]) -> dict[str, Any]:
    rules = {each.name: each for each in argument.fields}
    other = argument.values or Argument(argument.name, "anything", nullable=True)
    values = {key: value for key, value in given.items() if value is not UNSET}
    for each in argument.fields:
        if each.required and each.name not in values:
            values[each.name] = only_value(call, f"{name}[{each.name!r}]", each)
    return {
        key: validate(call, f"{name}[{key!r}]", rules.get(key, other), value) for key, value in values.items()
    }


def has_one_value(argument: Argument) -> bool:
    """Whether the argument can have one value only, which a caller need not write."""
    return len(argument.choices) == 1 and not argument.many


def only_value(call: str, name: str, argument: Argument) -> Any:
    """Return the value of a required argument that was left out, where it has only one."""
    if not has_one_value(argument):
        reject(call, name, UNSET, "is required")
    return argument.choices[0]


def _check_length(call: str, name: str, value: Any, least: int | None, most: int | None, unit: str) -> None:
    for bound, limit, is_wrong in (("least", least, operator.lt), ("most", most, operator.gt)):
        if limit is not None and is_wrong(len(value), limit):
            shown = f"{limit} {unit}{'' if limit == 1 else 's'}"
            reject(call, name, value, f"must have at {bound} {shown}, not {len(value)}")


def reject(call: str, name: str, value: Any, problem: str) -> NoReturn:
    """Raise the error for a wrong argument, which shows its value."""
    raise ConfigurationError(f"{call}({name}={display(value)}): {name} {problem}")


def display(value: Any) -> str:
    """Return a value as code, without a key, cut to 80 characters."""
    try:
        text = redact(repr(value))
    except ValueError:  # Python refuses to show whole numbers of thousands of digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 80 else f"{text[:77]}..."
