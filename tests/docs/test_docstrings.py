"""Every public name is documented: by rule, so that what is added is held to it as well.

Public are the names of the package, of its synchronous twin and of its sandbox, the resources and the
models, and of all these classes the members without an underscore. What is documented says so in its own
docstring, in that of what it overrides, or under `Attributes:` or `Args:` of its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import griffe
import pytest

from tests.fakes import ROOT

PACKAGE = "exec_api_client"
SANDBOX = f"{PACKAGE}.sandbox"
RESOURCES = f"{PACKAGE}.generated.api"
MODELS = f"{PACKAGE}.generated.models"
SECTIONS = (griffe.DocstringSectionParameters, griffe.DocstringSectionAttributes)

LOADED: Any = griffe.load(PACKAGE, search_paths=[ROOT], try_relative_path=False, resolve_aliases=True)


def below(path: str) -> Any:
    return LOADED[path.removeprefix(f"{PACKAGE}.")] if path != PACKAGE else LOADED


def real(named: Any) -> Any:
    return named.final_target if named.is_alias else named


def exported(path: str) -> dict[str, Any]:
    """What a module lists in its `__all__`."""
    return {f"{path}.{name}": real(below(path)[name]) for name in below(path).exports}


def resources() -> dict[str, Any]:
    """The class of each resource, and the one that holds them all."""
    modules = [below(RESOURCES), *(module for module in below(RESOURCES).modules.values())]
    return {
        found.path: found for module in modules for found in module.classes.values() if not found.is_alias
    }


PUBLIC = {**exported(PACKAGE), **exported(f"{PACKAGE}.sync"), **resources(), **exported(MODELS)}
BOX = {path: found for path, found in exported(SANDBOX).items() if not path.rpartition(".")[2].isupper()}


def documented(found: Any) -> set[str]:
    """Return the names under `Attributes:` and `Args:`, also of the docstring that another one refers to."""
    if found.docstring is None:
        return set()
    if same := re.match(r"As `(\w+)\.(\w+)`", found.docstring.value):
        return documented(real(real(LOADED[same[1]])[same[2]]))
    sections = found.docstring.parse("google", warnings=False)
    listed = (item.name for section in sections if isinstance(section, SECTIONS) for item in section.value)
    # The sandbox gives what belongs together in one line.
    return {name.strip() for names in listed for name in names.split(",")}


def lineage(found: Any) -> list[Any]:
    """A class and those that it is made from, as far as they are of the same package."""
    return [found, *(real(base) for base in found.mro())]


def members(found: Any) -> dict[str, Any]:
    """The public members of a class, those of its bases included."""
    every = [each.members for each in reversed(lineage(found))]
    return {name: real(member) for held in every for name, member in held.items() if not name.startswith("_")}


def is_value(found: Any) -> bool:
    """Whether a name is that of a value, such as `UNSET`, and not another name for a type."""
    return found.is_attribute and not str(found.value).startswith("Literal[")


def is_field(member: Any) -> bool:
    return member.is_attribute and "property" not in member.labels


def undocumented(public: dict[str, Any], *, fields: bool = True) -> Iterator[str]:
    """The paths of public names that no docstring tells of."""
    for path, found in public.items():
        if is_value(found):
            continue  # a value is documented by its class
        if found.docstring is None:
            yield path
        if found.is_class:
            family = lineage(found)
            listed = {name for each in family for name in documented(each)}
            for name, member in members(found).items():
                if is_field(member) and (not fields or "enum" in str(found.bases)):
                    continue
                own = [real(each.members[name]) for each in family if name in each.members]
                if name not in listed and not any(one.docstring for one in own):
                    yield f"{path}.{name}"


def incomplete(public: dict[str, Any]) -> Iterator[str]:
    """The paths of arguments that a docstring leaves out."""
    for path, found in public.items():
        functions = {path: found} if found.is_function else {}
        if found.is_class:
            functions = {f"{path}.{name}": real(member) for name, member in found.members.items()}
            if "__init__" in found.members and has_arguments(found):
                missing = arguments(found.members["__init__"]) - documented(found)
                yield from (f"{path}({name})" for name in sorted(missing))
        for named, function in functions.items():
            if function.is_function and function.docstring and not function.name.startswith("_"):
                missing = arguments(function) - documented(function)
                yield from (f"{named}({name})" for name in sorted(missing))


def has_arguments(found: Any) -> bool:
    """Whether a class tells how it is made; one that does not is made by the package."""
    return found.docstring is not None and "\nArgs:\n" in found.docstring.value


def arguments(function: Any) -> set[str]:
    names = {parameter.name.lstrip("*") for parameter in function.parameters}
    return {name for name in names if name not in ("self", "cls") and not name.startswith("_")}


def modules(parent: Any) -> Iterable[Any]:
    yield parent
    for child in parent.modules.values():
        if not child.is_alias:
            yield from modules(child)


def test_what_is_public_is_found() -> None:
    assert {f"{PACKAGE}.AsyncExecClient", f"{RESOURCES}.Resources", f"{MODELS}.User"} <= PUBLIC.keys()
    assert f"{SANDBOX}.Sandbox" in BOX
    assert len(resources()) > 2


def test_every_public_name_has_a_docstring() -> None:
    assert list(undocumented(PUBLIC)) == []
    # The rows of the sandbox's world have the API's own fields.
    assert list(undocumented(BOX, fields=False)) == []


def test_every_argument_and_field_of_a_public_name_is_in_its_docstring() -> None:
    assert list(incomplete(PUBLIC)) == []


def test_every_module_says_what_it_does() -> None:
    silent = [
        module.path
        for module in modules(LOADED)
        if ".generated." not in module.path and module.docstring is None
    ]
    assert silent == []


# --- that these tests can fail

SAMPLE = '''
from dataclasses import dataclass
from typing import Literal, NamedTuple

VALUE = 1

Mute = Literal["a", "b"]

Told = Literal["a", "b"]
"""One of two."""


class Silent:
    pass


class Base:
    """A base."""

    def run(self, speed):
        """Run.

        Args:
            speed: In metres a second.
        """


class Public(Base):
    """Something.

    Attributes:
        known: Is named here.
    """

    known: int
    unknown: int

    def run(self, speed):
        return speed

    def quiet(self, a):
        pass

    def half(self, a, b, *, _private=0):
        """Half of it.

        Args:
            a: One.
        """

    def _private(self):
        pass


class Made:
    """Made by its users.

    Args:
        a: One.
    """

    def __init__(self, a, b):
        pass


class Inner:
    """Made by others."""

    def __init__(self, a):
        pass


@dataclass
class Data:
    """Fields."""

    size: int


class Tuple(NamedTuple):
    """Fields.

    Attributes:
        a: One.
    """

    a: int
    b: int


def function(a, *rest):
    """Do.

    Args:
        a: One.
    """
'''


@pytest.fixture
def sample() -> Iterator[dict[str, Any]]:
    with griffe.temporary_visited_module(SAMPLE) as module:
        yield {name: found for name, found in module.members.items() if not found.is_alias}


def test_what_is_not_documented_is_found(sample: dict[str, Any]) -> None:
    found = {"Mute", "Silent", "Public.unknown", "Public.quiet", "Data.size", "Tuple.b"}
    assert set(undocumented(sample)) == found
    assert set(undocumented(sample, fields=False)) == {"Mute", "Silent", "Public.quiet"}


def test_what_a_docstring_leaves_out_is_found(sample: dict[str, Any]) -> None:
    assert list(incomplete(sample)) == ["Public.half(b)", "Made(b)", "function(rest)"]
