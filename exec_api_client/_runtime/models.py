"""Base of the generated models: the absent value, reading JSON values, writing them back. No I/O.

Reading is tolerant. A value of an unexpected form is kept unchanged, so that one odd field never costs
the caller the whole response.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, cast
from uuid import UUID

# Makes a model without calling its class, which is faster. `from_dict` sets the fields one by one.
new = object.__new__

_ABSENT = (
    "this field is UNSET, because the response does not have it; fields that the API sends only on request "
    "must be requested in the call, as with include=[...]"
)


class Unset(enum.Enum):
    """Type of `UNSET`, the value of an absent field. `None` stands for null."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__

    if not TYPE_CHECKING:  # type checkers report these uses themselves

        def __iter__(self):
            raise TypeError(_ABSENT)

        def __len__(self):
            raise TypeError(_ABSENT)

        def __getitem__(self, index):
            raise TypeError(_ABSENT)

        def __getattr__(self, name):
            raise AttributeError(_ABSENT)


UNSET: Final = Unset.UNSET


class Model:
    """Base of the generated models: attrs classes, compared by value, with tolerant reading."""

    # Each model has this slot itself: attrs gives it the slots that its base lacks.
    __slots__ = ("_unknown",)

    _unknown: dict[str, Any] | None

    _absent: ClassVar[Mapping[str, Any]]
    _allowed: ClassVar[Mapping[str, Any]] = {}  # the values of fields that tell it from other models
    _known: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a JSON object. Fields that it lacks are `UNSET`.

        Args:
            data: A decoded JSON object.
        """
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, with unknown fields and without absent ones."""
        raise NotImplementedError

    @property
    def additional_properties(self) -> dict[str, Any]:
        """The fields of the response that this version of the package does not know."""
        if self._unknown is None:
            self._unknown = {}
        return self._unknown

    @staticmethod
    def either(value: Any, *models: type[Model]) -> Any:
        """Read an object as the model that it fits best. Other values stay unchanged.

        A model fits if the object has one of its fields, and no value that only another model has. The best
        one has the most fields in common with the object, and the fewest that only one of them has.

        Args:
            value: A decoded JSON value.
            models: The models. Of two that fit equally, the first counts.
        """
        if value.__class__ is not dict:
            return value
        fields = {model: model._known or model._absent.keys() for model in models}
        fitting = [
            model
            for model in models
            if not fields[model].isdisjoint(value)
            and all(name not in value or value[name] in allowed for name, allowed in model._allowed.items())
        ]
        best = min(fitting, key=lambda model: len(fields[model] ^ value.keys()), default=None)
        return best.from_dict(value) if best else value

    def __repr__(self) -> str:
        # A class that extends another one has slots of its own for its further fields only.
        fields: tuple[Any, ...] = getattr(type(self), "__attrs_attrs__", ())
        names: list[str] = [field.name for field in fields if field.name != "_unknown"]
        # A traceback can show an object before it has its fields.
        shown = [f"{name}={value!r}" for name in names if (value := getattr(self, name, UNSET)) is not UNSET]
        if unknown := getattr(self, "_unknown", None):
            shown.append(f"additional_properties={unknown!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        # Only pydantic calls this, to validate and serialize models.
        from .pydantic import model_schema  # noqa: PLC0415 (needs pydantic)

        return model_schema(cls, Unset, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        # Only pydantic calls this, to describe the JSON object.
        return handler(schema["json_schema_input_schema"])


def unknown_fields(data: Mapping[str, Any], known: Mapping[str, Any] | frozenset[str]) -> dict[str, Any]:
    """Return the fields of an object that its model does not have."""
    return {name: value for name, value in data.items() if name not in known}


def without_absent(fields: dict[str, Any], unknown: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the JSON object of a model's fields."""
    known = {name: to_json(value) for name, value in fields.items() if value is not UNSET}
    return {**known, **to_json(unknown)} if unknown else known


def to_json(value: Any) -> Any:
    """Turn models, dates and collections into values that the json module writes. Omit absent fields."""
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
    """Return ISO 8601, with `Z` for UTC as the API writes it.

    Raises:
        ValueError: The datetime is naive, so its moment is unknown.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} must be aware; give it a tzinfo")
    text = moment.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


_fromisoformat = datetime.fromisoformat


def parse_datetime(value: Any) -> Any:
    """Read an ISO 8601 date and time as an aware datetime. Without an offset it is UTC."""
    try:
        moment = _fromisoformat(value)
    except (TypeError, ValueError):
        moment = read_datetime(value)
        if not isinstance(moment, datetime):
            return moment
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_datetime(value: Any) -> Any:
    """Read an ISO 8601 date and time, aware or naive. Other values stay unchanged."""
    try:
        return _fromisoformat(value)
    except TypeError:
        return value
    except ValueError:
        pass
    # The standard library reads nearly all forms. dateutil has no types, and mypy asks for stubs.
    try:
        from dateutil.parser import isoparse  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415

        return isoparse(value.upper())
    except (ImportError, ValueError, OverflowError):
        return value


def parse_date(value: Any) -> Any:
    """Read an ISO 8601 date. Other values stay unchanged."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def parse_uuid(value: Any) -> Any:
    """Read a UUID. Other values stay unchanged."""
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return value


class UnexpectedShapeError(Exception):
    """The outermost form of a response is not the documented one.

    Attributes:
        field: The place in the JSON, such as `$.data`.
    """

    def __init__(self, field: str, expected: str, value: object) -> None:
        super().__init__(f"{field} must be {expected}, not {type(value).__name__}")
        self.field = field


def expect_object(value: Any) -> dict[str, Any]:
    """Return the value, which must be a JSON object."""
    if value.__class__ is not dict:
        raise UnexpectedShapeError("$", "an object", value)
    return value


def expect_array(value: Any, field: str = "$") -> list[Any]:
    """Return the value, which must be a JSON array."""
    if value.__class__ is not list:
        raise UnexpectedShapeError(field, "an array", value)
    return value
