from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator import merge, yaml12

from .made_pages import document, page


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    pages = tmp_path / "pages"
    (pages / "things").mkdir(parents=True)
    (pages / "things" / "list.md").write_bytes(page(document()))
    return lambda *options: merge.main(
        ["--pages", str(pages), "--output", str(tmp_path / "out.yaml"), *options]
    )


def test_the_command_writes_and_checks(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--check") == 1
    assert "+openapi: 3.0.3" in capsys.readouterr().err
    assert run() == run("--check") == 0
    output = tmp_path / "out.yaml"
    assert yaml12.load(output.read_text()) == document()
    assert set(tmp_path.iterdir()) == {tmp_path / "pages", output}

    output.write_text(output.read_text().replace("title: A", "title: B"))
    assert run("--check") == 1
    error = capsys.readouterr().err
    assert "merge: out.yaml is not what the pages give; run `make spec`\n" in error
    assert "-  title: B\n+  title: A\n" in error
    assert "title: B" in output.read_text()

    output.write_bytes(b"x\n" * 1000)
    assert run("--check") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) < 60
    assert lines[-1] == "…"


def test_line_ends_of_the_file_are_no_drift(run: Callable[..., int], tmp_path: Path) -> None:
    """As Git on Windows writes them."""
    run()
    output = tmp_path / "out.yaml"
    output.write_bytes(output.read_bytes().replace(b"\n", b"\r\n"))
    assert run("--check") == 0
    run()
    assert b"\r" not in output.read_bytes()


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_an_error_leaves_the_file_as_it_is(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    run()
    before = (tmp_path / "out.yaml").read_bytes()
    (tmp_path / "pages" / "a.md").write_bytes(b"")
    (tmp_path / "pages" / "b.md").write_bytes(page(document(openapi="3.1.0"), "put /other"))
    assert run(*options) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].strip() for line in lines[:-1]] == ["a.md", "b.md", "b.md"]
    assert (tmp_path / "out.yaml").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_failed_write_leaves_the_file_as_it_is(
    run: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "out.yaml").write_text("before")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full)
    assert run() == 1
    assert "No space left on device; nothing was written" in capsys.readouterr().err
    assert (tmp_path / "out.yaml").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_without_pages_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert merge.main(["--pages", str(tmp_path), "--output", str(tmp_path / "out.yaml")]) == 1
    assert "there are no pages (*.md) here; copy the published ones into it" in capsys.readouterr().err
    assert not (tmp_path / "out.yaml").exists()
