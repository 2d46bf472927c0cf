"""The ends of the examples: wrong arguments, failures, and a reader that has seen enough."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from exec_api_client.sandbox import Sandbox
from tests.examples.running import EXAMPLES, environment, program

# The fewest arguments that each takes.
FEWEST = {
    "nightly_export.py": ["out.jsonl"],
    "overdue_reminders.py": [],
    "practice_report.py": [],
    "progress_rich.py": [],
    "progress_tqdm.py": [],
    "weekly_summary.py": [],
}
INVENTED = "EXEC_API_KEY is not set: the data are the sandbox's, and invented."


def test_each_program_is_here() -> None:
    programs = [path.name for path in EXAMPLES.glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    assert sorted(programs) == sorted(FEWEST)


@pytest.mark.parametrize("script", FEWEST)
async def test_help_and_wrong_arguments_do_nothing(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = await program(script, "--help")
    assert (told.status, told.errors) == (0, "")
    assert told.output.startswith(f"usage: {script} [-h]")
    first_line = (EXAMPLES / script).read_text(encoding="utf-8").splitlines()[0]
    assert first_line.strip('"') in told.output
    for arguments in ([*FEWEST[script], "x"], [*FEWEST[script][1:], "--nonsense"]):
        wrong = await program(script, *arguments)
        assert (wrong.status, wrong.output) == (2, "")
        assert wrong.errors.startswith(f"usage: {script} [-h]")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("script", FEWEST)
async def test_a_wrong_key_is_one_line_and_status_1(script: str, tmp_path: Path) -> None:
    wrong = "exec_live_" + "no" * 20
    out = [str(tmp_path / each) for each in FEWEST[script]]
    done = await program(script, *out, sandbox=Sandbox(sessions=0), key=wrong)
    assert done.status == 1
    line = done.errors.splitlines()[-1]
    assert line.startswith(f"{Path(script).stem}: GET /")
    assert ": 401 authentication_error " in line
    assert "check api_key= or EXEC_API_KEY" in line
    assert wrong not in done.output + done.errors


async def test_other_failures_are_one_line_and_status_1() -> None:
    script = "overdue_reminders.py"
    done = await program(script, EXEC_API_KEY="exec live key")
    assert (done.status, done.errors.count("\n")) == (1, 1)
    assert done.errors.startswith("overdue_reminders: the API key must not hold spaces")

    sandbox = Sandbox()
    sandbox.fail_next(times=None, status=404, body={"error": {"type": "strange", "message": "two\nlines"}})
    done = await program(script, sandbox=sandbox)
    assert (done.status, done.output) == (1, "")
    assert done.errors == "overdue_reminders: GET /scenarios/assignments: 404 strange: two\\nlines\n"

    with socket.socket() as nobody:  # bound, but not listening: connections are refused
        nobody.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{nobody.getsockname()[1]}/rest/v1"
        done = await program(script, sandbox=Sandbox(), EXEC_BASE_URL=base_url)
    assert done.status == 1
    assert done.errors.startswith("overdue_reminders: GET /scenarios/assignments: ConnectError: ")
    assert "check base_url= or EXEC_BASE_URL" in done.errors


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe is closed in another way")
@pytest.mark.parametrize(
    ("script", "unbuffered"),  # it is told while the program writes, or at its end
    [
        ("practice_report.py", "1"),
        ("progress_tqdm.py", ""),
        ("weekly_summary.py", ""),
        ("weekly_summary.py", "1"),
    ],
)
async def test_a_reader_that_has_seen_enough_is_no_failure(script: str, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", str(EXAMPLES / script)),
        env=environment(PYTHONUNBUFFERED=unbuffered),
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    _, errors = await asyncio.wait_for(process.communicate(), timeout=120)
    assert process.returncode == 0, errors.decode()
    said = [line for line in errors.decode().splitlines() if line and "Sessions: " not in line]
    # The report says it on stdout, and tqdm writes its bar here.
    assert said in ([], [INVENTED])


@pytest.mark.parametrize("script", ["progress_rich.py", "progress_tqdm.py", "weekly_summary.py"])
async def test_without_an_output_the_work_is_done(script: str) -> None:
    """A service may start it so."""
    done = await program(script, output=False)
    assert done.status == 0, done.errors


@pytest.mark.parametrize("script", ["progress_rich.py", "progress_tqdm.py"])
async def test_a_progress_bar_counts_all_rows_and_its_total_costs_no_request(script: str) -> None:
    sandbox = Sandbox(sessions=400)
    for done in (await program(script, sandbox=sandbox), await program(script)):
        assert done.status == 0, done.errors
        assert "400/400" in done.output + done.errors
    assert [request.status for request in sandbox.requests] == [200] * 4
