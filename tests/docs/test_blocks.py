"""Blocks are found, run and compared: only then do the tests of pages mean anything."""

import socket
from pathlib import Path

import pytest

from exec_api_client.sandbox import SANDBOX_KEY
from tests.docs.blocks import Block, blocks_of, is_free, run_commands, run_program, run_snippet, shows
from tests.docs.test_pages import RULES


def test_blocks_are_found_with_their_lines_and_outputs() -> None:
    text = "# T\n\n```sh\nmake demo\n```\nprints\n```text\na\n…\n```\n\n````python\n```\n````\n```ruby\n```\n"
    assert blocks_of("a.md", text) == [
        Block("a.md", 4, "sh", "make demo\n", "a\n…\n"),
        Block("a.md", 13, "python", "```\n"),
        Block("a.md", 16, "ruby", "\n"),
    ]


@pytest.mark.parametrize(
    "text", ["```python\n1\n", "```text\n1\n```\n", "```sh\n```\n" + "```text\n```\n" * 2]
)
def test_a_page_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a\.md:\d+: (the fence|output without)"):
        blocks_of("a.md", text)


@pytest.mark.parametrize(
    ("expected", "same"),
    [
        ("one\ntwo 1.5 s\nthree\n", True),
        ("one\n…\n", True),
        ("…\nthree\n", True),
        ("one\n…\ntwo 1.5 s\nthree\n", True),
        ("one\nthree\n", False),
        ("one\n", False),
        ("two 1.5 s\nthree\n", False),
        ("one\ntwo 1.5 s\nthree :8787\n", False),
        ("", False),
    ],
)
def test_a_shortened_output_is_compared_with_the_whole(expected: str, same: bool) -> None:
    assert shows(expected, "one  \ntwo 2.25 s\nthree\n") is same


async def test_a_port_that_is_named_is_shown_also_where_it_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        assert not is_free(port)
        block = Block("a.md", 1, "sh", f"python -m exec_api_client.sandbox --port {port}\n")
        shown = f"EXEC_BASE_URL=http://127.0.0.1:{port}/rest/v1 EXEC_API_KEY={SANDBOX_KEY}\n"
        assert await run_commands(block, RULES, tmp_path) == shown
    assert not shows(shown, shown.replace(f":{port}", ":1"))


async def test_a_program_or_snippet_that_raises_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="a coroutine was expected"):
        await run_program(Block("a.md", 7, "python", "import asyncio; asyncio.run(None)\n"), tmp_path)
    with pytest.raises(AttributeError):
        await run_snippet(Block("a.md", 1, "python", "await client.sessions.all()\n"), capsys)
