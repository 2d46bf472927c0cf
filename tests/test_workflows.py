"""The workflows for GitHub: their commands exist, and the scripts do their work. zizmor checks the rest."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from exec_api_client import __version__
from generator.document.yaml import load_file
from tests.docs.makefile import TARGETS
from tests.fakes import ROOT

WORKFLOWS: dict[str, Any] = {
    path.stem: load_file(path) for path in sorted((ROOT / ".github/workflows").iterdir())
}
STEPS = {
    name: [step for job in workflow["jobs"].values() for step in job["steps"]]
    for name, workflow in WORKFLOWS.items()
}
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def script(workflow: str, name: str) -> str:
    """Return what the step of this name runs."""
    [found] = [step["run"] for step in STEPS[workflow] if step.get("name") == name]
    return str(found)


def test_each_calls_make_targets_and_files_that_are_there() -> None:
    found = [step["run"] for steps in STEPS.values() for step in steps if "run" in step]
    assert len(found) > 5
    for each in found:
        assert set(re.findall(r"\bmake ([a-z]+)", each)) <= TARGETS
        assert all((ROOT / name).exists() for name in re.findall(r"^\.ci/\w+", each, re.MULTILINE))


def test_ci_runs_on_each_python_that_the_package_names() -> None:
    checks, tests, _ = WORKFLOWS["ci"]["jobs"].values()
    assert checks["steps"][-1]["run"] == ".ci/run"
    [oldest] = [step["with"]["python-version"] for step in checks["steps"] if "setup-python" in str(step)]
    named = re.findall(r"Programming Language :: Python :: (3\.\d+)", PROJECT)
    assert [oldest, *tests["strategy"]["matrix"]["python"]] == named
    assert f'requires-python = ">={oldest}"' in PROJECT


@pytest.mark.parametrize(("tag", "status"), [(f"v{__version__}", 0), (f"v{__version__}0", 1), ("v0", 1)])
def test_a_release_needs_the_tag_of_the_version(tag: str, status: int) -> None:
    compare = script("release", "Compare the tag with the version")
    done = subprocess.run(["bash", "-ec", compare], cwd=ROOT, env={**os.environ, "TAG": tag}, check=False)
    assert done.returncode == status


# --- the proposal of an update, with a repository and a `gh` of our own

GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$1 $2" in
    "pr list") cat "$GH_COUNT" ;;
    "pr create") echo 1 > "$GH_COUNT"; cat "$REPORT" >> "$GH_LOG" ;;
esac
"""
BEFORE = """
git init --quiet --initial-branch main
mkdir -p generator exec_api_client/generated
touch generator/overlay.yaml openapi.yaml exec_api_client/generated/file
git add --all
git -c user.name=A -c user.email=a@forge.test commit --quiet --message One
git init --quiet --bare ../origin.git
git remote add origin ../origin.git
git push --quiet origin main
"""


class Forge:
    """A clone as a runner has it, and what `gh` was told."""

    def __init__(self, folder: Path) -> None:
        self.clone, self.count, self._log = folder / "clone", folder / "count", folder / "log"
        for name in ("bin", "clone"):
            (folder / name).mkdir()
        (folder / "bin/gh").write_text(GH, encoding="utf-8")
        (folder / "bin/gh").chmod(0o755)
        (folder / "report.md").write_text("**1 breaking change** `$(touch spoilt)`\n", encoding="utf-8")
        self._environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GH_LOG": str(self._log),
            "GH_COUNT": str(self.count),
            "BASE": "main",
            "REPORT": str(folder / "report.md"),
            "RUN": "https://forge.test/runs/1",
        }
        self.run(BEFORE)
        self.forget()

    def forget(self) -> None:
        """Begin without a pull request, and without a word to `gh`."""
        self.count.write_text("0\n", encoding="utf-8")
        self._log.write_text("", encoding="utf-8")

    def run(self, program: str, outcome: str = "success") -> str:
        """Run a program as GitHub's `shell: bash` does."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", program],
            cwd=self.clone,
            env={**self._environment, "OUTCOME": outcome},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def propose(self, text: str, outcome: str = "success", page: str = "") -> str:
        """Run the script over what an update has left: a document, with a page or without."""
        self.run("git reset --quiet --hard origin/main; touch litter; mkdir -p generator/pages")
        (self.clone / "openapi.yaml").write_text(text, encoding="utf-8")
        self.run(f"touch generator/pages/{page}" if page else "rmdir generator/pages")
        return self.run(script("update", "Open a pull request"), outcome)

    @property
    def told(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines()

    @property
    def branches(self) -> list[str]:
        heads = self.run("git ls-remote --heads origin 'api-update/*'")
        return [head.removeprefix("refs/heads/") for head in heads.split()[1::2]]


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def test_nothing_is_proposed_where_nothing_has_changed(forge: Forge) -> None:
    forge.run("touch litter")
    assert forge.run(script("update", "Open a pull request")) == "Nothing has changed.\n"
    assert (forge.told, forge.branches) == ([], [])


@pytest.mark.parametrize(("outcome", "page"), [("success", "new"), ("failure", "")])
def test_a_change_becomes_a_pull_request_with_the_report(forge: Forge, outcome: str, page: str) -> None:
    forge.propose("new", outcome, page)
    [branch] = forge.branches
    changed = forge.run("git diff --name-status --no-renames HEAD~1 HEAD").split()
    assert changed == [*(["A", f"generator/pages/{page}"] if page else []), "M", "openapi.yaml"]
    title = "Follow the published description of the API"
    failed = "**`make check` fails with this**; its output is in https://forge.test/runs/1"
    assert forge.told == [
        f'pr list --head {branch} --state all --json state --jq map(select(.state != "MERGED")) | length',
        "auth setup-git",
        f"pr create --base main --head {branch} --title {title} --body-file {forge.clone.parent}/report.md",
        "**1 breaking change** `$(touch spoilt)`",
        *(["", failed] if outcome == "failure" else []),
        f"workflow run ci.yml --ref {branch}",
    ]
    assert not (forge.clone / "spoilt").exists()


def test_a_change_is_proposed_once_and_another_change_by_itself(forge: Forge) -> None:
    """Somebody who closed the pull request, or went on with its branch, is not overruled the next week."""
    forge.propose("new")
    assert forge.propose("new").startswith("There is a pull request for this already: api-update/")
    # Without a pull request the branch is no obstacle: GitHub may not have allowed one.
    for text, branches in (("new", 1), ("newer", 2)):
        forge.forget()
        forge.propose(text)
        assert len(forge.branches) == branches
        assert any(line.startswith("pr create ") for line in forge.told)
