"""The commands `add`, `upgrade` and `verify`: results, messages and exit statuses."""

import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from exec_api_client import vendor
from exec_api_client._version import __version__
from exec_api_client.generated import _source
from tests.fakes import PACKAGE, ROOT
from tests.vendor.conftest import COPIED, Make, content_of, stamp_in

Capture = pytest.CaptureFixture[str]


def changes_in(said: str) -> list[tuple[str, str]]:
    return re.findall(r"^    (edited|missing|extra) +(.+)$", said, re.MULTILINE)


def refused(module: ModuleType, capsys: Capture, *arguments: str | Path) -> str:
    """Return the message of a command with exit status 2, which must change nothing."""
    before = content_of(Path.cwd())
    capsys.readouterr()
    assert module.main([*map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert (out, content_of(Path.cwd())) == ("", before)
    assert isinstance(err, str)
    return err


# --- add


def test_add_copies_the_package_and_nothing_else(make_tiny: Make, target: Path, capsys: Capture) -> None:
    debris = dict.fromkeys(("client.py.orig", ".update-x/old.py", "notes.txt", "__pycache__/client.py"), "")
    tiny = make_tiny(**debris)
    assert tiny.main(["add", str(target)]) == 0
    copy, source = content_of(target), content_of(tiny.HERE)
    assert sorted(copy) == sorted([*COPIED, "vendored.json"])
    assert {name: copy[name] for name in COPIED} == {name: source[name] for name in COPIED}
    assert content_of(Path.cwd()).keys() == {f"{target}/{name}" for name in copy}
    files = {name: hashlib.sha256(copy[name]).hexdigest() for name in COPIED}
    stamp = {"version": "1.0.0", "document_sha256": "aa", "generator": "g 1", "files": files}
    assert stamp_in(target) == stamp
    said = capsys.readouterr().out
    assert said.startswith(f"{target} is exec-api-client 1.0.0 now.\nIt needs attrs>=")


def test_the_real_package_is_copied_whole(target: Path) -> None:
    assert vendor.main(["add", "--sandbox", str(target)]) == 0
    source = {name for name in content_of(PACKAGE) if "__pycache__" not in name}
    assert content_of(target).keys() == source | {"vendored.json"}
    stamp = stamp_in(target)
    origin = (__version__, _source.DOCUMENT_SHA256, _source.GENERATOR)
    assert (stamp["version"], stamp["document_sha256"], stamp["generator"]) == origin


def test_the_requirements_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(vendor.REQUIREMENTS) == project["dependencies"]


def test_windows_line_ends_are_not_copied(tiny: ModuleType, target: Path) -> None:
    (tiny.HERE / "client.py").write_bytes(b"KEY = None\r\n")
    tiny.main(["add", str(target)])
    assert (target / "client.py").read_bytes() == b"KEY = None\n"
    assert tiny.main(["verify", str(target)]) == 0


@pytest.mark.parametrize("name", ["exec-api", "class", "2nd", "acme.exec_api"])
def test_a_name_that_cannot_be_imported_is_refused(
    tiny: ModuleType, target: Path, capsys: Capture, name: str
) -> None:
    said = refused(tiny, capsys, "add", target.with_name(name))
    assert said == f"vendor: The folder's name must be one to import, not {name!r}; try exec_api.\n"


@pytest.mark.parametrize("there", ["folder", "file", "copy"])
def test_nothing_is_overwritten(tiny: ModuleType, target: Path, capsys: Capture, there: str) -> None:
    target.parent.mkdir(parents=True)
    match there:
        case "folder":
            target.mkdir()
        case "file":
            target.touch()
        case _:
            tiny.main(["add", str(target)])
    assert "must be a new folder; to renew a copy, run upgrade" in refused(tiny, capsys, "add", target)


# --- verify

Damage = Callable[[Path], object]
CHANGES: dict[str, tuple[Damage, list[tuple[str, str]]]] = {
    "another byte": (lambda copy: (copy / "client.py").write_bytes(b"\xff\0"), [("edited", "client.py")]),
    "no end of line": (
        lambda copy: (copy / "LICENSE").write_text("Do as you like."),
        [("edited", "LICENSE")],
    ),
    "no file": (lambda copy: (copy / "py.typed").unlink(), [("missing", "py.typed")]),
    "one more file": (lambda copy: (copy / "generated/mine.txt").touch(), [("extra", "generated/mine.txt")]),
    "another folder": (
        lambda copy: (copy / "generated").rename(copy / "made"),
        [
            ("missing", "generated/__init__.py"),
            ("missing", "generated/_source.py"),
            ("extra", "made/__init__.py"),
            ("extra", "made/_source.py"),
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_edits_are_listed_and_not_lost(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: Capture, change: str
) -> None:
    damage, listed = CHANGES[change]
    tiny.main(["add", str(target)])
    newer = make_tiny(**{"_version.py": '__version__ = "2.0.0"\n'})
    damage(target)
    before = content_of(Path.cwd())
    capsys.readouterr()
    for command, end in (("verify", ""), ("upgrade", "Nothing was upgraded.")):
        assert newer.main([command, str(target)]) == 1
        said = capsys.readouterr().out
        assert said.startswith(f"{target} is not exec-api-client 1.0.0 as it was copied:\n")
        assert changes_in(said) == listed
        assert end in said
        assert content_of(Path.cwd()) == before
    assert newer.main(["upgrade", "--force", str(target)]) == 0
    assert changes_in(capsys.readouterr().out) == listed
    assert newer.main(["verify", str(target)]) == 0


def test_caches_hidden_files_and_line_ends_are_no_edits(
    tiny: ModuleType, target: Path, capsys: Capture
) -> None:
    tiny.main(["add", str(target)])
    for name in ("__pycache__/x.cpython-311.pyc", ".mypy_cache/x.json", "generated/.DS_Store"):
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).touch()
    for name in ("client.py", "vendored.json"):  # as Git may write them on Windows
        (target / name).write_bytes((target / name).read_bytes().replace(b"\n", b"\r\n"))
    capsys.readouterr()
    assert tiny.main(["verify", str(target)]) == 0
    assert capsys.readouterr().out == f"{target} is exec-api-client 1.0.0 as it was copied: 8 files.\n"
    assert tiny.main(["upgrade", str(target)]) == 0


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        (None, "must be a copy, and has no vendored.json; name the folder of one."),
        ("<<<<<<< HEAD\n", "vendored.json is damaged; restore it from version control."),
        ("[]", "vendored.json is damaged; restore it from version control."),
        ('{"version": "1"}', "vendored.json is damaged; restore it from version control."),
    ],
)
@pytest.mark.parametrize("command", ["verify", "upgrade"])
def test_a_copy_is_known_by_its_stamp(
    tiny: ModuleType, target: Path, capsys: Capture, command: str, stamp: str | None, said: str
) -> None:
    tiny.main(["add", str(target)])
    (target / "vendored.json").unlink()
    if stamp is not None:
        (target / "vendored.json").write_text(stamp)
    assert said in refused(tiny, capsys, command, target)
    assert "must be a copy" in refused(tiny, capsys, command, "nowhere")


# --- upgrade


def test_upgrade_replaces_the_whole_copy(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: Capture
) -> None:
    gone = make_tiny(**{"gone.py": ""})
    gone.main(["add", str(target)])
    newer = make_tiny(**{"_version.py": '__version__ = "2.0.0"\n', "more.py": ""})
    capsys.readouterr()
    assert newer.main(["upgrade", str(target)]) == 0
    now = f"{target} is exec-api-client 2.0.0 now; it was 1.0.0.\n"
    assert capsys.readouterr().out.startswith(now)
    assert sorted(content_of(target.parent)) == sorted(
        f"exec_api/{name}" for name in [*COPIED, "more.py", "vendored.json"]
    )
    assert newer.main(["verify", str(target)]) == 0


@pytest.mark.parametrize("before", [[], ["--sandbox"]])
@pytest.mark.parametrize("option", [[], ["--sandbox"]])
def test_the_sandbox_stays_or_comes(
    tiny: ModuleType, target: Path, before: list[str], option: list[str]
) -> None:
    assert tiny.main(["add", *before, str(target)]) == 0
    assert (target / "sandbox/__init__.py").exists() is bool(before)
    assert tiny.main(["upgrade", *option, str(target)]) == 0
    assert (target / "sandbox/__init__.py").exists() is bool(before or option)


def test_an_edit_that_the_new_version_has_too_is_not_lost(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: Capture
) -> None:
    tiny.main(["add", str(target)])
    newer = make_tiny(**{"client.py": "KEY = 1\n", "more.py": ""})
    (target / "client.py").write_text("KEY = 1\n")
    (target / "more.py").touch()
    assert tiny.main(["verify", str(target)]) == 1
    assert newer.main(["upgrade", str(target)]) == 0
    assert newer.main(["verify", str(target)]) == 0


# --- as a file


def run(file: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a file with nothing but the standard library to import."""
    command = [sys.executable, "-E", "-S", "-B", "-W", "error", str(file), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_file_runs_where_the_package_cannot_be_imported(target: Path, capsys: Capture) -> None:
    status, said, errors = run(PACKAGE / "vendor.py", "add", str(target))
    assert (status, errors) == (0, "")
    assert run(target / "vendor.py", "verify")[0] == 0
    (target / "__init__.py").write_text("<<<<<<< HEAD\n")
    (target / "errors.py").unlink()
    before = content_of(target)
    status, said, errors = run(target / "vendor.py", "verify")
    assert (status, errors) == (1, "")
    assert changes_in(said) == [("edited", "__init__.py"), ("missing", "errors.py")]
    assert content_of(target) == before
    status, _, errors = run(target / "vendor.py", "upgrade", "--force", str(target))
    assert (status, "is a copy itself; run this from an installed exec-api-client" in errors) == (2, True)
    assert run(PACKAGE / "vendor.py", "upgrade", "--force", str(target))[0] == 0
    assert run(target / "vendor.py", "verify")[0] == 0
