"""Changes of the package's Python API, as users feel them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .annotations import Member, refused
from .changes import Change, Verb, code, prose, some
from .surface import MODELS, Name, Surface

_MAX_SIGNATURE = 120
_MAX_DECLARATION = 1_000
_EMPTY = {"None": "`None`", "Unset": "missing (`UNSET`)"}
# Texts of these types must have their form.
_FORMED = ("datetime.datetime", "datetime.date", "UUID")
_NO_BASE = "Type checkers reject code that passes it as one."
# The sentence where a mark appears, and where it goes.
_MARKS = {
    "deprecated": ("is deprecated: it works until the API drops it.", "is no longer deprecated."),
    "keyset": (
        "is read from creation time to creation time now.",
        "is read by page number now, not by creation time: rows may repeat or be missed while it changes.",
    ),
    "key": (
        "sends an idempotency key now, so it is retried.",
        "sends no idempotency key now, so it is not retried where the server may have acted.",
    ),
}


def changes(before: Path, after: Path) -> list[Change]:
    """Return the differences between two folders of generated code: resources first, then models."""
    found = list(_Comparison(Surface(before), Surface(after)).changes())
    return sorted(found, key=lambda change: (change.place.startswith(f"`{MODELS}"), change.place))


class _Comparison:
    def __init__(self, before: Surface, after: Surface) -> None:
        self._before = before
        self._after = after

    def changes(self) -> Iterator[Change]:
        yield from self._compared(self._before.methods, self._after.methods)
        were, are = self._before.models, self._after.models
        yield from self._compared(
            {label: were[label] for label in were if label in are},
            {label: are[label] for label in are if label in were},
        )
        if came := [label for label in are if label not in were]:
            yield Change(code(MODELS), f"New: {some(came, len(came))}.", "added")
        if went := [label for label in were if label not in are]:
            text = f"Removed: {some(went, len(went))}. Importing what is removed fails."
            yield Change(code(MODELS), text, "removed", breaking=True)

    def _compared(self, were: dict[str, Name], are: dict[str, Name]) -> Iterator[Change]:
        """Compare names that are the same, or stand for the same."""
        new = {name.stands_for: key for key, name in are.items() if name.stands_for and key not in were}
        heirs = {key: key if key in are else new.get(name.stands_for) for key, name in were.items()}
        for key, heir in heirs.items():
            if heir is None:
                yield self._removed(were[key])
                continue
            if heir != key:
                text = f"is called {code(heir)} now. Code that uses the old name fails."
                yield self._change(were[key], text, breaking=True)
            yield from self._changed(were[key], are[heir])
            yield from self._compared(were[key].parts, are[heir].parts)
        yield from (self._added(are[key]) for key in are if key not in heirs.values())

    def _change(self, name: Name, text: str, verb: Verb = "changed", *, breaking: bool = False) -> Change:
        uses = ", ".join(f"{used} by {some(methods)}" for used, methods in self._uses(name).items())
        place = code(name.place) + (f" ({uses})" if uses else "")
        return Change(place, f"{code(name.label)} {text}", verb, breaking)

    def _uses(self, name: Name) -> dict[str, list[str]]:
        return self._after.uses.get(name.place) or self._before.uses.get(name.place, {})

    def _directions(self, name: Name) -> tuple[bool, bool]:
        """Return whether callers pass something of this name, and whether they get it."""
        taken = name.kind == "argument" or "taken" in self._uses(name)
        return taken, "returned" in self._uses(name) or not taken

    def _added(self, name: Name) -> Change:
        if name.kind == "method":
            signature, *arguments = _signature(name)
            lines = [f"New: {signature}", f"  {prose(name.summary)} ({code(name.stands_for)})"]
            text = "\n".join([*lines, *(f"  - {argument}" for argument in arguments)])
            return Change(code(name.place), text, "added")
        text = f"is new: {code(name.declaration)}"
        taken, returned = self._directions(name)
        if name.is_required and taken and not returned:
            return self._change(name, f"{text}, required. Code without it fails.", "added", breaking=True)
        own = " Code that makes this model itself must pass it." if name.is_required else ""
        return self._change(name, f"{text}.{own}", "added")

    def _removed(self, name: Name) -> Change:
        request = f" ({code(name.stands_for)})" if name.kind == "method" else ""
        return self._change(name, f"is removed{request}. Code that uses it fails.", "removed", breaking=True)

    def _changed(self, old: Name, new: Name) -> Iterator[Change]:
        if old.kind != new.kind:
            yield self._change(new, f"changes from {old.kind} to {new.kind}.", breaking=True)
            return
        if old.position not in (None, new.position):
            yield self._change(new, "stands at another position. Calls by position fail.", breaking=True)
        for mark in sorted(old.marks ^ new.marks):
            base = f"is a {code(mark)} too now.", f"is no longer a {code(mark)}. {_NO_BASE}"
            text = _MARKS.get(mark, base)[mark not in new.marks]
            yield self._change(new, text, breaking=mark not in _MARKS and mark not in new.marks)
        switched = old.kind == "argument" and old.is_required != new.is_required
        if switched:
            text = "is required now. Code without it fails." if new.is_required else "may be left out."
            yield self._change(new, text, breaking=new.is_required)
        if old.type != new.type:
            were, are = self._before.members(old), self._after.members(new)
            if not (switched and _filled(were) == _filled(are)):
                yield from self._retyped(old, new, were, are)

    def _retyped(self, old: Name, new: Name, were: list[Member], are: list[Member]) -> Iterator[Change]:
        taken, returned = self._directions(new)
        came, went = refused(are, were), refused(were, are)
        text = f"{'returns' if new.kind == 'method' else 'is'} {code(new.type)} now, not {code(old.type)}."
        if new.kind == "enum" or ((came or went) and all(member.kind for member in (*came, *went))):
            subject = "" if new.kind == "enum" else f"{text} It "
            if came:
                told = f"{subject}gains {_listed(came)}."
                told += " Before, arguments refused that." if taken else ""
                told += " Not breaking in responses, which are read with any value." if returned else ""
                yield self._change(new, told, "added")
            if went:
                told = f"{subject}loses {_listed(went)}."
                told += " Arguments refuse that now." if taken else ""
                told += " Type checkers reject code that compares with it." if returned else ""
                yield self._change(new, told, "removed", breaking=True)
            return
        is_refused = taken and bool(went or any(member.type in _FORMED for member in came))
        if taken:
            text += " It refuses what it took before." if is_refused else " It takes all that it took before."
        if returned:
            text += f" {_meaning(came, went)}"
        yield self._change(new, text, breaking=is_refused or (returned and bool(came)))


def _listed(values: list[Member]) -> str:
    return some([value.type for value in values], len(values))


def _filled(members: list[Member]) -> set[Member]:
    return {member for member in members if member.type not in _EMPTY}


def _meaning(came: list[Member], went: list[Member]) -> str:
    if not came:
        return "Code that handles the old type handles this one."
    if not went and {member.type for member in came} <= _EMPTY.keys():
        states = " or ".join(_EMPTY[member.type] for member in came)
        return f"It may be {states}. Code that does not expect that can fail, and type checkers reject it."
    return "Code may get another type. Where it does not expect that, type checkers reject it."


def _signature(method: Name) -> list[str]:
    """Return a signature as code. Where it is long, the arguments that are passed by name follow it."""
    first = [each.declaration for each in method.parts.values() if each.position is not None]
    named = [each.declaration for each in method.parts.values() if each.position is None]
    whole, short = (
        f"{method.label[:-1]}{', '.join([*first, *shown])}) -> {method.type}"
        for shown in (["*", *named] if named else [], ["*", "…"])
    )
    lines = [short, *named] if named and len(whole) > _MAX_SIGNATURE else [whole]
    return [code(line, _MAX_DECLARATION) for line in lines]
