"""The workflows for GitHub: their commands exist, and the scripts do their work. zizmor checks the rest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from exec_api_client import __version__
from generator.document.yaml import load_file
from tests.docs.makefile import MAKEFILE, TARGETS
from tests.fakes import ROOT

WORKFLOWS = {path.stem: load_file(path) for path in sorted((ROOT / ".github/workflows").iterdir())}
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
UPDATED = ("generator/pages", "openapi.yaml", "exec_api_client/generated")


def jobs(workflow: Any) -> list[Any]:
    return list(workflow["jobs"].values())


def steps(workflow: Any) -> Iterator[Any]:
    for job in jobs(workflow):
        yield from job["steps"]


def scripts(workflow: Any) -> list[str]:
    return [step["run"] for step in steps(workflow) if "run" in step]


def step_named(name: str, workflow: str) -> Any:
    [step] = [step for step in steps(WORKFLOWS[workflow]) if step.get("name") == name]
    return step


def test_each_calls_make_targets_and_files_that_are_there() -> None:
    found = [script for workflow in WORKFLOWS.values() for script in scripts(workflow)]
    assert len(found) > 5
    for script in found:
        assert set(re.findall(r"\bmake ([a-z]+)", script)) <= TARGETS
        assert all((ROOT / name).exists() for name in re.findall(r"^\.ci/\w+", script, re.MULTILINE))


def test_ci_runs_on_each_python_that_the_package_names() -> None:
    workflow: Any = WORKFLOWS["ci"]
    checks, tests, _ = jobs(workflow)
    assert checks["steps"][-1]["run"] == ".ci/run"
    [oldest] = [step["with"]["python-version"] for step in checks["steps"] if "setup-python" in str(step)]
    named = re.findall(r"Programming Language :: Python :: (3\.\d+)", PROJECT)
    assert [oldest, *tests["strategy"]["matrix"]["python"]] == named
    assert f'requires-python = ">={oldest}"' in PROJECT


@pytest.mark.parametrize(("tag", "status"), [(f"v{__version__}", 0), (f"v{__version__}0", 1), ("v0", 1)])
def test_a_release_needs_the_tag_of_the_version(tag: str, status: int) -> None:
    script = step_named("Compare the tag with the version", "release")["run"]
    done = subprocess.run(["bash", "-ec", script], cwd=ROOT, env={**os.environ, "TAG": tag}, check=False)
    assert done.returncode == status


def test_the_report_is_what_make_writes_and_the_pull_request_says() -> None:
    update, pull_request = (step_named(name, "update") for name in ("Update", "Open a pull request"))
    assert update["run"] == "make update"
    assert update["env"]["REPORT"] == pull_request["env"]["REPORT"]
    assert "$(if $(REPORT),--report" in MAKEFILE


# --- the script, with a repository and a `gh` of our own

GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$1 $2" in
    "pr list") cat "$GH_COUNT" || exit 4 ;;
    "pr create") echo 1 > "$GH_COUNT"; cat "$REPORT" >> "$GH_LOG" ;;
esac
"""


class Forge(NamedTuple):
    """A clone as a runner has it, what it was cloned from, and what `gh` was told."""

    clone: Path
    origin: Path
    log: Path
    environment: dict[str, str]

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.clone), *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env=self.environment
        ).stdout

    def run(self, outcome: str = "success", status: int = 0) -> str:
        """Run the script as GitHub's `shell: bash` does."""
        script = step_named("Open a pull request", "update")["run"]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.clone,
            env={**self.environment, "OUTCOME": outcome},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    @property
    def branches(self) -> list[str]:
        return self.git("ls-remote", "--heads", str(self.origin)).split()[1::2]

    @property
    def told(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    assert shutil.which("git")
    for name in ("bin", "home", "clone"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin/gh").write_text(GH, encoding="utf-8")
    (tmp_path / "bin/gh").chmod(0o755)
    (tmp_path / "count").write_text("0\n", encoding="utf-8")
    (tmp_path / "log").touch()
    (tmp_path / "report.md").write_text("**1 breaking change** `$(touch spoilt)`\n", encoding="utf-8")
    environment = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GH_LOG": str(tmp_path / "log"),
        "GH_COUNT": str(tmp_path / "count"),
        "BASE": "main",
        "REPORT": str(tmp_path / "report.md"),
        "RUN": "https://forge.test/runs/1",
    }
    forge = Forge(tmp_path / "clone", tmp_path / "origin.git", tmp_path / "log", environment)
    forge.git("init", "--quiet", "--initial-branch", "main")
    for name in UPDATED:
        file = forge.clone / name if name.endswith(".yaml") else forge.clone / name / "file"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("old\n", encoding="utf-8")
    forge.git("add", "--all")
    forge.git("-c", "user.name=A", "-c", "user.email=a@forge.test", "commit", "--quiet", "--message", "One")
    forge.git("init", "--quiet", "--bare", str(forge.origin))
    forge.git("remote", "add", "origin", str(forge.origin))
    forge.git("push", "--quiet", "origin", "main")
    return forge


def change(forge: Forge, text: str = "new\n") -> None:
    (forge.clone / "openapi.yaml").write_text(text, encoding="utf-8")
    (forge.clone / "generator/pages/file").unlink(missing_ok=True)
    (forge.clone / "generator/pages/fresh").write_text(text, encoding="utf-8")
    (forge.clone / "litter").write_text("no part of the update\n", encoding="utf-8")


def test_pages_that_are_gone_are_proposed_too(forge: Forge) -> None:
    """A whole document is the source now, and is committed: no page is left, nor is the folder tracked."""
    shutil.rmtree(forge.clone / "generator/pages")
    (forge.clone / "generator/overlay.yaml").touch()
    forge.git("add", "--all")
    forge.git("-c", "user.name=A", "-c", "user.email=a@forge.test", "commit", "--quiet", "--message", "Two")
    (forge.clone / "openapi.yaml").write_text("new\n", encoding="utf-8")
    forge.run()
    assert len(forge.branches) == 2


def test_nothing_is_proposed_where_nothing_has_changed(forge: Forge) -> None:
    (forge.clone / "litter").touch()
    assert forge.run() == "Nothing has changed.\n"
    assert forge.told == []
    assert forge.branches == ["refs/heads/main"]


def test_a_change_becomes_a_pull_request_with_the_report(forge: Forge) -> None:
    change(forge)
    forge.run()
    [branch] = [name.removeprefix("refs/heads/") for name in forge.branches if "api-update/" in name]
    assert forge.git("diff", "--name-status", "--no-renames", "HEAD~1", "HEAD").split() == [
        *("D", "generator/pages/file", "A", "generator/pages/fresh", "M", "openapi.yaml")
    ]
    title = "Follow the published description of the API"
    assert forge.told == [
        f'pr list --head {branch} --state all --json state --jq map(select(.state != "MERGED")) | length',
        "auth setup-git",
        f"pr create --base main --head {branch} --title {title} --body-file {forge.environment['REPORT']}",
        "**1 breaking change** `$(touch spoilt)`",
        f"workflow run ci.yml --ref {branch}",
    ]
    assert not (forge.clone / "spoilt").exists()
    assert forge.git("log", "-1", "--format=%an|%s") == f"github-actions[bot]|{title}\n"


def again(forge: Forge, text: str) -> str:
    forge.git("reset", "--quiet", "--hard", "origin/main")
    change(forge, text)
    return forge.run()


def test_a_change_is_proposed_once_and_another_change_by_itself(forge: Forge) -> None:
    """Somebody who closed the pull request, or went on with its branch, is not overruled the next week."""
    again(forge, "new\n")
    pushed = forge.git("ls-remote", "--heads", str(forge.origin))
    assert again(forge, "new\n").startswith("There is a pull request for this already: api-update/")
    assert forge.git("ls-remote", "--heads", str(forge.origin)) == pushed
    assert [line.split(" --")[0] for line in forge.told].count("pr create") == 1
    # Without a pull request the branch is no obstacle: GitHub may not have allowed one.
    for text, branches in (("new\n", 2), ("newer\n", 3)):
        (forge.log.parent / "count").write_text("0\n", encoding="utf-8")
        again(forge, text)
        assert len(forge.branches) == branches
    assert [line.split(" --")[0] for line in forge.told].count("pr create") == 3


def test_a_failed_check_is_told_of(forge: Forge) -> None:
    change(forge)
    forge.run("failure")
    assert "**`make check` fails with this**; its output is in https://forge.test/runs/1" in forge.told


def test_a_forge_that_does_not_answer_is_a_failure(forge: Forge) -> None:
    change(forge)
    Path(forge.environment["GH_COUNT"]).unlink()
    forge.run(status=4)
    assert forge.branches == ["refs/heads/main"]
