"""What the generator's commands share: sources, printing, and being stopped."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from generator.command import Stops, complain, say, sources_named
from tests.processes import unread_pipe

from .publisher import Answer, publisher

# --- sources


@pytest.mark.parametrize(
    ("arguments", "variable", "sources"),
    [
        ([], None, []),
        ([], " ", []),
        (["a"], "b", ["a"]),
        ([], "https://host/a.json?a=1&b=2", ["https://host/a.json?a=1&b=2"]),
        ([], "a.md 'My Docs/b.md' https://host/c.md", ["a.md", "My Docs/b.md", "https://host/c.md"]),
        ([], "there is/one file.md", ["there is/one file.md"]),
    ],
)
def test_sources_are_arguments_or_the_variable(
    arguments: list[str],
    variable: str | None,
    sources: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "there is").mkdir()
    (tmp_path / "there is/one file.md").touch()
    monkeypatch.chdir(tmp_path)
    assert sources_named(arguments, {} if variable is None else {"SOURCE": variable}) == sources


def test_a_variable_that_no_shell_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^SOURCE=it's a: No closing quotation; write a quote"):
        sources_named([], {"SOURCE": "it's a"})


# --- printing


def test_a_character_that_the_console_lacks_becomes_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    say("one", "→ two")
    assert narrow.buffer.getvalue() == b"one\n\\u2192 two\n"  # type: ignore[attr-defined]


def test_a_result_that_cannot_be_written_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    say("the result")
    assert capsys.readouterr().err == (
        "the output could not be written ([Errno 28] No space left on device); it is:\nthe result\n"
    )


def test_closed_streams_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    say("nobody hears it")
    complain("nor this")


def test_a_pipe_that_nobody_reads_is_no_failure() -> None:
    with unread_pipe() as writing:
        done = subprocess.run(
            [sys.executable, "-c", "from generator.command import say; say('one'); say('two')"],
            cwd=Path(__file__).parents[2],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


# --- being stopped


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_becomes_an_exception_once(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with Stops() as stops:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        assert stops.status == 128 + number
        signal.raise_signal(signal.SIGTERM)  # what takes back is not disturbed
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(number) == before


def test_what_is_settled_is_not_stopped() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with Stops() as stops:
        stops.ignore()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.raise_signal(number)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stops():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_ctrl_c_has_its_own_status() -> None:
    with Stops() as stops:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert stops.status == 130


def test_a_job_in_the_background_is_stopped_too() -> None:
    """A shell lets it ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Stops() as stops, pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        assert stops.status == 128 + signal.SIGTERM
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped_while_it_waits_leaves_nothing(
    number: signal.Signals, tmp_path: Path
) -> None:
    asked = threading.Event()
    with publisher() as host:
        host.answers["/a.md"] = Answer(write=lambda socket: asked.set() or host.closing.wait())
        command = [sys.executable, "-m", "generator.fetch", f"{host.url}/a.md"]
        with subprocess.Popen(
            [*command, "--pages", str(tmp_path / "pages")],
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert asked.wait(30)
                process.send_signal(number)
                _, err = process.communicate(timeout=30)
            finally:
                process.kill()
    assert (process.returncode, err) == (128 + number, "fetch: interrupted; nothing was changed\n")
    assert list(tmp_path.iterdir()) == []
