"""Files and folders as sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator import merge
from generator.download import LIMITS
from generator.fetch import fetch
from generator.index import FetchError

from .folder import PUBLISHED, nothing_changes


def test_a_document_in_a_file_becomes_pages(tmp_path: Path) -> None:
    fetch([str(merge.OUTPUT)], tmp_path / "pages")
    assert merge.main(["--pages", str(tmp_path / "pages"), "--output", str(merge.OUTPUT), "--check"]) == 0


def test_a_folder_is_whole(pages: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved" / "api-reference"
    saved.mkdir(parents=True)
    (saved / "b.md").write_bytes(PUBLISHED["sessions/get-session-detail.md"])
    (saved / "README.md").write_bytes(b"# Saved")
    fetched = fetch([str(tmp_path / "saved")], pages)
    assert list(merge.read_sources(pages)) == ["sessions/get-session-detail.md"]
    assert fetched.left == ((str(saved / "README.md"), "no OpenAPI block"),)
    assert len(fetched.removed) == len(PUBLISHED) - 1


def test_each_source_that_is_wrong_is_named(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("llms.txt", "a.html", "long.md"):
        (tmp_path / name).write_bytes(b"x" * (LIMITS.page_bytes + 1 if name == "long.md" else 1))
    problems = nothing_changes(
        pages,
        str(tmp_path / "nowhere.md"),
        str(tmp_path / "empty"),
        str(tmp_path / "llms.txt"),
        str(tmp_path / "a.html"),
        str(tmp_path / "long.md"),
        "https://docs.exec.test/api",
        "file:///etc/passwd.md",
        "https://user:secret@docs.exec.test/llms.txt",
    )
    expected = [
        "there is no such file or folder",
        "there are no pages (*.md) in this folder",
        "an index in a file does not say which host may be asked",
        "what it is cannot be told from its name",
        "longer than 10,000,000 bytes",
        "what it leads to cannot be told from its end",
        "not an address of the web",
        "leave them out",
    ]
    assert len(problems) == len(expected)
    for problem, part in zip(problems, expected, strict=True):
        assert part in problem
    assert "secret" not in str(problems)


def test_a_folder_that_is_too_large_is_refused(pages: Path) -> None:
    count = len(PUBLISHED)
    with pytest.raises(FetchError, match=f"has {count} pages, and {count - 1} are read at most"):
        fetch([str(merge.PAGES)], pages, limits=replace(LIMITS, pages=count - 1))
