"""A published page: Markdown that ends with a small OpenAPI document of one operation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import yaml12
from .yaml12 import Json

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")

_FETCH = "fetch the page again"
_EXAMPLE = "````yaml /api-reference/openapi.yaml get /path"


class Problem(NamedTuple):
    """What is wrong with pages.

    Attributes:
        what: What it is, with what to do about it wherever the page is from.
        remedy: What to do about it where the page is published.
        place: The page, or the pages.
    """

    what: str
    remedy: str = ""
    place: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.what}{'; ' if self.remedy else ''}{self.remedy}"


class PageError(Exception):
    """What is wrong with one page, without the page's name."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*map(str, problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Page:
    """One operation with the document that its page publishes."""

    name: str
    path: str
    method: str
    document: dict[str, Any]

    @property
    def operation(self) -> dict[str, Any]:
        operation: dict[str, Any] = self.document["paths"][self.path][self.method]
        return operation

    @property
    def path_fields(self) -> dict[str, Any]:
        """What stands beside the operation and holds for every method of its path."""
        return {key: value for key, value in self.document["paths"][self.path].items() if key != self.method}

    @property
    def sections(self) -> list[str]:
        """The names of the kinds of components, without the extensions beside them."""
        return [name for name in self.document.get("components", {}) if not name.startswith("x-")]


@dataclass(frozen=True, slots=True)
class _Block:
    info: str
    first_line: int
    last_line: int
    text: str

    @property
    def operation(self) -> tuple[str, str] | None:
        """The method and path that the fence names; None for a block of another kind."""
        match self.info.split():
            case ["yaml", file, method, path] if file.endswith((".yaml", ".yml", ".json")):
                return method.lower(), path
        return None


def read_page(name: str, source: bytes) -> Page:
    """The operation on a page; PageError if it does not have exactly one, described as OpenAPI 3.0."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PageError(Problem(f"byte {error.start + 1} is not UTF-8; save the page as UTF-8")) from error
    lines = text.split("\n")
    block, operation = _openapi_block(lines)
    document = _document(block)
    problems = [*_misplaced_text(lines, block), *_problems(document, *operation)]
    if problems:
        raise PageError(*problems)
    method, path = operation
    return Page(name, path, method, document)


# --- Markdown

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<info>.*)")


def _openapi_block(lines: list[str]) -> tuple[_Block, tuple[str, str]]:
    found = [(block, block.operation) for block in _blocks(lines)]
    candidates = [(block, operation) for block, operation in found if operation]
    if not candidates:
        raise PageError(
            Problem(f"no OpenAPI block: the page should end with one that begins {_EXAMPLE}", _FETCH)
        )
    if len(candidates) > 1:
        where = " and ".join(str(block.first_line) for block, _ in candidates)
        raise PageError(
            Problem(f"OpenAPI blocks begin on lines {where}; a page has only one, keep the right one")
        )
    return candidates[0]


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Every fenced block of the page, as CommonMark delimits them."""
    numbered = iter(enumerate(lines, start=1))
    for first, line in numbered:
        opening = _FENCE.fullmatch(line)
        if not opening or (opening["marks"][0] == "`" and "`" in opening["info"]):
            continue
        mark, length = re.escape(opening["marks"][0]), len(opening["marks"])
        closing = re.compile(rf" {{0,3}}{mark}{{{length},}}\s*")
        last = next((number for number, inner in numbered if closing.fullmatch(inner)), None)
        if last is None:
            raise PageError(
                Problem(
                    f"the fence on line {first} ({line.strip()}) is never closed",
                    f"end the block with a line of {opening['marks']}, or {_FETCH}",
                )
            )
        yield _Block(opening["info"].strip(), first, last, "\n".join(lines[first : last - 1]))


def _misplaced_text(lines: list[str], block: _Block) -> Iterator[Problem]:
    for number, line in enumerate(lines[block.last_line :], start=block.last_line + 1):
        if line.strip():
            what = f"line {number}: text follows the OpenAPI block, which ends the page; move or remove it"
            yield Problem(what)
            return


# --- OpenAPI


def _document(block: _Block) -> dict[str, Any]:
    try:
        document = yaml12.load(block.text)
    except yaml12.YamlError as error:
        line = block.first_line + error.line
        what = f"line {line}, column {error.column}: the block is not YAML: {error.problem}"
        raise PageError(Problem(what, f"mend the line, or {_FETCH}")) from error
    if not isinstance(document, dict):
        raise PageError(Problem(f"the block is not an OpenAPI document but {_kind(document)}", _FETCH))
    return document


def _problems(document: dict[str, Any], method: str, path: str) -> Iterator[Problem]:
    version = document.get("openapi")
    if not isinstance(version, str) or not re.fullmatch(r"3\.0\.\d+(-.+)?", version):
        said = json.dumps(version) if "openapi" in document else "nothing"
        yield Problem(f"this is not OpenAPI 3.0: `openapi` should be a string like '3.0.3', and is {said}")

    paths = document.get("paths")
    if not isinstance(paths, dict) or not all(isinstance(item, dict) for item in paths.values()):
        yield Problem(f"`paths` does not hold the operation {method} {path}", _FETCH)
    else:
        yield from _operation_problems(paths, method, path)

    components = document.get("components", {})
    if not isinstance(components, dict) or not all(
        isinstance(members, dict) for name, members in components.items() if not name.startswith("x-")
    ):
        yield Problem("`components` should be a mapping of mappings", _FETCH)
    tags = document.get("tags", [])
    if not isinstance(tags, list) or not all(
        isinstance(tag, dict) and isinstance(tag.get("name"), str) for tag in tags
    ):
        yield Problem("`tags` should be a list of mappings that each have a `name`", _FETCH)


def _operation_problems(paths: dict[str, Any], method: str, path: str) -> Iterator[Problem]:
    found = [(key, at) for at, item in paths.items() for key in METHODS if key in item]
    if found != [(method, path)]:
        listed = ", ".join(f"{key} {at}" for key, at in found) or "no operation"
        if len(found) > 1:
            yield Problem(
                f"the block has {len(found)} operations ({listed}); a page has one, give each its own"
            )
        else:
            what = f"the fence says {method} {path}, the block has {listed}"
            yield Problem(what, f"make them agree, or {_FETCH}")
    elif len(paths) > 1:
        others = ", ".join(at for at in paths if at != path)
        yield Problem(f"`paths` has more than {path}: {others} has no operation", f"remove it, or {_FETCH}")
    elif not isinstance(operation := paths[path][method], dict):
        yield Problem(f"the operation {method} {path} should be a mapping, and is {_kind(operation)}", _FETCH)
    elif not isinstance(name := operation.get("operationId", ""), str):
        yield Problem(f"the operationId should be a string, and is {_kind(name)}", _FETCH)


def _kind(value: Json) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else f"the value {json.dumps(value)}"
