"""One quota for several processes: 4 processes with 50 reads each, against 60 requests in a window.

The sandbox serves on a socket, with its limits on. The windows are shortened and time is real.
`python -m benchmarks.quota` prints the report. With STORE, PER and READS it reads as one of the processes: it
prints a line when it is ready, starts after a line of input, and prints the number of failed reads.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from exec_api_client import AsyncExecClient, RateLimit, RedisStore
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox

from .measure import table

PROCESSES, READS, REQUESTS = 4, 50, 60
# The length of a window in seconds.
PER = 5.0
# Windows that the limit forces on so many reads, whoever makes them.
LEAST = (PROCESSES * READS - 1) // REQUESTS


class Row(NamedTuple):
    """Outcome of the reads of all processes; seconds from the first request to the last."""

    failed: int
    sent: int
    refused: int
    seconds: float


def store_of(name: str) -> str | RedisStore | None:
    """Return the argument `store` for a path, a URL or nothing."""
    return RedisStore(name) if "://" in name else name or None


async def read(store: str, per: float, reads: int) -> None:
    """Read as one of the processes."""
    limit = RateLimit(REQUESTS, per, store=store_of(store))
    async with AsyncExecClient(rate_limit=limit) as client:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        calls = (client.sessions.list(page_size=1) for _ in range(reads))
        results = await asyncio.gather(*calls, return_exceptions=True)
    print(sum(isinstance(result, Exception) for result in results), flush=True)


@asynccontextmanager
async def readers(
    store: str, base_url: str, per: float, reads: int = READS, number: int = PROCESSES
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Yield processes that are ready to read."""
    command = [sys.executable, "-m", "benchmarks.quota", store, str(per), str(reads)]
    environment = {"EXEC_API_KEY": SANDBOX_KEY, "EXEC_BASE_URL": base_url, "PYTHONPATH": ":".join(sys.path)}
    processes = [
        await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        for _ in range(number)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        yield processes
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def failures(processes: list[asyncio.subprocess.Process]) -> int:
    """Let the processes read, and return the number of failed reads."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
    return sum([int(await process.stdout.readline()) for process in processes if process.stdout])


async def crowd(store: str, per: float = PER, reads: int = READS) -> Row:
    """Let all processes read at once."""
    sandbox = Sandbox(sessions=1, limits=Limits(REQUESTS, per, per_day=None))
    async with sandbox.serve() as base_url, readers(store, base_url, per, reads) as processes:
        failed = await failures(processes)
    sent = sandbox.requests
    refused = sum(request.status == 429 for request in sent)
    return Row(failed, len(sent), refused, sent[-1].time - sent[0].time)


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Yield the URL of a Redis server of its own."""
    address = folder / "redis.sock"
    with subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(address), "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    ) as server:
        while not address.exists():
            time.sleep(0.01)
        try:
            yield f"unix://{address}"
        finally:
            server.kill()


async def reservation(store: str, number: int = 1000) -> tuple[float, float]:
    """Return the µs of a reservation, CPU and in all, after 500 requests of the same day."""
    limit = RateLimit(10**6, store=store_of(store))
    for slot in range(500):
        await limit.store.reserve("bench", limit.quota, "read", str(slot), time.time())
        limit.store.release("bench", str(slot), time.time(), sent=True)
    await limit.store.reserve("bench", limit.quota, "read", "last", time.time())
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(number):
        await limit.store.reserve("bench", limit.quota, "read", "again", time.time())
    spent = time.process_time() - cpu, time.perf_counter() - began
    return spent[0] / number * 1e6, spent[1] / number * 1e6


def report() -> str:
    """The whole report."""
    rows, costs = list[tuple[str, ...]](), list[tuple[str, ...]]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def add(kind: str, store: str) -> None:
            cpu, wall = min(asyncio.run(reservation(store)) for _ in range(3))
            costs.append((kind, f"{cpu:.0f}", f"{wall:.0f}"))
            if store:
                found = asyncio.run(crowd(store))
                over = f"{found.seconds / (LEAST * PER) - 1:.1%}"
                rows.append((kind, *map(str, found[:3]), f"{found.seconds:.1f}", over))

        add("memory", "")
        add("SQLite", str(folder / "quota.db"))
        if shutil.which("redis-server"):
            with redis_server(folder) as url:
                add("Redis", url)
        else:
            rows.append(("Redis", "not installed", "", "", "", ""))
    return f"""## {PROCESSES} processes with {READS} reads each, {REQUESTS} allowed in {PER:g} s

{table(("store", "failed", "sent", "refused", "seconds", "over the least"), rows)}

The least that the limit forces is {LEAST * PER:g} s.

{table(("a reservation", "µs of CPU", "µs"), costs)}
"""


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(read(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
    else:
        print(report())
