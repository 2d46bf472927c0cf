"""The code blocks of a page: found, run, and compared with the output that the page shows.

A block's kind is the word after its fence:

- `python` with `asyncio.run(` or `with ExecClient(` is a complete program. It runs in a thread, in a folder
  with a vendored copy, with EXEC_API_KEY and EXEC_BASE_URL set to those of a sandbox on a socket.
- Any other `python` block is a snippet. It runs alone, with top-level `await`, and finds a `client`
  over `Sandbox().transport()`, as in `python -m asyncio`.
- `sh` holds commands, one a line. Each is run, or checked, by the first rule of its page that it matches.
- `toml` is checked for its form only.
- `text` is the output of the block before it. A line with nothing but … stands for any lines;
  the times of a log, the seconds that something took and the number of published pages are not compared.

A block of another kind, a command without a rule and an output without a block before it are errors.
"""

import ast
import asyncio
import contextlib
import inspect
import io
import os
import re
import runpy
import sys
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

import exec_api_client.vendor
from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.examples.running import environment, python
from tests.fakes import ROOT

FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<kind>.*)$")

Rules = Mapping[str, Callable[[re.Match[str], Path], Awaitable[str]]]
"""What to do for a command that matches a pattern as a whole."""


class Block(NamedTuple):
    page: str
    line: int
    """Of its first line of code, from 1."""
    kind: str
    code: str
    output: str | None = None

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_program(self) -> bool:
        return "asyncio.run(" in self.code or "with ExecClient(" in self.code


def blocks_of(page: str, text: str) -> list[Block]:
    """The fenced blocks of a page, each with the output that follows it."""
    found: list[Block] = []
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if not (start := FENCE.match(line)):
            continue
        code: list[str] = []
        for _, inner in lines:
            if inner.strip() == start["fence"]:
                break
            code.append(inner)
        else:
            raise ValueError(f"{page}:{number}: the fence is not closed")
        block = Block(page, number + 1, start["kind"].strip(), "\n".join(code) + "\n")
        if block.kind != "text":
            found.append(block)
        elif not found or found[-1].output is not None:
            raise ValueError(f"{page}:{number}: output without a block before it")
        else:
            found[-1] = found[-1]._replace(output=block.code)
    return found


OURS = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


async def output_of(*arguments: str, cwd: Path, log: bool = False, **settings: str) -> str:
    """What Python prints with these arguments; it must succeed."""
    done = await python(*arguments, cwd=cwd, **OURS, **settings)
    assert done.status == 0, done.errors
    return done.errors + done.output if log else done.output


async def run_program(block: Block, folder: Path) -> str:
    program, printed = folder / "program.py", io.StringIO()
    program.write_text("\n" * (block.line - 1) + block.code, encoding="utf-8")

    def execute() -> None:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(program), run_name="__main__")

    async with Sandbox().serve() as base_url:
        settings = environment(**OURS, EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url)
        with mock.patch.dict(os.environ, settings), mock.patch.object(sys, "path", [str(folder), *sys.path]):
            await asyncio.to_thread(execute)
    for name in [name for name in sys.modules if name.split(".")[0] == "acme"]:
        del sys.modules[name]
    return printed.getvalue()


async def run_snippet(block: Block, capsys: pytest.CaptureFixture[str]) -> str:
    source = "\n" * (block.line - 1) + block.code
    code = compile(source, block.page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    async with AsyncExecClient(SANDBOX_KEY, transport=Sandbox().transport()) as client:
        result = eval(code, {"client": client, "__name__": "page"})
        if inspect.isawaitable(result):
            await result
    return capsys.readouterr().out


async def serve_sandbox(command: re.Match[str], folder: Path) -> str:
    """What the sandbox prints first; the port that is named may be taken, and another one serves as well."""
    named = re.search(r"--port (\d+)", command[1])
    arguments = command[1] if named is None else command[1].replace(named[0], "--port 0")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments.split()),
        cwd=folder,
        env=environment(**OURS),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), timeout=30)).decode()
        return line if named is None else re.sub(r"(?<=//127\.0\.0\.1:)\d+", named[1], line)
    finally:
        process.terminate()
        await process.wait()


async def run_commands(block: Block, rules: Rules, folder: Path) -> str:
    output = ""
    for command in block.code.splitlines():
        for pattern, rule in rules.items():
            if match := re.fullmatch(pattern, command):
                output += await rule(match, folder)
                break
        else:
            raise AssertionError(f"{block.place}: no rule in tests/docs for the command {command!r}")
    return output


async def run(block: Block, rules: Rules, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What a block prints."""
    assert block.kind in ("python", "sh", "toml"), f"{block.place}: a block of an unknown kind"
    if block.kind == "toml":
        tomllib.loads(block.code)
        return ""
    if block.kind == "sh":
        return await run_commands(block, rules, folder)
    if block.is_program:
        make_vendored(folder)
        return await run_program(block, folder)
    return await run_snippet(block, capsys)


def make_vendored(folder: Path) -> None:
    """Do what the README says, from a folder in which the package acme is."""
    assert exec_api_client.vendor.main(["add", str(folder / "acme/_vendor/exec_api")]) == 0


def masked(text: str) -> list[str]:
    """The lines, less what differs from run to run and what grows with the document."""
    text = re.sub(r"\b\d+\.\d+ s\b", "0.0 s", text)
    text = re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\b", "now", text, flags=re.MULTILINE)
    text = re.sub(r"\b\d+ as before\b", "0 as before", text)
    return [line.rstrip() for line in text.splitlines()]


def shows(expected: str, real: str) -> bool:
    """Whether a shortened output is what really came out."""
    pattern = "".join("(.*\n)*?" if line == "…" else re.escape(line + "\n") for line in masked(expected))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in masked(real))) is not None
