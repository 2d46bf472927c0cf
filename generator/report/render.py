"""The report as text: for a terminal, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby

from .changes import Change

# GitHub takes at most 65,536 characters as the text of a pull request.
MAX_CHARACTERS = 60_000

_MAX_END = 100


@dataclass(frozen=True, slots=True)
class Report:
    """The differences between two snapshots.

    Attributes:
        python: The changes of the Python API.
        wire: The changes of the document.
        prose: The number of places in the document where only a text or an example differs.
        left_to_do: Lines that say what a maintainer still has to do.
    """

    python: tuple[Change, ...] = ()
    wire: tuple[Change, ...] = ()
    prose: int = 0
    left_to_do: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the report for a terminal, without the marks of headings."""
        return "".join(re.sub(r"^#+ |^\*\*|\*\*$", "", line) + "\n" for line in self._lines())

    def markdown(self) -> str:
        """Return the report as Markdown, short enough for the text of a pull request.

        Its end tells the number of lines that are left out.
        """
        lines = [f"{line}\n" for line in self._lines()]
        kept = sum(size <= MAX_CHARACTERS - _MAX_END for size in accumulate(map(len, lines)))
        cut = len(lines) - kept
        end = f"\n… and {cut} more lines; the diff of openapi.yaml shows the rest.\n" if cut else ""
        return "".join(lines[:kept]) + end

    def _lines(self) -> Iterator[str]:
        breaking = [change for change in (*self.python, *self.wire) if change.breaking]
        yield f"**{self._headline(len(breaking))}**"
        document = [*_listed(change for change in self.wire if not change.breaking)]
        if self.prose:
            places = f"{self.prose} place{'' if self.prose == 1 else 's'}"
            document += ["", f"Texts, examples or extensions (`x-`) differ in {places}."]
        for title, lines in (
            ("Breaking changes", _listed(breaking)),
            ("New and changed", _listed(change for change in self.python if not change.breaking)),
            ("In the document", document),
            ("Left to do", [f"- {line}" for line in self.left_to_do]),
        ):
            if content := [*lines]:
                yield from ("", f"## {title}", *content)

    def _headline(self, breaking: int) -> str:
        if breaking:
            said = f"{breaking} breaking change{'' if breaking == 1 else 's'}"
            return f"{said}: raise the second number of the version (from 1.0 on, the first)."
        if self.python or self.wire:
            return "No breaking change: raise the third number of the version (from 1.0 on, the second)."
        return "Only texts, examples and extensions have changed." if self.prose else "No change in the API."


def _listed(changes: Iterable[Change]) -> Iterator[str]:
    for place, group in groupby(changes, key=lambda change: change.place):
        yield from ("", f"### {place}")
        # "added", "changed", "removed": this order is that of the alphabet.
        yield from (f"- {change.text}" for change in sorted(group, key=lambda change: change.verb))
