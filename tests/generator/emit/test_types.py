"""Generated code, and a program that uses it, as strict type checkers and ruff see them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.checkout import ROOT
from generator.emit.generate import emit

from ..growing import published, wrong_types

PROGRAM = """
from collections.abc import Mapping

from grown_client import AsyncExecClient
from grown_client.models import Exhibit, Loan


def title(exhibit: Exhibit) -> str:
    return exhibit.title


async def work(client: AsyncExecClient, headers: Mapping[str, str]) -> str:
    loan: Loan = await client.loans.create(object_url="https://a", notify_headers=headers)
    while loan.state == "waiting":
        loan = await client.loans.get(loan.id)
    extended = await client.loans.extend(loan.id, weeks=2)
    ended: str = "ended" if extended is None else extended.state
    async for visitor in client.visitors.list(type="guest", hall_ids=["a"]):
        if visitor.email:
            ended += visitor.email
    return ended + title(await client.exhibits.get("e1"))
"""


@pytest.fixture(scope="module")
def code(grown_folder: Path, hostile_folder: Path) -> list[str]:
    """Return what is checked, relative to the folder that all of it stands in."""
    (grown_folder.parent / "program.py").write_text(PROGRAM, encoding="utf-8")
    return ["program.py", *(f"{folder.name}/generated" for folder in (grown_folder, hostile_folder))]


def test_mypy_is_strict_and_finds_errors_in_stock_output_only(
    code: list[str], grown_folder: Path, tmp_path: Path
) -> None:
    emit(published(), grown_folder.parent / "stock", templates=None, config=None)
    errors = wrong_types([*code, "stock/client.py"], grown_folder.parent, tmp_path)
    assert {line.partition(":")[0] for line in errors} == {"stock/client.py"}, errors


@pytest.mark.skipif(shutil.which("npx") is None, reason="pyright needs Node.js")
def test_pyright_is_strict_and_content(code: list[str], grown_folder: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pyright = next(word for word in makefile.split() if word.startswith("pyright@"))
    settings = {"include": code, "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (grown_folder.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = ["npx", "--yes", pyright, "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=grown_folder.parent, capture_output=True, text=True, check=False)
    if "errors" not in done.stdout and "rror:" not in done.stdout:
        pytest.skip(f"pyright could not be run: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stdout


def test_ruff_is_content(grown_folder: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(grown_folder / "generated", tmp_path / "exec_api_client/generated")
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
