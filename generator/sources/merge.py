"""The document that the published pages make together. Nothing is corrected here, and nothing left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import ndiff
from typing import Any

from ..document import yaml
from ..document.openapi import METHODS
from ..document.yaml import Json
from ..errors import GeneratorError, refuse

HEADER = """\
# The Exec API, exactly as published, in canonical form. Do not edit it: `make update` writes it anew.
# Corrections stand in generator/overlay.yaml.
"""

_ROOT_FIRST = ("openapi", "info", "servers", "security", "tags")
_ROOT_LAST = ("paths", "components")
_MOST_LINES = 6


def check_outline(document: Json) -> dict[str, Any]:
    """Return a document whose outline is one of OpenAPI 3.0, so that it can be merged and put in order.

    Raises:
        GeneratorError: The document has another outline.
    """
    if not isinstance(document, dict):
        raise GeneratorError("must hold an OpenAPI document; fetch it again, or name another source")
    if not re.fullmatch(r"3\.0\.\d+", str(document.get("openapi"))):
        raise GeneratorError(f"`openapi` must be a version such as 3.0.3, not {document.get('openapi')}")
    for key in ("paths", "components"):
        mapping = document.get(key, {} if key == "components" else None)
        if not isinstance(mapping, dict) or not all(isinstance(item, dict) for item in mapping.values()):
            raise GeneratorError(f"`{key}` must be a mapping of mappings; fetch the document again")
    return document


def merge(documents: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the one document of which each page, given by its name, publishes a part.

    Raises:
        GeneratorError: The pages contradict each other.
    """
    said: dict[tuple[str, ...], tuple[str, Json]] = {}
    problems: list[str] = []
    for name, document in sorted(documents.items()):
        for label, value in _parts(document):
            first, agreed = said.setdefault(label, (name, value))
            one, other = _text(agreed), _text(value)
            if one != other:
                lines = [line for line in ndiff(one.splitlines(), other.splitlines()) if line[0] in "-+"]
                problems.append(
                    f"{first} (-) and {name} (+): {'.'.join(label)} differs: "
                    f"{' '.join(lines[:_MOST_LINES])}; fetch both pages again; if they still differ, "
                    "only the publisher can say which is right"
                )
    refuse(problems)
    merged: dict[str, Any] = {}
    for label, (_, value) in sorted(said.items()):
        holder = merged
        for key in label[:-1]:
            holder = holder.setdefault(key, {})
        holder[label[-1]] = value
    if "tags" in merged:
        merged["tags"] = [*merged["tags"].values()]
    return canonical(merged)


def _parts(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield each part on which all pages have to agree, after its place: `("paths", "/users", "get")`."""
    for key, value in document.items():
        if key not in ("tags", "paths", "components"):
            yield (key,), value
    for tag in document.get("tags", []):
        yield ("tags", tag["name"]), tag
    for path, item in document["paths"].items():
        yield ("paths", path), {key: value for key, value in item.items() if key not in METHODS}
        yield from ((("paths", path, method), item[method]) for method in METHODS if method in item)
    for section, members in document.get("components", {}).items():
        yield from ((("components", section, name), member) for name, member in members.items())


def _text(value: Json) -> str:
    """Return a value as lines that tell 1, 1.0 and true apart, and pass over the order of keys."""
    text = json.dumps(value, indent=0, sort_keys=True, ensure_ascii=False)
    return text.replace("\\n", "\n")  # a long description differs in some of its lines


def canonical(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its parts in one order, whatever order it is published in."""
    ordered = dict(document)
    ordered["paths"] = {
        path: dict(
            sorted(item.items(), key=lambda pair: METHODS.index(pair[0]) if pair[0] in METHODS else -1)
        )
        # By segments, a path stands beside its neighbours in the tree, and a parameter after the names.
        for path, item in sorted(document["paths"].items(), key=lambda pair: pair[0].split("/"))
    }
    if "components" in document:
        ordered["components"] = {
            section: dict(sorted(members.items()))
            for section, members in sorted(document["components"].items())
        }
    others = sorted(key for key in ordered if key not in (*_ROOT_FIRST, *_ROOT_LAST))
    return {key: ordered[key] for key in (*_ROOT_FIRST, *others, *_ROOT_LAST) if key in ordered}


def render(document: dict[str, Json]) -> str:
    """Return the text of openapi.yaml."""
    return HEADER + yaml.dump(document)
