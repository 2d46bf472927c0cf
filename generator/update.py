"""One update: fetch, merge, generate, report. Files are replaced once all of them could be made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from exec_api_client.sandbox.api import SERVED

from .checkout import Checkout, read_files, replace_files
from .document.openapi import Document, route
from .document.yaml import load_file
from .emit.generate import OVERLAY, generate
from .errors import GeneratorError
from .normalise.texts import visible
from .report import Snapshot, at_revision, report
from .sources.fetch import fetch
from .sources.merge import render


def update(source: str, root: Path, reports: Path | None = None, against: str = "") -> str:
    """Bring a checkout up to date and return the report; where nothing has changed, no file is touched.

    Args:
        source: What `sources.fetch.fetch` takes.
        root: The folder of the checkout.
        reports: Where the report is written as Markdown.
        against: The commit that the report compares with; by default HEAD, without Git the present files.

    Raises:
        GeneratorError: The source cannot be read, or no code can be made of it.
        OSError: A file cannot be read or written.
    """
    here = Checkout(root)
    with tempfile.TemporaryDirectory() as folder:
        before, compared = _before(here, against, Path(folder) / "before")
        fetched = fetch(source, here.read_pages())
        after = Checkout(Path(folder))
        after.package.mkdir()
        after.write_document(render(fetched.document))
        made = generate(after.document, after.generated, OVERLAY)
        new = Snapshot(fetched.document, after.generated)
        told = report(before, new, made.notes, [*_not_served(made)])
        if reports:
            reports.write_text(told.markdown(), encoding="utf-8")
        changed = {
            here.pages: bool(replace_files(here.pages, fetched.pages)),
            here.document: here.write_document(render(fetched.document)),
            here.generated: bool(replace_files(here.generated, read_files(after.generated))),
        }
    replaced = [place.relative_to(root).as_posix() for place, differs in changed.items() if differs]
    if not (replaced or told.python or told.wire or told.prose):
        return "Nothing has changed.\n"
    left = "".join(f"Not taken: {visible(line)}\n" for line in fetched.left)
    return f"{told.text()}\n{left}Compared with: {compared}\nReplaced: {', '.join(replaced) or 'nothing'}\n"


def _before(here: Checkout, against: str, folder: Path) -> tuple[Snapshot, str]:
    """Return what the report compares with, and its name."""
    try:
        return at_revision(here.root, against or "HEAD", folder), against or "HEAD"
    except GeneratorError:
        if against:
            raise
        return Snapshot(load_file(here.document), here.generated), "the files that were here"


def _not_served(document: Document) -> Iterator[str]:
    """Yield the operations to which the sandbox answers 501."""
    served = {route(f"{method} {path}") for method, path in SERVED}
    for each in document.operations:
        if route(each.request) not in served:
            yield each.request
