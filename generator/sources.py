"""Read what SOURCEs name: addresses through the network, folders and files from the disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urldefrag, urlsplit

from .download import Limits
from .index import KNOWN, FetchError, Index, below, is_address, kind, origin, read_index


class Text(NamedTuple):
    """A page or a document as it was read.

    `path` is where it stands in its source, and `alone` says that it was named itself, without the others.
    """

    address: str
    path: str
    source: bytes
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """All that the sources hold, and what they name that was left, with the reason."""

    pages: list[Text] = field(default_factory=list)
    documents: list[Text] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


class Getter(Protocol):
    """Has the content of addresses; `Downloads` does."""

    async def get(self, addresses: Iterable[str]) -> dict[str, bytes]: ...


async def read(sources: Sequence[str], getter: Getter, limits: Limits) -> Found:
    """What all sources hold; a FetchError names each that cannot be read."""
    found = Found()
    addresses: list[str] = []
    problems: list[str] = []
    for source in dict.fromkeys(sources):
        try:
            if is_address(source):
                addresses.append(_checked(source))
            else:
                _read_files(source, found, limits)
        except FetchError as error:
            problems += error.problems
    if problems:
        raise FetchError(*problems)
    await _read_addresses(addresses, found, getter, limits)
    return found


def _checked(address: str) -> str:
    address = urldefrag(address).url
    origin(address)
    if kind(urlsplit(address).path) is None:
        raise FetchError(f"{address}: what it leads to cannot be told from its end; {KNOWN}")
    return address


async def _read_addresses(addresses: list[str], found: Found, getter: Getter, limits: Limits) -> None:
    named = await getter.get(dict.fromkeys(addresses))
    listed: dict[str, str] = {}
    documents: list[str] = []
    for address, source in named.items():
        path = urlsplit(address).path
        if kind(path) == "index":
            index = _index(address, source)
            found.left.extend(index.left)
            documents += index.documents
            listed |= {link: below(path, urlsplit(link).path) for link in index.pages}
    links = dict.fromkeys([*listed, *documents])
    if len(links) > limits.pages:
        raise FetchError(
            f"{len(links):,} pages are listed, and {limits.pages:,} are read at most; name fewer"
        )
    contents = named | await getter.get(link for link in links if link not in named)

    for address in named:
        path = urlsplit(address).path
        if kind(path) == "page" and address not in listed:
            found.pages.append(Text(address, path, named[address], alone=True))
        elif kind(path) == "document":
            documents.append(address)
    found.pages.extend(Text(link, path, contents[link]) for link, path in listed.items())
    found.documents.extend(
        Text(link, urlsplit(link).path, contents[link]) for link in dict.fromkeys(documents)
    )


def _index(address: str, source: bytes) -> Index:
    try:
        return read_index(address, source.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FetchError(f"{address}: not text in UTF-8, so not an index; name another address") from error


def _read_files(source: str, found: Found, limits: Limits) -> None:
    path = Path(source)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.md") if file.is_file())
        if not files:
            raise FetchError(
                f"{source}: there are no pages (*.md) in this folder; name the one that has them"
            )
        if len(files) > limits.pages:
            raise FetchError(f"{source}: has {len(files):,} pages, and {limits.pages:,} are read at most")
        for file in files:
            found.pages.append(
                Text(str(file), f"/{file.relative_to(path).as_posix()}", _content(file, limits))
            )
    elif not path.is_file():
        raise FetchError(f"{source}: there is no such file or folder; write https://… for an address")
    elif kind(path.name) == "page":
        found.pages.append(Text(source, f"/{path.name}", _content(path, limits), alone=True))
    elif kind(path.name) == "document":
        found.documents.append(Text(source, f"/{path.name}", _content(path, limits)))
    elif kind(path.name) == "index":
        raise FetchError(
            f"{source}: an index in a file does not say which host may be asked; "
            "name its address, or the folder of the saved pages"
        )
    else:
        raise FetchError(f"{source}: what it is cannot be told from its name; {KNOWN}")


def _content(file: Path, limits: Limits) -> bytes:
    with file.open("rb") as opened:
        content = opened.read(limits.page_bytes + 1)
    if len(content) > limits.page_bytes:
        raise FetchError(f"{file}: longer than {limits.page_bytes:,} bytes; no page is, name another file")
    return content
