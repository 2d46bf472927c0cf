"""The document that the published pages make together. Nothing is corrected here, and nothing left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..document import yaml
from ..document.compare import difference
from ..document.openapi import METHODS
from ..document.yaml import Json
from ..errors import GeneratorError, refuse
from .pages import Page, read_page

HEADER = """\
# The Exec API, exactly as published, in canonical form. Do not edit it: `make update` writes it anew.
# Corrections stand in generator/overlay.yaml.
"""

_ROOT_FIRST = ("openapi", "info", "servers", "security", "tags")
_ROOT_LAST = ("paths", "components")
_AGAIN = "fetch both pages again; if they still differ, only the publisher can say which is right"

# Where something stands, such as ("components", "schemas", "User").
Label = tuple[str, ...]


def merge(sources: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the one document that all pages, given by their names, are parts of.

    Raises:
        GeneratorError: The pages contradict each other, or a page cannot be read.
    """
    problems: list[str] = []
    said: dict[Label, tuple[str, Json]] = {}
    for name, source in sorted(sources.items()):
        try:
            page = read_page(name, source)
        except GeneratorError as error:
            problems += error.problems
            continue
        if not page:
            problems.append(f"{name}: must have an OpenAPI block; fetch the page again, or remove it")
            continue
        for label, value in _statements(page):
            first, agreed = said.setdefault(label, (name, value))
            if found := difference(agreed, value):
                problems.append(
                    f"{first} and {name}: {'.'.join(label)} differs at {found.path or 'its root'}: "
                    f"{found.one} on the first, {found.other} on the second; {_AGAIN}"
                )
    refuse(problems)
    return canonical(_document({label: value for label, (_, value) in said.items()}))


def _statements(page: Page) -> Iterator[tuple[Label, Json]]:
    """Yield each part of a page's document on which all pages have to agree."""
    document = page.document
    for key, value in document.items():
        if key not in ("tags", "paths", "components"):
            yield (key,), value
    for tag in document.get("tags", []):
        yield ("tags", tag["name"]), tag
    item = document["paths"][page.path]
    yield ("paths", page.path), {key: value for key, value in item.items() if key != page.method}
    yield ("paths", page.path, page.method), item[page.method]
    for section, members in document.get("components", {}).items():
        if section.startswith("x-"):
            yield ("components", section), members
        else:
            yield from ((("components", section, name), member) for name, member in members.items())


def _document(said: dict[Label, Json]) -> dict[str, Any]:
    """Return the document of which each part is said; the tags are in the order of their names."""
    document: dict[str, Any] = {}
    for label, value in sorted(said.items()):
        *holders, key = label
        holder = document
        for name in holders:
            holder = holder.setdefault(name, {})
        holder[key] = dict(value) if isinstance(value, dict) else value
    if "tags" in document:
        document["tags"] = [*document["tags"].values()]
    return document


def canonical(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its parts in one order, whatever order it is published in."""
    ordered = dict(document)
    ordered["paths"] = {
        path: dict(
            sorted(item.items(), key=lambda pair: METHODS.index(pair[0]) if pair[0] in METHODS else -1)
        )
        for path, item in sorted(document["paths"].items(), key=lambda pair: _place(pair[0]))
    }
    if "components" in document:
        ordered["components"] = {
            section: members if section.startswith("x-") else dict(sorted(members.items()))
            for section, members in sorted(document["components"].items())
        }
    others = sorted(key for key in ordered if key not in (*_ROOT_FIRST, *_ROOT_LAST))
    return {key: ordered[key] for key in (*_ROOT_FIRST, *others, *_ROOT_LAST) if key in ordered}


def _place(path: str) -> list[tuple[bool, str]]:
    """Sort a path beside its neighbours in the tree, and a literal segment before a parameter."""
    return [(segment.startswith("{"), segment) for segment in path.split("/")]


def render(document: dict[str, Json]) -> str:
    """Return the text of openapi.yaml."""
    return HEADER + yaml.dump(document)
