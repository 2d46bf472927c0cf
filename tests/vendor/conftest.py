"""A tiny package to vendor: the same command with few files."""

import importlib
import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from exec_api_client import vendor

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
COPIED = sorted({*FILES, "vendor.py"} - {"sandbox/__init__.py"})

# Makes a tiny package with more or other files, and imports its vendor module.
Make = Callable[..., ModuleType]


def write_tiny(folder: Path, **files: str) -> None:
    for name, text in {**FILES, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copyfile(vendor.__file__, folder / "vendor.py")


@pytest.fixture
def make_tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.syspath_prepend(tmp_path / "installed")
    numbers = itertools.count(1)

    def make(**files: str) -> ModuleType:
        name = f"tiny{next(numbers)}"
        write_tiny(tmp_path / "installed" / name, **files)
        importlib.invalidate_caches()
        return importlib.import_module(f"{name}.vendor")

    yield make
    for name in [name for name in sys.modules if name.startswith("tiny")]:
        del sys.modules[name]


@pytest.fixture
def tiny(make_tiny: Make) -> ModuleType:
    """The vendor module of a tiny package, version 1.0.0."""
    return make_tiny()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of a copy in a project, which is the working directory."""
    (tmp_path / "host").mkdir()
    monkeypatch.chdir(tmp_path / "host")
    return Path("acme/_vendor/exec_api")


def content_of(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, hidden ones and caches too."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def stamp_in(target: Path) -> dict[str, Any]:
    stamp: dict[str, Any] = json.loads((target / "vendored.json").read_bytes())
    return stamp
