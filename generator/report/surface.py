"""The names of generated code that users of the package write, as griffe reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import griffe

from .annotations import members

MODELS = "models"

_POSITIONAL = (griffe.ParameterKind.positional_only, griffe.ParameterKind.positional_or_keyword)


@dataclass(frozen=True, slots=True)
class Name:
    """Something that users can name.

    Attributes:
        kind: Its noun in a report, such as "method", "argument", "field" or "enum".
        thing: The class, function, parameter or attribute in the code.
        type: Its annotation, what a call returns, or the bases of a class; empty where the code does not
            say.
        is_required: Whether a call, or making a model, fails without it.
        position: Where it stands among the arguments that may be passed by position.
        operation: The code of a method's operation.
    """

    kind: str
    thing: griffe.Object | griffe.Parameter
    type: str = ""
    is_required: bool = False
    position: int | None = None
    operation: str = ""

    @property
    def docstring(self) -> str:
        """Its docstring; empty where it has none."""
        found = self.thing.docstring if isinstance(self.thing, griffe.Object) else None
        return found.value if found else ""


class Surface:
    """All names of generated code: `client.sessions.list`, `client.sessions.list(rank)`, `models.User.email`.

    griffe reads the code without importing it. The synchronous resources mirror the asynchronous ones, so
    they are left out.

    Attributes:
        names: Each name by what users write.
        taken: The methods that take each model, or something that holds it.
        returned: The methods that return each model, or something that holds it.
    """

    def __init__(self, generated: Path) -> None:
        found = griffe.load(
            generated.name,
            search_paths=[generated.parent.resolve()],
            try_relative_path=False,
            allow_inspection=False,
            resolve_aliases=True,
        )
        if not isinstance(found, griffe.Module):
            raise TypeError(f"{generated} must be a package")
        self.names = {**dict(_resources(found)), **dict(_models(found[MODELS]))}
        self.taken = self._uses("argument")
        self.returned = self._uses("method")

    def expanded(self, annotation: str) -> str:
        """Return an annotation with each enum written out as its values."""
        return re.sub(r"\w+", lambda word: self._literal(word[0]) or word[0], annotation)

    def without_values(self, annotation: str) -> str:
        """Return an annotation with the same word for every enum."""
        return re.sub(r"\w+", lambda word: "Literal" if self._literal(word[0]) else word[0], annotation)

    def values(self, annotation: str) -> list[str]:
        """Return the values of the enums in an annotation."""
        literals = map(self._literal, re.findall(r"\w+", annotation))
        return [value for literal in literals for value in members(literal)]

    def _literal(self, word: str) -> str:
        name = self.names.get(f"{MODELS}.{word}")
        return name.type if name and name.kind == "enum" else ""

    def _uses(self, kind: str) -> dict[str, list[str]]:
        holds: dict[str, str] = {}
        for label, name in self.names.items():
            if label.startswith(f"{MODELS}."):
                model = label.split(".")[1]
                holds[model] = f"{holds.get(model, '')} {name.type if name.kind != 'enum' else ''}"
        used: dict[str, list[str]] = {}
        for label, name in self.names.items():
            if name.kind == kind:
                method = f"{label.partition('(')[0]}()"
                found: set[str] = set()
                texts = [name.type]
                while texts:
                    new = (set(re.findall(r"\w+", texts.pop())) & holds.keys()) - found
                    found |= new
                    texts += [holds[model] for model in new]
                for model in found:
                    if method not in used.setdefault(model, []):
                        used[model].append(method)
        return used


def _resources(generated: griffe.Module) -> Iterator[tuple[str, Name]]:
    operations = dict(_operations(generated["api"]))
    for resource, attribute in generated["api.Resources"].members.items():
        public = isinstance(attribute, griffe.Attribute) and not resource.startswith("_")
        if public and isinstance(attribute.annotation, griffe.Expr):
            for name, method in generated[_below(attribute.annotation.canonical_path)].members.items():
                if isinstance(method, griffe.Function) and not name.startswith("_"):
                    label = f"client.{resource}.{name}"
                    returned = str(method.returns or "")
                    operation = operations.get(f"{resource}.{name}", "")
                    yield label, Name("method", method, returned, operation=operation)
                    yield from _arguments(label, method)


def _below(path: str) -> str:
    return path.partition(".")[2]


def _operations(api: griffe.Module) -> Iterator[tuple[str, str]]:
    """Yield the code of each operation, by its resource and its method."""
    for member in api.members.values():
        if isinstance(member, griffe.Module):
            yield from _operations(member)
    found = api.members.get("OPERATION")
    if isinstance(found, griffe.Attribute):
        code = str(found.value)
        yield code.partition("name=")[2].partition(",")[0].strip("\"'"), code


def _arguments(label: str, method: griffe.Function) -> Iterator[tuple[str, Name]]:
    for position, each in enumerate(method.parameters):
        if each.name != "self":
            place = position if each.kind in _POSITIONAL else None
            type_ = str(each.annotation or "")
            yield f"{label}({each.name})", Name("argument", each, type_, bool(each.required), place)


def _models(models: griffe.Module) -> Iterator[tuple[str, Name]]:
    for export in models.exports or []:
        label = f"{MODELS}.{export}"
        named = models[str(export)]
        thing = named.final_target if isinstance(named, griffe.Alias) else named
        if isinstance(thing, griffe.Class):
            yield label, Name("class", thing, ", ".join(map(str, thing.bases)))
            for name, member in {**thing.inherited_members, **thing.members}.items():
                field = member.final_target if isinstance(member, griffe.Alias) else member
                if isinstance(field, griffe.Attribute) and not name.startswith("_"):
                    type_ = str(field.annotation or "")
                    yield f"{label}.{name}", Name("field", field, type_, field.value is None)
        elif isinstance(thing, griffe.Attribute):
            yield label, Name("enum", thing, str(thing.value))
