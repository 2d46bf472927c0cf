"""Edits that are kept: `diff --output` writes them down, by which the copy is verified and upgraded."""

import errno
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.vendor.conftest import Make, content_of, refused, write_tiny

BELOW = "B" + "\n" * 9
OLDER = {"client.py": f"URL = 'https://example.com'\nKEY = None\n{BELOW}# last\n"}
VERSION = {"_version.py": '__version__ = "2.0.0"\n'}
NEWER = {**VERSION, "client.py": f"# More.\nURL = 'https://example.com'\nKEY = None\n{BELOW}# new\n"}
OTHER = {**VERSION, "client.py": "URL = 'https://example.net'\nKEY = None\n"}
PATCH = Path("edits.patch")


@pytest.fixture
def edited(make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]) -> ModuleType:
    """What made the copy, in which every kind of edit is since, and a patch of them."""
    older = make_tiny(OLDER)
    older.main(["add", str(target)])
    (target / "client.py").write_text(f"URL = 'https://example.org'\nKEY = None\n{BELOW}# last")
    (target / "py.typed").unlink()
    (target / "LICENSE").unlink()
    (target / "generated/empty.py").touch()
    (target / "some notes.txt").write_text("first\f page\u2028\r\n\nno end", encoding="utf-8")
    assert older.main(["diff", str(target), "--output", str(PATCH)]) == 0
    assert capsys.readouterr().out.endswith(f"edits.patch holds the changes to {target}.\n")
    return older


def git(*arguments: str | Path) -> str:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_a_copy_is_verified_but_for_a_patch(
    edited: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content_of(Path.cwd())
    assert edited.main(["verify", str(target), "--patch", str(PATCH)]) == 0
    said = capsys.readouterr().out
    assert "is exec-api-client 1.0.0 as it was copied but for edits.patch: " in said
    # As CI does it: by the copy's own file, with nothing installed; Git on Windows wrote the patch anew.
    PATCH.write_bytes(PATCH.read_bytes().replace(b"\n", b"\r\n"))
    command = [sys.executable, "-S", "-E", "-B", target / "vendor.py", "verify", "--patch", PATCH]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == said
    PATCH.write_bytes(before["edits.patch"])
    assert content_of(Path.cwd()) == before
    assert edited.main(["verify", str(target)]) == 1


def change(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("first", "1st").replace("org", "net"))


@pytest.mark.parametrize(
    "name", ["client.py", "some notes.txt", "py.typed", "generated/empty.py", "_patch.py"]
)
@pytest.mark.parametrize("command", ["verify", "upgrade"])
def test_a_patch_stands_for_no_other_change(
    edited: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], name: str, command: str
) -> None:
    match name:
        case "py.typed":
            (target / name).touch()  # it is there again
        case "generated/empty.py" | "_patch.py":
            (target / name).unlink()
        case _:
            change(target / name)
    before = content_of(Path.cwd())
    assert edited.main([command, str(target), "--patch", str(PATCH)]) == 1
    said = capsys.readouterr().out
    kind = "missing" if name == "_patch.py" else r"(edited |extra  )"
    assert "is not exec-api-client 1.0.0 as it was copied but for edits.patch:\n" in said
    assert re.findall(rf"^    {kind}  .*", said, re.MULTILINE)
    assert [line.split("  ")[-1].strip() for line in said.splitlines()[1:2]] == [name]
    assert content_of(Path.cwd()) == before


def test_a_patch_that_is_not_in_the_copy_is_missed(edited: ModuleType, target: Path) -> None:
    assert edited.main(["upgrade", "--force", str(target)]) == 0
    assert [edited.main(["verify", str(target), *more]) for more in ([], ["--patch", str(PATCH)])] == [0, 1]


def test_an_upgrade_makes_the_edits_again(
    edited: ModuleType, make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = make_tiny({**NEWER, "limits.py": "MORE = 1\n", "client.py": NEWER["client.py"][:-6] + "# last\n"})
    assert newer.main(["upgrade", "--patch", str(PATCH), str(target)]) == 0
    said = capsys.readouterr().out
    assert "is now exec-api-client 2.0.0; it was 1.0.0.\n" in said
    assert "thrown away" not in said
    assert re.findall(r"^    kept     (.*)", said, re.MULTILINE) == [
        "LICENSE", "client.py", "generated/empty.py", "py.typed", "some notes.txt"
    ]  # fmt: skip
    now = content_of(target)
    assert now["client.py"].decode() == f"# More.\nURL = 'https://example.org'\nKEY = None\n{BELOW}# last"
    assert now["some notes.txt"] == "first\f page\u2028\n\nno end".encode()
    assert now["generated/empty.py"] == b""
    assert "limits.py" in now
    assert not {"py.typed", "LICENSE"} & now.keys()
    assert newer.main(["verify", str(target), "--patch", str(PATCH)]) == 0
    assert newer.main(["upgrade", str(target), "--patch", str(PATCH)]) == 0
    assert "2.0.0 already" in capsys.readouterr().out


def test_a_conflict_changes_nothing_and_git_merges_it(
    make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older, newer = make_tiny({}), make_tiny(OTHER)
    older.main(["add", str(target)])
    for arguments in (["init"], ["add", "."], ["commit", "-m", "The copy"]):
        git(*arguments)
    (target / "client.py").write_text("URL = 'https://example.org'\nKEY = None\n")
    older.main(["diff", str(target), "--output", str(PATCH)])
    git("commit", "-a", "-m", "The edit")
    capsys.readouterr()
    said = refused(newer, capsys, "upgrade", target, "--patch", PATCH)
    assert "edits.patch does not fit client.py of this version; nothing was upgraded" in said
    forced, merging = said.splitlines()[-2:]
    assert forced == f"    python -m tiny2.vendor upgrade --force {target} &&"
    assert newer.main(["upgrade", "--force", str(target)]) == 0
    subprocess.run(merging, shell=True, check=False, capture_output=True)
    assert re.findall(r"[<=>]{7}|\w+ = .*", (target / "client.py").read_text()) == [
        "<" * 7, "URL = 'https://example.net'", "=" * 7, "URL = 'https://example.org'", ">" * 7, "KEY = None"
    ]  # fmt: skip


def test_git_makes_the_patch_where_the_older_version_is_gone(
    make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command that the refusal names."""
    make_tiny(OLDER).main(["add", str(target)])
    newer = make_tiny({**NEWER, "client.py": NEWER["client.py"][:-6] + "# last\n"})
    for arguments in (["init"], ["add", "."], ["commit", "-m", "The copy"]):
        git(*arguments)
    (target / "client.py").write_text(OLDER["client.py"].replace(".com", ".org"))
    (target / "LICENSE").unlink()
    git("commit", "-a", "-m", "The edit")
    capsys.readouterr()
    assert newer.main(["upgrade", str(target)]) == 1
    [command] = re.findall(r"^    (git diff .*)", capsys.readouterr().out, re.MULTILINE)
    assert f"Git make it, if the copy was committed before it was changed:\n    {command}\n" in refused(
        newer, capsys, "diff", target
    )
    subprocess.run(command, shell=True, check=True)
    assert newer.main(["verify", str(target), "--patch", str(PATCH)]) == 0
    assert newer.main(["upgrade", str(target), "--patch", str(PATCH)]) == 0
    assert newer.main(["verify", str(target), "--patch", str(PATCH)]) == 0
    assert (target / "client.py").read_text().startswith("# More.\nURL = 'https://example.org'\n")


@pytest.mark.parametrize("newer", [OTHER, VERSION], ids=["changed there too", "the same there"])
def test_what_is_named_to_keep_the_edits_loses_none(
    tiny: ModuleType, target: Path, tmp_path: Path, newer: dict[str, str]
) -> None:
    """Run from a newer checkout as a file, line by line; a patch from before stays as it is."""
    tiny.main(["add", str(target)])
    (target / "client.py").write_text("URL = 'https://example.org'\nKEY = None\n")
    write_tiny(tmp_path / "new", newer)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)

    def run(command: str) -> str:
        environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
        done = subprocess.run(
            command, shell=True, check=False, capture_output=True, text=True, env=environment
        )
        return done.stdout

    upgrade = f"python {tmp_path / 'new/vendor.py'} upgrade {target}"
    keeping, _, _ = run(upgrade).partition("To throw them away")
    commands = re.findall(r"^    ((?:python|git).*)", keeping, re.MULTILINE)
    assert len(commands) == 2
    before = content_of(target)
    PATCH.write_text("an older one\n")
    for command in commands:
        run(command.removesuffix("&&"))
    assert (PATCH.read_text(), content_of(target)) == ("an older one\n", before)
    PATCH.unlink()
    run("\n".join(commands))
    assert b"example.org" in (target / "client.py").read_bytes()
    assert ("2.0.0" in (target / "_version.py").read_text()) is (newer is VERSION)


def test_a_patch_is_written_whole_and_over_nothing(
    edited: ModuleType, target: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(edited, capsys, "diff", target, "--output", PATCH)
    assert (
        said == "vendor: edits.patch is there already: name another file, or remove it if nobody needs it\n"
    )
    said = refused(edited, capsys, "diff", target, "--output", target / "more.patch")
    assert "more.patch is in the copy, which an upgrade replaces: name a file elsewhere" in said

    def fails(*_: Any) -> None:
        Path("more.patch").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", fails)
    assert edited.main(["diff", str(target), "--output", "more.patch"]) == 2
    assert not Path("more.patch").exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("--- client.py\n+++ client.py\n@@ -1 +1 @@\n-a\n+b\n", "not in Git's form"),
        ("diff --git a/../x b/../x\nnew file mode 100644\n", "of no use here: diff --git a/../x b/../x"),
        ("diff --git a//x b//x\nnew file mode 100644\n", "of no use here"),
        ("diff --git a/x b/y\nrename from x\nrename to y\n", "of no use here"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "upgrade"])
def test_a_patch_that_is_none_to_the_copy_is_refused(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], text: str, why: str, command: str
) -> None:
    tiny.main(["add", str(target)])
    PATCH.write_text(text)
    capsys.readouterr()
    assert why in refused(tiny, capsys, command, target, "--patch", PATCH)


@pytest.mark.parametrize("kind", ["bytes", "link"])
def test_what_no_patch_can_hold_is_not_taken_for_kept(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    tiny.main(["add", str(target)])
    extra = target / "extra"
    extra.write_bytes(b"\xff\0") if kind == "bytes" else extra.symlink_to("client.py")
    capsys.readouterr()
    said = refused(tiny, capsys, "diff", target, "--output", PATCH)
    assert said == f"vendor: {extra} is no text file, so no patch can hold it: move it out of the copy\n"


def test_an_edit_that_fits_in_two_places_is_not_put_into_either(
    make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = "a\nb\nc\nd\ne\nf\ng\n"
    older, newer = make_tiny({"client.py": same}), make_tiny({"client.py": f"new\n{same}{same}"})
    older.main(["add", str(target)])
    (target / "client.py").write_text(same.replace("d", "D"))
    older.main(["diff", str(target), "--output", str(PATCH)])
    capsys.readouterr()
    assert "edits.patch does not fit client.py" in refused(newer, capsys, "upgrade", target, "--patch", PATCH)
