"""All or nothing: a copy is whole after a failure, a killed run, and two runs at once."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import Make, content_of, write_tiny

# Runs a command again and again, each time in a child. In the first child, the first step on the file
# system fails or kills, in the second child the second one, and so on until a child reaches its end.
STOPPING = """
import errno, os, shutil, sys
from pathlib import Path
from new.vendor import main as new
from old.vendor import main as old

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "shutil.rmtree"}
command, fault = sys.argv[1:]
left = -1

def step(event, _):
    global left
    left -= event in STEPS
    if left == 0 and fault == "kill":
        os._exit(9)
    if left == 0:
        raise OSError(errno.ENOSPC, "No space left on device")

def everything(folder="host"):
    return {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}

def prepare():
    shutil.rmtree("host", ignore_errors=True)
    Path("host").mkdir()
    if command == "upgrade":
        old(["add", "host/acme/api"])
    return everything()

sys.stdout = open(os.devnull, "w")
prepare()
new([command, "host/acme/api"])
made = everything()
sys.addaudithook(step)
outcomes = []
for number in range(1, 500):
    before = prepare()
    child = os.fork()
    if not child:
        left = number
        status = new([command, "host/acme/api"])
        os._exit(99 if left > 0 else status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 99:
        break
    now = everything("host/acme/api")
    outcomes.append("made" if now == made else "before" if now == before else "half" if now else "none")
    assert (outcomes[-1] == "made") >= (status == 0), (number, status)
    # The next run ends with a whole copy, and removes what this one may have left beside it.
    new(["upgrade" if now else command, "host/acme/api"])
    assert everything() == made, (number, sorted(everything()))
print(*outcomes, file=sys.__stdout__)
"""


@pytest.mark.parametrize("fault", ["disk", "kill"])
@pytest.mark.parametrize("command", ["add", "upgrade"])
def test_wherever_a_run_stops_no_copy_is_half(tmp_path: Path, command: str, fault: str) -> None:
    write_tiny(tmp_path / "old", **{"gone.py": ""})
    write_tiny(tmp_path / "new", **{"_version.py": '__version__ = "2.0.0"\n', "sub/more.py": "MORE = 1\n"})
    done = subprocess.run(
        [sys.executable, "-B", "-c", STOPPING, command, fault],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes = done.stdout.split()
    assert len(outcomes) > 30
    # Between the two renames of a killed upgrade the copy stands beside its place.
    between = ["none"] if (command, fault) == ("upgrade", "kill") else []
    assert list(dict.fromkeys(outcomes)) == ["before", *between, "made"]
    assert outcomes.count("none") == len(between)


@pytest.mark.parametrize("moment", ["write_bytes", "rename"])
@pytest.mark.parametrize("command", ["add", "upgrade"])
def test_of_two_runs_at_once_one_is_told(
    tiny: ModuleType,
    make_tiny: Make,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    moment: str,
) -> None:
    newer = make_tiny(**{"_version.py": '__version__ = "2.0.0"\n'})
    if command == "upgrade":
        tiny.main(["add", str(target)])
    statuses = list[int]()

    def meanwhile(path: Path, *arguments: object) -> object:
        if not statuses:
            statuses.append(99)
            statuses[0] = newer.main([command, str(target)])
        return real(path, *arguments)

    real = getattr(Path, moment)
    monkeypatch.setattr(Path, moment, meanwhile)
    statuses.append(tiny.main([command, str(target)]))
    assert statuses == [0, 2]
    assert "nothing was written, perhaps because of another run: " in capsys.readouterr().err
    assert newer.main(["verify", str(target)]) == 0
    assert {name.split("/")[0] for name in content_of(target.parent)} == {"exec_api"}
