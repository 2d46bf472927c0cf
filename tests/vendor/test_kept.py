"""Edits that are kept: they are taken over into a checkout, which is upgraded from, and where Git merges."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import Make, content_of, refused, write_tiny

BETWEEN = "B = 1\n" * 9
FILES = {
    "client.py": f"URL = 'https://example.com'\n{BETWEEN}KEY = None\n",
    "hooks.py": "HOOKS = 1\n",
}
NEWER = {
    "_version.py": '__version__ = "2.0.0"\n',
    "client.py": f"URL = 'https://example.com'\n{BETWEEN}KEY = 'newer'\n",
}
COMMIT = "git add . && git -c user.name=A -c user.email=a@example.com commit -q -m A"
MERGE = "git -c user.name=A -c user.email=a@example.com merge -q -m Merge"


def sh(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody types it; `python` is this one."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with two versions of the package, of which the older one is checked out on a branch."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "checkout"
    for files, tag in (FILES, "v1"), ({**FILES, **NEWER}, "v2"):
        write_tiny(folder / "exec_api_client", files)
        sh(f"git init -q; {COMMIT}; git tag {tag}", folder)
    assert sh("git switch -q -c acme v1", folder).returncode == 0
    return folder


@pytest.fixture
def edited(checkout: Path, target: Path) -> Path:
    """A copy in which every kind of edit is."""
    assert sh(f"python exec_api_client/vendor.py add {target.resolve()}", checkout).returncode == 0
    (target / "client.py").write_text(FILES["client.py"].replace(".com", ".org"))
    (target / "hooks.py").unlink()
    (target / "generated/more.py").write_text("MORE = 1")
    return target


def set_version(checkout: Path, version: str) -> None:
    (checkout / "exec_api_client/_version.py").write_text(f'__version__ = "{version}"\n')


def run_hints(checkout: Path, said: str) -> list[int]:
    commands = re.findall(r"^    (python exec_api_client.*)", said, re.MULTILINE)
    assert len(commands) == 2
    return [sh(command, checkout).returncode for command in commands]


@pytest.mark.parametrize("command", ["verify", "upgrade"])
def test_edits_are_kept_over_upgrades_by_what_is_named_for_it(
    checkout: Path, edited: Path, make_tiny: Make, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    before = content_of(edited)
    assert make_tiny({**FILES, **NEWER}).main([command, str(edited)]) == 1
    assert run_hints(checkout, capsys.readouterr().out) == [0, 2]
    upgrade = f"python exec_api_client/vendor.py upgrade {edited.resolve()}"
    version = checkout / "exec_api_client/_version.py"
    assert sh(upgrade, checkout).stderr == (
        "vendor: this package has the edits of the copy, and is 1.0.0 all the same: write '1.0.0+acme', "
        f"for example, in {version}, so that no other 1.0.0 takes its place, and try again\n"
    )
    assert content_of(edited) == before
    set_version(checkout, "1.0.0+acme")
    assert sh(upgrade, checkout).returncode == 0
    changed = ("vendored.json", "_version.py")
    assert {**content_of(edited), **dict.fromkeys(changed)} == {**before, **dict.fromkeys(changed)}
    verify = f"python {edited}/vendor.py verify"
    assert "is exec-api-client 1.0.0+acme as it was copied" in sh(verify, Path.cwd()).stdout
    assert sh(f"{COMMIT} && {MERGE} v2", checkout).returncode == 1  # each has set the version
    assert "has the marks of a merge: resolve it first" in sh(upgrade, checkout).stderr
    set_version(checkout, "2.0.0+acme")
    assert sh(COMMIT, checkout).returncode == 0
    done = sh(upgrade, checkout)
    assert (done.returncode, "thrown away" in done.stdout) == (0, False)
    assert sh(verify, Path.cwd()).returncode == 0
    assert (edited / "client.py").read_text() == f"URL = 'https://example.org'\n{BETWEEN}KEY = 'newer'\n"
    assert not (edited / "hooks.py").exists()
    assert (edited / "generated/more.py").read_text() == "MORE = 1"


def test_in_a_checkout_of_another_version_nothing_is_lost(
    checkout: Path, edited: Path, make_tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tiny(FILES).main(["upgrade", str(edited)])
    sh("git switch -q --detach v2", checkout)
    before = content_of(edited)
    assert run_hints(checkout, capsys.readouterr().out) == [128, 1]
    assert content_of(edited) == before
    assert sh("git status --short", checkout).stdout == ""


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("client.py", "URL = 1\n", "edited"),
        ("hooks.py", "", "missing"),
        ("generated/x.py", "X = 1\n", "extra"),
    ],
)
def test_only_what_this_version_has_not_is_lost(
    make_tiny: Make,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str,
    kind: str,
) -> None:
    """Of two edits, one is in the newer version."""
    make_tiny(FILES).main(["add", str(target)])
    (target / "_version.py").write_text('__version__ = "2.0.0"\n')
    (target / name).write_text(text) if text else (target / name).unlink()
    newer: ModuleType = make_tiny({**FILES, "_version.py": '__version__ = "2.0.0"\n'})
    capsys.readouterr()
    assert newer.main(["upgrade", str(target)]) == 1
    assert re.findall(r"^    (\w+) +(\S+)$", capsys.readouterr().out, re.MULTILINE) == [(kind, name)]
    assert newer.main(["upgrade", "--force", str(target)]) == 0
    _, _, lost = capsys.readouterr().out.partition("These changes to the copy were thrown away:\n")
    assert lost.split() == [kind, name]


def test_edits_that_are_kept_are_lost_by_no_upgrade_and_no_second_edit(
    checkout: Path, edited: Path, make_tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    place = edited.resolve()
    sh(f"python exec_api_client/vendor.py diff {place} | git apply --directory=exec_api_client", checkout)
    set_version(checkout, "1.0.0+acme")
    assert sh(f"{COMMIT}; python exec_api_client/vendor.py upgrade {place}", checkout).returncode == 0
    for version in ("1.0.0", "2.0.0", "2.0.0+other"):
        plain = make_tiny({**FILES, "_version.py": f'__version__ = "{version}"\n'})
        capsys.readouterr()
        assert refused(plain, capsys, "upgrade", edited) == (
            f"vendor: the copy is of 1.0.0+acme, with edits that {version} may not have: upgrade from "
            "the branch that they are kept on, or throw them away with --force\n"
        )
    (edited / "_version.py").write_text("second = 2\n")
    before = content_of(edited)
    assert sh("git switch -q --detach v1", checkout).returncode == 0
    tiny = make_tiny(FILES)
    assert "upgrade from the branch" in refused(tiny, capsys, "upgrade", edited)
    assert tiny.main(["verify", str(edited)]) == 1
    # One of them is to throw the changes away, and takes nothing else where it is run as it says.
    said = capsys.readouterr().out
    keep, _, discard = said.partition(
        "To throw the changes away (on the branch that 1.0.0+acme is kept on):\n"
    )
    assert run_hints(checkout, keep) == [128, 2]
    assert content_of(edited) == before
    assert discard == f"    python exec_api_client/vendor.py upgrade --force {place}\n"
    assert sh(f"git switch -q acme && {discard}", checkout).returncode == 0
    assert (edited / "generated/more.py").exists()
    (edited / "_version.py").write_text("second = 2\n")
    assert tiny.main(["upgrade", "--force", str(edited)]) == 0
    said = capsys.readouterr().out
    assert "is now exec-api-client 1.0.0; it was 1.0.0+acme.\n" in said
    assert "\nIt is without the edits that 1.0.0+acme stands for.\nThese changes to the copy were" in said


def test_a_word_after_the_plus_names_the_edits_however_many_there_have_been(
    make_tiny: Make, target: Path
) -> None:
    one, other = (
        make_tiny({"_version.py": f'__version__ = "1.0.0+acme.{number}"\n'}) for number in ("1", "2")
    )
    assert one.main(["add", str(target)]) == 0
    assert other.main(["upgrade", str(target)]) == 0


def test_an_edit_that_no_version_shows_is_asked_for(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    capsys.readouterr()
    assert make_tiny({"client.py": "MINE = 1\n"}).main(["upgrade", str(target)]) == 0
    assert capsys.readouterr().out == (
        f"{target} is still exec-api-client 1.0.0.\n"
        "    changed  client.py\n"
        "If this 1.0.0 has edits of yours, make it 1.0.0+acme, for example.\n"
    )


def test_what_a_merge_left_is_not_taken_for_a_part_of_the_package(
    checkout: Path, target: Path, make_tiny: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tiny(FILES).main(["add", str(target)])
    client = checkout / "exec_api_client/client.py"
    client.write_text(f"<<<<<<< HEAD\n{FILES['client.py']}=======\n>>>>>>> main\n")
    for command in (f"upgrade {target.resolve()}", "add new"):
        done = sh(f"python exec_api_client/vendor.py {command}", checkout)
        assert (done.returncode, done.stderr) == (
            2,
            f"vendor: {client} has the marks of a merge: resolve it first\n",
        )


@pytest.mark.parametrize("name", ["notes.txt", "ruff.toml", "again.py"])
def test_what_no_package_has_is_not_taken_for_kept(
    checkout: Path, target: Path, make_tiny: Make, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    tiny = make_tiny(FILES)
    tiny.main(["add", str(target)])
    link = name == "again.py"
    (target / name).symlink_to("hooks.py") if link else (target / name).write_text("x = 1\n")
    capsys.readouterr()
    for _ in range(2):
        assert tiny.main(["upgrade", str(target)]) == 1
        said = capsys.readouterr().out
        assert f"Move or put back what no package can keep: {name}\n" in said
        assert run_hints(checkout, said)[1] == 1
    assert (target / name).is_symlink() is link


def test_an_edit_of_the_sandbox_is_lost_without_the_sandbox(
    make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tiny(FILES).main(["add", "--sandbox", str(target)])
    edit = {"sandbox/__init__.py": "MINE = 1\n", "_version.py": '__version__ = "1.0.0+acme"\n'}
    (target / "sandbox/__init__.py").write_text(edit["sandbox/__init__.py"])
    newer = make_tiny({**FILES, **edit})
    capsys.readouterr()
    assert newer.main(["upgrade", "--no-sandbox", str(target)]) == 1
    assert capsys.readouterr().out.endswith(f"vendor upgrade --force --no-sandbox {target}\n")
    assert newer.main(["upgrade", str(target)]) == 0
