"""Updates of a copy of the checkout from folders of pages; nothing here uses the network."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from generator import merge, update
from generator.files import write
from generator.generate import ROOT
from generator.report import python_api
from tests.processes import unread_pipe

State = dict[str, tuple[int, bytes]]

EMAIL = "          description: User's email address\n"


def state(root: Path) -> State:
    """The bytes and the time of each file, and of each folder."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [root, *root.rglob("*")]
    }


def edit(folder: Path, old: str, new: str) -> None:
    """Replace a text on each page that has it; at least one does."""
    found = [path for path in folder.rglob("*.md") if old in path.read_text(encoding="utf-8")]
    assert found
    for path in found:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def nullable_email(source: Path) -> None:
    edit(source, EMAIL, f"          nullable: true\n{EMAIL}")


def test_an_unchanged_source_changes_no_byte(checkout: Path, source: Path, tmp_path: Path) -> None:
    before = state(checkout)
    assert update.update([str(source)], checkout, tmp_path / "report.md") == "Nothing has changed.\n"
    assert state(checkout) == before
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == "**No change in the API.**\n"


def test_an_update_replaces_all_three_and_says_what_has_changed(
    checkout: Path, source: Path, tmp_path: Path
) -> None:
    nullable_email(source)
    text = update.update([str(source)], checkout, tmp_path / "report.md")
    assert text.startswith("1 breaking change: raise the second number of the version")
    assert "\n- `User.email` is `str | None` now, not `str`. " in text
    assert text.endswith(
        "\n\nCompared with: the files that were here\n"
        "Replaced: generator/pages, openapi.yaml, exec_api_client/generated\n"
    )
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "\n- `User.email` is `str | None` now, not `str`. " in markdown
    pages, document, generated = update.Places.within(checkout)
    assert merge.read_sources(pages) == merge.read_sources(source)
    assert document.read_text(encoding="utf-8") == merge.render(merge.merge(merge.read_sources(source)))
    assert "email: str | None" in (generated / "models/user.py").read_text(encoding="utf-8")
    assert {path.name for path in checkout.iterdir()} == {"generator", "exec_api_client", "openapi.yaml"}

    before = state(checkout)
    assert update.update([str(source)], checkout) == "Nothing has changed.\n"
    assert state(checkout) == before


def test_prose_outside_the_document_replaces_the_pages_only(checkout: Path, source: Path) -> None:
    page = next(source.rglob("*.md"))
    page.write_bytes(b"Some prose.\n\n" + page.read_bytes())
    before = state(checkout)
    text = update.update([str(source)], checkout)
    assert (
        text
        == "No change in the API.\n\nCompared with: the files that were here\nReplaced: generator/pages\n"
    )
    after = state(checkout)
    assert {name for name in before if before[name][1] != after[name][1]} == {
        f"generator/pages/{page.relative_to(source)}"
    }
    assert {name for name in before if "generated" in name and before[name] != after[name]} == set()
    assert after["openapi.yaml"] == before["openapi.yaml"]


def test_a_new_operation_becomes_a_method(checkout: Path, source: Path) -> None:
    page = next(source.rglob("get-scenario-analytics-summary.md"))
    text = page.read_text(encoding="utf-8")
    text = text.replace("/analytics/summary", "/analytics/digest").replace(
        "AnalyticsSummary\n", "AnalyticsDigest\n"
    )
    (source / "get-digest.md").write_text(text, encoding="utf-8")
    report = update.update([str(source)], checkout)
    assert report.startswith("No breaking change: ")
    assert "- New: `client.scenarios.get_analytics_digest(scenario_id: str, " in report
    assert "- `GET /scenarios/{scenario_id}/analytics/digest` is added.\n" in report


def no_pages(source: Path) -> None:
    shutil.rmtree(source)


def contradiction(source: Path) -> None:
    page = next(source.rglob("get-session-detail.md"))
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("title: Exec API", "title: Another API"), encoding="utf-8")


def nothing_answered(source: Path) -> None:
    edit(source, "        '200':\n", "        '302':\n")


@pytest.mark.parametrize(
    ("spoil", "step"),
    [(no_pages, "fetch: "), (contradiction, "fetch: "), (nothing_answered, "generate: ")],
    ids=["nothing is there", "pages contradict each other", "nothing can be generated"],
)
def test_a_failure_of_any_step_leaves_everything_as_it_was(
    checkout: Path,
    source: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    step: str,
) -> None:
    nullable_email(source)
    spoil(source)
    before = state(checkout)
    assert update.main([str(source), "--report", str(tmp_path / "report.md")], checkout) == 1
    assert state(checkout) == before
    assert not (tmp_path / "report.md").exists()
    complaints = capsys.readouterr().err.splitlines()
    assert complaints[0].startswith(step)
    assert (
        complaints[-1]
        == "update: nothing was changed; see above for what to mend, then run `make update` again"
    )


@pytest.mark.parametrize("step", [merge, python_api], ids=["merge", "report"])
def test_an_interruption_leaves_everything_as_it_was(
    checkout: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    step: ModuleType,
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    nullable_email(source)
    before = state(checkout)
    monkeypatch.setattr(step, "main" if step is merge else "changes", interrupted)
    assert update.main([str(source)], checkout) == 130
    assert state(checkout) == before
    assert capsys.readouterr().err == "update: interrupted; nothing was changed\n"


def test_where_a_step_is_stopped_nothing_is_to_be_mended(
    checkout: Path, source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(merge, "main", lambda _: 143)
    assert update.main([str(source)], checkout) == 143
    assert capsys.readouterr().err == "update: nothing was changed\n"


def test_a_report_that_cannot_be_written_leaves_everything_as_it_was(
    checkout: Path, source: Path, tmp_path: Path
) -> None:
    nullable_email(source)
    before = state(checkout)
    with pytest.raises(OSError, match=r"report.md: there is no folder .*nowhere to write the report in"):
        update.update([str(source)], checkout, tmp_path / "nowhere" / "report.md")
    assert state(checkout) == before


def test_a_report_replaces_files_only(checkout: Path, source: Path, tmp_path: Path) -> None:
    nullable_email(source)
    before = state(checkout)
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(OSError, match=f"{place} is no file to write the report in: name one, such as"):
            update.update([str(source)], checkout, place)
    assert (tmp_path / "pipe").is_fifo()
    assert state(checkout) == before
    link, report = tmp_path / "link.md", tmp_path / "report.md"
    report.touch()
    link.symlink_to(report)
    update.update([str(source)], checkout, link)
    assert link.is_symlink()
    assert "Breaking" in report.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"File name too long: .*x\.md'$"):
        write(tmp_path / f"{'x' * 300}.md", "")


def test_no_console_keeps_an_update_from_being_told(
    checkout: Path, source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report is printed when all is in place, so that nothing about it can say otherwise."""
    edit(source, EMAIL, "          description: '→ \U0001f4e7'\n")
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert update.main([str(source)], checkout) == 0
    said = narrow.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    assert "Texts or examples differ in " in said
    assert said.endswith("Replaced: generator/pages, openapi.yaml, exec_api_client/generated\n")
    assert capsys.readouterr().err == ""


def test_a_pipe_that_nobody_reads_stops_no_update(checkout: Path, source: Path) -> None:
    nullable_email(source)
    program = "import sys; from pathlib import Path; from generator import update\n"
    program += "sys.exit(update.main([sys.argv[1]], Path(sys.argv[2])))"
    with unread_pipe() as writing:
        done = subprocess.run(
            [sys.executable, "-c", program, str(source), str(checkout)],
            cwd=ROOT,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert "email: str | None" in (checkout / "exec_api_client/generated/models/user.py").read_text("utf-8")


def test_a_killed_update_is_named_by_the_next(
    checkout: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = checkout / ".update-1"
    (left / "pages").mkdir(parents=True)
    (left / "generated.new").mkdir()
    before = state(checkout)
    assert update.main([str(source)], checkout) == 1
    assert capsys.readouterr().err == (
        f"update: {left} is of an update that was killed, or is under way; if it was killed, "
        f"move {left}/pages to {checkout}/generator/pages (in the place of what is there), "
        "then remove that folder and try again; nothing was changed\n"
    )
    assert state(checkout) == before


def test_ends_of_lines_are_no_change(checkout: Path, source: Path) -> None:
    """As Git on Windows writes them."""
    for path in [*source.rglob("*.md"), *checkout.rglob("*.md"), *checkout.rglob("*.py")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (checkout / "openapi.yaml").write_bytes((checkout / "openapi.yaml").read_bytes().replace(b"\n", b"\r\n"))
    before = state(checkout)
    assert update.update([str(merge.PAGES)], checkout) == "Nothing has changed.\n"
    assert update.update([str(source)], checkout) == "Nothing has changed.\n"
    assert state(checkout) == before


def test_the_command_updates_this_checkout_and_prints_the_report(
    checkout: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update.main([str(source)], checkout) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing has changed."
