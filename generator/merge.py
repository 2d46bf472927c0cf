"""Merge the published pages into openapi.yaml: `python -m generator.merge [--check]`.

Nothing is corrected here and nothing left out. Whatever several pages publish must be equal on all.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise
from pathlib import Path

from . import yaml12
from .command import Stops, complain
from .compare import ABSENT, difference
from .files import unix, write
from .pages import METHODS, Page, PageError, Problem, read_page
from .references import references, target
from .yaml12 import Json

PAGES = Path(__file__).parent / "pages"
OUTPUT = Path(__file__).parent.parent / "openapi.yaml"

HEADER = """\
# The Exec API, exactly as published: the OpenAPI blocks of the pages in generator/pages, merged by
# `make spec` (python -m generator.merge). Do not edit it: fetch the pages again and merge them anew.
# Corrections stand in generator/overlay.yaml.
"""

_ROOT_FIRST = ("openapi", "info", "servers", "security", "tags")
_ROOT_LAST = ("paths", "components")
_AGAIN = "fetch both pages again; if they still differ, only the publisher can say which is right"
_ONE_GOES = "remove the page that is out of date, or fetch both again"
_OTHER_PAGE = "fetch the page again, or the page that describes what it refers to"
_WRITE_OUT = "ask the publisher to write out what it leads to"
_DIFF_LINES = 40


class MergeError(Exception):
    """Why the pages make no document."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_sources(directory: Path) -> dict[str, bytes]:
    """The content of every page under a directory, by its name there."""
    files = [path for path in directory.rglob("*.md") if path.is_file()]
    if not files:
        problem = "there are no pages (*.md) here; copy the published ones into it, or run `make fetch`"
        raise MergeError([Problem(problem, place=str(directory))])
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def merge(sources: Mapping[str, bytes]) -> dict[str, Json]:
    """The one document that all pages are parts of; MergeError names everything that is in the way."""
    pages: list[Page] = []
    problems: list[Problem] = []
    for name, source in sorted(sources.items()):
        try:
            pages.append(read_page(name, source))
        except PageError as error:
            problems += [problem._replace(place=name) for problem in error.problems]

    claims = _Claims(pages)
    document = _document(pages, claims)
    problems += [
        *claims.problems,
        *_repeated(pages, "the operation", lambda page: f"{page.method} {page.path}"),
        *_repeated(pages, "the operationId", lambda page: page.operation.get("operationId")),
        *_dangling_references(pages, document),
    ]
    if problems:
        raise MergeError(problems)
    return document


def render(document: dict[str, Json]) -> str:
    """The text of openapi.yaml."""
    text = yaml12.dump(document)
    if difference(document, yaml12.load(text)):
        raise AssertionError("generator.yaml12 does not read what it wrote; nothing can be published with it")
    return HEADER + text


# --- what the pages say

Label = tuple[str, ...]


class _Claims:
    """What each page says under a label such as ("components", "schemas", "User"); all must agree."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.problems: list[Problem] = []
        self._said: dict[Label, tuple[str, Json]] = {}
        for page in pages:
            self._read(page)

    def under(self, *prefix: str) -> dict[str, Json]:
        """The values whose label is the prefix and one name more, by that name."""
        return {label[-1]: value for label, (_, value) in self._said.items() if label[:-1] == prefix}

    def _read(self, page: Page) -> None:
        for field, value in page.document.items():
            if field not in ("tags", "paths", "components"):
                self._add(page, (field,), value)
        for tag in page.document.get("tags", []):
            self._add(page, ("tags", tag["name"]), tag)
        self._add(page, ("paths", page.path), page.path_fields)
        for section, members in page.document.get("components", {}).items():
            if section in page.sections:
                for name, member in members.items():
                    self._add(page, ("components", section, name), member)
            else:
                self._add(page, ("components", section), members)

    def _add(self, page: Page, label: Label, value: Json) -> None:
        first, agreed = self._said.setdefault(label, (page.name, value))
        if found := difference(agreed, value):
            where = f" at {found.path}" if found.path else ""
            what = f"{'.'.join(label)} differs{where}: {found.one} on the first, {found.other} on the second"
            self.problems.append(Problem(what, _AGAIN, f"{first} and {page.name}"))


def _document(pages: list[Page], claims: _Claims) -> dict[str, Json]:
    root = claims.under()
    if tags := claims.under("tags"):
        root["tags"] = [tags[name] for name in _tag_order(pages)]
    root["paths"] = _paths(pages)
    sections = claims.under("components")
    for page in pages:
        for section in page.sections:
            sections[section] = dict(sorted(claims.under("components", section).items()))
    if sections:
        root["components"] = dict(sorted(sections.items()))
    others = sorted(field for field in root if field not in (*_ROOT_FIRST, *_ROOT_LAST))
    return {field: root[field] for field in (*_ROOT_FIRST, *others, *_ROOT_LAST) if field in root}


def _paths(pages: list[Page]) -> dict[str, Json]:
    paths: dict[str, dict[str, Json]] = {}
    for page in sorted(pages, key=lambda page: (_place(page.path), METHODS.index(page.method))):
        paths.setdefault(page.path, page.path_fields)[page.method] = page.operation
    return {**paths}


def _place(path: str) -> list[tuple[bool, str]]:
    """Sorts a path beside its neighbours in the tree, and a literal segment before a parameter."""
    return [(segment.startswith("{"), segment) for segment in path.split("/")]


def _tag_order(pages: list[Page]) -> list[str]:
    """The tags in the order of the pages, which list some of them each, as far as they agree on one."""
    before: TopologicalSorter[str] = TopologicalSorter()
    listed = [[tag["name"] for tag in page.document.get("tags", [])] for page in pages]
    for names in listed:
        for name in names:
            before.add(name)
        for earlier, later in pairwise(names):
            before.add(later, earlier)
    try:
        before.prepare()
    except CycleError:
        return sorted({name for names in listed for name in names})
    ordered: list[str] = []
    while ready := sorted(before.get_ready()):
        ordered += ready
        before.done(*ready)
    return ordered


# --- what cannot be right


def _repeated(pages: list[Page], what: str, key: Callable[[Page], str | None]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for page in pages:
        value = key(page)
        if value in first:
            yield Problem(f"both have {what} {value}", _ONE_GOES, f"{first[value]} and {page.name}")
        elif value is not None:
            first[value] = page.name


def _dangling_references(pages: list[Page], document: dict[str, Json]) -> Iterator[Problem]:
    for page in pages:
        for reference in dict.fromkeys(references(page.document)):
            if target(reference, document) is ABSENT:
                told = f"the $ref {reference} leads"
                if reference.partition("#")[0]:
                    what = f"{told} to another file, and other files are not read"
                    yield Problem(what, _WRITE_OUT, page.name)
                else:
                    yield Problem(f"{told} nowhere", _OTHER_PAGE, page.name)


# --- the file


def _outdated(path: Path, text: str) -> str | None:
    """How the file differs from the text that belongs into it; None if it does not."""
    current = unix(path.read_bytes()) if path.exists() else b""
    if current == text.encode():
        return None
    lines = difflib.unified_diff(
        current.decode(errors="replace").split("\n"), text.split("\n"), path.name, "merged", n=1, lineterm=""
    )
    shown = list(islice(lines, _DIFF_LINES + 1))
    if len(shown) > _DIFF_LINES:
        shown[-1] = "…"
    return "\n".join(shown)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m generator.merge", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--pages", type=Path, default=PAGES, metavar="DIR", help="the published pages")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE", help="the merged document")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the file is not up to date"
    )
    options = parser.parse_args(arguments)
    with Stops() as stops:
        try:
            return _merge(options.pages, options.output, options.check)
        except MergeError as error:
            complain(
                *(f"merge: {problem}" for problem in error.problems),
                f"merge: nothing was written; {options.output.name} is as it was; "
                "`make fetch` fetches the pages again, `make spec` merges them",
            )
        except OSError as error:
            complain(f"merge: {error.filename}: {error.strerror}; nothing was written")
        except KeyboardInterrupt:
            complain(f"merge: interrupted; {options.output.name} is whole, as it was or as it should be")
            return stops.status
    return 1


def _merge(pages: Path, output: Path, check: bool) -> int:
    text = render(merge(read_sources(pages)))
    if not check:
        write(output, text)
    elif changes := _outdated(output, text):
        complain(f"merge: {output.name} is not what the pages give; run `make spec`", changes)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
