"""The patch that `vendor diff` makes is one that `patch` and `git apply` take, and is of the edits alone."""

import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import Make, content_of, refused

APPLYING = {
    "patch": "patch -p1 -d {target} < {patch}",
    "git": "git apply --directory={target} {patch}",
}


@pytest.fixture(params=APPLYING)
def applying(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return APPLYING[request.param]


def edit(target: Path) -> None:
    (target / "client.py").write_text("URL = 'https://example.org'\nKEY = None\n")
    (target / "py.typed").unlink()
    (target / "LICENSE").unlink()
    (target / "generated/empty.py").touch()
    (target / "some notes.txt").write_text("first\f page\u2028\r\nno end", encoding="utf-8")


def test_a_patch_that_is_applied_to_the_same_version_gives_the_edited_copy_again(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], applying: str
) -> None:
    tiny.main(["add", str(target)])
    edit(target)
    edited = content_of(target)
    edited["some notes.txt"] = edited["some notes.txt"].replace(b"\r\n", b"\n")
    capsys.readouterr()
    tiny.main(["diff", str(target)])
    Path("edits.patch").write_text(capsys.readouterr().out, encoding="utf-8", newline="")
    assert tiny.main(["upgrade", "--force", str(target)]) == 0
    command = applying.format(target=target, patch="edits.patch")
    subprocess.run(command, shell=True, check=True, capture_output=True)
    assert content_of(target) == edited


@pytest.mark.parametrize(
    ("version", "this"), [("2.0.0", "exec-api-client 2.0.0"), ("1.0.0", "another 1.0.0")]
)
def test_what_only_the_older_version_knows_is_not_guessed(
    tiny: ModuleType,
    make_tiny: Make,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    version: str,
    this: str,
) -> None:
    """A diff from the newer one would be the edit and the upgrade in reverse, and one from a package of the
    same version that has no edits which are kept would be taken over into it without them.
    """
    tiny.main(["add", str(target)])
    newer = make_tiny({"_version.py": f'__version__ = "{version}"\n', "limits.py": "MORE = 1\n"})
    (target / "client.py").write_text("URL = 'https://example.org'\nKEY = None\n")
    capsys.readouterr()
    assert refused(newer, capsys, "diff", target) == (
        "vendor: how the copy was before is known only to the exec-api-client 1.0.0 that made it; "
        f"this is {this}. Install that one, or take its checkout, and run diff from there\n"
    )
    assert tiny.main(["diff", str(target)]) == 1
