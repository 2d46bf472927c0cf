"""Files and folders that take the places of others, all or none."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from generator.exchange import LeftoverError, exchange
from generator.generate import ROOT

NAMES = ("a/file", "b", "c/file")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("root", "fresh"):
        for name in NAMES:
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(folder, encoding="utf-8")
    return tmp_path / "root"


def pairs(root: Path) -> list[tuple[Path, Path]]:
    return [(root / name, root.parent / "fresh" / name) for name in "abc"]


def contents(root: Path) -> dict[str, str]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def all_of(state: str) -> dict[str, str]:
    return dict.fromkeys(NAMES, state)


@pytest.mark.parametrize("failing", range(6))
def test_an_exchange_that_fails_half_way_is_taken_back(
    failing: int, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the three is two renames; whichever fails, all of them are as before."""
    rename, renamed = Path.rename, 0
    settled: list[dict[str, str]] = []

    def failing_rename(path: Path, target: Path) -> Path:
        nonlocal renamed
        renamed += 1
        if renamed == failing + 1:
            raise OSError("the disk is full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing_rename)
    with pytest.raises(OSError, match="the disk is full"):
        exchange(pairs(root), root, lambda: settled.append(contents(root)))
    assert contents(root) == all_of("root")
    assert settled == []

    monkeypatch.setattr(Path, "rename", rename)
    exchange(pairs(root), root, lambda: settled.append({name: contents(root)[name] for name in NAMES}))
    assert settled == [all_of("fresh")]
    assert contents(root) == all_of("fresh")
    assert sorted(path.name for path in root.iterdir()) == ["a", "b", "c"]
    assert contents(root.parent / "fresh") == all_of("fresh")


# Sends itself a signal at its n-th rename, and one more when it takes that back.
SIGNALLED = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from generator.command import Stops
    from generator.exchange import exchange

    root, number, at = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    renamed = 0

    def step(event, _):
        global renamed
        renamed += event == "os.rename"
        if event == "os.rename" and renamed in (at, at + 1):
            os.kill(os.getpid(), number)
        if event == "os.rmdir" and at == 7:  # it only tidies up by now
            os.kill(os.getpid(), number)

    sys.addaudithook(step)
    with Stops() as stops:
        try:
            exchange([(root / name, root.parent / "fresh" / name) for name in "abc"], root, stops.ignore)
        except KeyboardInterrupt:
            sys.exit(stops.status)
    """
)


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_job_that_is_stopped_is_taken_back_or_was_through(
    number: signal.Signals, at: int, root: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED, str(root), str(int(number)), str(at)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    through = at == 7
    assert (done.returncode, done.stderr) == (0 if through else 128 + number, b"")
    assert contents(root) == all_of("fresh" if through else "root")
    assert sorted(path.name for path in root.iterdir()) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("left", "advice"),
    [
        (["a.new", "b.new"], "remove that folder"),
        (
            ["a", "b.new"],
            "move {left}/a to {root}/a (in the place of what is there), then remove that folder",
        ),
        (["a", "b", "c"], "remove that folder"),
    ],
    ids=["before the first", "half way", "after the last"],
)
def test_what_a_kill_leaves_is_explained(root: Path, left: list[str], advice: str) -> None:
    folder = root / ".update-x"
    for name in left:
        (folder / name).mkdir(parents=True)
    before = contents(root)
    with pytest.raises(LeftoverError) as caught:
        exchange(pairs(root), root)
    shown = advice.format(left=folder, root=root)
    assert str(caught.value) == (
        f"{folder} is of an update that was killed, or is under way; if it was killed, {shown} and try again"
    )
    assert contents(root) == before


def test_git_passes_over_what_a_kill_leaves() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".update-*/" in ignored
