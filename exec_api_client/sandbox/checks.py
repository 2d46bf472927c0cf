"""Checks of the values that a test gives to the sandbox. Each error says what is allowed."""

import math
from datetime import datetime
from typing import TypeGuard


def require(valid: bool, name: str, value: object, allowed: str) -> None:
    """Raise a ValueError unless the value is valid."""
    if not valid:
        raise ValueError(f"{name} must be {allowed}, not {value!r}")


def is_number(value: object, lowest: float = 0, highest: float = math.inf) -> TypeGuard[float]:
    """Return whether the value is a finite number within the bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return lowest <= value <= highest and value < math.inf


def is_whole(value: object, lowest: int, highest: float = math.inf) -> TypeGuard[int]:
    """Return whether the value is a whole number within the bounds."""
    return isinstance(value, int) and is_number(value, lowest, highest)


def require_seconds(name: str, value: object) -> None:
    """Raise a ValueError unless the value is a number of seconds, 0 or more."""
    require(is_number(value), name, value, "a number of seconds, 0 or more")


def require_aware(name: str, value: object) -> None:
    """Raise a ValueError unless the value is a datetime with a time zone."""
    aware = isinstance(value, datetime) and value.utcoffset() is not None
    require(aware, name, value, "a datetime with a time zone")
