"""Two copies under other names in one process, with the original out of reach."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exec_api_client import vendor
from tests.vendor.environments import empty_environment

# `two` has no sandbox of its own, and is a top-level package.
PROGRAM = """
import asyncio, importlib, logging, pickle, pkgutil, sys
sys.modules["exec_api_client"] = None
import two
from acme.one import exec_api as one
from acme.one.exec_api.sandbox import Sandbox

for copy in (one, two):
    for module in pkgutil.walk_packages(copy.__path__, copy.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

KEYS = "exec_live_" + "a1" * 20, "exec_live_" + "b2" * 20
records = []
class Keep(logging.Handler):
    def emit(self, record):
        records.append(record.name)
for copy in (one, two):
    logging.getLogger(copy.__name__).addHandler(Keep())

async def main():
    ours, theirs = Sandbox(key=KEYS[0], sessions=30), Sandbox(key=KEYS[1], sessions=50)
    async with ours.serve() as here, theirs.serve() as there:
        client = one.AsyncExecClient(
            KEYS[0], base_url=here, rate_limit=one.RateLimit(requests=7), retry=one.RetryPolicy(max_retries=0)
        )
        other = two.AsyncExecClient(KEYS[1], base_url=there, rate_limit=None)
        async with client, other:
            lists = client.sessions.list(), other.sessions.list()
            mine, its = await asyncio.gather(*(each.collect() for each in lists))
            assert (len(mine), len(its)) == (30, 50)
            assert type(mine[0]).__module__.startswith("acme.one.exec_api.")
            assert type(its[0]).__module__.startswith("two.")
            assert pickle.loads(pickle.dumps(mine)) == mine
            assert client.usage.per_minute == 7 and other.usage is None
            with one.ExecClient(KEYS[0], base_url=here) as waiting:
                assert len(await asyncio.to_thread(waiting.sessions.list().collect)) == 30

            # The errors, the retries and the logs of one copy are none of the other's.
            ours.fail_next(status=503)
            theirs.fail_next(status=503)
            try:
                await client.sessions.list()
            except two.ExecError:
                raise SystemExit("one's error is two's")
            except one.InternalServerError as error:
                assert type(pickle.loads(pickle.dumps(error))) is one.InternalServerError
            assert len(await other.sessions.list(page_size=5)) == 5
            assert set(records) == {"two"}
            assert one.UNSET is not two.UNSET

asyncio.run(main())
print("fine")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    assert vendor.main(["add", "--sandbox", str(tmp_path / "acme/one/exec_api")]) == 0
    assert vendor.main(["add", str(tmp_path / "two")]) == 0
    return tmp_path


def run(project: Path, *arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-W", "error", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_two_copies_work_side_by_side(project: Path) -> None:
    assert run(project, "-c", PROGRAM) == (0, "fine\n", "")
    for copy in ("acme/one/exec_api", "two"):
        assert vendor.main(["verify", str(project / copy)]) == 0


def test_the_commands_of_a_copy_have_its_name(project: Path) -> None:
    for name in ("acme.one.exec_api.sandbox", "two"):
        status, said, errors = run(project, "-m", name, "--help")
        assert (status, errors) == (0, "")
        assert said.startswith(f"usage: python -m {name} ")


def test_no_import_in_a_copy_is_absolute(project: Path) -> None:
    for path in project.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            assert not [name for name in names if name.startswith("exec_api_client")], path
            # Nor does a call of import_module or find_spec have the name as its argument.
            if isinstance(node, ast.Call):
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                assert not [text for text in texts if str(text).startswith("exec_api_client")], path


def test_types_of_a_copy_arrive_with_nothing_installed_but_the_requirements(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    python = empty_environment(tmp_path_factory.mktemp("environment"))
    (project / "use.py").write_text(
        "from two import AsyncExecClient\n\n\n"
        "async def score(client: AsyncExecClient) -> str:\n"
        '    return (await client.sessions.get("1")).score\n'
    )
    command = [
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        os.devnull,
        "--python-executable",
        str(python),
        "use.py",
    ]
    status, said, _ = run(project, *command)
    [line] = said.splitlines()[:-1]  # the one mistake is found, and nothing else
    assert (status, line.partition("[")[0]) == (
        1,
        'use.py:5: error: Incompatible return value type (got "float | None", expected "str")  ',
    )
