"""Say what has changed, to a reader at a terminal and, as Markdown, to one of a pull request.

Names and values come from the document, so they are a stranger's: they are shown on one line, cut where
they are long, without characters that steer a terminal or reorder text, and in Markdown as code, in
which nothing is markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from .changes import Change
from .document.compare import Absent, Value
from .findings import COMPONENT, TEXT
from .normalise.texts import visible

WIRE = "on the wire"
PYTHON = "in the Python API"

# GitHub takes no more than 65,536 characters as the text of a pull request.
MOST_CHARACTERS = 60_000
_MOST_OF_A_VALUE = 80
_MOST_NAMES = 4
_MOST_OF_THE_END = 100
_COUNTED = {COMPONENT.otherwise: "component", TEXT.otherwise: "text"}
_BREAKING = "the version's second number rises (from 1.0 on the first)"
_NOT_BREAKING = "the version's third number rises (from 1.0 on the second)"

Show = Callable[[str], str]


def text(wire: Sequence[Change], python: Sequence[Change]) -> str:
    """The report for a terminal."""
    return "".join(f"{line}\n" for line in _lines(wire, python, shown))


def markdown(wire: Sequence[Change], python: Sequence[Change]) -> str:
    """The report as Markdown, of at most MOST_CHARACTERS; what is cut off is counted."""
    lines = [f"## {line[:-1]}" if _is_title(line) else line for line in _lines(wire, python, code)]
    kept = [f"**{lines[0]}**"]
    length = len(kept[0])
    for number, line in enumerate(lines[1:], start=1):
        length += len(line) + 1
        if length > MOST_CHARACTERS - _MOST_OF_THE_END:
            kept += ["", f"… and {len(lines) - number} more lines; compare openapi.yaml with what it was"]
            break
        kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _is_title(line: str) -> bool:
    return line.endswith(":") and not line.startswith("- ")


def headline(changes: Sequence[Change]) -> str:
    """How many changes there are, how many are breaking, and what that means for the next version.

    What changes on the wire and in the Python API counts twice: the version does not depend on the number.
    """
    breaking = sum(change.breaking for change in changes)
    others = len(changes) - breaking
    if not changes:
        return "No change in the API"
    if not breaking:
        return f"{_counted(others, 'change')}, none breaking: {_NOT_BREAKING}"
    rest = f", {_counted(others, 'other')}" if others else ""
    return f"{_counted(breaking, 'breaking change')}{rest}: {_BREAKING}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _lines(wire: Sequence[Change], python: Sequence[Change], show: Show) -> Iterator[str]:
    yield headline([*wire, *python])
    for title, breaking in (("Breaking", True), ("Not breaking", False)):
        for side, changes in ((WIRE, wire), (PYTHON, python)):
            chosen = [change for change in changes if change.breaking is breaking]
            if chosen:
                yield ""
                yield f"{title}, {side}:"
                yield from _chosen(chosen, show)


def _chosen(changes: Sequence[Change], show: Show) -> Iterator[str]:
    """A line for each change, and one for all of a kind that nobody reads one by one."""
    yield from (f"- {_line(change, show)}" for change in changes if change.reason not in _COUNTED)
    for reason, what in _COUNTED.items():
        found = [change for change in changes if change.reason == reason]
        for verb in sorted({change.verb for change in found}):
            places = [_counted_place(change) for change in found if change.verb == verb]
            shown = _some(list(dict.fromkeys(places)), show)
            yield f"- {_counted(len(places), what)} {verb}: {shown}; {reason}"


def _counted_place(change: Change) -> str:
    """Where it is and, where it is not the whole of that, what it is."""
    return change.place if change.kind in _COUNTED.values() else f"{change.place} {change.kind}"


def _line(change: Change, show: Show) -> str:
    reach = f" (in {_some(change.reach, show)})" if change.reach else ""
    return f"{show(change.place)}: {_what(change, show)}; {change.reason}{reach}"


def _some(names: Sequence[str], show: Show) -> str:
    left = len(names) - _MOST_NAMES
    return ", ".join(map(show, names[:_MOST_NAMES])) + (f" and {left} more" if left > 0 else "")


def _what(change: Change, show: Show) -> str:
    kind = show(change.kind) if re.search(r"[^a-zA-Z ]", change.kind) else change.kind
    old, new = _value(change.old, show), _value(change.new, show)
    if change.verb == "changed" and (old or new):
        return f"{kind} changed from {old or 'nothing'} to {new or 'nothing'}"
    return " ".join(part for part in (kind, old or new, change.verb) if part)


def _value(value: Value, show: Show) -> str:
    if isinstance(value, Absent):
        return ""
    return show(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


# --- a stranger's text


def shown(foreign: str) -> str:
    """A text on one line, not too long, with a code in the place of each character that is not to be seen."""
    seen = visible(foreign[: _MOST_OF_A_VALUE + 1])
    return seen if len(foreign) <= _MOST_OF_A_VALUE else f"{seen[:_MOST_OF_A_VALUE]}…"


def code(foreign: str) -> str:
    """The text as code in Markdown, within a fence that is longer than each run of backticks in it."""
    inner = shown(foreign)
    fence = "`" * (max((len(run) for run in re.findall("`+", inner)), default=0) + 1)
    space = " " if inner.startswith("`") or inner.endswith(("`", " ")) or not inner else ""
    return f"{fence}{space}{inner}{space}{fence}"
