from __future__ import annotations

from typing import Any


def exactly(value: Any) -> str:
    """Tells 1, 1.0 and True apart, and sees the order of keys."""
    return repr(value)
