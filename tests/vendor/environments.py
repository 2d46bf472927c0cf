"""Environments of their own for tests: wheels that are built, and Pythons that have little installed."""

import shutil
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.fakes import ROOT


def build(source: Path, folder: Path) -> list[Path]:
    """Build sdist and wheel with the backend that is installed, without a network; returns what was built."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source)],
        capture_output=True,
        check=True,
    )
    return sorted(folder.iterdir())


def empty_environment(folder: Path) -> Path:
    """Make an environment with the project's requirements, and theirs, and nothing else; returns its Python.

    They are copied from the running environment, with their metadata: pip takes them for installed.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, copied = [Requirement(text) for text in project["dependencies"]], set[str]()
    while waiting:
        name = waiting.pop().name
        if name in copied:
            continue
        copied.add(name)
        source = distribution(name)
        for file in source.files or []:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(source.locate_file(file)), packages / file)
        needed = map(Requirement, source.requires or [])
        waiting += [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return folder / "bin/python"
