"""Append new sessions with their transcripts to a file of JSON lines: `python nightly_export.py OUT.jsonl`.

A transcript costs one of the day's 1,000 requests. Before the last of them (RESERVE) it stops, with exit
status 0, and the next run goes on there. OUT.jsonl.state says how far OUT.jsonl is whole; it is replaced
after each session, and what a crash left behind that point is cut off and read again.
One at a time: `0 2 * * * flock -n /tmp/export.lock python nightly_export.py OUT.jsonl`
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from workspace import arguments, connect, invented, now, run

from exec_api_client import AsyncExecClient, NotFoundError, RateLimit, RateLimitError
from exec_api_client.sandbox import Sandbox

PER_DAY, RESERVE = 1000, 100
PATIENCE = 3600.0  # seconds in all, while the requests of last night leave the day's count one by one
SETTLED = timedelta(hours=1)  # a session is listed while it goes on; an hour later its transcript is whole


@dataclass(frozen=True)
class State:
    """What the file holds, in bytes and sessions; the last of them, where to go on.

    `invented` are the sandbox's, which do not go into a file with real ones.
    """

    size: int = 0
    count: int = 0
    reached: str = "the start"
    bookmark: dict[str, Any] | None = None
    invented: bool = False

    def save(self, path: Path) -> None:
        """Replace the file at once: it holds the old state or the new one, never a part."""
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def begin(out: Path, path: Path) -> State:
    """The state of the last run, or a first one, which is saved before there is a file."""
    size = out.stat().st_size if out.exists() else 0
    if size and not path.exists():
        raise OSError(f"{out} has no {path} and stays as it is: name another file, or move it away")
    try:
        state = State(**json.loads(path.read_text())) if path.exists() else State(invented=invented())
        whole = 0 <= state.size <= size
    except (ValueError, TypeError):
        raise OSError(f"{path} is not what a run wrote: put that back, or delete {path} and {out}") from None
    if state.invented != invented():
        held = "invented sessions" if state.invented else "real sessions, and EXEC_API_KEY is not set"
        raise OSError(f"{out} holds {held}: name another file")
    if not whole:
        raise OSError(f"{out} is shorter than {path} says: put it back, or delete {path} and {out}")
    state.save(path)
    return state


async def append_new(
    client: AsyncExecClient, file: BinaryIO, state: State, save: Callable[[State], None]
) -> None:
    """Append what came after the bookmark, the oldest first; save each session that is on the disk."""
    until = now() - SETTLED
    pager = client.sessions.list(sorting="created_at")
    pager = pager.resume(state.bookmark) if state.bookmark else pager
    async for item in pager:
        if item.created_at > until:
            return
        try:
            session = await client.sessions.get(item.id, include=["transcript"])
            lines = [json.dumps(session.to_dict(), ensure_ascii=False).encode() + b"\n"]
        except NotFoundError:
            lines = []  # it was deleted since it was listed
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
        whole, count, reached = file.tell(), state.count + len(lines), str(item.created_at)
        state = replace(state, size=whole, count=count, reached=reached, bookmark=pager.bookmark)
        save(state)


async def export(out: Path, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Append all that is new, or as much as the quota allows, and say where the next run goes on."""
    path = Path(f"{out}.state")
    state = begin(out, path)
    before, patience, end = state.count, PATIENCE, ""
    limit = RateLimit(per_day=PER_DAY, day_ceiling=PER_DAY - RESERVE)

    def save(reached: State) -> None:
        nonlocal state
        state = reached
        state.save(path)

    async with connect(rate_limit=limit, sandbox=Sandbox(sessions=40)) as client:
        with out.open("ab") as file:
            file.seek(file.truncate(state.size))
            while not end:
                try:
                    await append_new(client, file, state, save)
                    end = "up to date"
                except RateLimitError as error:  # DailyLimitError is one; the API may not say which it is
                    wait = (error.retry_after or 86400.0) + 60  # then there is room for a minute's worth
                    patience -= wait
                    if patience >= 0:
                        await sleep(wait)
                    else:
                        end = f"the quota is spent, there is more in {wait / 3600:.1f} hours"
                finally:
                    save(state)
        spent = client.usage.day if client.usage else 0
    print(f"{state.count - before} new sessions, {state.count} in {out}; {spent} of {PER_DAY} requests spent")
    print(f"{end}; the next run goes on after {state.reached}")


if __name__ == "__main__":
    [out] = arguments(__doc__, "OUT.jsonl")
    sys.exit(run(export(Path(out))))
