"""Refresh generator/pages from the published documentation: `python -m generator.fetch SOURCE...`.

A SOURCE is the address of the documentation's index (llms.txt), a folder of saved pages, or a page or a
whole OpenAPI document, as a file or an address. Pages without an OpenAPI block are left, as is whatever the
index lists on another host.

An index, a folder and a document are whole: pages that are in none of them go. A single page is added, or
replaces the one that describes the same operation, and the others stay. A document becomes a page for each
operation. Where pages and documents are both given, or an index lists both, they have to agree.
Either everything is taken or, when anything fails, nothing is changed.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .choose import choose
from .download import LIMITS, Downloads, Limits, Sleep, client
from .index import FetchError
from .merge import PAGES
from .sources import Found, read

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
) -> Fetched:
    """Take the pages that the sources hold into the folder `pages`, which is left alone if that fails.

    Args:
        sources: Addresses and paths, as the module describes them; all are taken together.
        pages: The folder. A page that has not changed is not written again.
        limits: How much is asked for, and how long it may take.
        sleep: Waits before a request is sent again.
        now: The present as a Unix time, for a server that says until when to wait.

    Raises:
        FetchError: Something could not be had, is not as it should be, or contradicts something else.
        OSError: The folder cannot be read or written.
    """
    found = asyncio.run(_read(sources, limits, sleep, now))
    present = _present(pages)
    choice = choose(found, present)
    kept = sorted(choice.pages.keys() & present.keys())
    fetched = Fetched(
        added=tuple(sorted(choice.pages.keys() - present.keys())),
        changed=tuple(name for name in kept if choice.pages[name] != present[name]),
        removed=tuple(sorted(present.keys() - choice.pages.keys())),
        unchanged=tuple(name for name in kept if choice.pages[name] == present[name]),
        left=tuple(choice.left),
    )
    if choice.pages != present:
        _exchange(pages, choice.pages, present)
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


def _exchange(pages: Path, wanted: Mapping[str, bytes], present: Mapping[str, bytes]) -> None:
    """Put a folder with the wanted pages in the place of the old one, beside which it is made ready."""
    pages = pages.resolve()
    pages.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=pages.parent, prefix=f".{pages.name}-") as beside:
        old, new = Path(beside) / "old", Path(beside) / "new"
        if pages.exists():
            shutil.copytree(pages, new, symlinks=True)
        for name in present.keys() - wanted.keys():
            (new / name).unlink()
        for name, source in wanted.items():
            if present.get(name) != source:
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).write_bytes(source)
        for folder in sorted((path for path in new.rglob("*") if path.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
        try:
            if pages.exists():
                pages.rename(old)
            new.rename(pages)
        except BaseException:
            if old.exists() and not pages.exists():
                old.rename(pages)
            raise


def _shown(line: str) -> str:
    """A line without what could steer a terminal: much of it is a stranger's text."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in line)


def main(arguments: list[str] | None = None) -> int:
    summary, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m generator.fetch",
        description=summary,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sources", nargs="*", default=[INDEX], metavar="SOURCE", help=f"what to take (default: {INDEX})"
    )
    parser.add_argument("--pages", type=Path, default=PAGES, metavar="DIR", help="the folder to refresh")
    options = parser.parse_args(arguments)
    try:
        fetched = fetch(options.sources, options.pages)
    except FetchError as error:
        problems, status = error.problems, 1
    except OSError as error:
        problems, status = (f"{error.filename or options.pages}: {error.strerror or error}",), 1
    except KeyboardInterrupt:
        problems, status = ("interrupted",), 130
    else:
        print(*(_shown(line) for line in fetched.lines), sep="\n")
        return 0
    print(
        *(f"fetch: {_shown(problem)}; nothing was changed" for problem in problems), sep="\n", file=sys.stderr
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
