"""One update: fetch, merge, generate, report; files are replaced once all of them could be made."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from . import python_api, report, wire
from .checkout import Checkout
from .committed import extract
from .document.openapi import Document, Node
from .document.overlay import apply
from .document.yaml import load_file
from .emit.generate import OVERLAY, generate
from .errors import GeneratorError
from .sources.fetch import fetch
from .sources.merge import merge, render


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
    if reports and (not reports.parent.is_dir() or (reports.exists() and not reports.is_file())):
        raise GeneratorError(f"{reports}: must be a file in a folder that exists, for the report")
    here = Checkout(root)
    with tempfile.TemporaryDirectory() as folder:
        before, compared = _before(here, against, Path(folder) / "before")
        after = Checkout(Path(folder) / "after")
        fetched = fetch(source, here.read_pages())
        left_out = shutil.ignore_patterns("__pycache__", "generated")
        shutil.copytree(here.package, after.package, ignore=left_out)
        after.write_document(render(fetched.document or merge(fetched.pages)))
        notes = generate(after.document, after.generated, OVERLAY)
        published = load_file(after.document)
        on_the_wire = wire.changes(load_file(before.document), published, _removed(published))
        in_python = python_api.changes(before.root, after.root)
        if reports:
            reports.write_text(report.markdown(on_the_wire, in_python), encoding="utf-8")
        replaced = _replace(here, after, fetched.pages)
        if not (replaced or on_the_wire or in_python):
            return "Nothing has changed.\n"
        said = [report.text(on_the_wire, in_python)]
        said += [f"left: {line}" for line in fetched.left] + [f"note: {line}" for line in notes]
        said += [f"Compared with: {compared}", f"Replaced: {', '.join(replaced) or 'nothing'}"]
    return "\n".join(said) + "\n"


def _before(here: Checkout, against: str, folder: Path) -> tuple[Checkout, str]:
    """Return the files that the report compares with, and what they are called."""
    names = [path.relative_to(here.root) for path in (here.document, here.package)]
    try:
        extract(here.root, names, against or "HEAD", folder)
    except ValueError as error:
        if against:
            raise GeneratorError(f"{against} must be a commit of this checkout: {error}") from error
        return here, "the files that were here"
    return Checkout(folder), against or "HEAD"


def _removed(document: Node) -> set[str]:
    """Return method and path of each operation that our corrections remove."""
    corrected = apply(document, load_file(OVERLAY))
    there, left = (
        {f"{each.method.upper()} {each.path}" for each in Document(value).operations}
        for value in (document, corrected)
    )
    return there - left


def _replace(here: Checkout, after: Checkout, pages: dict[str, bytes]) -> list[str]:
    """Put the new files in their places; return the names of what changed."""
    changed = {
        here.pages: bool(here.write_pages(pages)),
        here.document: here.write_document(after.document.read_text(encoding="utf-8")),
        here.generated: bool(here.write_generated(after.generated)),
    }
    return [place.relative_to(here.root).as_posix() for place, differs in changed.items() if differs]
