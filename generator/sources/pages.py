"""The published Markdown: an index that lists pages, and a page with a part of the document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from markdown_it import MarkdownIt

from ..document import yaml
from ..errors import GeneratorError
from .download import origin
from .merge import check_outline

PAGE = ".md"
DOCUMENTS = (".yaml", ".yml", ".json")

# ````yaml /api-reference/openapi.yaml get /path
_INFO = re.compile(r"yaml\s+\S+\.(?:ya?ml|json)\s+(?P<method>[A-Za-z]+)\s+(?P<path>\S+)")


def read_index(address: str, text: str) -> tuple[list[str], list[str]]:
    """Return the addresses of an index's pages, and why other pages and documents that it names are left."""
    links = [
        str(part.attrs["href"])
        for token in MarkdownIt().parse(text)
        for part in token.children or []
        if part.type == "link_open"
    ]
    home = origin(address)
    pages: dict[str, None] = {}
    left: list[str] = []
    for link in dict.fromkeys(links):
        try:
            there = urldefrag(urljoin(address, link)).url
            elsewhere = origin(there) != home
        except (GeneratorError, ValueError):
            continue
        ending = PurePosixPath(urlsplit(there).path).suffix.lower()
        if elsewhere and ending in (PAGE, *DOCUMENTS):
            left.append(f"{link}: on another host; name it as SOURCE to take it")
        elif ending in DOCUMENTS:
            left.append(f"{link}: a whole document; name it as SOURCE to take it in the place of the pages")
        elif ending == PAGE:
            pages[there] = None
    return [*pages], left


@dataclass(frozen=True, slots=True)
class Page:
    """A page that describes an operation.

    Attributes:
        content: The page, with the line ends of Unix.
        operation: The method and the path, such as `("get", "/sessions")`.
        document: The OpenAPI document of this one operation.
    """

    content: bytes
    operation: tuple[str, str]
    document: dict[str, Any]


def read_page(content: bytes) -> Page | None:
    """Return the page with its operation; None for a page that has no OpenAPI block.

    Raises:
        GeneratorError: The page has several blocks, or one that is not a document of its operation.
        UnicodeDecodeError: The page is not UTF-8.
    """
    content = content.replace(b"\r\n", b"\n")
    blocks = [
        (token, found)
        for token in MarkdownIt().parse(content.decode("utf-8-sig") + "\n")
        if token.type == "fence" and (found := _INFO.fullmatch(token.info.strip()))
    ]
    if not blocks:
        return None
    if len(blocks) > 1:
        raise GeneratorError(f"must have one OpenAPI block, not {len(blocks)}; remove the others")
    [(block, info)] = blocks
    first, end = block.map or (0, 0)
    if first + 2 + block.content.count("\n") > end:
        raise GeneratorError(f"line {first + 1}: the block has no end; fetch the page again")
    # Empty lines before it let an error name the line of the page.
    document = check_outline(yaml.load("\n" * (first + 1) + block.content))
    method, path = info["method"].lower(), info["path"]
    if method not in document["paths"].get(path, {}):
        raise GeneratorError(f"the block must have {method} {path}, as its fence says; fetch the page again")
    return Page(content, (method, path), document)
