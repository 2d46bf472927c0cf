"""A tiny package to vendor instead of the whole one: the same commands, few files, quickly imported."""

import importlib
import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from exec_api_client import vendor
from exec_api_client._copies import Stamp

PACKAGE = Path(vendor.__file__).parent
FILES = {
    "__init__.py": "",
    "_version.py": '__version__ = "1.0.0"\n',
    "client.py": "URL = 'https://example.com'\nKEY = None\n",
    "generated/__init__.py": "",
    "generated/_source.py": 'DOCUMENT_SHA256 = "aa"\nDOCUMENT_VERSION = "1.0"\nGENERATOR = "g 1"\n',
    "sandbox/__init__.py": "",
    "py.typed": "",
    "LICENSE": "Do as you like.\n",
}

KEEPING = """\
To keep the changes, take them over into the checkout of exec-api-client 1.0.0 that the copy is from, \
on a branch of yours, as version 1.0.0+acme (exec_api_client/_version.py), and upgrade from there:
    python exec_api_client/vendor.py diff {target} | git apply --index --directory=exec_api_client
    python exec_api_client/vendor.py upgrade {target}
"""

COMMAND = (
    "vendor.py",
    "_copies.py",
    "_edition.py",
    "_output.py",
    "_patch.py",
    "_places.py",
    "_shell.py",
)
COPIED = sorted({*FILES, *COMMAND, "ruff.toml"} - {"sandbox/__init__.py"})

Make = Callable[[Mapping[str, str | None]], ModuleType]


def write_tiny(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write the package, with some files of its own; None leaves one out."""
    for name, text in {**FILES, **files}.items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    for name in COMMAND:
        shutil.copyfile(PACKAGE / name, folder / name)


@pytest.fixture
def make_tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a tiny package and imports its vendor module."""
    monkeypatch.syspath_prepend(tmp_path / "installed")
    numbers = itertools.count(1)

    def make(files: Mapping[str, str | None]) -> ModuleType:
        name = f"tiny{next(numbers)}"
        write_tiny(tmp_path / "installed" / name, files)
        importlib.invalidate_caches()
        return importlib.import_module(f"{name}.vendor")

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0].rstrip("0123456789") == "tiny"]:
        del sys.modules[name]


@pytest.fixture
def tiny(make_tiny: Make) -> ModuleType:
    """The vendor module of a tiny package, version 1.0.0."""
    return make_tiny({})


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copy goes: a path from the folder of a project, which is the working directory."""
    (tmp_path / "host").mkdir()
    monkeypatch.chdir(tmp_path / "host")
    return Path("acme/_vendor/exec_api")


def content_of(folder: Path) -> dict[str, bytes]:
    """All that is in a folder, caches too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def stamp_in(target: Path) -> dict[str, Any]:
    stamp: dict[str, Any] = json.loads((target / "vendored.json").read_bytes())
    return stamp


def stamp_with(stamp: Mapping[str, Any], **facts: Any) -> str:
    """The text of a stamp with other facts, as if it had been written so."""
    values = {**stamp, **facts}
    fresh = Stamp(*(values[fact] for fact in Stamp._fields))
    return json.dumps({**values, "sha256": fresh.sha256})


def refused(module: ModuleType, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """What a command says that cannot be done; it must not touch anything."""
    before = content_of(Path.cwd())
    assert module.main([str(argument) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert content_of(Path.cwd()) == before
    return err
