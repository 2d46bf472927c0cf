"""Refresh generator/pages from the published documentation: `python -m generator.fetch SOURCE...`.

A SOURCE is the address of the documentation's index (llms.txt), a folder of saved pages, or a page or a
whole OpenAPI document, as a file or an address. Pages without an OpenAPI block are left, as is whatever the
index lists on another host; one that has lost its block is refused.

An index, a folder and a document are whole: pages that are in none of them go. A single page is added, or
replaces the one that describes the same operation, and the others stay. A document becomes a page for each
operation. Where pages and documents are both given, or an index lists both, they have to agree.
Either everything is taken or, when anything fails, nothing is changed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .choose import choose
from .command import Stops, complain, say, sources_named
from .download import LIMITS, Downloads, Limits, Sleep, client
from .exchange import check_leftovers, exchange, nothing
from .files import unix
from .index import FetchError
from .merge import PAGES
from .sources import Found, read
from .texts import visible

INDEX = "https://docs.exec.com/llms.txt"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The names of the pages' files, by what became of them, and what was left for which reason."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    left: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[str]:
        """The report: a line for each page that differs or was left, and one of sums."""
        differing = {"added": self.added, "changed": self.changed, "removed": self.removed}
        sums = ", ".join(f"{len(names)} {what}" for what, names in differing.items())
        if not any(differing.values()):
            sums = "nothing has changed"
        return [
            *(f"{what:8} {name}" for what, names in differing.items() for name in names),
            *(f"left     {what}: {reason}" for what, reason in self.left),
            f"fetch: {sums}, {len(self.unchanged)} as before; {len(self.left)} left",
        ]


def fetch(
    sources: Sequence[str],
    pages: Path = PAGES,
    *,
    limits: Limits = LIMITS,
    sleep: Sleep = asyncio.sleep,
    now: Callable[[], float] = time.time,
    settled: Callable[[], None] = nothing,
) -> Fetched:
    """Take the pages that the sources hold into the folder `pages`, which is left alone if that fails.

    Args:
        sources: Addresses and paths, as the module describes them; all are taken together.
        pages: The folder. A page that has not changed is not written again.
        limits: How much is asked for, and how long it may take.
        sleep: Waits before a request is sent again.
        now: The present as a Unix time, for a server that says until when to wait.
        settled: Called at the moment from which on nothing is taken back any more.

    Raises:
        FetchError: Something could not be had, is not as it should be, or contradicts something else.
        OSError: The folder cannot be read or written.
    """
    check_leftovers(pages.resolve().parent, [pages])
    found = asyncio.run(_read(sources, limits, sleep, now))
    present = _present(pages)
    choice = choose(found, present)
    wanted = {name: _as_present(source, present.get(name)) for name, source in choice.pages.items()}
    kept = sorted(wanted.keys() & present.keys())
    fetched = Fetched(
        added=tuple(sorted(wanted.keys() - present.keys())),
        changed=tuple(name for name in kept if wanted[name] != present[name]),
        removed=tuple(sorted(present.keys() - wanted.keys())),
        unchanged=tuple(name for name in kept if wanted[name] == present[name]),
        left=tuple(choice.left),
    )
    if wanted != present:
        _replace(pages, wanted, present, settled)
    return fetched


async def _read(sources: Sequence[str], limits: Limits, sleep: Sleep, now: Callable[[], float]) -> Found:
    async with client(limits) as http:
        try:
            async with asyncio.timeout(limits.all_seconds):
                return await read(sources, Downloads(http, limits, sleep, now), limits)
        except TimeoutError as error:
            raise FetchError(
                f"not all came within {limits.all_seconds:g} s; fetch again later, or name fewer sources"
            ) from error


def _present(pages: Path) -> dict[str, bytes]:
    files = (file for file in pages.rglob("*.md") if file.is_file())
    return {file.relative_to(pages).as_posix(): file.read_bytes() for file in files}


def _as_present(source: bytes, present: bytes | None) -> bytes:
    """A page as it is present, where only the ends of its lines differ."""
    return source if present is None or unix(present) != unix(source) else present


def _replace(
    pages: Path, wanted: Mapping[str, bytes], present: Mapping[str, bytes], settled: Callable[[], None]
) -> None:
    """Put a folder with the wanted pages in the place of the old one, of which all other files stay."""
    pages = pages.resolve()
    pages.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fresh = Path(folder) / "fresh"
        if pages.exists():
            shutil.copytree(pages, fresh, symlinks=True)
        for name in present.keys() - wanted.keys():
            (fresh / name).unlink()
        for name, source in wanted.items():
            if present.get(name) != source:
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(source)
        for within in sorted((path for path in fresh.rglob("*") if path.is_dir()), reverse=True):
            if not any(within.iterdir()):
                within.rmdir()
        exchange([(pages, fresh)], pages.parent, settled)


def main(arguments: list[str] | None = None) -> int:
    summary, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m generator.fetch",
        description=summary,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help=f"what to take (default: $SOURCE, or {INDEX})"
    )
    parser.add_argument("--pages", type=Path, default=PAGES, metavar="DIR", help="the folder to refresh")
    options = parser.parse_args(arguments)
    with Stops() as stops:
        try:
            sources = sources_named(options.sources, os.environ) or [INDEX]
            fetched = fetch(sources, options.pages, settled=stops.ignore)
        except FetchError as error:
            problems, status = error.problems, 1
        except OSError as error:
            problems, status = (_named(error, options.pages),), 1
        except ValueError as error:
            problems, status = (str(error),), 1
        except KeyboardInterrupt:
            problems, status = ("interrupted",), stops.status
        else:
            stops.ignore()
            say(*(visible(line) for line in fetched.lines))
            return 0
    complain(*(f"fetch: {visible(problem)}; nothing was changed" for problem in problems))
    return status


def _named(error: OSError, pages: Path) -> str:
    return f"{error.filename or pages}: {error.strerror}" if error.strerror else str(error)


if __name__ == "__main__":
    sys.exit(main())
