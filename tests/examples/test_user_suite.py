"""examples/user_suite as its user runs it: by a pytest of its own, in a folder of its own."""

import re
import shutil
from pathlib import Path

import pytest

from tests.examples.running import EXAMPLES, python
from tests.fakes import ROOT


@pytest.mark.parametrize("mode", ["auto", "strict"])
async def test_it_passes_where_no_configuration_of_this_project_is_found(mode: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "user_suite", tmp_path / "suite"))
    options = ("-p", "no:cacheprovider", f"--rootdir={folder}", "-o", f"asyncio_mode={mode}", "-q")
    report = await python("-m", "pytest", *options, "-W", "error", cwd=folder, PYTHONPATH=str(ROOT))
    assert (report.status, report.errors) == (0, ""), report.output
    assert re.search(r"^6 passed in ", report.output, re.MULTILINE), report.output
