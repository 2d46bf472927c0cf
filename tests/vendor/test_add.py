"""`vendor add`: what a copy holds, what is said, and what is refused."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from exec_api_client import vendor
from exec_api_client._copies import ELSEWHERE, REQUIREMENTS, REQUIRES_PYTHON
from exec_api_client._version import __version__
from exec_api_client.generated import _source
from tests.vendor.conftest import COPIED, PACKAGE, Make, content_of, refused, stamp_in


def test_add_copies_what_is_needed_at_run_time(tiny: ModuleType, target: Path) -> None:
    assert tiny.main(["add", str(target)]) == 0
    assert sorted(content_of(target)) == sorted([*COPIED, "vendored.json"])
    source = content_of(tiny.HERE)
    assert all(content_of(target)[name] == source[name] for name in COPIED if name != "ruff.toml")
    assert content_of(Path.cwd()).keys() == {f"acme/_vendor/exec_api/{name}" for name in content_of(target)}


def test_add_copies_the_sandbox_when_asked(tiny: ModuleType, target: Path) -> None:
    assert tiny.main(["add", "--sandbox", str(target)]) == 0
    assert (target / "sandbox/__init__.py").is_file()
    assert stamp_in(target)["sandbox"] is True


def test_add_says_what_to_do_next(tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.main(["add", str(target)])
    assert capsys.readouterr().out == (
        f"Copied exec-api-client 1.0.0 to acme/_vendor/exec_api: {len(COPIED)} files, without the sandbox.\n"
        "It needs Python >=3.11 and these packages; add them to your requirements:\n"
        "    attrs>=22.2.0\n"
        "    httpx>=0.28,<1\n"
        "    python-dateutil>=2.9.0\n"
        "Commit the whole folder, with vendored.json; "
        "`git status --ignored` shows what Git would leave out.\n"
        "To check it later:\n"
        "    python acme/_vendor/exec_api/vendor.py verify\n"
    )


def test_the_stamp(tiny: ModuleType, target: Path) -> None:
    tiny.main(["add", str(target)])
    stamp = stamp_in(target)
    files = {name: hashlib.sha256((target / name).read_bytes()).hexdigest() for name in COPIED}
    assert stamp.pop("about")
    assert re.fullmatch("[0-9a-f]{64}", stamp.pop("sha256"))
    assert list(stamp_in(target)["files"]) == sorted(files)  # so that a diff of two stamps is short
    assert stamp == {
        "version": "1.0.0",
        "document_version": "1.0",
        "document_sha256": "aa",
        "generator": "g 1",
        "sandbox": False,
        "requires_python": REQUIRES_PYTHON,
        "requirements": REQUIREMENTS,
        "files": files,
    }


def test_two_copies_of_the_same_are_the_same(tiny: ModuleType, target: Path) -> None:
    for folder in (target, target.with_name("other")):
        tiny.main(["add", str(folder)])
    assert content_of(target) == content_of(target.with_name("other"))


@pytest.mark.parametrize(
    "debris", ["client.py.orig", ".secret", "notes.txt", "__pycache__/client.cpython-311.pyc"]
)
def test_add_copies_no_debris(make_tiny: Make, target: Path, debris: str) -> None:
    make_tiny({debris: "x"}).main(["add", str(target)])
    assert sorted(content_of(target)) == sorted([*COPIED, "vendored.json"])


def test_the_real_package_is_copied_whole(target: Path) -> None:
    """Every kind of file that is in it is one that `add` knows."""
    assert vendor.main(["add", "--sandbox", str(target)]) == 0
    source = {name for name in content_of(PACKAGE) if "__pycache__" not in name}
    assert content_of(target).keys() == source | {"ruff.toml", "vendored.json"}
    assert {"py.typed", "LICENSE", "generated/_source.py"} <= source
    assert all(b"\r" not in content for content in content_of(target).values())
    stamp = stamp_in(target)
    assert (stamp["version"], stamp["document_version"]) == (__version__, _source.DOCUMENT_VERSION)
    assert (stamp["document_sha256"], stamp["generator"]) == (_source.DOCUMENT_SHA256, _source.GENERATOR)


def test_without_the_sandbox_the_rest_is_whole(target: Path, tmp_path: Path) -> None:
    assert vendor.main(["add", str(target)]) == 0
    assert not (target / "sandbox").exists()
    program = (
        "import sys; sys.modules['exec_api_client'] = None\n"
        "import importlib, pkgutil, acme._vendor.exec_api as copy\n"
        "for module in pkgutil.walk_packages(copy.__path__, copy.__name__ + '.'):\n"
        "    module.name.endswith('__main__') or importlib.import_module(module.name)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, cwd=tmp_path / "host")


def test_a_copy_goes_into_an_empty_folder_too(tiny: ModuleType, target: Path) -> None:
    (target / "__pycache__").mkdir(parents=True)
    assert tiny.main(["add", str(target)]) == 0


def test_windows_line_endings_of_the_package_are_not_copied(make_tiny: Make, target: Path) -> None:
    tiny = make_tiny({})
    (tiny.HERE / "client.py").write_bytes(b"KEY = None\r\n")
    tiny.main(["add", str(target)])
    assert (target / "client.py").read_bytes() == b"KEY = None\n"
    assert tiny.main(["verify", str(target)]) == 0


def test_a_copy_of_read_only_and_linked_files_is_neither(
    tiny: ModuleType, target: Path, tmp_path: Path
) -> None:
    """As in an installation that a tool has linked from its cache."""
    cached = tmp_path / "cached.py"
    shutil.move(tiny.HERE / "client.py", cached)
    (tiny.HERE / "client.py").symlink_to(cached)
    cached.chmod(0o444)
    tiny.main(["add", str(target)])
    assert not (target / "client.py").is_symlink()
    assert (target / "client.py").stat().st_mode & 0o200
    assert tiny.main(["verify", str(target)]) == 0


@pytest.mark.parametrize("name", ["exec-api", "class", "2nd"])
def test_a_name_that_cannot_be_imported_is_refused(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    said = refused(tiny, capsys, "add", target.with_name(name))
    assert f"nothing can be imported by the name {name!r}: name the folder exec_api" in said


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling link"])
def test_what_is_there_already_is_not_overwritten(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    target.parent.mkdir(parents=True)
    if kind == "folder":
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(Path.cwd() if kind == "link" else "nowhere")
    said = refused(tiny, capsys, "add", target)
    assert ("is a symbolic link" if "link" in kind else "holds something else: name a folder that is") in said


def test_adding_twice_names_the_right_command(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    capsys.readouterr()
    assert "python -m tiny1.vendor upgrade acme/_vendor/exec_api" in refused(tiny, capsys, "add", target)


@pytest.mark.parametrize("place", [".", "sub/copy", ".."])
def test_the_package_is_not_copied_into_itself(
    tiny: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    monkeypatch.chdir(tiny.HERE)
    assert "is this package itself, in it or around it" in refused(tiny, capsys, "add", place)


def test_a_copy_can_be_copied_if_it_is_whole(
    tiny: ModuleType, target: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    (tmp_path / "host/acme/_vendor").rename(tmp_path / "installed/carried")

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "carried.exec_api.vendor", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    copy = tmp_path / "installed/carried/exec_api"
    assert run("verify", str(copy))[0] == 0
    assert run("add", "again")[0] == 0
    again = content_of(Path("again"))
    assert again == {name: content for name, content in content_of(copy).items() if "__pycache__" not in name}
    assert "has no sandbox: run this from an installed" in run("add", "--sandbox", "more")[1]
    assert run("upgrade", str(copy)) == (
        2,
        f"vendor: {copy} cannot upgrade itself: take {ELSEWHERE}, and run\n"
        f"    python -m exec_api_client.vendor upgrade {copy}\n",
    )
    (copy / "client.py").write_text("KEY = 1\n")
    status, said = run("verify", str(copy))
    assert status == 1
    assert f"python -m exec_api_client.vendor upgrade --force {copy}" in said
    edited = f"vendor: {copy} is itself a copy, and was changed: run this from {ELSEWHERE}\n"
    assert run("add", "more") == run("diff", str(copy)) == (2, edited)


def test_what_a_killed_generator_leaves_is_not_copied(make_tiny: Make, target: Path) -> None:
    module = make_tiny({".update-x/generated/old.py": "", "generated/.update-x/old.py": ""})
    assert module.main(["add", str(target)]) == 0
    assert sorted(content_of(target)) == sorted([*COPIED, "vendored.json"])
