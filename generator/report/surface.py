"""The names of a package that its users can write, as griffe reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import griffe

PACKAGE = "exec_api_client"
CLIENT = "AsyncExecClient"
MODELS = "models"

_POSITIONAL = (griffe.ParameterKind.positional_only, griffe.ParameterKind.positional_or_keyword)


@dataclass(frozen=True, slots=True)
class Name:
    """Something that users can name.

    Attributes:
        kind: Its noun in a report, such as "method", "argument", "field" or "enum".
        thing: The class, function, parameter or attribute in the code.
        type: Its annotation, or what a call returns; empty where the code does not say.
        is_required: Whether a call, or making a model, fails without it.
        position: Where it stands among the arguments that may be passed by position.
    """

    kind: str
    thing: griffe.Object | griffe.Parameter
    type: str = ""
    is_required: bool = False
    position: int | None = None


class Surface:
    """All names of a package: `client.sessions.list`, `client.sessions.list(rank)`, `models.User.email`.

    griffe reads the code without importing it.
    The synchronous client mirrors the asynchronous one, so it is left out.

    Attributes:
        names: Each name by what users write.
        taken: The methods that take each model, or something that holds it.
        returned: The methods that return each model, or something that holds it.
    """

    def __init__(self, folder: Path) -> None:
        # From a relative path, griffe would read the package of that name in the working directory.
        search = [folder.resolve()]
        found = griffe.load(
            PACKAGE,
            search_paths=search,
            try_relative_path=False,
            allow_inspection=False,
            resolve_aliases=True,
        )
        if not isinstance(found, griffe.Module):
            raise TypeError(f"{PACKAGE} in {folder} must be a package")
        self.names = dict(_names(found))
        self.taken = self._uses("argument")
        self.returned = self._uses("method", "async method")

    def expanded(self, annotation: str) -> str:
        """Return the annotation with each enum written out as its values."""

        def values(word: re.Match[str]) -> str:
            name = self.names.get(f"{MODELS}.{word[0]}")
            return name.type if name and name.kind == "enum" else word[0]

        return re.sub(r"\b\w+\b", values, annotation)

    def _uses(self, *kinds: str) -> dict[str, list[str]]:
        holds: dict[str, str] = {}
        for label, name in self.names.items():
            if label.startswith(f"{MODELS}."):
                model = label.split(".")[1]
                holds[model] = f"{holds.get(model, '')} {name.type if name.kind != 'enum' else ''}"
        used: dict[str, list[str]] = {}
        for label, name in self.names.items():
            if label.startswith("client.") and name.kind in kinds:
                found: set[str] = set()
                texts = [name.type]
                while texts:
                    new = (set(re.findall(r"\w+", texts.pop())) & holds.keys()) - found
                    found |= new
                    texts += [holds[model] for model in new]
                for model in found:
                    methods = used.setdefault(model, [])
                    method = f"{label.partition('(')[0]}()"
                    methods += [] if method in methods else [method]
        return used


def _names(package: griffe.Module) -> Iterator[tuple[str, Name]]:
    for name, member in package[CLIENT].all_members.items():
        if resource := _resource(member, package):
            yield from _members(resource, f"client.{name}")
    exporters = {"": package, f"{MODELS}.": package.modules["generated"].modules["models"]}
    for name, part in package.modules.items():
        if part.is_subpackage and name != "generated" and not name.startswith("_"):
            exporters[f"{name}."] = part
    for prefix, module in exporters.items():
        for export in module.exports or []:
            yield from _described(module[str(export)], f"{prefix}{export}")


def _resource(member: griffe.Object | griffe.Alias, package: griffe.Module) -> griffe.Class | None:
    """Return the class of a resource if this member of the client is one."""
    thing = member.final_target if isinstance(member, griffe.Alias) else member
    if not (isinstance(thing, griffe.Attribute) and isinstance(thing.annotation, griffe.Expr)):
        return None
    path = thing.annotation.canonical_path.removeprefix(f"{package.path}.")
    found = package[path] if path.startswith("generated.") else None
    return found if isinstance(found, griffe.Class) else None


def _described(named: griffe.Object | griffe.Alias, label: str) -> Iterator[tuple[str, Name]]:
    thing = named.final_target if isinstance(named, griffe.Alias) else named
    if isinstance(thing, griffe.Class):
        yield label, Name("class", thing)
        yield from _members(thing, label)
    elif isinstance(thing, griffe.Function):
        kind = "method" if "." in label else "function"
        kind = f"async {kind}" if "async" in thing.labels else kind
        yield label, Name(kind, thing, str(thing.returns or ""))
        for position, each in enumerate(thing.parameters):
            if each.name != "self":
                place = position if each.kind in _POSITIONAL else None
                type_ = str(each.annotation or "")
                yield f"{label}({each.name})", Name("argument", each, type_, bool(each.required), place)
    elif isinstance(thing, griffe.Attribute):
        if label.startswith(f"{MODELS}.") and label.count(".") == 1:
            kind = "enum" if str(thing.value).startswith("Literal[") else "type"
            yield label, Name(kind, thing, str(thing.value))
        else:
            yield label, Name("field", thing, str(thing.annotation or ""), thing.value is None)


def _members(owner: griffe.Class, label: str) -> Iterator[tuple[str, Name]]:
    # Models inherit fields from models. What others inherit is told where it stands.
    inherited = owner.inherited_members.items() if label.startswith(f"{MODELS}.") else ()
    fields = {name: member for name, member in inherited if ".generated." in member.final_target.path}
    for name, member in {**fields, **owner.members}.items():
        if not name.startswith("_") and member.is_public:
            yield from _described(member, f"{label}.{name}")
