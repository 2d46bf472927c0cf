"""Outputs are compared, and failures told: only then do the tests of pages mean anything."""

from pathlib import Path

import pytest

from tests.docs.blocks import Block, run_commands, run_program, run_snippet, shows
from tests.docs.test_pages import RULES


@pytest.mark.parametrize(
    ("expected", "same"),
    [
        ("one\ntwo 1.5 s\nthree\n", True),
        ("one\n…\n", True),
        ("…\nthree\n", True),
        ("one\n…\ntwo 1.5 s\nthree\n", True),
        ("one\nthree\n", False),
        ("two 1.5 s\nthree\n", False),
        ("one\ntwo 1.5 s\nthree :8787\n", False),
        ("", False),
    ],
)
def test_a_shortened_output_is_compared_with_the_whole(expected: str, same: bool) -> None:
    assert shows(expected, "one  \ntwo 2.25 s\nthree\n") is same


async def test_a_block_that_raises_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="a coroutine was expected"):
        await run_program(Block("a.md", 7, "python", "import asyncio; asyncio.run(None)\n"), tmp_path)
    with pytest.raises(AttributeError):
        await run_snippet(Block("a.md", 1, "python", "await client.sessions.all()\n"), capsys)
    with pytest.raises(AssertionError, match="no rule in tests/docs for the command 'rm -r docs'"):
        await run_commands(Block("a.md", 1, "sh", "rm -r docs\n"), RULES, tmp_path)
