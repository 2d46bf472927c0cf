"""Reading of a SOURCE: pages for generator/pages, or the whole document."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from ..document.yaml import load
from ..errors import GeneratorError, refuse
from .download import download
from .index import kind, read_index
from .merge import canonical
from .pages import Page, read_page

INDEX = "https://docs.exec.com/llms.txt"

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")

Download = Callable[[Collection[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """All that a SOURCE holds.

    Attributes:
        pages: The content of each page by the name of its file; none where the source is a whole document.
        document: The whole document, where the source is one.
        left: Pages and documents that an index names and that were not taken, with the reason.
    """

    pages: dict[str, bytes] = field(default_factory=dict)
    document: dict[str, Any] | None = None
    left: list[str] = field(default_factory=list)


def fetch(source: str, present: Mapping[str, bytes], download: Download = download) -> Fetched:
    """Return what a source holds.

    An index and a folder are whole: pages that are in neither go. A single page is added to the present
    ones, in the place of the one that describes the same operation.

    Args:
        source: The address of an index, or a page, a whole document, or a folder of pages.
        present: The pages that are there, by the names of their files.
        download: Returns the contents of addresses.

    Raises:
        GeneratorError: The source cannot be read, or a page has lost its OpenAPI block.
    """
    there = Path(source)
    if there.is_dir():
        files = sorted(file for file in there.rglob("*.md") if file.is_file())
        return _pages({file.relative_to(there).as_posix(): file.read_bytes() for file in files}, present, [])
    address = urldefrag(source).url if "://" in source else ""
    if not address and not there.is_file():
        raise GeneratorError(
            f"{source}: there is no such file or folder; write https://… for an address, "
            "or SOURCE=openapi.yaml for the document that is here"
        )
    read = kind(urlsplit(address).path if address else source)
    content = download([address])[address] if address else there.read_bytes()
    if read == "document":
        return Fetched(document=_document(source, content))
    if read == "page":
        return _page(source, content, present)
    if not address:
        raise GeneratorError(f"{source}: must be the index's address, or a folder of its saved pages")
    links, left = read_index(address, content.decode("utf-8", errors="replace"))
    try:
        texts = download(links)
    except GeneratorError as error:
        way_on = "to go on without a page, save the others in a folder and name that as SOURCE"
        raise GeneratorError(*error.problems, way_on) from error
    return _pages(texts, present, left)


def _document(source: str, content: bytes) -> dict[str, Any]:
    try:
        document = load(content.decode("utf-8-sig"))
    except (GeneratorError, UnicodeDecodeError) as error:
        raise GeneratorError(f"{source}: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise GeneratorError(f"{source}: must be an OpenAPI document with `paths`; name another file")
    if not re.fullmatch(r"3\.0\.\d+", str(document.get("openapi"))):
        raise GeneratorError(f"{source}: must be OpenAPI 3.0, not {document.get('openapi')}")
    return canonical(document)


def _page(source: str, content: bytes, present: Mapping[str, bytes]) -> Fetched:
    page = read_page(source, content)
    if not page:
        raise GeneratorError(f"{source}: must have an OpenAPI block; name another page")
    if not present:
        raise GeneratorError(f"{source}: has no other pages to be added to; name an index or a folder first")
    others = [other for name, text in present.items() if (other := read_page(name, text))]
    same = [other.name for other in others if (other.method, other.path) == (page.method, page.path)]
    path = urlsplit(source).path if "://" in source else Path(source).name
    name = same[0] if same else _file_name(path, page)
    return Fetched({**present, name: _with_unix_lines(content)})


def _pages(texts: Mapping[str, bytes], present: Mapping[str, bytes], left: list[str]) -> Fetched:
    """Return the pages that describe an operation, by the names of their files."""
    pages: dict[str, bytes] = {}
    problems: list[str] = []
    for place, content in texts.items():
        path = urlsplit(place).path
        try:
            page = read_page(place, content)
            name = _file_name(path, page) if page else ""
        except GeneratorError as error:
            problems += error.problems
            continue
        if name.lower() in {taken.lower() for taken in pages}:
            problems.append(f"{place}: another page has the name {name}; take only one of them")
        elif page:
            pages[name] = _with_unix_lines(content)
        elif lost := [known for known in present if f"/{path}".endswith(f"/{known}")]:
            problems.append(
                f"{place}: has lost its OpenAPI block; ask the publisher, or, if the operation is gone, "
                f"remove {lost[0]} from generator/pages"
            )
    refuse(problems)
    if not pages:
        raise GeneratorError(
            "no page of the source has an OpenAPI block; name another source, "
            "such as SOURCE=openapi.yaml for the document that is here",
            *left,
        )
    return Fetched(pages, left=left)


def _with_unix_lines(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _file_name(path: str, page: Page) -> str:
    """Return the name of a page's file: its path below the folder of the document that it is a part of.

    So /api-reference/sessions/list.md, whose block names /api-reference/openapi.yaml, is sessions/list.md.

    Raises:
        GeneratorError: The path is not fit for a file's name.
    """
    folder = page.file.rpartition("/")[0]
    _, found, rest = path.partition(f"{folder}/")
    name = (rest if found else path).lstrip("/")
    if not all(_SEGMENT.fullmatch(segment) for segment in name.split("/")):
        raise GeneratorError(f"{path}: its name must be of A-Z, a-z, 0-9, '.', '_' and '-'; rename it")
    return name
