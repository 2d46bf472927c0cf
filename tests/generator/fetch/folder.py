"""A folder of pages: what a fetch could change in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import merge
from generator.fetch import fetch
from generator.index import FetchError

from ..publisher import address

PUBLISHED = merge.read_sources(merge.PAGES)
# Which folder of the host they are in depends on where the pages were last fetched from.
ADDRESSES = {name: address(name, source) for name, source in PUBLISHED.items()}
LIST = ADDRESSES["sessions/list-roleplay-sessions.md"]
DETAIL = ADDRESSES["sessions/get-session-detail.md"]


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that a fetch could change: what there is, which file it is, its time and content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_ino,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }


def nothing_changes(folder: Path, *sources: str) -> list[str]:
    """The problems of a fetch that fails and leaves everything as it was."""
    before = state(folder.parent)
    with pytest.raises(FetchError) as caught:
        fetch(sources, folder, sleep=no_wait)
    assert state(folder.parent) == before
    return list(caught.value.problems)


async def no_wait(_seconds: float) -> None:
    return
