"""Every code block of README.md is run, and what the README shows as output is what comes out."""

import re
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks_of, run, run_commands, shows
from tests.docs.makefile import TARGETS
from tests.docs.readme_commands import RULES, dependencies, recipe_of
from tests.fakes import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = blocks_of("README.md", README)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}-{block.kind}")
async def test_a_block_does_what_the_readme_says(
    block: Block, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = await run(block, RULES, tmp_path, capsys)
    if block.output is not None:
        assert shows(block.output, real), f"{block.place} shows other output than this:\n{real}"


def test_every_file_and_folder_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w-]+(?:\.(?:py|yaml|toml|md)|/))`", README))
    named |= {target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target}
    assert len(named) > 3
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    named = set(re.findall(r"`make ([a-z]+)`", README))
    assert named
    assert named <= TARGETS


def test_the_dependencies_are_the_real_ones() -> None:
    text = " ".join(README.split())
    assert dependencies() == {"httpx", "attrs", "python-dateutil"}
    assert "httpx, attrs and python-dateutil" in text


# --- that these tests can fail


@pytest.mark.parametrize("target", ["demo", "setup", "dist", "cake"])
def test_a_target_that_does_more_than_one_command_on_the_environment_is_not_run(target: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        recipe_of(target)


def test_a_target_of_one_command_is_run() -> None:
    assert recipe_of("generate") == [sys.executable, "-m", "generator", "generate"]


async def test_a_command_without_a_rule_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"no rule .* 'make demo now!'"):
        await run_commands(Block("README.md", 1, "sh", "make demo now!\n"), RULES, tmp_path)
    with pytest.raises(AssertionError):
        await run_commands(Block("README.md", 1, "sh", "make cake\n"), RULES, tmp_path)
    with pytest.raises(AssertionError):
        await run_commands(Block("README.md", 1, "sh", "pip install httpx\n"), RULES, tmp_path)
