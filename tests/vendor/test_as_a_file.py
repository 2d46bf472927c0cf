"""`python path/to/vendor.py`: what works where the package that it belongs to cannot be imported."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from exec_api_client import vendor
from exec_api_client._copies import REQUIREMENTS
from tests.vendor.conftest import PACKAGE, content_of, write_tiny

HOOKS = "acme/_vendor/exec_api/hooks.py"


def run(*arguments: str | Path, cwd: Path | None = None) -> tuple[int, str, str]:
    """Run a file with nothing but the standard library to import."""
    command = [sys.executable, "-S", "-E", "-B", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def copy(target: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A copy of the real package."""
    vendor.main(["add", str(target)])
    capsys.readouterr()
    return target


def test_a_copy_checks_itself(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendor.main(["verify", str(copy)])
    said = capsys.readouterr().out
    assert run(copy / "vendor.py", "verify") == run(copy / "vendor.py", "verify", copy) == (0, said, "")
    status, said, _ = run("vendor.py", "verify", cwd=copy)
    assert (status, said.partition(" ")[0]) == (0, ".")
    status, said, _ = run(copy.resolve() / "vendor.py", "verify", cwd=copy.resolve().parents[3])
    assert (status, said.partition(" ")[0]) == (0, f"host/{copy}")
    status, said, _ = run(copy.resolve() / "vendor.py", "verify", cwd=copy / "generated")
    assert (status, said.partition(" ")[0]) == (0, str(copy.resolve()))


@pytest.mark.parametrize("damage", ["missing file", "merge marker", "ignored folder", "shadowing file"])
def test_what_keeps_a_copy_from_being_imported_is_listed(
    copy: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    match damage:
        case "missing file":
            (copy / "hooks.py").unlink()
            wanted = "    missing  hooks.py\n"
        case "merge marker":
            for name in ("__init__.py", "errors.py", "_version.py"):
                (copy / name).write_text("<<<<<<< HEAD\n")
            wanted = "    edited   __init__.py\n    edited   _version.py\n    edited   errors.py\n"
        case "ignored folder":
            (copy / "generated").rename("elsewhere")
            wanted = "    missing  generated/__init__.py\n    missing  generated/_source.py\n"
        case _:
            (copy / "json.py").write_text("raise ImportError\n")
            wanted = "    extra    json.py\n"
    before = content_of(copy)
    status, said, errors = run(copy / "vendor.py", "verify")
    assert (status, errors) == (1, "")
    assert wanted in said
    assert "exec_api_client.vendor diff acme/_vendor/exec_api\n" in said
    assert content_of(copy) == before
    vendor.main(["verify", str(copy)])
    listed, _, _ = capsys.readouterr().out.partition("To see the lines")
    assert said.startswith(listed)


@pytest.mark.parametrize("damage", ["missing", "merge marker"])
def test_what_the_command_itself_needs_is_named(copy: Path, damage: str) -> None:
    (copy / "_copies.py").unlink() if damage == "missing" else (copy / "_copies.py").write_text("<<<<<<<\n")
    status, said, errors = run(copy / "vendor.py", "verify")
    assert (status, said) == (2, "")
    what = "_copies.py is missing" if damage == "missing" else "invalid syntax (_copies.py, line 1)"
    assert errors == (
        f"vendor: the command's own files in {copy.resolve()} cannot be run: {what}; resolve a merge, "
        "restore them from version control, or verify a copy from a checkout of the package\n"
    )
    status, said, _ = run(PACKAGE / "vendor.py", "verify", copy)
    assert (status, "_copies.py\n" in said) == (1, True)


def test_the_package_needs_nothing_installed_to_be_copied_from_a_checkout(copy: Path) -> None:
    checkout = PACKAGE / "vendor.py"
    assert run(checkout, "requirements") == (0, "\n".join(REQUIREMENTS) + "\n", "")
    assert run(checkout, "upgrade", copy)[0] == 0
    assert run(checkout, "add", "--sandbox", "acme/more")[0] == 0
    assert run("acme/more/vendor.py", "verify")[0] == 0
    (copy / "hooks.py").unlink()
    status, said, _ = run(checkout, "upgrade", copy)
    assert (status, f"    python {checkout} upgrade --force acme/_vendor/exec_api\n" in said) == (1, True)


def test_the_usage_names_the_file(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny", {})
    status, _, errors = run("tiny/vendor.py", "verfy", cwd=tmp_path)
    assert status == 2
    assert errors.startswith("usage: python tiny/vendor.py ")


def test_what_is_no_copy_does_not_check_itself(tiny: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert tiny.main(["verify"]) == 2
    assert capsys.readouterr().err.startswith(f"vendor: {tiny.HERE} is no copy that this command made, ")
