"""examples/nightly_export.py, ended at its lines: `python -m tests.examples.nightly_export.crashes HOW DIR`.

`kill` ends the process at each line: once as it is, and once more with the last write there by half.
`interrupt` is Ctrl-C at each third line. The next run then goes to its end, and must leave the file of a run
without a crash. Each run is a fork of this process, which has no other threads. Prints the number of crashes.
"""

import contextlib
import io
import json
import os
import shutil
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
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.settrace(at_line(nightly.__file__, number, end))
    os._exit(export(out))


def export(out: Path) -> int:
    status: int = nightly.run(nightly.export(out))
    return status


def torn(out: Path) -> Path | None:
    """Copy the file and its state, with half of what was written since that state."""
    state, copy = state_of(out), out.with_suffix(".torn")
    size = json.loads(state.read_text())["size"] if state.exists() else 0
    tail = out.stat().st_size - size if out.exists() else 0
    if not tail:
        return None
    shutil.copy(out, copy)
    shutil.copy(state, state_of(copy))
    os.truncate(copy, size + tail // 2)
    return copy


def state_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.state")


def crashes(how: str, folder: Path) -> int:
    whole = folder / "whole.jsonl"
    with contextlib.redirect_stdout(io.StringIO()):
        assert export(whole) == 0  # in this process, so that its children have imported all that they need
    wanted = whole.read_bytes()
    assert wanted.count(b"\n") == SESSIONS
    end, step = (interrupt, 3) if how == "interrupt" else (kill, 1)
    number, count = 1, 0
    while True:
        out = folder / f"{number}.jsonl"
        if run(out, number, end) == 0:
            return count
        for left in filter(None, [torn(out), out]):
            count += 1
            assert run(left) == 0, f"the run after a crash at line {number} of those executed"
            assert left.read_bytes() == wanted, f"a crash at line {number} of those executed"
        number += step


if __name__ == "__main__":
    nightly: Any = example("nightly_export")
    nightly.connect = connect
    os.fsync = lambda fd: None  # for a loss of power, which this is not
    print(crashes(sys.argv[1], Path(sys.argv[2])))
