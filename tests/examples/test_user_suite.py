"""examples/user_suite as its user runs it: by a pytest of its own, in a folder of its own."""

import re
import shutil
from pathlib import Path

from tests.examples.running import EXAMPLES, ROOT, Run, python


def copied(folder: Path) -> Path:
    """The suite in another folder, so that no configuration of this project is found."""
    return Path(shutil.copytree(EXAMPLES / "user_suite", folder / "suite", ignore=lambda *_: {"__pycache__"}))


async def suite(folder: Path, mode: str) -> Run:
    options = ("-p", "no:cacheprovider", f"--rootdir={folder}", "-o", f"asyncio_mode={mode}", "-q")
    return await python("-m", "pytest", *options, "-W", "error", cwd=folder, PYTHONPATH=str(ROOT))


async def test_it_passes(tmp_path: Path) -> None:
    report = await suite(copied(tmp_path), "auto")
    assert (report.status, report.errors) == (0, ""), report.output
    assert re.search(r"^6 passed in ", report.output, re.MULTILINE), report.output


async def test_it_finds_mistakes(tmp_path: Path) -> None:
    mistakes = {
        ("score:g}", "score:.0f}"): "test_the_newest_golds_are_named",
        ("if not golds", "if golds == ()"): "test_an_empty_workspace",
        ("except RateLimitError", "except KeyError"): "test_a_rate_limit",
        ("except APIError", "except KeyError"): "test_an_outage",
    }
    folder = copied(tmp_path)
    source = folder / "gold_news.py"
    for right, wrong in mistakes:
        assert right in source.read_text()
        source.write_text(source.read_text().replace(right, wrong))
    report = await suite(folder, "strict")
    assert report.status == 1
    assert "4 failed, 2 passed" in report.output  # in this mode too
    assert set(mistakes.values()) == set(re.findall(r"^FAILED \S+::(\w+)", report.output, re.MULTILINE))
