"""Follow the published description: `python -m generator.update [SOURCE...] [--report FILE]`.

It fetches the pages, merges them, generates the code and reports what has changed, all of it in copies
that take the places of generator/pages, openapi.yaml and exec_api_client/generated when nothing failed:
all of them or none. Where nothing has changed, no file is touched. A SOURCE is what generator.fetch takes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from . import fetch, generate, merge, python_api, report, wire
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
    """A step failed, and has said why on stderr."""


def update(sources: Sequence[str], root: Path, reports: Path | None = None) -> str:
    """Bring the checkout at `root` up to date and return the report; nothing is touched if that fails.

    Args:
        sources: What `generator.fetch` takes; the published index where there are none.
        root: The folder that holds the generator, the document and the package.
        reports: Where the report is written as Markdown.

    Raises:
        UpdateError: The pages could not be had, merged or generated from.
        OSError: A file could not be read or written.
    """
    places = Places.within(root)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Places.within(Path(folder))
        _make(sources, places, fresh)
        on_the_wire = wire.changes(load_file(places.document), load_file(fresh.document))
        in_python = python_api.changes(root, Path(folder))
        if reports:
            merge.write(reports, report.markdown(on_the_wire, in_python))
        changed = [pair for pair in zip(places, fresh, strict=True) if _differ(*pair)]
        if not changed:
            return "Nothing has changed.\n"
        exchange(changed, root)
    names = ", ".join(str(place.relative_to(root)) for place, _ in changed)
    return f"{report.text(on_the_wire, in_python)}\nReplaced: {names}\n"


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
        if step(arguments) != 0:
            raise UpdateError


def _differ(place: Path, fresh: Path) -> bool:
    if place.is_dir():
        return bool(generate.differences(place, fresh))
    return not place.exists() or place.read_bytes() != fresh.read_bytes()


def exchange(pairs: Sequence[tuple[Path, Path]], root: Path) -> None:
    """Put a copy of each fresh file or folder in its place; all or none.

    The copies are made ready within `root`, so that the exchange is a few renames on one file system.
    """
    with tempfile.TemporaryDirectory(dir=root, prefix=".update-") as folder, ExitStack() as undo:
        beside = [
            (place, Path(folder) / f"{place.name}.new", Path(folder) / place.name) for place, _ in pairs
        ]
        for (_, fresh), (_, new, _) in zip(pairs, beside, strict=True):
            (shutil.copytree if fresh.is_dir() else shutil.copy2)(fresh, new)
        for place, new, old in beside:
            undo.callback(_move_back, old, place)
            undo.callback(_move_back, place, new)
            if place.exists():
                place.rename(old)
            new.rename(place)
        undo.pop_all()


def _move_back(now: Path, before: Path) -> None:
    """Undo a renaming, if it has taken place."""
    if now.exists() and not before.exists():
        now.rename(before)


def main(arguments: list[str] | None = None, root: Path = generate.ROOT) -> int:
    summary, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="python -m generator.update", description=summary, epilog=rest)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="where the description is published")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there as Markdown")
    options = parser.parse_args(arguments)
    try:
        print(update(options.sources, root, options.report), end="")
    except UpdateError:
        print("update: nothing was changed; see above for what to mend, then run it again", file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"update: {error}; nothing was changed", file=sys.stderr)
    except KeyboardInterrupt:
        print("update: interrupted; nothing was changed", file=sys.stderr)
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
