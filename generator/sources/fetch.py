"""Reading of a SOURCE: pages for generator/pages, or the whole document."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..checkout import read_files
from ..document.yaml import load
from ..errors import GeneratorError, refuse
from .download import download, origin
from .merge import canonical, check_outline, merge
from .pages import DOCUMENTS, PAGE, Page, read_index, read_page

INDEX = "https://docs.exec.com/llms.txt"

# The documentation's folder of the pages that describe operations.
_FOLDER = "/api-reference/"
_NAME = re.compile(r"(\w[\w.-]*/)*\w[\w.-]*\.md", re.ASCII)

Download = Callable[[Collection[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """All that a SOURCE holds.

    Attributes:
        document: The document, in canonical form.
        pages: The content of each page by the name of its file; none where the source is a whole document.
        left: Pages and documents that an index names and that were not taken, with the reason.
    """

    document: dict[str, Any]
    pages: dict[str, bytes]
    left: list[str]


def fetch(source: str, present: Mapping[str, bytes], download: Download = download) -> Fetched:
    """Return what a source holds.

    An index and a folder are whole: pages that are in neither go. A single page is added to the present
    ones, in the place of the one that describes the same operation.

    Args:
        source: The address of an index, or a page, a whole document, or a folder of pages.
        present: The pages that are there, by the names of their files.
        download: Returns the contents of addresses.

    Raises:
        GeneratorError: The source cannot be read, a page has lost its OpenAPI block, or pages contradict
            each other.
    """
    there = Path(source)
    if there.is_dir():
        return _merged(_read(read_files(there, f"*{PAGE}"), present))
    is_address = "://" in source
    if is_address:
        origin(source)
    place = urlsplit(source).path if is_address else there.name
    ending = Path(place).suffix.lower()
    if not (is_address or there.is_file()) or ending not in (PAGE, *DOCUMENTS, ".txt"):
        raise GeneratorError(
            f"{source}: must be a folder of pages that exists, or a file or an address (https://…) of "
            "an index (.txt), a page (.md) or a whole document (.yaml, .yml, .json), such as openapi.yaml"
        )
    content = download([source])[source] if is_address else there.read_bytes()
    if ending in DOCUMENTS:
        try:
            return Fetched(canonical(check_outline(load(content))), {}, [])
        except GeneratorError as error:
            raise error.within(source) from error
    if ending == PAGE:
        [(name, page)] = _read({place: content}, present).items()
        if not present:
            raise GeneratorError(f"{source}: has no others to be added to; name an index or a folder first")
        pages = _read(present, present)
        names = {other.operation: name for name, other in pages.items()}
        return _merged({**pages, names.get(page.operation, name): page})
    links, left = read_index(source, content.decode(errors="replace"))
    return _merged(_read(download(links), present, left), left)


def _read(
    contents: Mapping[str, bytes], present: Mapping[str, bytes], left: Collection[str] = ()
) -> dict[str, Page]:
    """Return the pages that describe an operation, by the names of their files."""
    pages: dict[str, Page] = {}
    problems: list[str] = []
    for place, content in contents.items():
        # /api-reference/sessions/list.md is sessions/list.md, which a saved page may be called already.
        name = f"/{urlsplit(place).path}".rpartition(_FOLDER)[2].lstrip("/")
        try:
            page = read_page(content)
        except (GeneratorError, UnicodeDecodeError) as error:
            problems.append(f"{place}: {error}")
            continue
        if page and _NAME.fullmatch(name) and name not in pages:
            pages[name] = page
        elif page:
            problems.append(
                f"{place}: its name must be of A-Z, a-z, 0-9, '.', '_' and '-', and that of no other page; "
                "save the pages in a folder, rename it there, and name that as SOURCE"
            )
        elif name in present:
            problems.append(
                f"{place}: has lost its OpenAPI block; ask the publisher, or, if the operation is gone, "
                f"remove {name} from generator/pages"
            )
    refuse(problems)
    if not pages:
        raise GeneratorError(
            "no page of the source has an OpenAPI block; name another source, "
            "such as SOURCE=openapi.yaml for the document that is here",
            *left,
        )
    return pages


def _merged(pages: Mapping[str, Page], left: Collection[str] = ()) -> Fetched:
    document = merge({name: page.document for name, page in pages.items()})
    return Fetched(document, {name: page.content for name, page in pages.items()}, [*left])
