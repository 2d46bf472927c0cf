"""Updates of a copy of the checkout; nothing here uses the network."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from generator import update as module
from generator.__main__ import main
from generator.checkout import Checkout
from generator.document.yaml import dump, load_file
from generator.emit.generate import OVERLAY
from generator.sources.fetch import fetch
from generator.sources.merge import render
from generator.update import update

State = dict[str, tuple[int, bytes]]

EMAIL = "          description: User's email address\n"


def state(root: Path) -> State:
    """Return the bytes and the time of each file."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def edit(folder: Path, old: str, new: str, most: int = 99) -> None:
    """Replace a text on the pages that have it; at least one does."""
    found = [path for path in folder.rglob("*.md") if old in path.read_text(encoding="utf-8")]
    assert found
    for path in found[:most]:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def nullable_email(source: Path) -> None:
    edit(source, EMAIL, f"          nullable: true\n{EMAIL}")


def grown(source: Path) -> Path:
    """Add a page that describes another operation."""
    pages = {page: page.read_text(encoding="utf-8") for page in source.rglob("*.md")}
    [text] = [text for text in pages.values() if "operationId: getScenarioAnalyticsSummary\n" in text]
    text = text.replace("/analytics/summary", "/analytics/digest")
    (source / "get-digest.md").write_text(text.replace("AnalyticsSummary\n", "AnalyticsDigest\n"), "utf-8")
    return source


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@host.test")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(checkout: Path) -> Path:
    """Return the checkout in a repository with a commit, which has the tag v1."""
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message=It is here"]):
        git(checkout, *arguments)
    git(checkout, "tag", "v1")
    return checkout


def test_an_unchanged_source_changes_no_byte(checkout: Path, source: Path, tmp_path: Path) -> None:
    before = state(checkout)
    assert update(str(source), checkout, tmp_path / "report.md") == "Nothing has changed.\n"
    assert state(checkout) == before
    assert (tmp_path / "report.md").read_text(encoding="utf-8").startswith("**No change in the API.**\n")


def test_a_document_is_its_own_source(checkout: Path) -> None:
    """The pages go, since the document is no longer made from them; all else stays as it is."""
    before = state(checkout)
    said = update(str(checkout / "openapi.yaml"), checkout)
    assert said.endswith("Replaced: generator/pages\n")
    after = state(checkout)
    assert after == {name: each for name, each in before.items() if not name.startswith("generator/pages")}


def test_an_update_replaces_all_three(checkout: Path, source: Path, tmp_path: Path) -> None:
    nullable_email(source)
    text = update(str(source), checkout, tmp_path / "report.md")
    assert text.endswith(
        "Compared with: the files that were here\n"
        "Replaced: generator/pages, openapi.yaml, exec_api_client/generated\n"
    )
    assert "email" in (tmp_path / "report.md").read_text(encoding="utf-8")
    here = Checkout(checkout)
    assert here.read_pages() == {
        path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*.md")
    }
    assert here.document.read_text(encoding="utf-8") == render(fetch(str(source), {}).document)
    assert "email: str | None" in (here.generated / "models/user.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("edits", "options", "complaint"),
    [
        (
            ("title: Exec API", "title: Another API"),
            [],
            'info differs: - "title": "Exec API", + "title": "Another API"',
        ),
        (("        '200':\n", "        '302':\n"), [], "documents no 2xx response"),
        (None, ["--report", "nowhere/report.md"], "No such file or directory: 'nowhere/report.md'"),
        (None, ["--report", "."], "Is a directory: '.'"),
        (None, ["--against=v9"], "update: v9 must be a commit of this checkout: "),
    ],
)
def test_a_failure_leaves_everything_as_it_was(
    checkout: Path,
    source: Path,
    capsys: pytest.CaptureFixture[str],
    edits: tuple[str, str] | None,
    options: list[str],
    complaint: str,
) -> None:
    nullable_email(source)
    if edits:
        edit(source, *edits, most=1 if "title" in edits[0] else 99)
    before = state(checkout)
    report = ["--report", str(source.parent / "report.md")]
    assert main(["update", str(source), *report, *options], checkout) == 1
    assert state(checkout) == before
    assert not (source.parent / "report.md").exists()
    assert complaint in capsys.readouterr().err


def test_the_report_compares_with_a_commit(
    repository: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compared with the last release, a method that was renamed since was never there."""
    first = update(str(grown(source)), repository)
    assert "get_analytics_digest" in first
    [unserved] = [line for line in first.splitlines() if "The sandbox answers 501 to" in line]
    assert "`GET /scenarios/{scenario_id}/analytics/digest`" in unserved
    assert "\nCompared with: HEAD\nReplaced: generator/pages, openapi.yaml, " in first

    overlay: Any = load_file(OVERLAY)
    target = "$.paths.*[?@.operationId == 'getScenarioAnalyticsDigest']"
    rename = {"target": target, "description": "Why.", "update": {"operationId": "summariseDigest"}}
    overlay["actions"].append(rename)
    (tmp_path / "overlay.yaml").write_text(dump(overlay), encoding="utf-8")
    monkeypatch.setattr(module, "OVERLAY", tmp_path / "overlay.yaml")
    git(repository, "commit", "--quiet", "--all", "--message=One more")
    second = update(str(repository / "generator/pages"), repository, against="v1")
    assert "summarise_digest" in second
    assert "get_analytics_digest" not in second
    assert second.endswith("\nCompared with: v1\nReplaced: exec_api_client/generated\n")
