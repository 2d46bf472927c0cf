"""Runs Prism, a mock server that is independent of this project and judges each request by the document.

Prism names what is wrong with a request in one of two places, and `violations` reads both:

- the operation documents a 400 or 422: that answer, with a `sl-violations` header (a JSON list);
- it does not: a 422 of Prism's own, an `application/problem+json` with a `validation` list.
  Routes and methods that the document does not have get a 404 or 405 of the same kind.

What it does not see, and a test has to look at for itself: query parameters that the document does not have,
and `rank=gold&rank=silver` where the document says `explode: false` (it reads both spellings as one list).
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import ROOT

PRISM = ROOT / ".cache/prism/node_modules/@stoplight/prism-cli/dist/index.js"
STOP_WITH_PARENT = Path(__file__).with_name("stop_with_parent.cjs")

_START_TIMEOUT = 60.0
_LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
_PROBLEM = "https://stoplight.io/prism/errors#"


def why_not() -> str | None:
    """Say why Prism cannot be started here, or None if it can."""
    if shutil.which("node") is None:
        return "Prism needs Node.js"
    if not PRISM.exists():
        return "Prism is not installed: run `make setup`"
    return None


def violations(response_headers: Mapping[str, str], status: int, body: bytes | str) -> list[str]:
    """List what Prism found wrong with the request that it gave this answer to."""
    found: list[dict[str, Any]] = []
    for name, value in response_headers.items():
        if name.lower() == "sl-violations":
            found += json.loads(value)
    problem = _problem(body) if status >= 400 else None
    if problem is not None:
        found += problem.get("validation") or [{"message": problem.get("detail") or problem["title"]}]
    return [_sentence(violation) for violation in found]


def _problem(body: bytes | str) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    is_problem = isinstance(value, dict) and str(value.get("type", "")).startswith(_PROBLEM)
    return value if is_problem else None


def _sentence(violation: dict[str, Any]) -> str:
    location = ".".join(str(step) for step in violation.get("location", ()))
    return f"{location}: {violation['message']}" if location else violation["message"]


@contextmanager
def prism(document: Path) -> Iterator[str]:
    """Run one Prism server for a document on a free port of the loopback interface; yields its base URL."""
    command = ["node", "-r", str(STOP_WITH_PARENT), str(PRISM), "mock", "--errors", "--host", "127.0.0.1"]
    # The log goes to a file: nobody has to empty a pipe while the tests run.
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--port", "0", str(document)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "FORCE_COLOR": "0"},
            start_new_session=True,
        )
        try:
            yield _wait_for_address(process, log.fileno())
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for_address(process: subprocess.Popen[bytes], log: int) -> str:
    end = time.monotonic() + _START_TIMEOUT
    while True:
        running = process.poll() is None
        output = os.pread(log, 1_000_000, 0).decode(errors="replace")
        if match := _LISTENING.search(output):
            return match[1]
        if not running:
            raise RuntimeError(f"Prism ended at once with {process.returncode}:\n{output[-2000:]}")
        if time.monotonic() > end:
            raise TimeoutError(f"Prism was not ready after {_START_TIMEOUT} s:\n{output[-2000:]}")
        time.sleep(0.05)
