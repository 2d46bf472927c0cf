"""The stores."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exec_api_client import RateLimit
from tests.limits.stores import RedisServer, TimedRedisStore

KINDS = ["memory", "sqlite", "redis"]


@pytest.fixture(params=KINDS)
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Any]:
    """A function that returns another view of one store, as another process has it; memory has one only."""
    if request.param == "memory":
        memory = RateLimit().store
        return lambda: memory
    if request.param == "sqlite":
        return lambda: str(tmp_path / "quota.db")
    server: RedisServer = request.getfixturevalue("redis_server")
    return lambda: TimedRedisStore(server.url)


@pytest.fixture(params=KINDS[1:])
def shared_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The path of a file, or the URL of a server."""
    if request.param == "sqlite":
        return str(tmp_path / "quota.db")
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url
