"""`vendor verify`: how a copy differs, and what is no copy."""

import os
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import COPIED, KEEPING, content_of, refused


def test_verify_lists_what_was_edited_is_missing_and_does_not_belong(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    capsys.readouterr()
    assert tiny.main(["verify", str(target)]) == 0
    assert capsys.readouterr().out == (
        f"acme/_vendor/exec_api is exec-api-client 1.0.0 as it was copied: {len(COPIED)} files.\n"
    )
    (target / "client.py").write_text("KEY = 1\n")
    (target / "py.typed").unlink()
    (target / "generated/mine.txt").write_text("x")
    before = content_of(Path.cwd())
    assert tiny.main(["verify", str(target)]) == 1
    assert capsys.readouterr().out == (
        "acme/_vendor/exec_api is not exec-api-client 1.0.0 as it was copied:\n"
        "    edited   client.py\n"
        "    missing  py.typed\n"
        "    extra    generated/mine.txt\n"
        "If Git lacks what is missing, see what ignores it:\n"
        "    git -C acme/_vendor/exec_api check-ignore -v --no-index py.typed\n"
        "To see the lines, with exec-api-client 1.0.0 installed:\n"
        "    python -m tiny1.vendor diff acme/_vendor/exec_api\n"
        "Move or put back what no package can keep: generated/mine.txt\n"
        f"{KEEPING.format(target=target.resolve())}"
        "To throw the changes away (run from a newer version, this upgrades the copy as well):\n"
        "    python -m tiny1.vendor upgrade --force acme/_vendor/exec_api\n"
    )
    assert content_of(Path.cwd()) == before


def test_caches_and_line_endings_are_no_changes(tiny: ModuleType, target: Path) -> None:
    """Python writes the caches, and Git on Windows the line endings."""
    tiny.main(["add", str(target)])
    (target / "generated/__pycache__").mkdir()
    (target / "generated/__pycache__/x.pyc").write_bytes(b"\0")
    for path in (target / "client.py", target / "vendored.json"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for command in ("verify", "diff", "upgrade"):
        assert tiny.main([command, str(target)]) == 0
    assert b"\r" in (target / "client.py").read_bytes()


@pytest.mark.parametrize("cache", [".ruff_cache", ".mypy_cache", ".pytest_cache"])
def test_what_tools_write_beside_the_code_is_no_change(tiny: ModuleType, target: Path, cache: str) -> None:
    tiny.main(["add", str(target)])
    for folder in (target / cache / "1.0", target / "generated" / cache):
        folder.mkdir(parents=True)
        (folder / "README.md").touch()
    for command in ("verify", "diff", "upgrade"):
        assert tiny.main([command, str(target)]) == 0


@pytest.mark.parametrize("name", ["evil.py", "evil.pyc.py", "x.pyc.so"])
def test_only_what_python_compiled_belongs_to_its_caches(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    tiny.main(["add", str(target)])
    (target / "__pycache__").mkdir()
    for found in (name, "x.cpython-311.pyc", "x.cpython-311.pyc.140061"):
        (target / "__pycache__" / found).touch()
    capsys.readouterr()
    assert tiny.main(["verify", str(target)]) == 1
    assert re.findall(r"^    (\w+) +(.*\w)$", capsys.readouterr().out, re.MULTILINE)[:1] == [
        ("extra", f"__pycache__/{name}")
    ]


@pytest.mark.parametrize("content", [b"URL = 'https://example.com'\nKEY = None", b"\xff\0\n", b""])
def test_any_other_byte_is_a_change(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    tiny.main(["add", str(target)])
    (target / "client.py").write_bytes(content)
    capsys.readouterr()
    assert [tiny.main([command, str(target)]) for command in ("verify", "diff", "upgrade")] == [1, 1, 1]
    assert capsys.readouterr().out.count("edited") == 3


def test_links_are_changes_and_not_followed(
    tiny: ModuleType, target: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    (target / "client.py").rename(tmp_path / "client.py")
    (target / "client.py").symlink_to(tmp_path / "client.py")
    (target / "generated").rename(tmp_path / "generated")
    (target / "generated").symlink_to(tmp_path / "generated")
    capsys.readouterr()
    assert tiny.main(["verify", str(target)]) == 1
    said = capsys.readouterr().out
    assert re.findall(r"^    (\w+) +(.*\w)$", said, re.MULTILINE)[:4] == [
        ("edited", "client.py"),
        ("missing", "generated/__init__.py"),
        ("missing", "generated/_source.py"),
        ("extra", "generated"),
    ]
    assert tiny.main(["diff", str(target)]) == 1
    assert f"+symbolic link to {tmp_path / 'client.py'}\n" in capsys.readouterr().out
    assert tiny.main(["upgrade", "--force", str(target)]) == 0
    assert content_of(tmp_path / "generated").keys() == {"__init__.py", "_source.py"}
    assert tiny.main(["verify", str(target)]) == 0


@pytest.mark.parametrize("command", ["verify", "diff", "upgrade"])
def test_a_folder_without_a_stamp_is_no_copy(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    target.mkdir(parents=True)
    for place in (target, Path()):
        said = refused(tiny, capsys, command, place)
        why = "is no copy that this command made, it has no vendored.json"
        assert said == f"vendor: {place} {why}: name one that has\n"


def test_what_is_no_file_is_not_waited_for(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    (target / "client.py").unlink()
    for name in ("client.py", "more"):
        os.mkfifo(target / name)
    capsys.readouterr()
    assert [tiny.main([command, str(target)]) for command in ("verify", "diff", "upgrade")] == [1, 1, 1]
    said = capsys.readouterr().out
    assert said.count("edited   client.py\n    extra    more\n") == 2
    assert said.count("+a folder, a pipe, a socket or a device\n") == 2
    (target / "vendored.json").unlink()
    os.mkfifo(target / "vendored.json")
    assert tiny.main(["verify", str(target)]) == 2
    assert "vendored.json is damaged (" in capsys.readouterr().err


def test_a_copy_without_its_stamp_is_known_for_one(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where .gitignore says `*.json`."""
    tiny.main(["add", str(target)])
    (target / "vendored.json").unlink()
    capsys.readouterr()
    for command in ("verify", "diff", "upgrade"):
        assert refused(tiny, capsys, command, target) == (
            f"vendor: {target}/vendored.json is missing: take it from version control again; "
            "if Git lacks it, see what ignores it:\n"
            f"    git -C {target} check-ignore -v --no-index vendored.json\n"
        )
