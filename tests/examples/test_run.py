"""How the examples start and end: their arguments, `--help`, and a reader that has seen enough."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.examples.running import EXAMPLES, environment, example, python
from tests.processes import unread_pipe

# The fewest arguments that each takes.
FEWEST = {
    "nightly_export.py": ["out.jsonl"],
    "overdue_reminders.py": [],
    "practice_report.py": [],
    "progress_rich.py": [],
    "progress_tqdm.py": [],
    "weekly_summary.py": [],
}


def test_each_program_is_here() -> None:
    programs = [path.name for path in EXAMPLES.glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    assert sorted(programs) == sorted(FEWEST)


@pytest.mark.parametrize("script", FEWEST)
async def test_help_says_what_it_does_and_does_nothing(script: str, tmp_path: Path) -> None:
    run = await python(EXAMPLES / script, "--help", cwd=tmp_path)
    assert (run.status, run.errors) == (0, "")
    assert run.output.startswith(f"usage: {script} [-h]")
    assert (EXAMPLES / script).read_text(encoding="utf-8").splitlines()[0].strip('"') in run.output
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("script", "arguments"),
    [*((script, [*fewest, "x"]) for script, fewest in FEWEST.items()), ("nightly_export.py", [])],
)
async def test_wrong_arguments_are_status_2_and_nothing_is_done(
    script: str, arguments: list[str], tmp_path: Path
) -> None:
    run = await python(EXAMPLES / script, *arguments, cwd=tmp_path)
    assert (run.status, run.output) == (2, "")
    assert run.errors.startswith(f"usage: {script} [-h]")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe is closed in another way")
@pytest.mark.parametrize("unbuffered", ["", "1"])  # it is told while the program writes, or at its end
@pytest.mark.parametrize("script", ["practice_report.py", "progress_tqdm.py", "weekly_summary.py"])
async def test_a_reader_that_has_seen_enough_is_no_failure(
    script: str, unbuffered: str, tmp_path: Path
) -> None:
    with unread_pipe() as writing:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", str(EXAMPLES / script), *FEWEST[script]),
            cwd=tmp_path,
            env=environment(PYTHONUNBUFFERED=unbuffered),
            stdout=writing,
            stderr=asyncio.subprocess.PIPE,
        )
    _, errors = await asyncio.wait_for(process.communicate(), timeout=120)
    assert process.returncode == 0, errors.decode()
    said = [line for line in errors.decode().splitlines() if line and "Sessions: " not in line]
    # The report says it on stdout, and tqdm writes its bar here.
    assert said in ([], ["EXEC_API_KEY is not set: the data are the sandbox's, and invented."])


@pytest.mark.parametrize("script", ["progress_rich.py", "progress_tqdm.py", "weekly_summary.py"])
async def test_without_an_output_the_work_is_done(script: str, tmp_path: Path) -> None:
    """As where a service starts it."""
    program = (
        f"import sys, runpy; sys.stdout = None; sys.argv = sys.argv[1:]; sys.path[0] = {str(EXAMPLES)!r}\n"
    )
    program += "runpy.run_path(sys.argv[0], run_name='__main__')"
    done = await python("-c", program, EXAMPLES / script, *FEWEST[script], cwd=tmp_path)
    assert done.status == 0, done.errors


def test_a_program_that_exits_by_itself_keeps_its_status() -> None:
    with pytest.raises(SystemExit, match=r"^3$"):
        example("workspace").run(lambda: sys.exit(3))
