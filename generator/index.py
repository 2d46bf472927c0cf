"""What an address, an index's link or a file's name says: pure rules, nothing is read here.

Addresses and links are a stranger's text. Nothing in them may lead to another host, or to a file outside
the folder of the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

Kind = Literal["index", "page", "document"]

_KINDS: dict[str, Kind] = {
    ".txt": "index",
    ".md": "page",
    ".yaml": "document",
    ".yml": "document",
    ".json": "document",
}
KNOWN = "an index ends in .txt, a page in .md, an OpenAPI document in .yaml, .yml or .json"
_PORTS = {"http": 80, "https": 443}


class FetchError(Exception):
    """Why nothing can be taken: a line of text for each problem."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def is_address(source: str) -> bool:
    return "://" in source


def kind(path: str) -> Kind | None:
    """What the end of a path says that it leads to."""
    return _KINDS.get(PurePosixPath(path).suffix.lower())


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port; a FetchError says what is wrong with the address."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{address}: not an address ({error}); write https://host/path") from error
    if scheme not in _PORTS or not host:
        raise FetchError(f"{address}: not an address of the web; write https://host/path, or a file's path")
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            f"{scheme}://…@{host}{parts.path}: an address with a user or password; leave them out"
        )
    return scheme, host, port or _PORTS[scheme]


# --- an index


@dataclass(frozen=True, slots=True)
class Index:
    """The addresses that an index lists, each once, and why others are left."""

    pages: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<title>.*?)\s*#*\s*")
# `- [Title](address "title"): description`, `1. [Title](<address>)`, `* <address>`
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_LINK = re.compile(
    r"\[.*?\]\(\s*(?:<(?P<marked>[^<>]*)>|(?P<target>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
    r"|<(?P<address>[a-z][a-z0-9+.-]*://[^<>\s]*)>",
    re.IGNORECASE,
)
# What else may be a link: in the midst of a text, a definition, a bare address, HTML.
_OTHER = re.compile(
    r"\]\(\s*<?(?P<inline>[^\s<>()]+)|\]:\s*<?(?P<defined>[^\s<>]+)|(?P<bare>\bhttps?://[^\s<>()\[\]\"']+)"
    r"|\bhref\s*=\s*[\"']?(?P<html>[^\s\"'<>]+)",
    re.IGNORECASE,
)


def read_index(address: str, text: str) -> Index:
    """The pages of an llms.txt, and the whole documents under its heading "OpenAPI Specs"."""
    index = Index()
    for link, heading, item in _links(address, text):
        wanted: Kind = "document" if heading == "openapi specs" else "page"
        try:
            elsewhere = origin(link) != origin(address)
            found = kind(urlsplit(link).path)
        except FetchError:
            if item:
                index.left.append((link, "not an address that is followed"))
            continue
        if not item:
            if found == wanted and not elsewhere:
                index.left.append((link, "not an item of a list; name it as a SOURCE to take it"))
        elif elsewhere:
            index.left.append((link, "on another host; name it as a SOURCE of its own to take it"))
        elif found != wanted:
            index.left.append((link, "not a page in Markdown" if wanted == "page" else "not YAML or JSON"))
        else:
            (index.pages if found == "page" else index.documents).append(link)
    return index


def _links(address: str, text: str) -> Iterator[tuple[str, str, bool]]:
    """Each link, in order, the heading that it stands under, and whether it begins an item of a list."""
    heading = ""
    links: dict[str, str] = {}
    others: dict[str, str] = {}
    for line in text.splitlines():
        if found := _HEADING.fullmatch(line):
            heading = found["title"].lower()
            continue
        item = _ITEM.match(line)
        listed = item and _LINK.match(line, item.end())
        if listed:
            target = listed["marked"] or listed["address"] or listed["target"] or ""
            links.setdefault(_joined(address, target), heading)
        for found in _OTHER.finditer(line, listed.end() if listed else 0):
            target = next(group for group in found.groups() if group)
            others.setdefault(_joined(address, target.rstrip(".,;:")), heading)
    yield from ((link, under, True) for link, under in links.items())
    yield from ((link, under, False) for link, under in others.items() if link not in links)


def _joined(address: str, target: str) -> str:
    try:
        return urldefrag(urljoin(address, target)).url
    except ValueError:
        return target


# --- a page

_FENCE = re.compile(
    r"^ {0,3}(?:`{3,}|~{3,})[ \t]*yaml[ \t]+(?P<file>\S+\.(?:yaml|yml|json))"
    r"[ \t]+[A-Za-z]+[ \t]+\S+[ \t]*\r?$",
    re.MULTILINE,
)


def describes(source: bytes) -> str | None:
    """The path of the document that a page's OpenAPI block names; None where a page has no such block."""
    found = _FENCE.search(source.decode("utf-8", errors="replace"))
    return found["file"] if found else None


# --- names

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
# Windows keeps these for devices, whatever follows a dot.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_DEEPEST = 8


def below(folder: str, path: str) -> str:
    """The part of a path that lies below a folder, or the path as it is."""
    return path.removeprefix(folder.rpartition("/")[0])


def page_name(path: str, document: str) -> str:
    """The name of a page's file: what its path has below the folder of the document that it is a part of.

    So /api-reference/sessions/list.md, whose block names /api-reference/openapi.yaml, is sessions/list.md.

    Raises:
        FetchError: The name could not stand in a folder of pages, on any system.
    """
    folder = urlsplit(document).path.rpartition("/")[0]
    _, found, rest = path.partition(f"{folder}/")
    name = (rest if found else path).lstrip("/")
    segments = name.split("/")
    if (
        len(segments) > _DEEPEST
        or not all(_SEGMENT.fullmatch(segment) for segment in segments)
        or any(RESERVED.fullmatch(segment) or segment.endswith(".") for segment in segments)
        or not name.endswith(".md")
    ):
        raise FetchError(
            f"{path}: no name for a file can be made of {unquote(name)[:200]!r} (letters, digits, '.', '_' "
            "and '-' make one); save the page under such a name in a folder and take that: SOURCE=FOLDER"
        )
    return name


def clashes(names: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is wrong where two pages, given as (name, address), would be one file on some system."""
    first: dict[str, tuple[str, str]] = {}
    for name, address in names:
        if name.lower() in first:
            other, elsewhere = first[name.lower()]
            spelt = name if name == other else f"{other} and {name}, which some systems take for one"
            yield f"{elsewhere} and {address}: both would be the file {spelt}; take only one of them"
        first.setdefault(name.lower(), (name, address))
    for name, address in first.values():
        for parent in PurePosixPath(name.lower()).parents:
            if str(parent) in first:
                yield f"{address}: {name} would lie in the file {first[str(parent)][0]}; take one of them"
