"""How the examples start and end: their arguments, and `--help`."""

import os
from pathlib import Path

import pytest

from tests.examples.running import EXAMPLES, python

# What each takes: as few arguments as it can do with, and one more than it knows.
FEWEST = {
    "nightly_export.py": ["out.jsonl"],
    "overdue_reminders.py": [],
    "practice_report.py": [],
    "progress_rich.py": [],
    "progress_tqdm.py": [],
    "scenario_dashboard.py": [],
    "scenario_picture.py": ["out.png"],
    "weekly_summary.py": [],
}
TOO_MANY = {
    **{script: [*fewest, "x"] for script, fewest in FEWEST.items()},
    "scenario_dashboard.py": ["a", "b"],
    "scenario_picture.py": ["out.png", "a", "b"],
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
    [
        *TOO_MANY.items(),
        *((script, [*fewest, "--no-such-option"]) for script, fewest in FEWEST.items()),
        *((script, []) for script, fewest in FEWEST.items() if fewest),
    ],
)
async def test_wrong_arguments_are_status_2_and_nothing_is_done(
    script: str, arguments: list[str], tmp_path: Path
) -> None:
    run = await python(EXAMPLES / script, *arguments, cwd=tmp_path)
    assert (run.status, run.output) == (2, "")
    assert run.errors.startswith(f"usage: {script} [-h]")
    assert os.listdir(tmp_path) == []
