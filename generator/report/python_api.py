"""Changes of the package's Python API, as users feel them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import griffe

from .annotations import covers, members
from .changes import Change, Verb, code, prose, some
from .surface import MODELS, Name, Surface

_MAX_SIGNATURE = 120
_MAX_DECLARATION = 1_000
_EMPTY = {"None": "`None`", "Unset": "missing (`UNSET`)"}
# Texts of these types must have their form.
_FORMED = re.compile(r"datetime\.datetime|datetime\.date|UUID")
# What users feel of a part of `Operation(...)` that appears, and of one that goes.
_PARTS = {
    "keyset": (
        "is read from creation time to creation time now.",
        "is read by page number now, not by creation time: rows may repeat or be missed while it changes.",
    ),
    "key": (
        "sends an idempotency key now, so it is retried.",
        "sends no idempotency key now, so it is not retried where the server may have acted.",
    ),
}
_DEPRECATED = re.compile(r"^Deprecated by the API\.", re.MULTILINE)
_LOSS = {
    "argument": "Calls that pass it fail.",
    "class": "Importing it fails.",
    "field": "Code that reads it fails.",
}

Names = dict[str, Name]


def changes(before: Path, after: Path) -> list[Change]:
    """Return the differences between two folders of generated code: resources first, then models."""
    found = list(_Comparison(Surface(before), Surface(after)).changes())
    return sorted(found, key=lambda change: (change.place.startswith(f"`{MODELS}"), change.place))


class _Comparison:
    def __init__(self, before: Surface, after: Surface) -> None:
        self._before = before
        self._after = after
        # Users have no need of models that no method takes or returns.
        self._used = before.taken.keys() | before.returned.keys() | after.taken.keys() | after.returned.keys()

    def changes(self) -> Iterator[Change]:
        were, are = self._told(self._before), self._told(self._after)
        for old, new in _moved(were, are).items():
            text = f"is called {code(new + '()')} now{_operation(are[new])}. Calls by the old name fail."
            yield self._change(old, text, breaking=True)
            were = {_renamed(label, old, new): name for label, name in were.items()}
        went = {label: were[label] for label in were if label not in are and _is_told(label, were, are)}
        came = {label: are[label] for label in are if label not in were and _is_told(label, are, were)}
        for label in [label for label in are if label in were]:
            yield from self._changed(label, were[label], are[label])
        for old, new in _at_the_place_of(went, came):
            text = f"is called {code(_last(new))} now. Calls that name it fail."
            yield self._change(old, text, breaking=True)
            del went[old], came[new]
        if models := [label for label in came if _is_model(label)]:
            yield Change(code(MODELS), f"New: {_listed(models)}.", "added")
        if models := [label for label in went if _is_model(label)]:
            text = f"Removed: {_listed(models)}. Importing what is removed fails."
            yield Change(code(MODELS), text, "removed", breaking=True)
        for label in [label for label in came if not _is_model(label)]:
            yield self._added(label, came[label])
        for label in [label for label in went if not _is_model(label)]:
            text = f"is removed{_operation(went[label])}. {_LOSS.get(went[label].kind, 'Calls fail.')}"
            if heir := _heir(label, went, came):
                text += f" {code(_last(heir))}, which is new, may be the new name."
            yield self._change(label, text, "removed", breaking=True)

    def _told(self, surface: Surface) -> Names:
        return {
            label: name
            for label, name in surface.names.items()
            if not label.startswith(f"{MODELS}.") or label.split(".")[1] in self._used
        }

    def _change(self, label: str, text: str, verb: Verb = "changed", *, breaking: bool) -> Change:
        name = self._after.names.get(label) or self._before.names[label]
        call = "()" if isinstance(name.thing, griffe.Function) else ""
        shown = code(label.removeprefix(f"{MODELS}.") + call)
        return Change(self._place(label), f"{shown} {text}", verb, breaking)

    def _place(self, label: str) -> str:
        """Return the heading for a name: its resource, or its model with the methods that use it."""
        if label.startswith("client."):
            return code(label.partition("(")[0].rpartition(".")[0])
        model = label.split(".")[1]
        taken = self._after.taken.get(model) or self._before.taken.get(model)
        returned = self._after.returned.get(model) or self._before.returned.get(model)
        uses = [f"taken by {some(taken)}"] if taken else []
        uses += [f"returned by {some(returned)}"] if returned else []
        return code(f"{MODELS}.{model}") + (f" ({', '.join(uses)})" if uses else "")

    def _directions(self, label: str, name: Name) -> tuple[bool, bool]:
        """Whether callers pass something of this name, and whether they get it."""
        model = label.split(".")[1] if label.startswith(f"{MODELS}.") else ""
        taken = name.kind == "argument" or model in self._after.taken
        return taken, model in self._after.returned or not taken

    def _added(self, label: str, name: Name) -> Change:
        taken, returned = self._directions(label, name)
        if isinstance(name.thing, griffe.Function):
            summary = prose(name.docstring.partition("\n")[0].rstrip("."))
            signature, *arguments = _signature(label, name.thing)
            lines = [f"New: {signature}", f"  {summary}{_operation(name)}"]
            text = "\n".join([*lines, *(f"  - {argument}" for argument in arguments)])
            return Change(self._place(label), text, "added")
        if isinstance(name.thing, griffe.Parameter):
            text = f"is a new argument: {code(_declaration(name.thing))}"
        else:
            text = f"is new: {code(name.type)}"
        if taken and not returned and name.is_required:
            return self._change(label, f"{text}, required. Code without it fails.", "added", breaking=True)
        own = " Code that makes this model itself must pass it." if name.is_required else ""
        return self._change(label, f"{text}.{own}", "added", breaking=False)

    def _changed(self, label: str, old: Name, new: Name) -> Iterator[Change]:
        if old.kind != new.kind:
            yield self._change(label, f"changes from {old.kind} to {new.kind}.", breaking=True)
            return
        if _DEPRECATED.search(new.docstring) and not _DEPRECATED.search(old.docstring):
            text = f"is deprecated{_operation(new)}: it works until the API drops it."
            yield self._change(label, text, breaking=False)
        switched = old.kind == "argument" and old.is_required != new.is_required
        if switched:
            text = "is required now. Code without it fails." if new.is_required else "may be left out."
            yield self._change(label, text, breaking=new.is_required)
        if old.position not in (None, new.position):
            text = "stands at another position. Calls by position fail."
            yield self._change(label, text, breaking=True)
        for part, (came, went) in _PARTS.items():
            had, has = (f"{part}=" in name.operation for name in (old, new))
            if had != has:
                yield self._change(label, came if has else went, breaking=False)
        if old.kind == "class":
            yield from self._based(label, old.type.split(", "), new.type.split(", "))
        elif old.kind == "enum":
            yield from self._values(label, "", members(old.type), members(new.type))
        elif old.type != new.type and not (switched and _filled(old.type) == _filled(new.type)):
            yield from self._retyped(label, old, new)

    def _based(self, label: str, were: list[str], are: list[str]) -> Iterator[Change]:
        for base in [base for base in were if base not in are and base != "Model"]:
            text = f"is no longer a {code(base)}. Type checkers reject code that passes it as one."
            yield self._change(label, text, breaking=True)
        for base in [base for base in are if base not in were and base != "Model"]:
            yield self._change(label, f"is a {code(base)} too now.", breaking=False)

    def _retyped(self, label: str, old: Name, new: Name) -> Iterator[Change]:
        taken, returned = self._directions(label, new)
        verb = "returns" if isinstance(new.thing, griffe.Function) else "is"
        text = f"{verb} {code(new.type)} now, not {code(old.type)}."
        if self._before.without_values(old.type) == self._after.without_values(new.type):
            were, are = self._before.values(old.type), self._after.values(new.type)
            if set(were) == set(are):
                yield self._change(label, f"{text} Its values are the same.", breaking=False)
            yield from self._values(label, f"{text} It ", were, are)
            return
        before, after = self._before.expanded(old.type), self._after.expanded(new.type)
        is_wider, is_narrower = covers(after, before), covers(before, after)
        is_wider = is_wider and {*_FORMED.findall(before)} >= {*_FORMED.findall(after)}
        if taken:
            text += " It takes all that it took before." if is_wider else " It refuses what it took before."
        if returned:
            text += f" {_meaning(before, after, is_narrower)}"
        yield self._change(label, text, breaking=(taken and not is_wider) or (returned and not is_narrower))

    def _values(self, label: str, beginning: str, were: list[str], are: list[str]) -> Iterator[Change]:
        """Tell the values of an enum, or of something whose types differ in nothing else."""
        taken, returned = self._directions(label, self._after.names[label])
        if came := [value for value in are if value not in were]:
            text = f"{beginning}gains {some(came, len(came))}."
            text += " Before, arguments refused that." if taken else ""
            text += " Not breaking in responses, which are read with any value." if returned else ""
            yield self._change(label, text, "added", breaking=False)
        if went := [value for value in were if value not in are]:
            text = f"{beginning}loses {some(went, len(went))}."
            text += " Arguments refuse that now." if taken else ""
            text += " Type checkers reject code that compares with it." if returned else ""
            yield self._change(label, text, "removed", breaking=True)


def _is_told(label: str, names: Names, others: Names) -> bool:
    """Whether a name is told of by itself, and not with the class or method that holds it."""
    holder = _holder(label)
    return holder not in names or holder in others


def _holder(label: str) -> str:
    return label.partition("(")[0] if "(" in label else label.rpartition(".")[0]


def _last(label: str) -> str:
    """Return the name of an argument or a field without that of its holder."""
    return label.removeprefix(_holder(label)).strip("(.)")


def _is_model(label: str) -> bool:
    return label.startswith(f"{MODELS}.") and label.count(".") == 1


def _listed(models: list[str]) -> str:
    return some([label.removeprefix(f"{MODELS}.") for label in models], len(models))


def _moved(were: Names, are: Names) -> dict[str, str]:
    """Return the methods that have another name for the same operation."""
    new = {_operation(are[label]): label for label in are if label not in were and _operation(are[label])}
    old = [label for label in were if label not in are]
    return {label: new[_operation(were[label])] for label in old if _operation(were[label]) in new}


def _renamed(label: str, old: str, new: str) -> str:
    return new + label.removeprefix(old) if label.partition("(")[0] == old else label


def _at_the_place_of(went: Names, came: Names) -> list[tuple[str, str]]:
    """Return the arguments that have another name, with the same type at the same position."""
    return [
        (old, new)
        for old, one in went.items()
        for new, other in came.items()
        if _holder(old) == _holder(new) and one.position is not None
        if (one.position, one.type) == (other.position, other.type)
    ]


def _heir(label: str, went: Names, came: Names) -> str | None:
    """Return the one new name that may stand for one that went: beside it, and of the same type."""
    old, new = (
        [
            other
            for other, name in names.items()
            if _holder(other) == _holder(label) and _filled(name.type) == _filled(went[label].type)
        ]
        for names in (went, came)
    )
    return new[0] if len(new) == len(old) == 1 else None


def _operation(name: Name) -> str:
    """Return the operation that the docstring of a method names as its reference."""
    text = name.docstring if name.kind == "method" else ""
    found = re.search(r"^API reference: `([A-Z]+ /[^`\n]*)`", text, re.MULTILINE)
    return f" ({code(found[1])})" if found else ""


def _filled(annotation: str) -> set[str]:
    return set(members(annotation)) - _EMPTY.keys()


def _meaning(before: str, after: str, is_narrower: bool) -> str:
    if is_narrower:
        return "Code that handles the old type handles this one."
    were, are = set(members(before)), set(members(after))
    if were < are and are - were <= _EMPTY.keys():
        states = " or ".join(_EMPTY[state] for state in sorted(are - were))
        return f"It may be {states}. Code that does not expect that can fail, and type checkers reject it."
    return "Code may get another type. Where it does not expect that, type checkers reject it."


def _declaration(parameter: griffe.Parameter) -> str:
    default = "" if parameter.required else f" = {parameter.default}"
    return f"{parameter.name}: {parameter.annotation}{default}"


def _signature(label: str, method: griffe.Function) -> list[str]:
    """Return a signature as code, without the arguments that every method takes.

    In a long one, the arguments that are passed by name follow it.
    """
    taken = [each for each in method.parameters if each.name not in ("self", "timeout")]
    named = [_declaration(each) for each in taken if each.kind is griffe.ParameterKind.keyword_only]
    first = [_declaration(each) for each in taken if each.kind is not griffe.ParameterKind.keyword_only]
    whole, short = (
        f"{label}({', '.join([*first, *shown])}) -> {method.returns}"
        for shown in (["*", *named] if named else [], ["*", "…"])
    )
    lines = [short, *named] if named and len(whole) > _MAX_SIGNATURE else [whole]
    return [code(line, _MAX_DECLARATION) for line in lines]
