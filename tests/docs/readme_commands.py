"""What is done for each command of README.md.

Nothing is written into the checkout and no network is used: `make spec` and `make generate` run in a copy
of the tree by their own recipes, and are to write what the checkout has; `pip install .` builds the wheel
and unpacks it. Two kinds of command are checked by name only: `make check`, because it judges the checkout
and would be a run of other checks, and `pip install` of the dependencies, which needs the network.
"""

import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.docs.blocks import Rules, output_of, serve_sandbox
from tests.docs.makefile import MAKEFILE, TARGETS
from tests.fakes import ROOT


async def demo(_: re.Match[str], folder: Path) -> str:
    return await output_of(sys.executable, str(ROOT / "examples/practice_report.py"), cwd=folder)


def recipe_of(target: str) -> list[str]:
    """The one command that a target of the Makefile runs, for the interpreter that runs these tests."""
    rule = re.search(rf"^{target}: \$\(VENV\) ##.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert rule is not None, f"make {target} is no target, or needs more than the environment"
    [recipe] = rule[1].splitlines()
    program, *arguments = recipe.split()
    assert program == "$(PYTHON)"
    return [sys.executable, *arguments]


def copy_of_the_tree(folder: Path) -> Path:
    """What is needed to write openapi.yaml and exec_api_client/generated, and neither of these changed."""
    copy = folder / "copy"
    for name in ("exec_api_client", "generator"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        "openapi.yaml",
        "generator-config.yaml",
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, copy)
    return copy


def files_in(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


async def make_update(command: re.Match[str], folder: Path) -> str:
    """What `make update` does before its checks, from what is here instead of the published index."""
    copy = copy_of_the_tree(folder)
    report = command[1]
    # A whole document as the last source keeps no pages.
    source = "generator/pages" if (copy / "generator/pages").exists() else "openapi.yaml"
    update = ("-m", "generator", "update", "--report", report)
    assert "$(PYTHON) -m generator update $(if" in MAKEFILE
    output = await output_of(sys.executable, *update, cwd=copy, PYTHONPATH=str(copy), SOURCE=source)
    assert "No change" in (copy / report).read_text(encoding="utf-8")
    shutil.rmtree(copy)
    return output


async def make_spec(_: re.Match[str], folder: Path) -> str:
    copy = copy_of_the_tree(folder)
    (copy / "openapi.yaml").unlink()
    output = await output_of(*recipe_of("spec"), cwd=copy, PYTHONPATH=str(copy))
    assert (copy / "openapi.yaml").read_bytes() == (ROOT / "openapi.yaml").read_bytes()
    shutil.rmtree(copy)
    return output


async def make_generate(_: re.Match[str], folder: Path) -> str:
    copy = copy_of_the_tree(folder)
    written, kept = copy / "exec_api_client/generated", ROOT / "exec_api_client/generated"
    shutil.rmtree(written)
    output = await output_of(*recipe_of("generate"), cwd=copy, PYTHONPATH=str(copy))
    assert len(files_in(kept)) > 20
    assert files_in(written) == files_in(kept)
    shutil.rmtree(copy)
    return output


async def make_check(_: re.Match[str], __: Path) -> str:
    assert "check" in TARGETS
    return ""


def settings() -> dict[str, dict[str, Any]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def dependencies() -> set[str]:
    return {re.split(r"[<>=!~ ]", dependency)[0] for dependency in settings()["project"]["dependencies"]}


async def install_project(_: re.Match[str], folder: Path) -> str:
    """Build the wheel with the backend that is installed, and use the package out of it."""
    copy, wheels, installed = copy_of_the_tree(folder), folder / "wheels", folder / "installed"
    building = ("-m", "build", "--no-isolation", "--wheel", "--outdir", str(wheels), str(copy))
    await output_of(sys.executable, *building, cwd=folder, PYTHONPATH="")
    [wheel] = wheels.iterdir()
    shutil.unpack_archive(wheel, installed, format="zip")
    shutil.rmtree(copy)
    source = files_in(ROOT / "exec_api_client")
    assert files_in(installed / "exec_api_client") == source
    using = "import exec_api_client.sandbox as s; s.Sandbox(); print(s.__file__)"
    imported = await output_of(sys.executable, "-c", using, cwd=folder, PYTHONPATH=str(installed))
    assert Path(imported.strip()).is_relative_to(installed)
    return ""


async def install_dependencies(command: re.Match[str], _: Path) -> str:
    assert set(command[1].split()) == dependencies()
    return ""


async def vendor(command: re.Match[str], folder: Path) -> str:
    return await output_of(sys.executable, *command[1].split(), cwd=folder)


RULES: Rules = {
    r"make demo": demo,
    r"make update REPORT=(\S+)": make_update,
    r"make spec": make_spec,
    r"make generate": make_generate,
    r"make check": make_check,
    r"pip install \.": install_project,
    r"pip install ([a-z -]+)": install_dependencies,
    r"python (-m exec_api_client\.vendor .*)": vendor,
    r"python (-m exec_api_client\.sandbox .*)": serve_sandbox,
}
