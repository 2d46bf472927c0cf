"""A published page: Markdown with the OpenAPI document of one operation in a fenced block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..document import yaml
from ..document.openapi import Document
from ..errors import GeneratorError, refuse

# ````yaml /api-reference/openapi.yaml get /path
_INFO = re.compile(r"yaml\s+(?P<file>\S+\.(?:ya?ml|json))\s+(?P<method>[A-Za-z]+)\s+(?P<path>\S+)")


@dataclass(frozen=True, slots=True)
class Page:
    """An operation with the document that its page publishes.

    Attributes:
        name: The page's file, or its address.
        file: The path of the whole document, as the page names it.
        method: The operation's method, in small letters.
        path: The operation's path.
        document: The OpenAPI document of this one operation.
    """

    name: str
    file: str
    method: str
    path: str
    document: dict[str, Any]


def read_page(name: str, source: bytes) -> Page | None:
    """Return the operation on a page; None for a page that has no OpenAPI block.

    Raises:
        GeneratorError: The page has several blocks, or one that is not a document of its operation.
    """
    try:
        return _read(name, source.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise GeneratorError(f"{name}: must be text in UTF-8; save the page as such") from error
    except GeneratorError as error:
        raise error.within(name) from error


def _read(name: str, text: str) -> Page | None:
    blocks = [
        (token, found)
        for token in MarkdownIt().parse(text)
        if token.type == "fence" and (found := _INFO.fullmatch(token.info.strip()))
    ]
    if not blocks:
        return None
    if len(blocks) > 1:
        raise GeneratorError(f"must have one OpenAPI block, not {len(blocks)}; remove the others")
    [(token, info)] = blocks
    method, path = info["method"].lower(), info["path"]
    document: Any = _content(token, text)
    refuse(_problems(document, method, path))
    return Page(name, info["file"], method, path, document)


def _content(token: Token, text: str) -> yaml.Json:
    start, end = token.map or [0, 0]
    last = text.splitlines()[end - 1].strip()
    if end - start < 2 or not last.startswith(token.markup) or last.strip(token.markup[0]):
        raise GeneratorError(f"line {start + 1}: the block has no end; fetch the page again")
    return yaml.load("\n" * (start + 1) + token.content)  # so that errors name the page's line


def _problems(document: Any, method: str, path: str) -> Iterator[str]:
    if not isinstance(document, dict):
        yield "the block must hold a mapping; fetch the page again"
        return
    version = str(document.get("openapi"))
    if not re.fullmatch(r"3\.0\.\d+", version):
        yield f"`openapi` must be a version such as 3.0.3, not {version}"
    sections = {
        name: section for name, section in document.get("components", {}).items() if not name.startswith("x-")
    }
    for key, mapping in (("paths", document.get("paths")), ("components", sections)):
        if not isinstance(mapping, dict) or not all(isinstance(item, dict) for item in mapping.values()):
            yield f"`{key}` must be a mapping of mappings; fetch the page again"
            return
    found = [(one.method, one.path) for one in Document(document).operations]
    if found != [(method, path)] or len(document["paths"]) > 1:
        listed = ", ".join(" ".join(pair) for pair in found) or "no operation"
        yield f"the fence names {method} {path}, but the block has {listed}; fetch the page again"
