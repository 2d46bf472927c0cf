"""examples/nightly_export.py, ended at its lines: `python -m tests.examples.crashes FOLDER`.

A kill ends the process at each line: once as it is, and once more with the last write there by half.
Ctrl-C comes at each third line. The next run then goes to its end, and must leave the file of a run
without a crash. Each crash is a fork of this process, which has no other threads. Prints the numbers
of crashes.
"""

import contextlib
import gc
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


def connect(*, rate_limit: RateLimit, sandbox: object) -> AsyncExecClient:
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


def crash(out: Path, number: int, end: Callable[[], None]) -> bool:
    """Export in a child process that ends at a line; False where it has fewer lines."""
    child = os.fork()
    if not child:
        sys.settrace(at_line(nightly.__file__, number, end))
        os._exit(export(out))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def export(out: Path) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
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


def crashes(folder: Path, end: Callable[[], None], step: int) -> int:
    whole = folder / "whole.jsonl"
    assert export(whole) == 0  # in this process, so that its children have imported all that they need
    wanted = whole.read_bytes()
    assert wanted.count(b"\n") == SESSIONS
    gc.freeze()  # or each child would copy all pages
    number, count = 1, 0
    while crash(out := folder / f"{number}.jsonl", number, end):
        for left in filter(None, [torn(out), out]):
            count += 1
            assert export(left) == 0, f"the run after a crash at line {number} of those executed"
            assert left.read_bytes() == wanted, f"a crash at line {number} of those executed"
        number += step
    return count


if __name__ == "__main__":
    nightly: Any = example("nightly_export")
    nightly.connect = connect
    nightly.Sandbox = lambda sessions: None  # which `connect` does not read
    os.fsync = lambda fd: None  # for a loss of power, which this is not
    for name, step in (("kill", 1), ("interrupt", 3)):
        folder = Path(sys.argv[1], name)
        folder.mkdir()
        print(crashes(folder, globals()[name], step))
