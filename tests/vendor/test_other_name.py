"""The package under another name: the whole suite passes there, and two copies do not know of each other."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from exec_api_client import vendor

ROOT = Path(__file__).parents[2]

# What is not about the package that is copied, each with the reason.
LEFT_OUT = {
    "tests/benchmarks": "measures, and judges the code in benchmarks/",
    "tests/contract": "judges the document and the sandbox by Prism, which is slow and knows no names",
    "tests/docs": "judges README.md and docs/, which are about the installed package",
    "tests/examples": "judges the programs in examples/, which are for the installed package",
    "tests/generator": "judges the code in generator/, which writes into the original",
    "tests/typing": "is checked and never run",
    "tests/vendor": "makes the copies",
    "tests/test_contributing.py": "judges CONTRIBUTING.md, which is for those who work on the original",
    "tests/test_distribution.py": "judges the wheel and the sdist of the original",
    "tests/test_workflows.py": "judges .github/workflows",
}
# What the other tests read besides the package.
NEEDED = ("openapi.yaml", "pyproject.toml", "tests", "benchmarks", "generator/pages")


def moved(text: str) -> str:
    """A test for the package as one for its copy: paths of files first, then imports and names."""
    text = re.sub(r'(?<=/ ")exec_api_client(?=")|exec_api_client(?=/)', "acme/_vendor/exec_api", text)
    return re.sub(r"\bexec_api_client\b", "acme._vendor.exec_api", text)


def project_with_a_copy(folder: Path) -> dict[str, str]:
    """Make the copy, its tests, and an original that cannot be imported; returns the environment."""
    assert vendor.main(["add", "--sandbox", str(folder / "acme/_vendor/exec_api")]) == 0
    for name in NEEDED:
        if (ROOT / name).is_file():
            shutil.copyfile(ROOT / name, folder / name)
        else:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in LEFT_OUT:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for part in ("tests", "benchmarks"):
        for path in (folder / part).rglob("*.py"):
            path.write_text(moved(path.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "exec_api_client.py").write_text("raise ImportError('the original is not to be imported')\n")
    return {**os.environ, "PYTHONPATH": str(folder)}


def run_tests(folder: Path, environment: dict[str, str] | None, *arguments: str) -> dict[str, int]:
    """Run pytest in a folder; returns how many tests there were, and how many of them did not pass."""
    report = folder / "report.xml"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junit-xml={report}",
            *arguments,
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    [counts] = ET.parse(report).getroot().iter("testsuite")
    return {name: int(counts.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}


def collected(*arguments: str) -> int:
    """How many tests the original has."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    return sum(int(count) for count in re.findall(r"^tests/\S+: (\d+)$", done.stdout, re.MULTILINE))


def test_the_whole_suite_passes_under_another_name(tmp_path: Path) -> None:
    wanted = collected(*(f"--ignore={name}" for name in LEFT_OUT))
    assert wanted > 2000
    environment = project_with_a_copy(tmp_path)
    assert run_tests(tmp_path, environment) == {"tests": wanted, "failures": 0, "errors": 0, "skipped": 0}
    assert vendor.main(["verify", str(tmp_path / "acme/_vendor/exec_api")]) == 0


def test_nothing_in_the_copy_or_its_tests_leads_to_the_original(tmp_path: Path) -> None:
    environment = project_with_a_copy(tmp_path)
    program = "import acme._vendor.exec_api.sandbox, tests.fakes, sys\ntry: import exec_api_client\n"
    program += "except ImportError as error: print(error, tests.fakes.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"the original is not to be imported {tmp_path / 'tests/fakes.py'}\n"
    assert [
        str(path) for path in (tmp_path / "tests").rglob("*.py") if "exec_api_client" in path.read_text()
    ] == []


def test_a_failure_under_the_other_name_is_seen(tmp_path: Path) -> None:
    environment = project_with_a_copy(tmp_path)
    limits = tmp_path / "acme/_vendor/exec_api/limits.py"
    limits.write_text(
        limits.read_text().replace('"""', '"""Import exec_api_client:', 1) + "\nimport exec_api_client\n"
    )
    with pytest.raises(AssertionError, match="the original is not to be imported"):
        run_tests(tmp_path, environment, "tests/test_limits.py")


def test_what_is_left_out_is_there() -> None:
    assert [name for name in LEFT_OUT if not (ROOT / name).exists()] == []


TWO_COPIES = """
import asyncio, json, logging, sys
sys.modules["exec_api_client"] = None
from acme.one import exec_api as one
from acme.two import exec_api as two
from acme.one.exec_api.sandbox import Sandbox

first, second = "exec_live_" + "a1" * 20, "exec_live_" + "b2" * 20
records = []
class Keep(logging.Handler):
    def emit(self, record):
        records.append(record)
for name in ("acme.one.exec_api", "acme.two.exec_api"):
    logging.getLogger(name).addHandler(Keep())

async def main():
    ours, theirs = Sandbox(key=first, sessions=30), Sandbox(key=second, sessions=50)
    async with ours.serve() as here, theirs.serve() as there:
        client = one.AsyncExecClient(
            first, base_url=here, rate_limit=one.RateLimit(requests=7), retry=one.RetryPolicy(max_retries=0)
        )
        other = two.AsyncExecClient(second, base_url=there, rate_limit=None, max_connections=2)
        async with client, other:
            lists = client.sessions.list(), other.sessions.list()
            mine, its = await asyncio.gather(*(each.collect() for each in lists))
            assert (len(mine), len(its)) == (30, 50)
            assert type(mine[0]) is not type(its[0])
            assert client.usage.per_minute == 7 and other.usage is None

            # An error of one is none of the other's, and what one learns the other does not.
            ours.fail_next(status=503)
            theirs.fail_next(status=503)
            try:
                await client.sessions.list()
            except two.ExecError:
                raise SystemExit("caught as the other's")
            except one.InternalServerError as error:
                assert len(error.attempts) == 1
            assert len(await other.sessions.list(page_size=5)) == 5
            assert [request.status for request in theirs.requests] == [200, 503, 200]
            assert [record.name for record in records] == ["acme.two.exec_api"]

            # Nor does a value of one pass for one of the other.
            assert one.UNSET is not two.UNSET and repr(one.UNSET) == repr(two.UNSET)
            assert first not in repr(client) and second not in repr(other)

asyncio.run(main())
print("fine")
"""


def test_two_copies_work_side_by_side(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert vendor.main(["add", "--sandbox", str(tmp_path / "acme" / name / "exec_api")]) == 0
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TWO_COPIES],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "fine\n", "")
