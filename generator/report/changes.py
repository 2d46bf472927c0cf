"""Changes, and texts of strangers made fit for a report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..normalise.texts import visible

MAX_NAMES = 3
MAX_VALUE = 120
MAX_PROSE = 400

Verb = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as the report tells it.

    Attributes:
        place: The heading above it, such as `client.sessions` or `GET /sessions`.
        text: Sentences in Markdown, with names and values as code.
        verb: Whether something was added, changed or removed.
        breaking: Whether code that worked before can fail now.
    """

    place: str
    text: str
    verb: Verb = "changed"
    breaking: bool = False


def code(text: str, most: int = MAX_VALUE) -> str:
    """Return the text as code in Markdown: on one line, without characters that steer a terminal.

    Names and values come from the document, which strangers write. In code nothing is markup.
    """
    shown = visible(text[:most]) + ("…" if len(text) > most else "")
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith(("`", " ")) or not shown else ""
    return f"{fence}{space}{shown}{space}{fence}"


def prose(text: str) -> str:
    """Return the text as it is if nothing in it can be markup, as code otherwise."""
    return text if re.fullmatch(r"[A-Za-z](?:[\w ,.;:'()/-]|`\w+`)*", text) else code(text, MAX_PROSE)


def some(names: Iterable[str], most: int = MAX_NAMES) -> str:
    """Return the first names as code, and the number of the others."""
    listed = list(names)
    left = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(map(code, listed[:most])) + left
