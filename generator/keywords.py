"""What it means for users that a keyword of a schema has another value."""

from __future__ import annotations

from collections.abc import Callable

from .changes import Rule, both
from .document.compare import Absent, Value
from .findings import FORM

FIELD_CAME = Rule("existing code does not need it")
REQUIRED_CAME = Rule("answers hold more", request="a request without it is refused")
FIELD_WENT = Rule(
    "", request="an argument that callers pass is no longer accepted", answer="code that reads it fails"
)
BECAME_REQUIRED = Rule("answers always have it now", request="a request without it is refused")
BECAME_OPTIONAL = Rule("callers may leave it out", answer="an answer may lack it, which its type did not say")
BECAME_NULLABLE = Rule("callers may pass null", answer="it may be null, which its type did not say")
NO_LONGER_NULLABLE = Rule("answers no longer hold null", request="null is refused")
VALUE_CAME = Rule("the package passes on values that it does not know")
VALUE_WENT = Rule("", request="it is refused", answer="code that names it no longer passes a type checker")
ENUM_CAME = Rule("answers hold only these values now", request="other values are refused")
ENUM_WENT = Rule("callers may pass any value", answer="any value may come, which its type did not say")
TYPE_WIDER = Rule("callers may pass more types", answer="code may get a value of another type")
TYPE_NARROWER = Rule("answers hold fewer types", request="values that were accepted are refused")
TYPE_OTHER = both("values are of another type")
TIGHTER = Rule("answers hold fewer values", request="values that were accepted are refused")
LOOSER = Rule("no type in the package depends on it")
RAISED = Rule("no type in the package depends on it; where it bounds a page_size, walks ask for larger pages")
DEFAULT = Rule("answers do not depend on it", request="a call that leaves it out does something else")
DEFAULT_TOLD = Rule("it only describes what the API did before")
ONLY_READ = Rule("answers are as before", request="it is no longer accepted")
ONLY_WRITTEN = Rule("requests are as before", answer="it is no longer answered")

_LOWER_BOUNDS = ("minimum", "minLength", "minItems", "minProperties")
_UPPER_BOUNDS = ("maxLength", "maxItems", "maxProperties")
_OTHER_LIMITS = ("pattern", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum")
_TYPED_FORMATS = ("date", "date-time", "uuid")


def keyword_rule(key: str, old: Value, new: Value) -> Rule | None:
    """The rule for a keyword with another value than before; None where there is none."""
    return _RULES[key](old, new) if key in _RULES else None


def _type(old: Value, new: Value) -> Rule:
    if (old, new) == ("integer", "number"):
        return TYPE_WIDER
    return TYPE_NARROWER if (old, new) == ("number", "integer") else TYPE_OTHER


def _format(old: Value, new: Value) -> Rule:
    """Only some formats have a type of their own; others are promises about a text or a number."""
    if old in _TYPED_FORMATS or new in _TYPED_FORMATS:
        return TYPE_OTHER
    return LOOSER if isinstance(new, Absent) else TIGHTER


def _nullable(old: Value, new: Value) -> Rule:
    if new is True:
        return BECAME_NULLABLE
    return NO_LONGER_NULLABLE if old is True else FORM


def _default(old: Value, new: Value) -> Rule:
    return DEFAULT_TOLD if isinstance(old, Absent) or isinstance(new, Absent) else DEFAULT


def _additional(old: Value, new: Value) -> Rule:
    if isinstance(old, bool | Absent) and isinstance(new, bool | Absent):
        return TIGHTER if new is False else LOOSER
    return TYPE_OTHER


def _limit(old: Value, new: Value) -> Rule:
    return LOOSER if isinstance(new, Absent) or new is False else TIGHTER


def _lower(old: Value, new: Value) -> Rule:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return LOOSER if new < old else TIGHTER
    return _limit(old, new)


def _maximum(old: Value, new: Value) -> Rule:
    return RAISED if (rule := _upper(old, new)) is LOOSER else rule


def _upper(old: Value, new: Value) -> Rule:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return LOOSER if new > old else TIGHTER
    return _limit(old, new)


_RULES: dict[str, Callable[[Value, Value], Rule]] = {
    "type": _type,
    "format": _format,
    "nullable": _nullable,
    "default": _default,
    "readOnly": lambda _, new: ONLY_READ if new is True else FORM,
    "writeOnly": lambda _, new: ONLY_WRITTEN if new is True else FORM,
    "items": lambda *_: TYPE_OTHER,
    "additionalProperties": _additional,
    **dict.fromkeys(_LOWER_BOUNDS, _lower),
    **dict.fromkeys(_UPPER_BOUNDS, _upper),
    "maximum": _maximum,
    **dict.fromkeys(_OTHER_LIMITS, _limit),
}
