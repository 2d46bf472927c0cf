from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator import merge
from generator.download import LIMITS
from generator.fetch import Fetched, fetch
from generator.index import FetchError

from ..publisher import Answer, Publisher, publisher
from .folder import ADDRESSES, DETAIL, LIST, PUBLISHED, nothing_changes, state

# --- what becomes of the folder


def test_the_published_pages_come_out_byte_for_byte(index: str, tmp_path: Path) -> None:
    fetched = fetch([index], tmp_path / "new" / "pages")
    assert merge.read_sources(tmp_path / "new" / "pages") == PUBLISHED
    assert fetched.added == tuple(sorted(PUBLISHED))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["pages"]


@pytest.mark.parametrize("source", ["index", "document", "documents", "both", "folder", "page", "file"])
def test_an_unchanged_source_changes_nothing(source: str, host: Publisher, index: str, pages: Path) -> None:
    document = f"{host.url}/api-reference/openapi.yaml"
    sources = {
        "index": [index],
        "document": [document],
        "documents": [host.index("## OpenAPI Specs", f"- [openapi]({document})")],
        "both": [index, document],
        "folder": [str(merge.PAGES)],
        "page": [f"{host.url}{DETAIL}"],
        "file": [str(merge.PAGES / "sessions" / "get-session-detail.md")],
    }[source]
    before = state(pages.parent)
    fetched = fetch(sources, pages)
    assert state(pages.parent) == before
    assert fetched.unchanged == tuple(sorted(PUBLISHED))
    assert fetched.lines[-1].startswith(f"fetch: nothing has changed, {len(PUBLISHED)} as before; ")


def test_pages_are_added_changed_removed_and_left(host: Publisher, index: str, pages: Path) -> None:
    (pages / "sessions" / "list-roleplay-sessions.md").unlink()
    (pages / "sessions" / "get-session-detail.md").write_bytes(
        PUBLISHED["sessions/get-session-detail.md"] + b"\n"
    )
    gone = PUBLISHED["sessions/list-roleplay-sessions.md"].replace(b"/sessions", b"/gone")
    as_before = PUBLISHED.keys() - {"sessions/list-roleplay-sessions.md", "sessions/get-session-detail.md"}
    (pages / "old").mkdir()
    (pages / "old" / "gone.md").write_bytes(gone)
    (pages / "NOTES.txt").write_text("kept")
    kept = state(pages)["scenarios/list-scenario-assignments.md"][1:]

    fetched = fetch([index], pages)

    assert fetched == Fetched(
        added=("sessions/list-roleplay-sessions.md",),
        changed=("sessions/get-session-detail.md",),
        removed=("old/gone.md",),
        unchanged=tuple(sorted(as_before)),
        left=((f"{host.url}/guide.md", "no OpenAPI block"),),
    )
    assert fetched.lines == [
        "added    sessions/list-roleplay-sessions.md",
        "changed  sessions/get-session-detail.md",
        "removed  old/gone.md",
        f"left     {host.url}/guide.md: no OpenAPI block",
        f"fetch: 1 added, 1 changed, 1 removed, {len(as_before)} as before; 1 left",
    ]
    assert merge.read_sources(pages) == PUBLISHED
    assert state(pages)["scenarios/list-scenario-assignments.md"][1:] == kept
    assert (pages / "NOTES.txt").read_text() == "kept"
    assert not (pages / "old").exists()
    assert [path.name for path in pages.parent.iterdir()] == ["pages"]


def test_what_took_the_place_of_the_folder_is_undone_when_it_is_interrupted(
    index: str, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pages / "sessions" / "get-session-detail.md").unlink()
    before = state(pages.parent)
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "pages.new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch([index], pages)
    after = state(pages.parent)
    del before["."], after["."]  # only the time of the folder around it is another
    assert after == before


def test_nothing_is_asked_for_twice(host: Publisher, index: str, pages: Path) -> None:
    listed = f"{host.url}{DETAIL}"
    fetched = fetch([index, listed, index, f"{listed}#again"], pages)
    assert len(host.asked) == len(set(host.asked)) == len(PUBLISHED) + 2
    assert fetched.left == ((f"{host.url}/guide.md", "no OpenAPI block"),)


def test_names_begin_at_the_folder_of_the_index(host: Publisher, tmp_path: Path) -> None:
    host.answers["/docs/v1/a.md"] = PUBLISHED["sessions/get-session-detail.md"]
    fetched = fetch([host.index("- [A](v1/a.md)", path="/docs/llms.txt")], tmp_path / "pages")
    assert fetched.added == ("v1/a.md",)


def test_the_folder_may_be_a_link(index: str, pages: Path, tmp_path: Path) -> None:
    (pages / "sessions" / "get-session-detail.md").unlink()
    (tmp_path / "link").symlink_to(pages)
    fetch([index], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert merge.read_sources(pages) == PUBLISHED


# --- what may fail


def test_a_page_that_fails_leaves_everything(host: Publisher, index: str, pages: Path) -> None:
    (pages / "sessions" / "get-session-detail.md").unlink()
    host.answers[LIST] = Answer(status=404)
    host.answers["/guide.md"] = Answer(b"<!doctype html>", headers={"Content-Type": "text/html"})
    first, second = nothing_changes(pages, index)
    assert first.startswith(f"{host.url}/guide.md: an HTML page")
    assert second.startswith(f"{host.url}{LIST}: status 404")


def test_an_index_that_lists_nothing_to_take_does_not_empty_the_folder(host: Publisher, pages: Path) -> None:
    [problem] = nothing_changes(pages, host.index_of("/guide.md"))
    assert "there is nothing to take" in problem
    host.answers["/llms.txt"] = b""
    [problem] = nothing_changes(pages, f"{host.url}/llms.txt")
    assert "there is nothing to take" in problem
    host.answers["/llms.txt"] = b"\xff"
    [problem] = nothing_changes(pages, f"{host.url}/llms.txt")
    assert "not text in UTF-8" in problem


def test_another_host_is_never_asked(host: Publisher, pages: Path) -> None:
    with publisher() as other:
        index = host.index(
            f"- [Ours]({DETAIL})",
            f"- [Theirs]({other.url}{DETAIL})",
            "## OpenAPI Specs",
            f"- [x]({other.url}/o.yaml)",
        )
        fetched = fetch([index], pages)
        assert other.asked == []
    reason = "on another host; name it as a SOURCE of its own to take it"
    assert fetched.left == ((f"{other.url}{DETAIL}", reason), (f"{other.url}/o.yaml", reason))
    assert fetched.unchanged == ("sessions/get-session-detail.md",)


def test_pages_and_documents_of_an_index_have_to_agree(host: Publisher, pages: Path) -> None:
    names = list(ADDRESSES.values())
    specs = ["## OpenAPI Specs", "- [openapi](/api-reference/openapi.yaml)"]
    assert fetch([host.index(*(f"- [A]({name})" for name in names), *specs)], pages).changed == ()

    names.remove(LIST)
    [problem] = nothing_changes(pages, host.index(*(f"- [A]({name})" for name in names), *specs))
    assert problem.startswith("get /sessions stands only in a whole document")
    names.append(LIST)

    host.answers["/api-reference/openapi.yaml"] = merge.OUTPUT.read_bytes().replace(
        b"title: Exec API", b"title: Other"
    )
    [problem] = nothing_changes(pages, host.index(*(f"- [A]({name})" for name in names), *specs))
    assert 'differ at info.title: "Exec API" on the pages, "Other" in the document' in problem


def test_an_index_that_is_too_long_is_refused(index: str, host: Publisher, pages: Path) -> None:
    count = len(PUBLISHED)
    with pytest.raises(FetchError, match=f"{count + 1} pages are listed, and {count} are read at most"):
        fetch([index], pages, limits=replace(LIMITS, pages=count))
    assert host.asked == ["/llms.txt"]


def test_all_together_have_a_time_limit(host: Publisher, pages: Path) -> None:
    host.answers["/llms.txt"] = Answer(write=lambda socket: host.closing.wait())
    with pytest.raises(FetchError, match=r"not all came within 0\.02 s; fetch again later"):
        fetch([f"{host.url}/llms.txt"], pages, limits=replace(LIMITS, all_seconds=0.02))


def test_the_waits_are_the_callers(host: Publisher, index: str, pages: Path) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    date = {"Retry-After": "Thu, 01 Jan 1970 00:00:30 GMT"}
    host.answers["/guide.md"] = [Answer(status=503, headers=date), Answer(b"# A guide")]
    fetch([index], pages, sleep=sleep, now=lambda: 5.0)
    assert waits == [25.0]
