"""Examples in processes of their own, in a thread of this process, or imported into the test."""

import asyncio
import contextlib
import importlib
import io
import logging
import os
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest import mock

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.fakes import ROOT

EXAMPLES = ROOT / "examples"

# Settings that would colour the output, make it wider, send it elsewhere or read a real workspace.
OURS = (
    "EXEC_",
    "COLUMNS",
    "LINES",
    "FORCE_COLOR",
    "TTY_",
    "TERM",
    "TQDM_",
    "PYTHON",
    "PYTEST_",
    "MPLBACKEND",
)


class Run(NamedTuple):
    status: int
    output: str
    errors: str


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**inherited, "EXEC_QUOTA": "", "NO_PROXY": "*", "PYTHONIOENCODING": "utf-8", **settings}


async def python(*arguments: str | Path, cwd: Path = EXAMPLES, **settings: str) -> Run:
    """Run Python with these arguments and variables, warnings as errors."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", *map(str, arguments)),
        cwd=cwd,
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), timeout=120)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Run(process.returncode, output.decode(), errors.decode())


async def program(
    script: str,
    *arguments: str,
    sandbox: Sandbox | None = None,
    key: str = SANDBOX_KEY,
    output: bool = True,
    **settings: str,
) -> Run:
    """Run an example in a thread, where it reads `sandbox` over a socket; without one it has no key.

    `output=False` runs it without an output, as a service does.
    """
    printed, errors, log = io.StringIO(), io.StringIO(), logging.getLogger("exec_api_client")

    def run() -> int:
        with contextlib.redirect_stdout(printed if output else None), contextlib.redirect_stderr(errors):
            try:
                runpy.run_path(str(EXAMPLES / script), run_name="__main__")
            except SystemExit as ended:
                return int(ended.code or 0)
        return 0

    async with contextlib.AsyncExitStack() as stack:
        if sandbox is not None:
            url = await stack.enter_async_context(sandbox.serve())
            settings = {"EXEC_API_KEY": key, "EXEC_BASE_URL": url, **settings}
        stack.enter_context(mock.patch.dict(os.environ, environment(**settings), clear=True))
        stack.enter_context(mock.patch.object(sys, "argv", [script, *arguments]))
        stack.enter_context(mock.patch.object(sys, "path", [str(EXAMPLES), *sys.path]))
        stack.callback(log.setLevel, log.level)
        status = await asyncio.to_thread(run)
    return Run(status, printed.getvalue(), errors.getvalue())


def example(name: str) -> ModuleType:
    """An example as a module, as it imports its neighbours when it is run."""
    if str(EXAMPLES) not in sys.path:
        sys.path.append(str(EXAMPLES))
    return importlib.import_module(name)
