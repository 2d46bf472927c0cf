"""The copy in a project of somebody else's, as that project's own tools see it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exec_api_client import vendor
from tests.vendor.conftest import content_of
from tests.vendor.environments import empty_environment

DEFAULTS = '[project]\nname = "acme"\nversion = "1"\nrequires-python = ">=3.11"\n'
STRICT = (
    DEFAULTS
    + '[tool.ruff]\nline-length = 88\n[tool.ruff.lint]\nselect = ["ALL"]\nignore = ["CPY", "D203", "D213"]\n'
)
COPY = Path("acme/_vendor/exec_api")


@pytest.fixture(params=[DEFAULTS, STRICT], ids=["default rules", "all rules"])
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A project with a copy in it, and hardly a line of its own; the working directory."""
    for name in ("acme/__init__.py", "acme/_vendor/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('"""Acme."""\n', encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(request.param, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert vendor.main(["add", "--sandbox", str(COPY)]) == 0
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_ruff_finds_nothing_and_changes_nothing(host: Path) -> None:
    before = content_of(host / COPY)
    files = [str(COPY / name) for name in before if name.endswith(".py")]
    # Over the whole project, and as pre-commit does it: with the names of the files.
    for names in (["."], files):
        for command in (["check"], ["format", "--check"], ["check", "--fix", "--unsafe-fixes"], ["format"]):
            status, said = run("ruff", *command, "--quiet", *names)
            assert (status, said) == (0, "")
    after = content_of(host / COPY)
    assert {name: after[name] for name in after if ".ruff_cache" not in name} == before
    assert after.keys() != before.keys()  # ruff keeps its cache beside its rules, so within the copy
    assert vendor.main(["verify", str(COPY)]) == 0


def test_what_ruff_is_told_on_the_command_line_is_not_for_the_copy(host: Path) -> None:
    files = [str(COPY / name) for name in content_of(host / COPY) if name.endswith(".py")]
    (host / "mine.py").write_text("x = {  }\n")
    for names, status in ((["."], 1), (files, 0)):
        for command in (["check", "--select", "ALL"], ["format", "--check", "--line-length", "88"]):
            found, said = run("ruff", *command, *names)
            assert (found, "exec_api" in said) == (status, False)


def test_ruff_would_find_and_change_something_without_the_rules_in_the_copy(host: Path) -> None:
    (host / COPY / "ruff.toml").unlink()
    assert run("ruff", "check", "--quiet", ".")[0] == 1
    assert run("ruff", "format", "--check", "--quiet", ".")[0] == 1


@pytest.mark.parametrize("host", [DEFAULTS], indirect=True, ids=["default rules"])
@pytest.mark.parametrize("options", [[], ["--strict"]], ids=["default", "strict"])
def test_mypy_is_content_with_nothing_installed_but_the_requirements(
    host: Path, tmp_path_factory: pytest.TempPathFactory, options: list[str]
) -> None:
    python = empty_environment(tmp_path_factory.mktemp("environment"))
    (host / "use.py").write_text(
        '"""Uses the copy."""\n\n'
        "from acme._vendor.exec_api import AsyncExecClient\n\n\n"
        "async def score(client: AsyncExecClient) -> str:\n"
        '    return (await client.sessions.get("1")).score\n'
    )
    status, said = run("mypy", "--cache-dir", os.devnull, "--python-executable", str(python), *options, ".")
    # The one mistake is in use.py, and it is found: the types of the copy arrive there.
    assert [line for line in said.splitlines() if line.partition(":")[0] != "use.py"][:-1] == []
    assert "use.py:7: error: Incompatible return value type" in said
    assert status == 1
