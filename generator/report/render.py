"""The lines of a report, for a terminal and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from .changes import Change

# GitHub takes at most 65,536 characters as the text of a pull request.
MAX_CHARACTERS = 60_000

_MAX_END = 100


def text(lines: Iterable[str]) -> str:
    """Return the lines for a terminal, without the marks of headings."""
    return "".join(re.sub(r"^#+ |^\*\*|\*\*$", "", line) + "\n" for line in lines)


def markdown(lines: Iterable[str]) -> str:
    """Return the lines as Markdown of at most `MAX_CHARACTERS`, and the number of those that were cut."""
    left = MAX_CHARACTERS - _MAX_END
    kept: list[str] = []
    cut = 0
    for line in lines:
        left -= len(line) + 1
        if left >= 0:
            kept.append(line)
        else:
            cut += 1
    end = ["", f"… and {cut} more lines; the diff of openapi.yaml shows the rest."] if cut else []
    return "".join(f"{line}\n" for line in [*kept, *end])


def lines(
    python: Sequence[Change], wire: Sequence[Change], prose: int, left_to_do: Sequence[str]
) -> Iterator[str]:
    """Yield the lines of a report in Markdown: breaking changes first, then the others by resource."""
    yield f"**{_headline(python, wire, prose)}**"
    for title, breaking in (("Breaking changes", True), ("New and changed", False)):
        chosen = [change for change in python if change.breaking is breaking]
        told = [change for change in wire if change.breaking] if breaking else []
        if chosen or told:
            yield from ("", f"## {title}")
        for place, group in groupby(chosen, key=lambda change: change.place):
            yield from ("", f"### {place}")
            # "added", "changed", "removed": this order is that of the alphabet.
            yield from (f"- {change.text}" for change in sorted(group, key=lambda change: change.verb))
        if told:
            yield from ("", "### Requests", *_listed(told))
    rest = [*_listed(change for change in wire if not change.breaking)]
    if prose:
        rest.append(
            f"- Texts, examples or extensions (`x-`) differ in {prose} place{'' if prose == 1 else 's'}."
        )
    for title, content in (("In the document", rest), ("Left to do", [f"- {line}" for line in left_to_do])):
        if content:
            yield from ("", f"## {title}", *content)


def _headline(python: Sequence[Change], wire: Sequence[Change], prose: int) -> str:
    breaking = sum(change.breaking for change in (*python, *wire))
    if breaking:
        said = f"{breaking} breaking change{'' if breaking == 1 else 's'}"
        return f"{said}: raise the second number of the version (from 1.0 on, the first)."
    if python or wire:
        return "No breaking change: raise the third number of the version (from 1.0 on, the second)."
    return "Only texts, examples and extensions have changed." if prose else "No change in the API."


def _listed(changes: Iterable[Change]) -> Iterator[str]:
    for place, group in groupby(changes, key=lambda change: change.place):
        texts = [change.text for change in group]
        if len(texts) == 1:
            yield f"- {place}{'' if texts[0].startswith('is ') else ':'} {texts[0]}"
        else:
            yield from (f"- {place}:", *(f"  - {text}" for text in texts))
