"""What may be asked of the sandbox: a value that cannot be right is a ValueError when it is given.

Each function takes the argument's name and value and returns nothing. The error names both and
says what may be written.
"""

import json
import math
from collections.abc import Collection
from datetime import datetime
from typing import TypeGuard


def choice(name: str, value: object, allowed: Collection[str], *, none: bool = False) -> None:
    """Refuse what is not one of the texts allowed, nor None where `none` permits that."""
    if (none and value is None) or (isinstance(value, str) and value in allowed):
        return
    words = [*map(repr, allowed), *(["None"] if none else [])]
    raise wrong(name, value, f"one of {', '.join(words[:-1])} or {words[-1]}")


def seconds(name: str, value: object, *, above: bool = False, none: bool = False) -> None:
    """Refuse what is not a finite number from 0, above 0 where `above` says so."""
    if none and value is None:
        return
    if not _is_number(value) or not 0 <= value < math.inf or (above and value == 0):
        wanted = f"a number of seconds {'above' if above else 'from'} 0"
        raise wrong(name, value, wanted + (", or None" if none else ""))


def whole(name: str, value: object, least: int, most: int | None = None, *, none: str = "") -> None:
    """Refuse what is not a whole number in the bounds; `none` is what None stands for, if allowed."""
    if none and value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or value < least or _above(value, most):
        wanted = f"a whole number from {least}" + ("" if most is None else f" to {most}")
        raise wrong(name, value, wanted + (f", or None {none}" if none else ""))


def score(name: str, value: object) -> None:
    """Refuse what is neither a score nor None."""
    if value is not None and not (_is_number(value) and 0 <= value <= 100):
        raise wrong(name, value, "a number from 0 to 100, or None for not graded,")


def instant(name: str, value: object, *, none: bool = False) -> None:
    """Refuse what is not an aware datetime."""
    if none and value is None:
        return
    if not isinstance(value, datetime):
        raise wrong(name, value, "an aware datetime" + (", or None," if none else ""))
    if value.utcoffset() is None:
        raise ValueError(f"{name}={value!r} has no time zone; give an aware datetime")


def function(name: str, value: object) -> None:
    """Refuse what cannot be called."""
    if not callable(value):
        raise wrong(name, value, "a function from a request")


def text(name: str, value: object) -> None:
    """Refuse what is not a text."""
    if not isinstance(value, str):
        raise wrong(name, value, "a text")


def body(name: str, value: object) -> None:
    """Refuse what cannot be the body of an answer."""
    if value is None or isinstance(value, bytes | str):
        return
    try:
        sent = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        sent = ""
    if sent[:1] not in ("[", "{"):
        raise wrong(name, value, "bytes, a text, a list or an object as JSON has them, or None,")


def wrong(name: str, value: object, wanted: str) -> ValueError:
    """Return the error that says what was given and what is wanted instead."""
    return ValueError(f"{name}={value!r}: {wanted} is wanted")


def _above(value: int, most: int | None) -> bool:
    return most is not None and value > most


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
