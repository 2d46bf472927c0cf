"""A copy is there as a whole or not at all, and nothing else is, wherever a command is stopped."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.vendor.conftest import FILES, Make, content_of, write_tiny

# Runs a command again and again in a process of its own. The first time, its first step on the file system
# fails, then its second, and so on, until none is left to fail. After each run the folder of the project
# has to be as it was, or as a run makes it that nothing stops.
STOPPING = textwrap.dedent(
    """
    import contextlib, errno, io, json, shutil, sys
    from pathlib import Path
    from new.vendor import main as new
    from old.vendor import main as old

    STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "shutil.rmtree"}
    FAULTS = {"disk": OSError(errno.ENOSPC, "No space left on device"), "interrupt": KeyboardInterrupt()}
    command, fault = sys.argv[1], FAULTS[sys.argv[2]]
    left = 0

    def step(event, _):
        global left
        if event in STEPS and left:
            left -= 1
            if not left:
                raise fault

    def everything():
        found = sorted(Path("host").rglob("*"))
        return {str(path): path.read_bytes() if path.is_file() else None for path in found}

    def prepare():
        shutil.rmtree("host", ignore_errors=True)
        Path("host").mkdir()
        if command == "upgrade":
            with contextlib.redirect_stdout(io.StringIO()):
                old(["add", "host/acme/api"])
        return everything()

    def run():
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
            return new([command, "host/acme/api"]), errors.getvalue()

    prepare()
    assert run() == (0, "")
    made = everything()
    sys.addaudithook(step)
    outcomes, wrong = [], []
    for number in range(1, 1000):
        before = prepare()
        left = number
        status, said = run()
        stopped, left = not left, 0
        if not stopped:
            break
        now = everything()
        outcomes.append("made" if now == made else "before" if now == before else "half")
        # A step that may fail without harm, such as the removal of a folder that is not there, does.
        truly = {"made": "but host/acme/api is in place", "before": "nothing was changed"}.get(outcomes[-1])
        if (
            outcomes[-1] == "half"
            or (status == 0 and now != made)
            or (status != 0) != bool(said)
            or (status == 130 and said.strip() != f"vendor: interrupted; {truly}")
        ):
            wrong.append([number, status, said, sorted(now)])
    print(json.dumps([outcomes, wrong]))
    """
)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    write_tiny(tmp_path / "old", {"gone.py": ""})
    write_tiny(tmp_path / "new", {"_version.py": '__version__ = "2.0.0"\n', "sub/more.py": "MORE = 1\n"})
    return tmp_path


@pytest.mark.parametrize("fault", ["disk", "interrupt"])
@pytest.mark.parametrize("command", ["add", "upgrade"])
def test_wherever_it_is_stopped_nothing_is_half_done(installed: Path, command: str, fault: str) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", STOPPING, command, fault],
        capture_output=True,
        text=True,
        check=False,
        cwd=installed,
    )
    assert done.returncode == 0, done.stderr
    outcomes, wrong = json.loads(done.stdout)
    assert wrong == []
    assert outcomes.count("before") > 30
    assert "made" in outcomes


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_job_that_is_stopped_leaves_nothing_behind(installed: Path, number: signal.Signals) -> None:
    """As CI ends a job, or a terminal what runs in it; it comes when a part of the copy has been written."""
    program = (
        "import os, runpy, sys\n"
        "def step(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('.vendor-new/client.py'):\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "sys.argv[1:] = ['add', 'host/acme/api']\n"
        "sys.addaudithook(step)\n"
        "runpy.run_module('new.vendor', run_name='__main__', alter_sys=True)\n"
    )
    (installed / "host").mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", program], cwd=installed, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, b"", b"")
    assert list((installed / "host").iterdir()) == []


def test_what_a_killed_upgrade_leaves_is_explained(
    make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing can tidy up after SIGKILL. Between the two renames the old copy is safe, but beside TARGET."""
    old, new = make_tiny({}), make_tiny({"more.py": ""})
    old.main(["add", str(target)])
    before = content_of(target)
    kept, unfinished = (target.resolve().with_name(f".exec_api.vendor-{kind}") for kind in ("old", "new"))
    target.rename(kept)
    unfinished.mkdir()
    capsys.readouterr()
    for command in ("verify", "diff", "upgrade", "add"):
        assert new.main([command, str(target)]) == 2
        said = capsys.readouterr().err
        way = f"rename {kept} to {target}, remove {unfinished}, and try again"
        assert said == f"vendor: an upgrade was killed half way: {way}\n"
    kept.rename(target)
    assert new.main(["upgrade", str(target)]) == 2
    said = capsys.readouterr().err
    assert said == f"vendor: {unfinished} is of a run that is under way; if that was killed, remove it\n"
    assert content_of(target) == before
    unfinished.rmdir()
    target.rename(kept)
    assert new.main(["upgrade", str(target)]) == 2
    said = capsys.readouterr().err
    assert said == f"vendor: an upgrade was killed half way: rename {kept} to {target}, and try again\n"
    kept.rename(target)
    assert new.main(["upgrade", str(target)]) == 0
    assert new.main(["verify", str(target)]) == 0


def test_what_is_read_only_in_a_copy_is_made_writable_to_be_removed(
    make_tiny: Make, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As version control systems leave files that want them to be checked out for editing."""
    old, new = make_tiny({}), make_tiny({"more.py": ""})
    old.main(["add", str(target)])
    for path in sorted(target.rglob("*"), reverse=True):
        path.chmod(path.stat().st_mode & ~0o222)
    removed = list[Path]()

    def remove(folder: Path, **options: Any) -> None:
        removed.extend(folder.rglob("*"))
        assert all(
            path.stat().st_mode & stat.S_IWUSR for path in (folder, *folder.rglob("*")) if folder.exists()
        )
        rmtree(folder, **options)

    rmtree = shutil.rmtree
    monkeypatch.setattr("shutil.rmtree", remove)
    assert new.main(["upgrade", str(target)]) == 0
    assert len(removed) > len(FILES)
    assert os.listdir(target.parent) == ["exec_api"]
    assert all(path.stat().st_mode & stat.S_IWUSR for path in target.rglob("*"))


def test_an_old_copy_that_cannot_be_removed_is_named(
    tiny: ModuleType,
    make_tiny: Make,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tiny.main(["add", str(target)])
    newer = make_tiny({"more.py": ""})
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    capsys.readouterr()
    assert newer.main(["upgrade", str(target)]) == 0
    kept = target.resolve().with_name(".exec_api.vendor-old")
    said = capsys.readouterr()
    assert said.out == f"{target} is still exec-api-client 1.0.0.\n    new      more.py\n"
    assert said.err == f"vendor: warning: {kept} could not be removed: remove it, nothing in it is needed\n"
    assert newer.main(["verify", str(target)]) == 0
