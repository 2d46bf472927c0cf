"""All or nothing: a copy is whole after a failure, a killed run, and two runs at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.vendor.conftest import write_tiny

HEAD = """
import errno, itertools, os, shutil, sys, threading
from pathlib import Path
from old.vendor import main as old
from one.vendor import main as one
from two.vendor import main as two

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "shutil.rmtree"}
command = sys.argv[1]
sys.stdout = open(os.devnull, "w")

def everything(folder="host"):
    return {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}

def prepare():
    shutil.rmtree("host", ignore_errors=True)
    Path("host").mkdir()
    if command == "upgrade":
        old(["add", "host/acme/api"])
    return everything()

def result(main):
    prepare()
    main([command, "host/acme/api"])
    return everything()
"""

# Runs a command again and again, each time in a child. In the first child, the first step on the file
# system fails or kills, in the second child the second one, and so on until a child reaches its end.
STOPPING = """
fault = sys.argv[2]
left = -1

def step(event, _):
    global left
    left -= event in STEPS
    if left == 0 and fault == "kill":
        os._exit(9)
    if left == 0:
        raise OSError(errno.ENOSPC, "No space left on device")

made = result(two)
sys.addaudithook(step)
outcomes = []
for number in range(1, 500):
    before = prepare()
    child = os.fork()
    if not child:
        left = number
        status = two([command, "host/acme/api"])
        os._exit(99 if left > 0 else status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 99:
        break
    now = everything("host/acme/api")
    outcomes.append("made" if now == made else "before" if now == before else "half" if now else "none")
    assert (outcomes[-1] == "made") >= (status == 0), (number, status)
    # The next run ends with a whole copy, and removes what this one may have left beside it.
    two(["upgrade" if now else command, "host/acme/api"])
    assert everything() == made, (number, sorted(everything()))
print(*outcomes, file=sys.__stdout__)
"""

# Runs two commands in two threads, which the steps on the file system hand over to each other.
INTERLEAVING = """
class Run(threading.Thread):
    def __init__(self, main, stop_at, until):
        super().__init__()
        self.main, self.left, self.until = main, stop_at, until
        self.stopped, self.ended = threading.Event(), threading.Event()

    def step(self):
        self.left -= 1
        if self.left == 0:
            self.stopped.set()
            self.until.wait()

    def run(self):
        self.status = self.main([command, "host/acme/api"])
        self.ended.set()
        self.stopped.set()

def hook(event, _):
    if event in STEPS and isinstance(run := threading.current_thread(), Run):
        run.step()

sys.stderr = sys.stdout
whole = [result(one), result(two)]
sys.addaudithook(hook)
for first, second in itertools.product(range(1, 64, 9), repeat=2):
    prepare()
    go = threading.Event()
    a = Run(one, first, go)
    a.start()
    a.stopped.wait()
    b = Run(two, second, a.ended)
    b.start()
    b.stopped.wait()
    go.set()
    a.join()
    b.join()
    if everything() not in whole or (a.status and b.status) or (command == "add" and a.status == b.status):
        print(first, second, a.status, b.status, sorted(everything()), file=sys.__stdout__)
print("fine", file=sys.__stdout__)
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    write_tiny(tmp_path / "old", **{"gone.py": ""})
    write_tiny(tmp_path / "one", **{"_version.py": '__version__ = "2.0.0"\n'})
    write_tiny(tmp_path / "two", **{"_version.py": '__version__ = "3.0.0"\n', "sub/more.py": "MORE = 1\n"})
    return tmp_path


def run(packages: Path, program: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-B", "-c", HEAD + program, *arguments]
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("fault", ["disk", "kill"])
@pytest.mark.parametrize("command", ["add", "upgrade"])
def test_wherever_a_run_stops_no_copy_is_half(packages: Path, command: str, fault: str) -> None:
    outcomes = run(packages, STOPPING, command, fault)[0].split()
    assert len(outcomes) > 30
    # Between the two renames of a killed upgrade the copy stands beside its place.
    between = ["none"] if (command, fault) == ("upgrade", "kill") else []
    assert list(dict.fromkeys(outcomes)) == ["before", *between, "made"]
    assert outcomes.count("none") == len(between)


@pytest.mark.parametrize("command", ["add", "upgrade"])
def test_of_two_runs_at_once_one_is_told(packages: Path, command: str) -> None:
    assert run(packages, INTERLEAVING, command) == ["fine"]
