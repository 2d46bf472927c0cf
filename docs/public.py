"""Omissions of the reference: private arguments and bases, and constructors that users do not call.

A class whose docstring names no arguments is made by the package, so its constructor is of no use to a user.
"""

from __future__ import annotations

from typing import Any

import griffe


class Public(griffe.Extension):
    """An extension that changes signatures as the package is read."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Drop private arguments."""
        for name in [parameter.name for parameter in func.parameters if parameter.name.startswith("_")]:
            del func.parameters[name]

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:
        """Drop constructors that no docstring describes, and bases that the reference does not show."""
        cls.bases = [base for base in cls.bases if is_shown(base)]
        text = cls.docstring.value if cls.docstring else ""
        if "\nArgs:\n" not in text:
            cls.members.pop("__init__", None)


def is_shown(base: str | griffe.Expr) -> bool:
    """Whether a base is foreign, an exception, or the one of all models."""
    path = base if isinstance(base, str) else base.canonical_path
    return not path.startswith("exec_api_client.") or path.endswith((".Model", "Error"))
