"""Programs in processes of their own."""

import subprocess
import sys
import textwrap

from tests.fakes import KEY, ROOT

# asyncio warns of slow steps, and tells of what went wrong as errors.
HEAD = f"""
import gc, logging, os, sys
logging.getLogger("asyncio").setLevel(logging.ERROR)
KEY = {KEY!r}
"""


def run_alone(head: str, script: str, base_url: str, *options: str) -> None:
    """Run a program that is told an address: warnings are errors, and it may print nothing."""
    code = f"{HEAD}{head}{textwrap.dedent(script)}\ngc.collect()\n"
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", *options, "-c", code, base_url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
