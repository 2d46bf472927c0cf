from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, RateLimit
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.examples.nightly_export.exported import YESTERDAY, Clock
from tests.examples.running import example
from tests.virtual_time import clocks


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "sessions.jsonl"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(sessions=12, now=YESTERDAY)


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[..., Any]:
    """The example as a module that reads a sandbox, on a clock that goes as fast as it is wanted."""

    def make(read: Sandbox) -> Any:
        def connect(*, rate_limit: RateLimit, sandbox: Sandbox) -> AsyncExecClient:
            environment, transport = clocks(clock.pass_by, lambda: clock.now), read.transport()
            return AsyncExecClient(
                SANDBOX_KEY, transport=transport, rate_limit=rate_limit, _environment=environment
            )

        nightly = example("nightly_export")
        monkeypatch.setattr(nightly, "connect", connect)
        monkeypatch.setattr(nightly, "now", lambda: datetime.now(UTC))
        return nightly

    return make


@pytest.fixture
def spare(local: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The same, that may spend so many requests a day."""

    def make(sandbox: Sandbox, most: int) -> Any:
        nightly = local(sandbox)
        monkeypatch.setattr(nightly, "RESERVE", nightly.PER_DAY - most)
        return nightly

    return make
