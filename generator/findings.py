"""Collect what a comparison of two documents finds, each change with its place and by its rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from .changes import Change, Role, Rule, Verb, both, verb_of
from .document.compare import ABSENT, Path, Value, leaves, same

TEXT = Rule("only documentation")
DEPRECATED = Rule("it works until the API drops it, and its docstring says so")
NO_LONGER_DEPRECATED = Rule("it stays")
ORDER = Rule("the order has no meaning")
COMPONENT = Rule("it matters only where it is used")
FORM = Rule("it is written in another way and says the same")
REFERENCE = Rule("it refers to something else, whose content is compared")
EXTENSION = Rule("it is an extension, which the package does not read")
UNKNOWN = both("no rule knows what this means for users; read it in the document")

_TEXTS = ("description", "summary", "title")
_OF_TEXTS = ("example", "examples", "externalDocs")


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the document, what it is for those who reach it, and which operations these are."""

    place: str
    roles: frozenset[Role]
    reach: tuple[str, ...] = ()

    def field(self, name: str) -> Where:
        dot = "" if self.place.endswith(" ") else "."
        return replace(self, place=f"{self.place}{dot}{name}")

    def items(self) -> Where:
        return replace(self, place=f"{self.place}[]")

    def also(self, label: str) -> Where:
        return replace(self, place=f"{self.place.rstrip()} {label}")


class Findings:
    """The changes so far, in the order in which they were found."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def add(
        self,
        where: Where,
        rule: Rule,
        kind: str,
        old: Value = ABSENT,
        new: Value = ABSENT,
        *,
        verb: Verb | None = None,
    ) -> None:
        """Add a change; whether it came or went is told by the value that is absent, unless it is said."""
        breaking, reason = rule.judge(where.roles)
        place, said = where.place.rstrip(), verb or verb_of(old, new)
        self.changes.append(Change(kind, place, said, breaking, reason, old, new, where.reach))

    def rest(self, where: Where, old: Value, new: Value, rule: Rule = UNKNOWN, path: Path = ()) -> None:
        """Add all that differs between two parts of the documents that no rule knows."""
        for keys, before, after in leaves(old, new, path):
            names = [str(key) for key in keys]
            name = ".".join(names) or "value"
            if any(key.startswith("x-") for key in names):
                self.add(where, EXTENSION, name, before, after)
            elif names and (names[-1] in _TEXTS or any(key in _OF_TEXTS for key in names)):
                self.add(where, TEXT, name, before, after)
            elif names and names[-1] == "deprecated":
                self._deprecation(where, name, before is True, after is True)
            else:
                self.add(where, rule, name, before, after)

    def _deprecation(self, where: Where, name: str, before: bool, after: bool) -> None:
        kind = f"{name.removesuffix('deprecated')}deprecation"
        if before == after:
            self.add(where, FORM, kind, verb="changed")
        elif after:
            self.add(where, DEPRECATED, kind, verb="came")
        else:
            self.add(where, NO_LONGER_DEPRECATED, kind, verb="went")

    @contextmanager
    def accounted(self, where: Where, old: Value, new: Value, rule: Rule = FORM) -> Iterator[None]:
        """Add a change of form where two parts differ and no rule within found what it is."""
        known = len(self.changes)
        yield
        if len(self.changes) == known and not same(old, new):
            self.add(where, rule, "form", verb="changed")
