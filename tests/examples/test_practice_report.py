"""examples/practice_report.py: the report of `make demo`, in a pipe and in a terminal."""

import asyncio
import contextlib
import os
import re
import sys
from collections import Counter

import pytest
from rich.cells import cell_len

from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.examples.running import EXAMPLES, Run, environment, program, python

SCRIPT = "practice_report.py"
SECTIONS = [
    "Ranks",
    "Leaderboard of the most practised scenario, ",
    "A session of ",
    "Overdue assignments",
]


async def report(sandbox: Sandbox) -> Run:
    done = await program(SCRIPT, sandbox=sandbox, key=sandbox.key)
    assert (done.status, done.errors) == (0, "")
    return done


async def test_without_a_key_it_reports_on_the_sandbox() -> None:
    nobody = "http://127.0.0.1:9"
    report = await python(SCRIPT, EXEC_BASE_URL=f"{nobody}/rest/v1", HTTP_PROXY=nobody, NO_PROXY="")
    assert (report.status, report.errors) == (0, "")
    assert "Practice report from the sandbox\n" in report.output
    starts = [report.output.index(f"\n{section}") for section in SECTIONS]
    assert starts == sorted(starts)
    assert re.search(r"^7 requests in \d+\.\d s\.", report.output, re.MULTILINE)
    # In a pipe there are no control codes, and 80 columns are enough.
    assert not re.findall(r"[^\n\x20-\x7e\u00a0-\uffff]", report.output)
    assert max(cell_len(line) for line in report.output.splitlines()) <= 80
    assert "…" not in re.sub(r"^… and \d+ more$", "", report.output, flags=re.MULTILINE)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
async def test_in_a_terminal_of_80_columns_the_progress_and_the_waits_are_seen() -> None:
    terminal, inside = os.openpty()
    sandbox = Sandbox(sessions=300, latency=0.15, limits=Limits(requests=4, per=2, window="sliding_log"))
    async with sandbox.serve() as base_url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(EXAMPLES / SCRIPT),
            env=environment(
                EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url, TERM="xterm-256color", COLUMNS="80"
            ),
            stdout=inside,
        )
        os.close(inside)
        output = await asyncio.to_thread(read_all, terminal)
        assert await process.wait() == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output)
    assert plain != output
    assert len({*re.findall(r"(\d+)/(?:\?|\d+)", plain)}) >= 3  # of 0, 100, 200 and all
    assert max(cell_len(line) for line in re.split(r"[\r\n]+", plain)) <= 80
    assert re.search(r"^GET /[^…]*?\bnext in \d+(\.\d+)? s\b", plain, re.MULTILINE), plain
    assert f"\n{len(sandbox.requests)} requests in " in plain.replace("\r", "")


def read_all(terminal: int) -> str:
    pieces: list[bytes] = []
    # At its end a terminal is an error on Linux, nothing more to read elsewhere.
    with os.fdopen(terminal, "rb", buffering=0) as stream, contextlib.suppress(OSError):
        while piece := stream.read(65_536):
            pieces.append(piece)
    return b"".join(pieces).decode()


async def test_with_a_key_it_reads_that_workspace_and_spends_few_requests() -> None:
    sandbox = Sandbox(seed=11, sessions=230, key="exec_live_" + "Zz09" * 10)
    output = (await report(sandbox)).output
    assert "sandbox" not in output

    sessions = [each for each in sandbox.world.sessions.values() if not each.user.email.endswith("@exec.com")]
    assert f"{len(sessions)}/{len(sessions)}\n" in output
    for rank, count in Counter(session.rank or "not graded" for session in sessions).items():
        assert re.search(rf"^{rank} .* {count} +\d+%", output, re.MULTILINE), rank
    scenario, _ = Counter(session.scenario.name for session in sessions).most_common(1)[0]
    assert f"\nLeaderboard of the most practised scenario, {scenario}\n" in output
    overdue = [each for each in sandbox.world.assignments.values() if each.status == "past_due"]
    assert f"… and {len(overdue) - 8} more\n" in output.partition("\nOverdue assignments\n")[2]

    asked = [(request.status, request.path.removeprefix("/rest/v1")) for request in sandbox.requests]
    assert [path for _, path in asked[:-2]] == [
        *["/sessions"] * -(-len(sessions) // 100),
        next(path for _, path in asked if path.endswith("/analytics/participants")),
    ]
    assert sandbox.requests[-2].params == {"include": "transcript,evaluations"}
    assert sandbox.requests[-1].params == {"status": "past_due", "page_size": "100"}
    assert {status for status, _ in asked} == {200}
    assert f"\n{len(asked)} requests in " in output


async def test_of_a_large_workspace_only_the_newest_sessions_are_read() -> None:
    sandbox = Sandbox(sessions=1_200)
    output = (await report(sandbox)).output
    assert [request.path for request in sandbox.requests].count("/rest/v1/sessions") == 10
    assert re.search(r" (99\d|1000)/(\d+)\n… and \d+ more\n", output)


async def test_an_empty_workspace_is_no_error() -> None:
    output = (await report(Sandbox(sessions=0))).output
    assert " 0/0\nnone\n\nOverdue assignments\n" in output
    assert "\n2 requests in " in output
