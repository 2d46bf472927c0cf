"""`python -m generator.fetch`: what it prints, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator import fetch as command
from generator.fetch import Fetched, main

from ..publisher import Answer, Publisher
from .folder import PUBLISHED, state


def test_the_command_reports(index: str, pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([index, "--pages", str(pages)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"fetch: nothing has changed, {len(PUBLISHED)} as before; 1 left"
    )


def test_the_published_index_is_the_default(monkeypatch: pytest.MonkeyPatch, pages: Path) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        command, "fetch", lambda *arguments, **_: asked.append(arguments) or Fetched((), (), (), (), ())
    )
    assert main(["--pages", str(pages)]) == 0
    assert asked == [(["https://docs.exec.com/llms.txt"], pages)]


def test_the_command_says_each_problem_in_a_line(
    host: Publisher, pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host.answers["/llms.txt"] = b"- [A](/a\x1b[31m.md)\n- [B](/b.md)"
    assert main([f"{host.url}/llms.txt", "--pages", str(pages)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"fetch: {host.url}/{name}.md: {problem}; nothing was changed"
        for name, problem in [
            (
                "a\\x1b[31m",
                "not an address (Invalid non-printable ASCII character in URL, '\\x1b' at position "
                f"{len(host.url) + 2}.); write https://host/path",
            ),
            ("b", "status 404; name an address that can be read by anyone"),
        ]
    ]


def test_a_folder_that_cannot_be_written_is_said(
    index: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main([index, "--pages", str(tmp_path / "file" / "pages")]) == 1
    assert capsys.readouterr().err.startswith(f"fetch: {tmp_path / 'file'}")


def test_an_interrupted_command_leaves_nothing(host: Publisher, index: str, pages: Path) -> None:
    (pages / "sessions" / "get-session-detail.md").unlink()
    asked = threading.Event()
    host.answers["/guide.md"] = Answer(write=lambda socket: asked.set() or host.closing.wait())
    before = state(pages.parent)
    command = [sys.executable, "-m", "generator.fetch", index, "--pages", str(pages)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert asked.wait(30)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, err) == (130, "fetch: interrupted; nothing was changed\n")
    assert state(pages.parent) == before
