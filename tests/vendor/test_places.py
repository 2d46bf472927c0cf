"""Where a copy goes, and where one is looked for."""

import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import refused


@pytest.mark.parametrize("command", ["verify", "diff", "upgrade"])
def test_a_folder_that_is_not_there_is_said_to_be_looked_for(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    said = refused(tiny, capsys, command, target)
    assert said == f"vendor: {target} is not there, seen from {Path.cwd()}: name the folder of the copy\n"


@pytest.mark.parametrize("below", ["", "src"])
def test_a_name_with_dots_is_offered_as_a_path(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], below: str
) -> None:
    said = refused(tiny, capsys, "add", Path(below, ".".join(target.parts)))
    assert said.endswith(f"by the name 'acme._vendor.exec_api': name the folder {Path(below, target)}\n")


@pytest.mark.usefixtures("target")
@pytest.mark.parametrize("name", ["acme..api", "acme.2nd", "acme.class"])
def test_dots_that_stand_for_no_path_are_not(
    tiny: ModuleType, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert "name the folder exec_api, for example" in refused(tiny, capsys, "add", name)


@pytest.mark.parametrize("file", ["acme", "acme/_vendor"])
def test_a_file_holds_no_copy(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    Path(file).parent.mkdir(exist_ok=True)
    Path(file).touch()
    said = refused(tiny, capsys, "add", target)
    assert said == f"vendor: {Path(file).resolve()} is a file, which can hold no folder: name another one\n"


@pytest.mark.parametrize("name", ["inner", "generated/inner"])
def test_a_copy_holds_no_other(
    tiny: ModuleType, target: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    tiny.main(["add", str(target)])
    capsys.readouterr()
    said = refused(tiny, capsys, "add", target / name)
    assert said == f"vendor: {target / name} is in a copy, {target.resolve()}: name a folder outside it\n"
    assert tiny.main(["verify", str(target)]) == 0


@pytest.mark.usefixtures("target")
@pytest.mark.parametrize("name", ["json", "httpx", "dateutil", "attr", "orjson"])
def test_a_name_that_would_be_imported_for_another_is_warned_of(
    tiny: ModuleType, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert tiny.main(["add", f"src/{name}"]) == 0
    what = f"with src on Python's path, `import {name}` finds this copy"
    assert capsys.readouterr().err == f"vendor: warning: {what}: better name it exec_api\n"
    Path("src/acme").mkdir()
    Path("src/acme/__init__.py").touch()
    assert [tiny.main(["add", place]) for place in (f"src/acme/{name}", "src/exec_api")] == [0, 0]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("git", ["folder", "file"], ids=["repository", "worktree"])
def test_how_to_check_it_is_said_for_the_repository_that_it_is_in(
    tiny: ModuleType,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    git: str,
) -> None:
    mono = Path("../mono").resolve()
    mono.mkdir()
    (mono / ".git").mkdir() if git == "folder" else (mono / ".git").touch()
    tiny.main(["add", str(Path("../mono/some where") / target)])
    command = f"python 'some where/{target}/vendor.py' verify"
    assert capsys.readouterr().out.endswith(f"To check it later, in {mono}:\n    {command}\n")
    monkeypatch.chdir(mono)
    tiny.main(["add", str(target)])
    assert capsys.readouterr().out.endswith(f"To check it later:\n    python {target}/vendor.py verify\n")


def test_without_a_repository_the_path_is_the_given_one(
    tiny: ModuleType, capsys: pytest.CaptureFixture[str], target: Path
) -> None:
    place = Path(os.pardir, "mono", target)
    tiny.main(["add", str(place)])
    assert capsys.readouterr().out.endswith(f"To check it later:\n    python {place}/vendor.py verify\n")


@pytest.mark.parametrize(("files", "warned"), [([""], True), ([], False), (["", "_vendor"], False)])
def test_a_folder_that_is_no_package_within_one_is_warned_of(
    tiny: ModuleType, capsys: pytest.CaptureFixture[str], target: Path, files: list[str], warned: bool
) -> None:
    target.parent.mkdir(parents=True)
    for folder in files:
        Path("acme", folder, "__init__.py").touch()
    assert tiny.main(["add", str(target)]) == 0
    what = "add acme/_vendor/__init__.py: setuptools' find_packages leaves the copy out without it"
    assert capsys.readouterr().err == (f"vendor: warning: {what}\n" if warned else "")
