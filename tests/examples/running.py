"""Examples as users run them, in processes of their own, or imported into the test."""

import asyncio
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"

# Seconds of a window of tests.examples.short_windows.
SHORT = 3.0

# What would colour the output, make it wider, send it elsewhere or read a real workspace.
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


def example(name: str) -> ModuleType:
    """An example as a module, as it imports its neighbours when it is run."""
    if str(EXAMPLES) not in sys.path:
        sys.path.append(str(EXAMPLES))
    return importlib.import_module(name)
