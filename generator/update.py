"""Follow the published description: `python -m generator.update [SOURCE...] [--report FILE] [--against REF]`.

It fetches the pages, merges them, generates the code and reports what has changed, all of it in copies
that take the places of generator/pages, openapi.yaml and exec_api_client/generated when nothing failed:
all of them or none. Where nothing has changed, no file is touched. A SOURCE is what generator.fetch takes;
where none is named, the variable SOURCE names them, with quotes as in a shell.

The report compares with a commit, so that it says the same however often one updates before the next: with
HEAD, or with REF. Without Git it compares with the files that are replaced.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from . import fetch, generate, merge, overlay
from .command import Stops, complain, say, sources_named
from .exchange import check_leftovers, exchange, nothing
from .files import unix, write
from .report import Snapshot, at_revision, report
from .walk import Json, label, operations
from .yaml12 import load_file


class Places(NamedTuple):
    """What an update replaces."""

    pages: Path
    document: Path
    generated: Path

    @classmethod
    def within(cls, root: Path) -> Places:
        return cls(*(root / path.relative_to(generate.ROOT) for path in _OWN))

    @property
    def package(self) -> Path:
        return self.generated.parent


_OWN = (merge.PAGES, merge.OUTPUT, generate.OUTPUT)


class UpdateError(Exception):
    """A step failed or was stopped, and has said why on stderr."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def update(
    sources: Sequence[str],
    root: Path,
    reports: Path | None = None,
    against: str = "",
    settled: Callable[[], None] = nothing,
) -> str:
    """Bring the checkout at `root` up to date and return the report; nothing is touched if that fails.

    Args:
        sources: What `generator.fetch` takes; the published index where there are none.
        root: The folder that holds the generator, the document and the package.
        reports: Where the report is written as Markdown.
        against: The commit that the report compares with; HEAD by default.
        settled: Called at the moment from which on nothing is taken back any more.

    Raises:
        UpdateError: The pages could not be had, merged or generated from.
        OSError: A file could not be read or written.
        ValueError: There is no such commit.
    """
    if reports and not reports.parent.is_dir():
        raise FileNotFoundError(f"{reports}: there is no folder {reports.parent} to write the report in")
    if reports and reports.exists() and not reports.is_file():  # a folder, or a device, which may be stdout
        raise FileExistsError(f"{reports} is no file to write the report in: name one, such as report.md")
    places = Places.within(root)
    check_leftovers(root, places)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        before, compared = _before(root, against, Path(folder) / "before")
        after = Path(folder) / "after"
        fresh = Places.within(after)
        _make(sources, places, fresh)
        published = load_file(fresh.document)
        told = report(before, Snapshot(published, after), _left_out(before.document, published))
        if reports:
            write(reports, told.markdown())
        changed = [pair for pair in zip(places, fresh, strict=True) if _differ(*pair)]
        if not changed and told.is_empty:
            return "Nothing has changed.\n"
        names = ", ".join(str(place.relative_to(root)) for place, _ in changed) or "nothing"
        said = f"{told.text()}\nCompared with: {compared}\nReplaced: {names}\n"
        if changed:
            exchange(changed, root, settled)
    return said


def _before(root: Path, against: str, folder: Path) -> tuple[Snapshot, str]:
    """Return what the report compares with, and its name."""
    try:
        return at_revision(root, against or "HEAD", folder, load_file), against or "HEAD"
    except ValueError as error:
        if against:
            raise ValueError(
                f"{against} is nothing to compare with ({error}); name a commit of Git's"
            ) from error
        return Snapshot(load_file(Places.within(root).document), root), "the files that were here"


def _make(sources: Sequence[str], places: Places, fresh: Places) -> None:
    """Take the three steps in copies."""
    shutil.copytree(places.package, fresh.package, ignore=shutil.ignore_patterns("__pycache__", "generated"))
    shutil.copytree(places.pages, fresh.pages)
    steps = (
        (fetch.main, ["--pages", str(fresh.pages), *(["--", *sources] if sources else [])]),
        (merge.main, ["--pages", str(fresh.pages), "--output", str(fresh.document)]),
        (generate.main, ["--document", str(fresh.document), "--output", str(fresh.generated)]),
    )
    for step, arguments in steps:
        if status := step(arguments):
            raise UpdateError(status)


def _left_out(before: Json, after: Json) -> list[str]:
    """Say which operations came and became no method, because our corrections remove them."""
    rules = load_file(generate.OVERLAY)
    old, new, kept = (_labels(document) for document in (before, after, overlay.apply(after, rules)))
    return [f"{name} has no method: generator/overlay.yaml removes it" for name in sorted(new - kept - old)]


def _labels(document: Json) -> set[str]:
    return {label(path, method, {}) for path, method, _, _ in operations(document)}


def _differ(place: Path, fresh: Path) -> bool:
    if place.is_dir():
        return bool(generate.differences(place, fresh))
    return not place.exists() or unix(place.read_bytes()) != unix(fresh.read_bytes())


def main(arguments: list[str] | None = None, root: Path = generate.ROOT) -> int:
    summary, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="python -m generator.update", description=summary, epilog=rest)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="where the description is published")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there as Markdown")
    parser.add_argument(
        "--against", default="", metavar="REF", help="compare with this commit (default: HEAD)"
    )
    options = parser.parse_args(arguments)
    with Stops() as stops:
        try:
            sources = sources_named(options.sources, os.environ)
            said = update(sources, root, options.report, options.against, stops.ignore)
        except UpdateError as error:
            # Above 128 it is a signal that stopped the step, as shells have it.
            mend = "; see above for what to mend, then run `make update` again" if error.status < 128 else ""
            complain(f"update: nothing was changed{mend}")
            return error.status
        except (OSError, ValueError) as error:
            complain(f"update: {error}; nothing was changed")
            return 1
        except KeyboardInterrupt:
            complain("update: interrupted; nothing was changed")
            return stops.status
        stops.ignore()
        say(said.removesuffix("\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
