"""The lines of a report, for a terminal and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby

from .changes import Change

# GitHub takes at most 65,536 characters as the text of a pull request.
MAX_CHARACTERS = 60_000

_MAX_END = 100


def text(lines: Iterable[str]) -> str:
    """Return the lines for a terminal, without the marks of headings."""
    return "".join(re.sub(r"^#+ |^\*\*|\*\*$", "", line) + "\n" for line in lines)


def markdown(lines: Iterable[str]) -> str:
    """Return the lines as Markdown of at most `MAX_CHARACTERS`, and the number of those that were cut."""
    whole = [f"{line}\n" for line in lines]
    kept = sum(size <= MAX_CHARACTERS - _MAX_END for size in accumulate(map(len, whole)))
    cut = len(whole) - kept
    end = f"\n… and {cut} more lines; the diff of openapi.yaml shows the rest.\n" if cut else ""
    return "".join(whole[:kept]) + end


def lines(
    python: Sequence[Change], wire: Sequence[Change], prose: int, left_to_do: Sequence[str]
) -> Iterator[str]:
    """Yield the lines of a report in Markdown: breaking changes first, then the others by resource."""
    breaking = [change for change in (*python, *wire) if change.breaking]
    yield f"**{_headline(len(breaking), bool(python or wire), prose)}**"
    document = [*_listed(change for change in wire if not change.breaking)]
    if prose:
        places = f"{prose} place{'' if prose == 1 else 's'}"
        document += ["", f"Texts, examples or extensions (`x-`) differ in {places}."]
    for title, content in (
        ("Breaking changes", [*_listed(breaking)]),
        ("New and changed", [*_listed(change for change in python if not change.breaking)]),
        ("In the document", document),
        ("Left to do", [f"- {line}" for line in left_to_do]),
    ):
        if content:
            yield from ("", f"## {title}", *content)


def _headline(breaking: int, any_change: bool, prose: int) -> str:
    if breaking:
        said = f"{breaking} breaking change{'' if breaking == 1 else 's'}"
        return f"{said}: raise the second number of the version (from 1.0 on, the first)."
    if any_change:
        return "No breaking change: raise the third number of the version (from 1.0 on, the second)."
    return "Only texts, examples and extensions have changed." if prose else "No change in the API."


def _listed(changes: Iterable[Change]) -> Iterator[str]:
    for place, group in groupby(changes, key=lambda change: change.place):
        yield from ("", f"### {place}")
        # "added", "changed", "removed": this order is that of the alphabet.
        yield from (f"- {change.text}" for change in sorted(group, key=lambda change: change.verb))
