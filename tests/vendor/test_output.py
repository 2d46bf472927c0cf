"""An output that nobody reads, or that cannot be written, undoes nothing."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from exec_api_client import vendor
from tests.fakes import ROOT
from tests.processes import unread_pipe


def test_a_diff_that_nobody_reads_to_its_end_makes_no_fuss(target: Path) -> None:
    vendor.main(["add", str(target)])
    for path in target.rglob("*.py"):
        path.write_text("")
    with unread_pipe() as writing:
        done = subprocess.run(
            [sys.executable, "-m", "exec_api_client.vendor", "diff", str(target)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(("command", "status"), [("add", 0), ("verify", 0), ("upgrade --force", 0)])
def test_a_pipe_that_nobody_reads_makes_no_failure(
    tiny: ModuleType, target: Path, command: str, status: int
) -> None:
    if command != "add":
        tiny.main(["add", str(target)])
    if command == "upgrade --force":
        (target / "client.py").write_text("")
    with unread_pipe() as writing:
        done = subprocess.run(
            [sys.executable, "-B", "-m", tiny.__name__, *command.split(), str(target)],
            env={**os.environ, "PYTHONPATH": str(Path(str(tiny.__file__)).parents[1])},
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (status, b"")
    assert tiny.main(["verify", str(target)]) == 0


def test_an_output_that_cannot_be_written_is_said_and_undoes_nothing(
    tiny: ModuleType, target: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open(os.devnull) as unwritable, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", unwritable)
        patched.setattr(os, "dup2", lambda *_: None)
        assert tiny.main(["add", str(target)]) == 0
    assert "the output cannot be written: not writable\n" in capsys.readouterr().err
    assert tiny.main(["verify", str(target)]) == 0


def test_a_console_that_cannot_show_a_character_gets_an_escape(target: Path) -> None:
    vendor.main(["add", str(target)])
    (target / "LICENSE").write_text("\N{PILE OF POO}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "exec_api_client.vendor", "diff", str(target)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"+\\U0001f4a9" in done.stdout
