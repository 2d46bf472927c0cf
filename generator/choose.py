"""Choose the pages to have from what was found: their names, and whether they agree and merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .compare import difference
from .index import FetchError, clashes, describes, page_name
from .merge import MergeError, merge
from .pages import METHODS, Page, PageError, read_page
from .sources import Found, Text
from .split import read_document, split
from .yaml12 import Json

Operation = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """The pages to have, by the names of their files, and what was left for which reason."""

    pages: dict[str, bytes]
    left: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A page that describes an operation."""

    address: str
    name: str
    page: Page
    source: bytes
    alone: bool = False

    @property
    def operation(self) -> Operation:
        return self.page.method, self.page.path


def choose(found: Found, present: Mapping[str, bytes]) -> Choice:
    """The pages to have: those found and, where only single pages were found, the others that are present.

    Raises:
        FetchError: What was found is nothing, or is wrong, contradicts itself or does not merge.
    """
    left = list(found.left)
    empty: list[Text] = []
    published = _one_each(_published(found.pages, empty), left)
    left += [(text.address, "no OpenAPI block") for text in empty]
    written = _one_each(_written(found.documents, left), left)
    if not published and not written:
        raise FetchError(
            "no page ends with an OpenAPI block, so there is nothing to take; "
            "name an index, a folder or a page that has some, or a whole OpenAPI document"
        )
    whole = any(not page.alone for page in published.values())
    if whole and written:
        _check_same_operations(published, written)
    here = _read_present(present)
    taken = _named({**written, **published}.values(), here)
    pages = {name: page.source for name, page in taken.items()}
    if not written:
        others = {} if whole else _others(present, taken)
        pages = {**others, **pages}
        _merged(pages)
    elif published:
        _check_agreement(_merged(pages), written, [text.address for text in found.documents])
    else:
        pages = _as_present(taken, present, here)
    _check_emptied(empty, here, pages)
    return Choice(pages, left)


# --- reading


def _published(texts: Iterable[Text], empty: list[Text]) -> list[_Taken]:
    """The pages that describe an operation; the others are put with what is `empty`."""
    taken: list[_Taken] = []
    problems: list[str] = []
    for text in texts:
        document = describes(text.source)
        if document is None:
            empty.append(text)
            continue
        try:
            page = read_page(text.address, text.source)
            taken.append(_Taken(text.address, page_name(text.path, document), page, text.source, text.alone))
        except PageError as error:
            problems += [f"{text.address}: {problem}" for problem in error.problems]
        except FetchError as error:
            problems += error.problems
    if problems:
        raise FetchError(*problems)
    return taken


def _written(texts: Iterable[Text], left: list[tuple[str, str]]) -> list[_Taken]:
    """The pages that whole documents are split into."""
    taken: list[_Taken] = []
    for text in texts:
        parts, unused = split(text.address, read_document(text.address, text.source))
        left += [(f"{text.address}: {what}", "no operation uses it") for what in unused]
        for part in parts:
            address = f"{text.address}: {part.method} {part.path}"
            taken.append(_Taken(address, part.name, read_page(address, part.source), part.source))
    return taken


def _one_each(pages: Iterable[_Taken], left: list[tuple[str, str]]) -> dict[Operation, _Taken]:
    """A page for each operation; where several describe one they have to say the same."""
    first: dict[Operation, _Taken] = {}
    problems: list[str] = []
    for page in pages:
        other = first.setdefault(page.operation, page)
        if other is page:
            continue
        if found := difference(other.page.document, page.page.document):
            problems.append(
                f"{other.address} and {page.address}: both describe {' '.join(page.operation)}, but differ "
                f"at {found.path}: {found.one} on the first, {found.other} on the second; name the right one"
            )
        else:
            left.append((page.address, f"says the same as {other.address}"))
    if problems:
        raise FetchError(*problems)
    return first


def _read_present(present: Mapping[str, bytes]) -> dict[Operation, Page]:
    """What the present pages describe; one that cannot be read is nobody's."""
    here: dict[Operation, Page] = {}
    for name, source in present.items():
        try:
            page = read_page(name, source)
        except PageError:
            continue
        here[page.method, page.path] = page
    return here


# --- naming


def _named(taken: Iterable[_Taken], here: Mapping[Operation, Page]) -> dict[str, _Taken]:
    """The pages by their files' names: that of the present page, lest a moved page be a new one."""
    taken = list(taken)
    files = {page.name for page in here.values()}
    claimed = {page.name for page in taken if not page.alone}
    named: list[tuple[str, _Taken]] = []
    for page in taken:
        before = here.get(page.operation)
        moved = before and before.name not in claimed and (page.alone or page.name not in files)
        named.append((before.name if before and moved else page.name, page))
    if problems := list(clashes((name, page.address) for name, page in named)):
        raise FetchError(*problems)
    return dict(named)


def _others(present: Mapping[str, bytes], taken: Mapping[str, _Taken]) -> dict[str, bytes]:
    """The present pages that single ones do not replace."""
    others = {name: source for name, source in present.items() if name not in taken}
    addresses = {name: page.address for name, page in taken.items()} | {name: name for name in others}
    if problems := list(clashes(addresses.items())):
        raise FetchError(*problems)
    return others


# --- agreement


def _check_emptied(empty: Iterable[Text], here: Mapping[Operation, Page], pages: Mapping[str, bytes]) -> None:
    """Refuse a page that is still published and no longer describes its operation: that is an accident.

    An operation that is gone takes its page with it.
    """
    problems = [
        f"{text.address}: has lost its OpenAPI block, and with it {' '.join(operation)}; fetch again later, "
        f"or ask the publisher; if the operation is gone, remove {page.name} from generator/pages and "
        "fetch again"
        for text in empty
        for operation, page in here.items()
        if page.name not in pages and text.path.endswith(f"/{page.name}")
    ]
    if problems:
        raise FetchError(*problems)


def _merged(pages: Mapping[str, bytes]) -> dict[str, Json]:
    try:
        return merge(pages)
    except MergeError as error:
        raise FetchError(*map(str, error.problems)) from error


def _as_present(
    taken: Mapping[str, _Taken], present: Mapping[str, bytes], here: Mapping[Operation, Page]
) -> dict[str, bytes]:
    """The pages of a document; those that are present and say the same stay as they were published."""
    fresh = {name: page.source for name, page in taken.items()}
    expected = _merged(fresh)
    kept = {
        name: present[name] if _same(page, here.get(page.operation)) else page.source
        for name, page in taken.items()
    }
    try:
        return fresh if difference(expected, merge(kept)) else kept
    except MergeError:
        return fresh


def _same(page: _Taken, other: Page | None) -> bool:
    """Whether two pages say the same, but for tags: each published page lists only some."""
    if other is None:
        return False
    one, two = ({**document, "tags": []} for document in (page.page.document, other.document))
    return difference(one, two) is None


def _check_same_operations(
    published: Mapping[Operation, _Taken], written: Mapping[Operation, _Taken]
) -> None:
    problems = [
        f"{' '.join(operation)} stands only {where} ({source[operation].address}); "
        "ask the publisher which is right, or name only the pages or only the document"
        for source, others, where in (
            (published, written, "on a page"),
            (written, published, "in a whole document"),
        )
        for operation in source
        if operation not in others
    ]
    if problems:
        raise FetchError(*problems)


def _check_agreement(
    merged: dict[str, Any], written: Mapping[Operation, _Taken], addresses: list[str]
) -> None:
    document: dict[str, Any] = _merged({page.address: page.source for page in written.values()})
    if found := difference(_shared(merged, document), _shared(document, merged)):
        raise FetchError(
            f"the pages and {' and '.join(addresses)} differ at {found.path}: {found.one} on the pages, "
            f"{found.other} in the document; ask the publisher which is right, "
            "or name only the pages or only the document"
        )


def _shared(document: dict[str, Any], other: dict[str, Any]) -> dict[str, Json]:
    """What a document says of that which both describe; pages list fewer tags and components."""
    tags = {tag["name"]: tag for tag in document.get("tags", [])}
    components = _both(document.get("components", {}), other.get("components", {}))
    return {
        **document,
        "tags": dict(sorted(_both(tags, {tag["name"]: tag for tag in other.get("tags", [])}).items())),
        "paths": {
            path: {
                key: value for key, value in item.items() if key not in METHODS or key in other["paths"][path]
            }
            for path, item in _both(document["paths"], other["paths"]).items()
        },
        "components": {
            section: members if section.startswith("x-") else _both(members, other["components"][section])
            for section, members in components.items()
        },
    }


def _both(mapping: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key in other}
