"""`vendor upgrade` and `vendor requirements`, and the command as such."""

import errno
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from exec_api_client import vendor
from exec_api_client._copies import REQUIREMENTS, REQUIRES_PYTHON, RUFF
from tests.vendor.conftest import KEEPING, PACKAGE, Make, content_of, refused, stamp_in, stamp_with

ROOT = Path(__file__).parents[2]


# --- upgrade


def test_upgrade_says_what_changed(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    source = 'DOCUMENT_SHA256 = "bb"\nDOCUMENT_VERSION = "1.0"\nGENERATOR = "g 2"\n'
    newer = make_tiny(
        {
            "_version.py": '__version__ = "2.0.0"\n',
            "more.py": "",
            "client.py": None,
            "generated/_source.py": source,
        }
    )
    capsys.readouterr()
    assert newer.main(["upgrade", str(target)]) == 0
    assert capsys.readouterr().out == (
        "acme/_vendor/exec_api is now exec-api-client 2.0.0; it was 1.0.0.\n"
        "    document_sha256: bb; it was aa\n"
        "    generator: g 2; it was g 1\n"
        "    changed  _version.py\n"
        "    changed  generated/_source.py\n"
        "    new      more.py\n"
        "    gone     client.py\n"
    )
    assert newer.main(["verify", str(target)]) == 0
    assert not (target / "client.py").exists()
    assert newer.main(["upgrade", str(target)]) == 0
    assert capsys.readouterr().out.endswith("acme/_vendor/exec_api is exec-api-client 2.0.0 already.\n")
    assert os.listdir(target.parent) == ["exec_api"]


def test_upgrade_says_when_requirements_changed(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    stamp = stamp_in(target)
    (target / "vendored.json").write_text(stamp_with(stamp, requirements=["attrs"]))
    capsys.readouterr()
    assert tiny.main(["upgrade", str(target)]) == 0
    assert f'    requirements: {json.dumps(REQUIREMENTS)}; it was ["attrs"]\n' in capsys.readouterr().out


def test_upgrade_refuses_over_local_edits_unless_forced(
    tiny: ModuleType, make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    newer = make_tiny({"_version.py": '__version__ = "2.0.0"\n'})
    (target / "client.py").write_text("KEY = 1\n")
    (target / "notes.txt").write_text("x")
    capsys.readouterr()
    before = content_of(Path.cwd())
    assert newer.main(["upgrade", str(target)]) == 1
    assert content_of(Path.cwd()) == before
    assert capsys.readouterr().out == (
        "acme/_vendor/exec_api is not exec-api-client 1.0.0 as it was copied:\n"
        "    edited   client.py\n"
        "    extra    notes.txt\n"
        "Nothing was upgraded.\n"
        "Move or put back what no package can keep: notes.txt\n"
        f"{KEEPING.format(target=target.resolve())}"
        "To throw them away and upgrade:\n"
        "    python -m tiny2.vendor upgrade --force acme/_vendor/exec_api\n"
    )
    assert newer.main(["upgrade", "--force", str(target)]) == 0
    assert capsys.readouterr().out == (
        "acme/_vendor/exec_api is now exec-api-client 2.0.0; it was 1.0.0.\n"
        "    changed  _version.py\n"
        "These changes to the copy were thrown away:\n"
        "    edited   client.py\n"
        "    extra    notes.txt\n"
    )
    assert newer.main(["verify", str(target)]) == 0


@pytest.mark.parametrize(
    ("before", "after", "older"),
    [
        ("2.0.0", "1.9.0", True),
        ("1.10.0", "1.9.0", True),
        ("1.9.0", "1.10.0", False),
        ("1.0rc1", "1.0", False),
    ],
)
def test_an_older_version_is_said_to_be_older(
    make_tiny: Make, target: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, older: bool
) -> None:
    make_tiny({"_version.py": f'__version__ = "{before}"\n'}).main(["add", str(target)])
    capsys.readouterr()
    assert make_tiny({"_version.py": f'__version__ = "{after}"\n'}).main(["upgrade", str(target)]) == 0
    said, _, _ = capsys.readouterr().out.partition("\n")
    which = ", which is older" if older else ""
    assert said == f"acme/_vendor/exec_api is now exec-api-client {after}{which}; it was {before}."


def test_the_working_directory_can_be_upgraded(
    tiny: ModuleType, make_tiny: Make, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.main(["add", str(target)])
    newer, place = make_tiny({"more.py": ""}), target.resolve()
    monkeypatch.chdir(target)
    assert newer.main(["upgrade", "."]) == 0
    assert newer.main(["verify", str(place)]) == 0
    assert os.listdir(place.parent) == ["exec_api"]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("option", "after"), [("", None), ("--sandbox", True), ("--no-sandbox", False)])
def test_upgrade_keeps_the_sandbox_or_its_absence_unless_told(
    tiny: ModuleType,
    make_tiny: Make,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    before: bool,
    option: str,
    after: bool | None,
) -> None:
    tiny.main(["add", str(target), *(["--sandbox"] if before else [])])
    newer = make_tiny({"more.py": ""})
    assert newer.main(["upgrade", str(target), *([option] if option else [])]) == 0
    assert f"{target} is still exec-api-client 1.0.0.\n" in capsys.readouterr().out
    assert (target / "sandbox").exists() is (before if after is None else after)
    assert newer.main(["verify", str(target)]) == 0


def test_a_link_to_a_copy_is_read_and_not_replaced(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.main(["add", str(target)])
    Path("linked").symlink_to(target)
    assert tiny.main(["verify", "linked"]) == 0
    capsys.readouterr()
    said = refused(tiny, capsys, "upgrade", "linked")
    assert (
        said == f"vendor: linked is a symbolic link: name the folder that it stands for, {target.resolve()}\n"
    )


# --- requirements, and the command as such


def test_requirements_are_those_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    """The wheel knows them by its metadata, a copy has none: so they are in the code too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert vendor.main(["requirements"]) == 0
    assert capsys.readouterr().out.splitlines() == project["dependencies"]
    assert project["requires-python"] == REQUIRES_PYTHON
    assert project["name"] == vendor.NAME


def test_the_rules_for_ruff_are_those_of_the_project() -> None:
    """So that a formatter that goes over the copy changes nothing."""
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    theirs = tomllib.loads(RUFF.decode())
    assert {name: ours[name] for name in ("line-length", "target-version")} == {
        name: theirs[name] for name in ("line-length", "target-version")
    }
    assert "format" not in ours


@pytest.mark.parametrize(
    "arguments",
    [[], ["ad", "x"], ["add"], ["add", "x", "y"], ["verify", "--force", "x"], ["requirements", "x"]],
)
def test_wrong_arguments_are_status_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        vendor.main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m exec_api_client.vendor" in capsys.readouterr().err


def test_an_error_of_the_system_is_status_2(
    tiny: ModuleType, target: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fails)
    said = refused(tiny, capsys, "add", target)
    assert said.startswith("vendor: [Errno")
    assert said.endswith("acme/_vendor/exec_api is as it was before\n")


def test_only_the_standard_library_is_needed() -> None:
    """The module and what it imports of the package; test_package.py looks at the names themselves."""
    program = (
        "import sys, types; package = types.ModuleType('p'); package.__path__ = [sys.argv[1]]\n"
        "sys.modules['p'] = package; import p.vendor\n"
        "loaded = {name.partition('.')[0] for name in sys.modules} - {'p', '__main__'}\n"
        "print(*loaded - sys.stdlib_module_names)\n"
    )
    command = [sys.executable, "-I", "-S", "-c", program, str(PACKAGE)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "\n"
