"""What a walk holds while it streams: `python -m benchmarks.memory BASE_URL PAGES` walks, in a fresh process.

Over a real socket, and each time from nothing, as a program does: what is loaded and cached on the way
counts for ten pages as it does for a thousand.
"""

import asyncio
import resource
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import NamedTuple

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY

from .measure import table
from .served import WIDE, served

FEW, MANY = 10, 1_000


class Peak(NamedTuple):
    """The most that a process held, in KiB."""

    python: int
    process: int


async def walk(base_url: str, pages: int) -> None:
    """Stream so many pages and keep no item."""
    async with AsyncExecClient(SANDBOX_KEY, base_url=base_url, rate_limit=WIDE) as client:
        number = 0
        async for _ in client.sessions.list():
            number += 1
            if number == pages * 100:
                break
    assert number == pages * 100


def peak(base_url: str, pages: int) -> Peak:
    """What a process of its own held; Python's part is counted in one that is slower for it."""
    command = [sys.executable, "-m", "benchmarks.memory", base_url, str(pages)]
    traced, plain = (
        subprocess.run([*command, *how], check=True, capture_output=True, text=True).stdout.split()
        for how in (["traced"], [])
    )
    return Peak(int(traced[0]), int(plain[1]))


def peaks() -> tuple[Peak, Peak]:
    """For few pages and for many."""
    with served(MANY * 100) as base_url:
        return peak(base_url, FEW), peak(base_url, MANY)


def held() -> int:
    """The most KiB that this process held; what `getrusage` says of it can be its parent's."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:  # not Linux: macOS counts in bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.partition("VmHWM:")[2].split()[0])


def report(few: Peak, many: Peak) -> str:
    """The table of peaks."""
    rows = [
        (name, f"{less:,}", f"{more:,}", f"{more / less:.2f}")
        for name, less, more in (
            ("what Python holds beyond the imports", few.python, many.python),
            ("the whole process", few.process, many.process),
        )
    ]
    return f"""## Memory while streaming, peak in KiB

{table(("what", f"{FEW} pages", f"{MANY:,} pages", "ratio"), rows)}
"""


if __name__ == "__main__":
    if sys.argv[3:]:
        tracemalloc.start()
    asyncio.run(walk(sys.argv[1], int(sys.argv[2])))
    python = tracemalloc.get_traced_memory()[1] // 1024 if tracemalloc.is_tracing() else 0
    print(python, held())
