"""The target of the Makefile that updates, with a Python that only notes what it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.checkout import ROOT

Make = Callable[..., tuple[int, list[str], str]]

PYTHON = """\
#!/bin/sh
echo "$*${SOURCE:+ from $SOURCE}" >> calls
case "$*" in *"$FAILING"*) exit 1 ;; esac
"""


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Runs make in a folder that has the Makefile, and a Python that only notes what it is asked."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for number, name in enumerate(
        ["requirements-dev.lock", "pyproject.toml", ".venv/.stamp-lock", ".venv/.stamp-install"]
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1e9 + number, 1e9 + number))
    (tmp_path / ".venv/bin").mkdir()
    for program in ("python", "deptry", "lint-imports", "pyrefly", "ty", "zizmor"):
        (tmp_path / ".venv/bin" / program).write_text(PYTHON, encoding="utf-8")
        (tmp_path / ".venv/bin" / program).chmod(0o755)

    def make(*arguments: str, failing: str = "no such call") -> tuple[int, list[str], str]:
        kept = {
            key: value for key, value in os.environ.items() if key not in ("CI", "MAKEFLAGS", "MAKELEVEL")
        }
        done = subprocess.run(
            ["make", "NODE=", *arguments],
            cwd=tmp_path,
            env={**kept, "FAILING": failing},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, (tmp_path / "calls").read_text(encoding="utf-8").splitlines(), done.stderr

    return make


def test_make_update_updates_and_checks(make: Make) -> None:
    status, calls, _ = make("update")
    assert status == 0
    assert calls[0] == "-m generator update"
    assert {"-m ruff check", "-m mypy", "-m generator generate --check"} <= set(calls[1:])


def test_make_update_passes_on_what_is_said(make: Make) -> None:
    _, calls, _ = make("update", "SOURCE=pages more.yaml", "REPORT=a b.md", "AGAINST=$v 1")
    assert calls[0] == "-m generator update --report a b.md --against $v 1 from pages more.yaml"


@pytest.mark.parametrize(
    "source", ["https://host/a.json?a=1&b=2", "My Docs/a.yaml", "'a b' \"c\"", "$HOME/$(echo a)/`echo b`;*"]
)
def test_no_shell_reads_a_source(make: Make, source: str) -> None:
    status, calls, _ = make("update", f"SOURCE={source}", failing="generator")
    assert status != 0
    assert calls == [f"-m generator update from {source}"]


def test_make_update_says_what_to_do_where_the_check_fails(make: Make) -> None:
    status, calls, complaints = make("update", failing="mypy")
    assert status != 0
    assert "-m mypy" in calls
    assert (
        "update: the check fails with what is in place now: mend what it names and run `make check` again; "
        "`git status` shows what the update replaced" in complaints
    )
