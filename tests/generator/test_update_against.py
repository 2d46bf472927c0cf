"""What the report of an update compares with: a commit, whatever the updates since then have written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from generator import generate, update
from generator.generate import OVERLAY
from generator.yaml12 import dump, load_file


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@host.test")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(checkout: Path) -> Path:
    """The checkout in a repository, with a commit of it, which has a tag."""
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message=It is here"]):
        git(checkout, *arguments)
    git(checkout, "tag", "v1")
    return checkout


@pytest.fixture
def grown(source: Path) -> Path:
    """The pages with one more, which describes another operation."""
    page = next(source.rglob("get-scenario-analytics-summary.md"))
    text = page.read_text(encoding="utf-8").replace("/analytics/summary", "/analytics/digest")
    (source / "get-digest.md").write_text(text.replace("AnalyticsSummary\n", "AnalyticsDigest\n"), "utf-8")
    return source


def correct(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rename the method that came, as CONTRIBUTING.md shows."""
    overlay = load_file(OVERLAY)
    target = "$.paths.*[?@.operationId == 'getScenarioAnalyticsDigest']"
    action = {"target": target, "description": "Why.", "update": {"operationId": "summariseDigest"}}
    overlay["actions"].append(action)  # type: ignore[index, union-attr, arg-type, call-overload]
    (folder / "overlay.yaml").write_text(dump(overlay), encoding="utf-8")
    monkeypatch.setattr(generate, "OVERLAY", folder / "overlay.yaml")


def test_a_correction_after_an_update_breaks_nothing(
    repository: Path, grown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = update.update([str(grown)], repository, tmp_path / "report.md")
    assert "- New: `client.scenarios.get_analytics_digest(" in first
    assert "\nCompared with: HEAD\nReplaced: generator/pages, openapi.yaml, " in first

    correct(tmp_path, monkeypatch)
    second = update.update([str(repository / "generator/pages")], repository, tmp_path / "report.md")
    assert second.startswith("No breaking change: ")
    assert "- New: `client.scenarios.summarise_digest(" in second
    assert "get_analytics_digest" not in second
    assert second.endswith("\nCompared with: HEAD\nReplaced: exec_api_client/generated\n")
    report = (tmp_path / "report.md").read_text(encoding="utf-8")

    again = update.update([str(repository / "generator/pages")], repository, tmp_path / "report.md")
    assert again == re.sub("Replaced: .*", "Replaced: nothing", second)
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == report


def test_what_is_committed_is_no_change(repository: Path, grown: Path) -> None:
    update.update([str(grown)], repository)
    git(repository, "commit", "--quiet", "--all", "--message=One more")
    assert update.update([str(grown)], repository) == "Nothing has changed.\n"
    against_the_tag = update.update([str(grown)], repository, against="v1")
    assert against_the_tag.startswith("No breaking change: ")
    assert against_the_tag.endswith("\nCompared with: v1\nReplaced: nothing\n")


def test_an_unknown_commit_changes_nothing(
    repository: Path, grown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update.main([str(grown), "--against=v9"], repository) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("update: v9 is nothing to compare with (")
    assert complaint.endswith("); name a commit of Git's; nothing was changed\n")
