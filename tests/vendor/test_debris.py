"""What file managers leave in a copy is no change to it."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import refused


@pytest.mark.parametrize("name", [".DS_Store", "generated/.DS_Store"])
def test_debris_is_no_change(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    tiny.main(["add", str(target)])
    (target / name).touch()
    for command in ("verify", "diff", "upgrade"):
        assert tiny.main([command, str(target)]) == 0
    for extra in ("client.py.rej", "client.py.orig", "x.DS_Store"):
        (target / extra).touch()
        capsys.readouterr()
        assert tiny.main(["verify", str(target)]) == 1
        assert f"    extra    {extra}\n" in capsys.readouterr().out
        (target / extra).unlink()


def test_a_folder_with_debris_is_not_taken_for_an_empty_one(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target.mkdir(parents=True)
    (target / ".DS_Store").touch()
    assert "holds something else" in refused(tiny, capsys, "add", target)
