"""examples/nightly_export.py, ended at each of its lines.

To be run as `python -m tests.examples.nightly_export.crashes HOW FOLDER`; HOW is `kill` for a process that is
gone at once, `torn` for one whose last write is there by half, and `interrupt` for Ctrl-C. Each time the next
run goes to its end, and the file has to be that of a run without a crash. Each run is a fork of this process,
which has no other threads. Prints how many crashes there were.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from exec_api_client import AsyncExecClient, RateLimit
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox, generate
from tests.examples.running import example

SESSIONS = 2
WORLD = generate(sessions=SESSIONS)


def connect(*, rate_limit: RateLimit, sandbox: Sandbox) -> AsyncExecClient:
    assert len(sandbox.world.sessions) > SESSIONS
    transport = Sandbox(WORLD).transport()
    return AsyncExecClient(SANDBOX_KEY, transport=transport, rate_limit=rate_limit)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt() -> None:
    sys.settrace(None)
    raise KeyboardInterrupt


def at_line(source: str, number: int, end: Callable[[], None]) -> Callable[..., Any]:
    """A trace function that calls `end` before the line of this number, of those that are executed."""
    seen = 0

    def line(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen
        if event == "line":
            seen += 1
            if seen == number:
                end()
        return line

    return lambda frame, _event, _argument: line if frame.f_code.co_filename == source else None


def run(out: Path, number: int = 0, end: Callable[[], None] = kill) -> int:
    """Export in a child process; the status, below 0 for a signal."""
    nightly: Any = example("nightly_export")
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    nightly.connect = connect
    os.fsync = lambda fd: None  # for a loss of power, which this is not
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.settrace(at_line(nightly.__file__, number, end))
    os._exit(nightly.run(nightly.export(out)))


def tear(out: Path) -> bool:
    """Leave half of what was written since the last state; whether there was anything."""
    state = out.with_name(f"{out.name}.state")
    size = json.loads(state.read_text())["size"] if state.exists() else 0
    tail = out.stat().st_size - size if out.exists() else 0
    if tail:
        os.truncate(out, size + tail // 2)
    return tail > 0


def crashes(how: str, folder: Path) -> int:
    whole = folder / "whole.jsonl"
    assert run(whole) == 0
    wanted = whole.read_bytes()
    assert wanted.count(b"\n") == SESSIONS
    number = count = 0
    while True:
        number += 1
        out = folder / f"{number}.jsonl"
        if run(out, number, interrupt if how == "interrupt" else kill) == 0:
            return count
        if how == "torn" and not tear(out):
            continue
        count += 1
        assert run(out) == 0, f"the run after a crash at line {number} of those executed"
        assert out.read_bytes() == wanted, f"a crash at line {number} of those executed"


if __name__ == "__main__":
    print(crashes(sys.argv[1], Path(sys.argv[2])))
