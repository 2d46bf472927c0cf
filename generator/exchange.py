"""Put files and folders in the places of others: all of them or none, whatever happens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

_PREFIX = ".update-"
_NEW = ".new"


class LeftoverError(OSError):
    """An exchange before this one was killed, and its folder is still there; the text says what to do."""


def nothing() -> None:
    """What is done by default when an exchange stands: nothing."""


def exchange(pairs: Sequence[tuple[Path, Path]], beside: Path, settled: Callable[[], None] = nothing) -> None:
    """Put a copy of each fresh file or folder in its place; all or none.

    The copies are made ready in a folder, so that the exchange is a few renames on one file system.

    Args:
        pairs: Each place, and what shall be there.
        beside: The folder in which that of the copies is made.
        settled: Called at the moment from which on nothing is taken back any more.

    Raises:
        LeftoverError: An exchange was killed here.
        OSError: Something cannot be written; all is as it was before.
    """
    check_leftovers(beside, [place for place, _ in pairs])
    # What cannot be removed at the end is no failure of the exchange; the next one names it.
    with (
        tempfile.TemporaryDirectory(dir=beside, prefix=_PREFIX, ignore_cleanup_errors=True) as folder,
        ExitStack() as undo,
    ):
        ready = [
            (place, Path(folder) / f"{place.name}{_NEW}", Path(folder) / place.name) for place, _ in pairs
        ]
        for (_, fresh), (_, new, _) in zip(pairs, ready, strict=True):
            if fresh.is_dir():
                shutil.copytree(fresh, new, symlinks=True)
            else:
                shutil.copy2(fresh, new)
        for place, new, old in ready:
            undo.callback(_move_back, old, place)
            undo.callback(_move_back, place, new)
            if place.exists():
                place.rename(old)
            new.rename(place)
        settled()
        undo.pop_all()


def _move_back(now: Path, before: Path) -> None:
    """Undo a renaming, if it has taken place."""
    if now.exists() and not before.exists():
        now.rename(before)


def check_leftovers(beside: Path, places: Iterable[Path]) -> None:
    """Refuse to go on where an exchange was killed, and say how what it left is put right."""
    for folder in sorted(path for path in beside.glob(f"{_PREFIX}*") if path.is_dir()):
        names = {path.name for path in folder.iterdir()}
        # What is new and still here has not taken its place, so that the places belong to two states.
        halfway = any(name.endswith(_NEW) for name in names)
        back = [f"move {folder / place.name} to {place}" for place in places if place.name in names]
        raise LeftoverError(
            f"{folder} is of an update that was killed, or is under way; if it was killed, "
            + (f"{', '.join(back)} (in the place of what is there), then " if halfway and back else "")
            + "remove that folder and try again"
        )
