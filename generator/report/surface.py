"""The names of generated code that users of the package write, as griffe reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import griffe

from .annotations import Member, members

MODELS = "models"

_REFERENCE = re.compile(r"^API reference: `([A-Z]+ /[^`\n]*)`", re.MULTILINE)
_DEPRECATED = re.compile(r"^Deprecated by the API\.", re.MULTILINE)
_OPERATION = re.compile(r"from \.(\w+) import OPERATION\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that users write.

    Attributes:
        kind: Its noun in a report.
        label: The whole name: `client.sessions.list()`, `client.sessions.list(rank)`, `User`, `User.email`.
        type: Its annotation, what a call returns, or the values of an enum.
        declaration: What is written of an argument, such as `size: int = 3`, or the type of a field.
        is_required: Whether a call, or making a model, fails without it.
        position: Where it stands among the arguments that may be passed by position.
        stands_for: What stays the same where only the name changes; empty where nothing tells.
        summary: The first line of the docstring.
        marks: The bases of a class. Of a method: `deprecated`, `keyset` where a list is read by creation
            time, `key` where a call is retried.
        parts: The arguments of a method, or the fields of a class.
    """

    kind: Literal["method", "argument", "class", "field", "enum"]
    label: str
    type: str = ""
    declaration: str = ""
    is_required: bool = False
    position: int | None = None
    stands_for: str = ""
    summary: str = ""
    marks: frozenset[str] = frozenset()
    parts: dict[str, Name] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The attribute of the client, or the model: `client.sessions`, `models.User`."""
        if self.label.startswith("client."):
            return self.label.partition("(")[0].rpartition(".")[0]
        return f"{MODELS}.{self.label.partition('.')[0]}"


class Surface:
    """The methods and models of generated code.

    griffe reads the code without importing it. The synchronous resources mirror the asynchronous ones, so
    they are left out.

    Attributes:
        methods: The methods, by label.
        models: The classes and enums, by label.
        uses: The methods by which each place of a model is "taken" and "returned", in whatever holds it.
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
        self.methods = {name.label: name for name in _methods(found)}
        self.models = {name.label: name for name in _models(found[MODELS])}
        self._enums = {name.label: name.type for name in self.models.values() if name.kind == "enum"}
        self.uses: dict[str, dict[str, list[str]]] = {}
        for method in self.methods.values():
            taken = self._held(*(argument.type for argument in method.parts.values()))
            for verb, held in (("taken", taken), ("returned", self._held(method.type))):
                for model in held:
                    self.uses.setdefault(model.place, {}).setdefault(verb, []).append(method.label)

    def members(self, name: Name) -> list[Member]:
        """Return the members of a name's type, with each enum written out."""
        return members(name.type, self._enums)

    def _held(self, *annotations: str) -> list[Name]:
        """Return the models that annotations name, and those that these hold."""
        found: dict[str, Name] = {}
        texts = [*annotations]
        for text in texts:
            for label in set(re.findall(r"\w+", text)) & self.models.keys() - found.keys():
                found[label] = model = self.models[label]
                if model.kind == "class":
                    texts += [*model.marks, *(each.type for each in model.parts.values())]
        return [*found.values()]


def _methods(generated: griffe.Module) -> Iterator[Name]:
    for resource, attribute in generated["api.Resources"].members.items():
        public = isinstance(attribute, griffe.Attribute) and not resource.startswith("_")
        if public and isinstance(attribute.annotation, griffe.Expr):
            path = attribute.annotation.canonical_path.partition(".")[2]
            for name, method in generated[path].members.items():
                if isinstance(method, griffe.Function) and not name.startswith("_"):
                    yield _method(f"client.{resource}.{name}", method)


def _method(call: str, method: griffe.Function) -> Name:
    docstring = method.docstring.value if method.docstring else ""
    reference, module = _REFERENCE.search(docstring), _OPERATION.search(method.source)
    operation = str(method.module[f"{module[1]}.OPERATION"].value) if module else ""
    marks = {part for part in ("keyset", "key") if f"{part}=" in operation}
    marks |= {"deprecated"} if _DEPRECATED.search(docstring) else set()
    # Every method takes `self` and `timeout`.
    arguments = [each for each in method.parameters if each.name not in ("self", "timeout")]
    return Name(
        "method",
        f"{call}()",
        str(method.returns or ""),
        stands_for=reference[1] if reference else "",
        summary=docstring.partition("\n")[0].rstrip("."),
        marks=frozenset(marks),
        parts={each.name: _argument(call, number, each) for number, each in enumerate(arguments)},
    )


def _argument(call: str, number: int, parameter: griffe.Parameter) -> Name:
    by_position = parameter.kind is not griffe.ParameterKind.keyword_only
    default = "" if parameter.required else f" = {parameter.default}"
    return Name(
        "argument",
        f"{call}({parameter.name})",
        str(parameter.annotation or ""),
        declaration=f"{parameter.name}: {parameter.annotation}{default}",
        is_required=parameter.required,
        position=number if by_position else None,
        stands_for=f"{number}: {parameter.annotation}" if by_position else "",
    )


def _models(models: griffe.Module) -> Iterator[Name]:
    for label in map(str, models.exports or []):
        thing = models[label]
        if thing.is_class:
            bases = frozenset(map(str, thing.bases)) - {"Model"}
            yield Name("class", label, marks=bases, parts=dict(_fields(label, thing)))
        else:
            yield Name("enum", label, str(thing.value))


def _fields(label: str, model: griffe.Class) -> Iterator[tuple[str, Name]]:
    for name, member in model.all_members.items():
        found = member.final_target if isinstance(member, griffe.Alias) else member
        if isinstance(found, griffe.Attribute) and not name.startswith("_"):
            annotation, is_required = str(found.annotation or ""), found.value is None
            yield name, Name("field", f"{label}.{name}", annotation, annotation, is_required)
