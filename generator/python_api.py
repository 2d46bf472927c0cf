"""Compare the package's Python API, as users write it, with what it was: names, arguments, types.

griffe finds what is gone or is called in another way; it does not compare types, nor tell what came,
so that is done here. Both read the code and import nothing. Models count as what answers are: that
their constructors take more is no change for a reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import griffe

from .annotations import covers, literal_values
from .changes import Change, Verb
from .keywords import FIELD_CAME, FIELD_WENT, VALUE_CAME, VALUE_WENT

PACKAGE = "exec_api_client"
CLIENT = "AsyncExecClient"


@dataclass(frozen=True, slots=True)
class Name:
    """Something that users of the package can name.

    Attributes:
        kind: What it is called in a report.
        path: Where the code has it, which is what griffe calls it.
        type: Its annotation, or what a call of it gives; empty where the code does not say.
        taken: Whether callers pass it; otherwise they get it.
        values: The values, where it stands for a `Literal`.
    """

    kind: str
    path: str
    type: str = ""
    taken: bool = False
    values: frozenset[object] | None = None


Names = Mapping[str, Name]


def changes(old: Path, new: Path, package: str = PACKAGE) -> list[Change]:
    """What differs for users between the package in the folder `old` and the one in `new`."""
    before, after = _load(old.resolve(), package), _load(new.resolve(), package)
    were, are = dict(_names(before)), dict(_names(after))
    found: dict[tuple[str, str, str], Change] = {}
    for change in (*_breakages(before, after, {**were, **are}), *_others(were, are)):
        value = f" {change.old!r} {change.new!r}" if change.kind == "value" else ""
        found.setdefault((change.place + value, change.kind, change.verb), change)
    return list(found.values())


def _load(folder: Path, package: str) -> griffe.Module:
    # Not the package of that name where this runs, which griffe would look for first.
    loaded = griffe.load(
        package, search_paths=[folder], try_relative_path=False, allow_inspection=False, resolve_aliases=True
    )
    if not isinstance(loaded, griffe.Module):
        raise TypeError(f"{package} in {folder} is no package")
    return loaded


# --- what there is


def _names(package: griffe.Module) -> Iterator[tuple[str, Name]]:
    """All that users can name, by what they write for it."""
    for export in package.exports or []:
        yield from _described(package[str(export)], str(export))
    for name, member in package[CLIENT].all_members.items():
        resource = _generated_class(member, package)
        if resource is not None:
            yield f"client.{name}", Name("attribute", member.canonical_path)
            yield from _members(resource, f"client.{name}")
    models = package["generated.models"]
    for export in models.exports or []:
        yield from _described(models[str(export)], f"models.{export}")
    for name, part in _parts(package):
        for export in part.exports or [] if name != "generated" else []:
            yield from _described(part[str(export)], f"{name}.{export}")


def _parts(package: griffe.Module) -> list[tuple[str, griffe.Module]]:
    """The packages within it, of whose modules users see what the package exports and no more."""
    return [(name, module) for name, module in package.modules.items() if module.is_subpackage]


def _generated_class(member: griffe.Object | griffe.Alias, package: griffe.Module) -> griffe.Class | None:
    """The class of a resource, where a member of the client is one."""
    attribute = member.final_target if isinstance(member, griffe.Alias) else member
    if not (isinstance(attribute, griffe.Attribute) and isinstance(attribute.annotation, griffe.Expr)):
        return None
    path = attribute.annotation.canonical_path.removeprefix(f"{package.path}.")
    found = package[path] if path.startswith("generated.") else None
    return found if isinstance(found, griffe.Class) else None


def _described(named: griffe.Object | griffe.Alias, label: str) -> Iterator[tuple[str, Name]]:
    thing = named.final_target if isinstance(named, griffe.Alias) else named
    if isinstance(thing, griffe.Class):
        yield label, Name("class", thing.path)
        yield from _members(thing, label)
    elif isinstance(thing, griffe.Function):
        gives = str(thing.returns or "")
        gives = f"Awaitable[{gives}]" if gives and "async" in thing.labels else gives
        yield label, Name("method" if "." in label else "function", thing.path, gives)
        for parameter in thing.parameters:
            if parameter.name != "self":
                argument = Name("argument", thing.path, str(parameter.annotation or ""), taken=True)
                yield f"{label}({parameter.name})", argument
    elif isinstance(thing, griffe.Attribute):
        # A model that is not a class is another name for a type.
        alias = str(thing.value) if label.count(".") == 1 and label.startswith("models.") else ""
        values = literal_values(alias) if alias else None
        said = str(thing.annotation or alias)
        yield label, Name("enum" if values else "field", thing.path, said, values=values)


def _members(thing: griffe.Class, label: str) -> Iterator[tuple[str, Name]]:
    for name, member in thing.members.items():
        if not name.startswith("_") and member.is_public:
            yield from _described(member, f"{label}.{name}")


# --- what griffe finds

_FOUND: dict[griffe.BreakageKind, tuple[Verb, str]] = {
    griffe.BreakageKind.PARAMETER_MOVED: ("changed", "it stands at another position"),
    griffe.BreakageKind.PARAMETER_REMOVED: ("went", FIELD_WENT.request),
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: ("changed", "it is passed in another way"),
    griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: ("changed", "a call without it does something else"),
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: ("changed", "a call without it fails"),
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: ("came", "a call without it fails"),
    griffe.BreakageKind.OBJECT_REMOVED: ("went", "code that names it fails"),
    griffe.BreakageKind.OBJECT_CHANGED_KIND: ("changed", "it is another kind of thing"),
    griffe.BreakageKind.CLASS_REMOVED_BASE: ("changed", "it no longer has a base class that it had"),
}


def _breakages(before: griffe.Module, after: griffe.Module, names: Names) -> Iterator[Change]:
    labels = {name.path: label for label, name in names.items() if name.kind != "argument"}
    parts = tuple(f"{part.path}." for _, part in _parts(before))
    for breakage in griffe.find_breaking_changes(before, after):
        path = breakage.obj.canonical_path
        if path not in labels and path.startswith(parts):
            continue  # what users reach through the client, the models or an export
        label = labels.get(path, path.removeprefix(f"{before.path}."))
        known = names.get(label)
        kind = known.kind if known else breakage.obj.kind.value
        parameter = breakage.old_value or breakage.new_value
        if isinstance(parameter, griffe.Parameter):
            label, kind = f"{label}({parameter.name})", "argument"
        verb, reason = _FOUND.get(breakage.kind, ("changed", breakage.kind.value.lower()))
        yield Change(kind, label, verb, True, reason)


# --- what griffe leaves to others


def _others(were: Names, are: Names) -> Iterator[Change]:
    values = {
        label.removeprefix("models."): name.values
        for label, name in {**were, **are}.items()
        if name.values is not None
    }
    for label, name in were.items():
        if label not in are and not _included(label, were, are):
            reason = FIELD_WENT.request if name.taken else "code that names it fails"
            yield Change(name.kind, label, "went", True, reason)
    for label, name in are.items():
        if label not in were and not _included(label, are, were):
            yield Change(name.kind, label, "came", False, FIELD_CAME.otherwise)
        elif label in were:
            yield from _retyped(label, were[label], name, values)
            yield from _revalued(label, were[label].values, name.values)


def _included(label: str, names: Names, others: Names) -> bool:
    """Whether what it is a part of is not among the others either, which says enough.

    An attribute of the client does not say which methods it has.
    """
    holder = label.partition("(")[0] if "(" in label else label.rpartition(".")[0]
    return holder in names and holder not in others and names[holder].kind != "attribute"


def _retyped(label: str, old: Name, new: Name, values: Mapping[str, frozenset[object]]) -> Iterator[Change]:
    if old.type == new.type or (old.values and new.values):
        return
    known = bool(old.type and new.type)
    if new.taken:
        fits = known and covers(new.type, old.type, values)
        reason = "callers may pass more types" if fits else "a type checker refuses what it accepted before"
    else:
        fits = known and covers(old.type, new.type, values)
        reason = "only types that it could have before" if fits else "code may get a value of another type"
    yield Change(f"type of {old.kind}", label, "changed", not fits, reason, old.type, new.type)


def _revalued(label: str, old: frozenset[object] | None, new: frozenset[object] | None) -> Iterator[Change]:
    if old is None or new is None:
        return
    for value in sorted(old - new, key=repr):
        yield Change("value", label, "went", True, VALUE_WENT.answer, old=str(value))
    for value in sorted(new - old, key=repr):
        yield Change("value", label, "came", False, VALUE_CAME.otherwise, new=str(value))
