"""Fixtures that more than one folder uses."""

import logging
import os
import shutil
import signal
from collections.abc import Iterator

import pytest

from tests.faults.table import LIBRARIES
from tests.key.search import Records, absent, look_into
from tests.limits.stores import RedisServer

# In the background of a script, or under nohup, these are ignored, and would be in all that the tests start.
# A handler is not inherited.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda number, frame: None)


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    """Each of the HTTP libraries in turn, as `connected` takes it."""
    return str(request.param)


@pytest.fixture
def records() -> Iterator[Records]:
    """All log records; at the end of each test the key is searched for in them."""
    root, handler = logging.getLogger(), Records()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    try:
        yield handler
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    for record in handler.kept:
        absent(logging.Formatter("%(name)s %(message)s").format(record))
        absent(repr(record.args))
        look_into(record)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, base URL or proxy of the machine's own is seen."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "EXEC_API_KEY", "EXEC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if not shutil.which("redis-server"):
        assert not os.environ.get("CI"), "redis-server must be installed in CI"
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """A server without data."""
    redis_process.command("flushall")
    return redis_process
