"""Leaves out of the reference what a user does not write: private arguments, and how others make an object.

A class whose docstring names no arguments is made by the package, so its signature tells a user nothing.
"""

from __future__ import annotations

from typing import Any

import griffe


class Public(griffe.Extension):
    """Changes signatures as the package is read."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Drop private arguments."""
        for name in [parameter.name for parameter in func.parameters if parameter.name.startswith("_")]:
            del func.parameters[name]

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:
        """Drop constructors that nobody is told how to call."""
        text = cls.docstring.value if cls.docstring else ""
        if "\nArgs:\n" not in text:
            cls.members.pop("__init__", None)
