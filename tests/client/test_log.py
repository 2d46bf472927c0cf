"""The log that EXEC_LOG turns on."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, logging
from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox

async def main():
    {before}
    async with AsyncExecClient(SANDBOX_KEY, transport=Sandbox().transport()) as client:
        {after}
        await client.sessions.list(page_size=1)

asyncio.run(main())
"""

SET_UP = "logging.basicConfig(level=logging.DEBUG, format='own %(message)s')"


@pytest.mark.parametrize(
    ("before", "after", "beginning"),
    [("pass", "pass", "20"), (SET_UP, "pass", "own "), ("pass", SET_UP, "own ")],
    ids=["alone", "set up before", "set up after"],
)
def test_each_line_appears_once(before: str, after: str, beginning: str) -> None:
    program = PROGRAM.format(before=before, after=after)
    environment = {**os.environ, "EXEC_LOG": "debug"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    lines = [line for line in done.stderr.splitlines() if "GET /sessions: attempt 1: 200" in line]
    assert len(lines) == 1
    assert lines[0].startswith(beginning)
