"""Addresses, and the pages that an index (llms.txt) lists. Nothing is read here."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from markdown_it import MarkdownIt

from ..errors import GeneratorError

Kind = Literal["index", "page", "document"]

_KINDS: dict[str, Kind] = {
    ".txt": "index",
    ".md": "page",
    ".yaml": "document",
    ".yml": "document",
    ".json": "document",
}


def kind(path: str) -> Kind:
    """Return what a path leads to, by its ending.

    Raises:
        GeneratorError: The ending is another.
    """
    found = _KINDS.get(PurePosixPath(path).suffix.lower())
    if not found:
        raise GeneratorError(
            f"{path}: must be a folder, or end in .txt (an index), .md (a page), "
            ".yaml, .yml or .json (a whole document)"
        )
    return found


def origin(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address.

    Raises:
        GeneratorError: The address is not one of the web.
    """
    try:
        parts = urlsplit(address)
        found = parts.scheme, parts.hostname or "", parts.port
    except ValueError as error:
        raise GeneratorError(f"{address}: must be an address such as https://host/path: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise GeneratorError("an address must be like https://host/path, without a user or a password")
    return found


def read_index(address: str, text: str) -> tuple[list[str], list[str]]:
    """Return the addresses of an index's pages, and why other pages and documents that it names are left."""
    links = [
        str(part.attrs["href"])
        for token in MarkdownIt().parse(text)
        for part in token.children or []
        if part.type == "link_open"
    ]
    pages: list[str] = []
    left: list[str] = []
    for link in dict.fromkeys(links):
        try:
            there = urldefrag(urljoin(address, link)).url
            elsewhere, found = origin(there) != origin(address), kind(urlsplit(there).path)
        except (GeneratorError, ValueError):
            continue
        if elsewhere:
            left.append(f"{link}: on another host; name it as SOURCE to take it")
        elif found == "document":
            left.append(f"{link}: a whole document; name it as SOURCE to take it in the place of the pages")
        elif found == "page" and there not in pages:
            pages.append(there)
    return pages, left
