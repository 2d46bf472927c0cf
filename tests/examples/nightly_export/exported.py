"""Runs of examples/nightly_export.py, and the files that they leave."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.examples.running import Run, python

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


async def export(sandbox: Sandbox, out: Path) -> Run:
    async with sandbox.serve() as base_url:
        return await python("nightly_export.py", out, EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url)


def text_of(out: Path) -> str:
    return out.read_text(encoding="utf-8")


def write(out: Path, text: str) -> None:
    out.write_text(text, encoding="utf-8")


def written(out: Path) -> list[dict[str, Any]]:
    text = text_of(out)
    assert text.endswith("\n") or not text
    return [json.loads(line) for line in text.splitlines()]


def ids(out: Path) -> list[str]:
    return [session["id"] for session in written(out)]


def oldest_first(sandbox: Sandbox) -> list[str]:
    return [each.id for each in sorted(sandbox.world.sessions.values(), key=lambda each: each.created_at)]


def state_of(out: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(out.with_name(f"{out.name}.state").read_text())
    return state


class Clock:
    """The present, which the client's waits bring on, and the example's, which are noted."""

    def __init__(self) -> None:
        self.now = time.time()
        self.waits: list[float] = []

    async def pass_by(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        assert len(self.waits) < 30, "it waits for ever"
        self.now += seconds
