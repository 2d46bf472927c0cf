"""Snapshots of a checkout as a commit has it, whatever stands in the working tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator import report
from generator.errors import GeneratorError


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@host.test")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder of a repository: an empty commit, one that has the tag v1, and another."""
    root = tmp_path / "repository" / "folder"
    (root / report.GENERATED).mkdir(parents=True)
    git(root.parent, "init", "--quiet")
    git(root.parent, "commit", "--quiet", "--allow-empty", "--message=Empty")
    for number, arguments in enumerate((["tag", "v1"], ["status"])):
        for path in ("openapi.yaml", f"{report.GENERATED}/__init__.py"):
            (root / path).write_text(f"text: {number}", encoding="utf-8")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", f"--message={number}")
        git(root, *arguments)
    (root / "openapi.yaml").write_text("not committed", encoding="utf-8")
    return root


@pytest.mark.parametrize(("revision", "number"), [("v1", "0"), ("HEAD", "1")])
def test_a_snapshot_holds_what_was_committed(
    checkout: Path, tmp_path: Path, revision: str, number: str
) -> None:
    found = report.at_revision(checkout, revision, tmp_path / "before")
    assert str(found.document["text"]) == number
    assert (found.generated / "__init__.py").read_text(encoding="utf-8") == f"text: {number}"


@pytest.mark.parametrize("revision", ["v9", "--all", "--output=made", "", "HEAD~2"])
def test_a_revision_without_the_files_is_refused(checkout: Path, tmp_path: Path, revision: str) -> None:
    with pytest.raises(GeneratorError, match="must be a commit of this checkout"):
        report.at_revision(checkout, revision, tmp_path / "before")
    assert sorted(path.name for path in checkout.iterdir()) == ["exec_api_client", "openapi.yaml"]


def test_without_git_no_revision_is_read(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "GIT", "no-such-program")
    with pytest.raises(GeneratorError, match="Git cannot be run: "):
        report.at_revision(checkout, "HEAD", tmp_path / "before")
