"""What every generated model stands on: the absent value, reading values, writing them back.

Reading is tolerant: a value of a form that nobody foresaw is kept as it came, so that one odd
field never costs the caller the whole answer.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, cast
from uuid import UUID

# Makes a model that is being read: its fields are set one by one, which is cheaper than to call its class.
new = object.__new__


_NOT_THERE = (
    "this field was not in the answer, so it is UNSET: what the API sends only on request has to be "
    "asked for in the call, as with include=[...]"
)


class Unset(enum.Enum):
    """The type of `UNSET`, the one value that means "absent" where `None` means "null"."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__

    if not TYPE_CHECKING:  # type checkers refuse it by themselves

        def __iter__(self):
            raise TypeError(_NOT_THERE)

        def __len__(self):
            return self.__iter__()

        def __getitem__(self, index):
            return self.__iter__()

        def __getattr__(self, name):
            raise AttributeError(_NOT_THERE)


UNSET: Final = Unset.UNSET


class Model:
    """Base of the generated models: attrs classes, compared by value, with tolerant reading."""

    # Each model has this slot itself: attrs gives it the slots that its base lacks.
    __slots__ = ("_unknown",)

    _unknown: dict[str, Any] | None

    _absent: ClassVar[Mapping[str, Any]]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read an object; fields that it lacks are `UNSET`.

        Args:
            data: A decoded JSON object.
        """
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """The JSON object again, unknown fields included and absent ones left out."""
        raise NotImplementedError

    @property
    def additional_properties(self) -> dict[str, Any]:
        """The fields that the API sent and this version of the package does not know."""
        if self._unknown is None:
            self._unknown = {}
        return self._unknown

    @staticmethod
    def either(value: Any, *models: type[Model]) -> Any:
        """Read an object as the first model whose required fields it has; as it came if there is none.

        Args:
            value: A decoded JSON value.
            models: In the order in which they are tried.
        """
        if value.__class__ is dict:
            for model in models:
                if model._absent.keys() <= value.keys():
                    return model.from_dict(value)
        return value

    def __repr__(self) -> str:
        names: list[str] = [name for name in self.__slots__ if name not in ("_unknown", "__weakref__")]
        shown = [f"{name}={value!r}" for name in names if (value := getattr(self, name)) is not UNSET]
        if self._unknown:
            shown.append(f"additional_properties={self._unknown!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


def unknown_fields(data: Mapping[str, Any], known: Mapping[str, Any] | frozenset[str]) -> dict[str, Any]:
    """The fields of an object that its model does not have."""
    return {name: value for name, value in data.items() if name not in known}


def without_absent(fields: dict[str, Any], unknown: Mapping[str, Any] | None) -> dict[str, Any]:
    """Turn a model's fields into a JSON object."""
    known = {name: to_json(value) for name, value in fields.items() if value is not UNSET}
    return {**known, **to_json(unknown)} if unknown else known


def to_json(value: Any) -> Any:
    """Turn models, dates and collections into what the json module writes; absent fields vanish."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, Mapping):
        fields = cast(Mapping[str, Any], value)
        return {name: to_json(inner) for name, inner in fields.items() if inner is not UNSET}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(inner) for inner in cast(Iterable[Any], value)]
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def format_datetime(moment: datetime) -> str:
    """ISO 8601, with `Z` for UTC as the API writes it.

    Raises:
        ValueError: It has no offset from UTC, so that nobody knows which moment is meant.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no offset from UTC: give it a tzinfo")
    return moment.isoformat().removesuffix("+00:00") + (
        "Z" if moment.utcoffset() == UTC.utcoffset(None) else ""
    )


_fromisoformat = datetime.fromisoformat


def parse_datetime(value: Any) -> Any:
    """Read an ISO 8601 date and time as an aware datetime; one without an offset is UTC."""
    try:
        moment = _fromisoformat(value)
    except (TypeError, ValueError):
        moment = read_datetime(value)
        if not isinstance(moment, datetime):
            return moment
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_datetime(value: Any) -> Any:
    """Read an ISO 8601 date and time, with its offset or without."""
    try:
        return datetime.fromisoformat(value)
    except TypeError:
        return value
    except ValueError:
        return _parse_rare(value)


def _parse_rare(value: str) -> Any:
    """Read the forms of ISO 8601 that the standard library does not."""
    # Most programs never need it; it has no types, and mypy asks for stubs where they are not installed.
    from dateutil.parser import isoparse  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415

    try:
        return isoparse(value)
    except (ValueError, OverflowError):
        return value


def parse_date(value: Any) -> Any:
    """Read an ISO 8601 date."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def parse_uuid(value: Any) -> Any:
    """Read a UUID."""
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return value


class UnexpectedShapeError(Exception):
    """An answer whose outermost form is not what the API documents; `field` says where."""

    def __init__(self, field: str, wanted: str, value: object) -> None:
        super().__init__(f"{field} is {type(value).__name__}, not {wanted}")
        self.field = field


def expect_object(value: Any) -> dict[str, Any]:
    """The value, which has to be a JSON object."""
    if value.__class__ is not dict:
        raise UnexpectedShapeError("$", "an object", value)
    return value


def expect_array(value: Any, field: str = "$") -> list[Any]:
    """The value, which has to be a JSON array."""
    if value.__class__ is not list:
        raise UnexpectedShapeError(field, "an array", value)
    return value
