"""Stores that cannot be used: an error when they are opened, and one warning when they fail later."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, ConfigurationError, RateLimit, RateLimitError, RedisStore
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.fakes import KEY, ROOT
from tests.limits.stores import RedisServer, answered


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that failed is asked again soon."""
    monkeypatch.setattr("exec_api_client.limits.store._RETRY_AFTER", 0.2)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "limits" in record.name]


# --- when it is opened


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE exec_quota_2 (workspace)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda path: path.write_bytes(b"no database" * 99), "file is not a database"),
        (newer, "it is of a newer version"),
        (Path.mkdir, "unable to open database file"),
        (lambda path: path.parent.rmdir(), "unable to open database file"),
    ],
    ids=["corrupt", "newer", "folder", "no folder"],
)
def test_a_file_that_cannot_be_used_is_an_error(
    tmp_path: Path, spoil: Callable[[Path], object], problem: str
) -> None:
    path = tmp_path / "folder" / "quota.db"
    path.parent.mkdir()
    spoil(path)
    with pytest.raises(ConfigurationError) as caught:
        RateLimit(store=path)
    assert str(caught.value) == (
        f"RateLimit: store must be a file that can be written, not {path} ({problem}); move it away or name "
        "another one"
    )


@pytest.mark.parametrize(
    ("before", "problem"),
    [
        ("import os; os.chmod(path, 0o444); os.chmod(folder, 0o555); os.seteuid(65534)", "readonly database"),
        ("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))", "disk I/O error"),
    ],
    ids=["read-only", "full"],
)
def test_a_file_that_cannot_be_written_is_an_error(before: str, problem: str) -> None:
    if "seteuid" in before and os.geteuid() != 0:
        before = before.replace("os.seteuid(65534)", "0")
    # Not below pytest's folder, which another user cannot enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "quota.db"
        RateLimit(store=path)
        for extra in Path(folder).glob("quota.db-*"):
            extra.unlink()
        code = "from exec_api_client.limits import RateLimit, sqlite\n"
        code += f"path, folder = {str(path)!r}, {folder!r}\n{before}\nRateLimit(store=path)"
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert "ConfigurationError: RateLimit: store must be a file" in run.stderr
    assert problem in run.stderr


@pytest.mark.parametrize(("address", "options"), [("http", {}), ("redis", {"nope": 1})])
def test_a_wrong_setting_of_redis_is_an_error_that_shows_no_password(
    address: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match="RedisStore: ") as caught:
        RedisStore(f"{address}://:secret@quota", **options)
    assert "secret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_without_redis_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigurationError, match="RedisStore needs redis; pip install redis"):
        RedisStore("redis://quota")


# --- when it fails later


async def settled(limit: RateLimit) -> None:
    """Wait until the store has done all that it was told. A request in flight could count twice."""
    await limit.store._change("", lambda *_: None, 0.0)


async def test_a_locked_file_blocks_no_event_loop_and_costs_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "quota.db"
    limit = RateLimit(store=path)
    async with answered(rate_limit=limit) as client:
        await client.sessions.get("x")
        await settled(limit)
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        late = 0.0

        async def tick() -> None:
            nonlocal late
            while True:
                began = time.monotonic()
                assert client.usage is not None
                await asyncio.sleep(0.01)
                late = max(late, time.monotonic() - began)

        ticking = asyncio.create_task(tick())
        for _ in range(5):
            await client.sessions.get("x")
        ticking.cancel()
        assert late < 0.3  # less than SQLite waits for the lock, in its thread
        assert client.usage == (6, 6, 60, 1000, None, False)
        other.rollback()
        other.close()
        await asyncio.sleep(0.3)
        await client.sessions.get("x")
        assert client.usage == (7, 7, 60, 1000, None, True)
    lost, back = warnings(caplog)
    locked = "fails (OperationalError: database is locked): this process counts alone until it is back"
    assert lost == f"the quota store {path} {locked}"
    assert back == f"the quota store {path} is back, and counts for all again"
    async with answered(rate_limit=RateLimit(store=path)) as client:
        assert client.usage is not None
        assert client.usage.day == 7  # also those that were sent meanwhile


async def test_others_that_are_done_hold_no_call_up(tmp_path: Path) -> None:
    """The last copy that a process has of the store may be old."""
    path, release = tmp_path / "quota.db", asyncio.Event()

    async def answer(_: httpx.Request) -> httpx.Response:
        await release.wait()
        return httpx.Response(200, json={"id": "x"})

    held = httpx.MockTransport(answer)
    limits = [RateLimit(3, 0.3, store=path) for _ in range(2)]
    async with (
        AsyncExecClient(KEY, transport=held, rate_limit=limits[0]) as other,
        answered(rate_limit=limits[1], deadline=0.2) as client,
    ):
        busy = [asyncio.create_task(other.sessions.get("x")) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(RateLimitError):
            await client.sessions.get("x")
        await asyncio.sleep(0.1)  # it has given its slot back
        release.set()
        await asyncio.gather(*busy)
        await asyncio.sleep(0.4)
        await client.sessions.get("x")


async def test_an_event_loop_that_is_busy_is_no_failure_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("exec_api_client.limits.store._LONGEST_STEP", 0.1)
    async with answered(rate_limit=RateLimit(store=tmp_path / "quota.db")) as client:
        call = asyncio.create_task(client.sessions.get("x"))
        for _ in range(6):
            await asyncio.sleep(0)
            time.sleep(0.15)  # noqa: ASYNC251 (that is the point)
        await call
        assert client.usage is not None
        assert client.usage.shared
    assert warnings(caplog) == []


def test_several_workers_start_with_a_new_file_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite waits for no lock when it changes the journal; it fails in some of a thousand starts."""
    refusals = iter([True, True])

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if "journal_mode" in sql and next(refusals, False):
                raise sqlite3.OperationalError("database is locked")
            return super().execute(sql, *values)

    monkeypatch.setattr("exec_api_client.limits.sqlite._Connection", Connection)
    assert RateLimit(store=tmp_path / "quota.db").store.shared
    assert next(refusals, None) is None


async def test_a_file_that_is_moved_away_lets_no_request_be_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "quota.db"
    first, second = (RateLimit(store=path) for _ in range(2))
    async with answered(rate_limit=first) as one, answered(rate_limit=second) as other:
        await one.sessions.get("x")
        for file in [*tmp_path.iterdir()]:  # noqa: ASYNC240
            file.rename(f"{file}.old")
        await one.sessions.get("x")
        await other.sessions.get("x")
        assert other.usage == (3, 3, 60, 1000, None, True)


async def test_a_file_that_is_spoiled_later_fails_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "quota.db"
    async with answered(rate_limit=RateLimit(store=path)) as client:
        for extra in tmp_path.glob("quota.db*"):  # noqa: ASYNC240
            extra.write_bytes(b"spoiled" * 5000)
        for _ in range(3):
            await client.sessions.get("x")
        assert client.usage == (3, 3, 60, 1000, None, False)
    assert len(warnings(caplog)) == 1


async def test_redis_that_is_killed_and_started_again_fails_no_call(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """In the middle of a burst. It forgets all, and learns it again."""
    sandbox = Sandbox(sessions=1, limits=Limits(60, 1.5, per_day=None), latency=0.02)
    one, other = (RateLimit(60, 1.5, store=RedisStore(redis_server.url)) for _ in range(2))
    async with sandbox.serve() as base_url:
        clients = [
            AsyncExecClient(SANDBOX_KEY, base_url=base_url, rate_limit=limit) for limit in (one, other)
        ]
        calls = [client.sessions.list(page_size=1) for client in clients for _ in range(50)]
        reading = asyncio.gather(*calls)
        while len(sandbox.requests) < 20:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        redis_server.kill()
        await asyncio.sleep(0.3)
        redis_server.start()
        await reading
        await asyncio.sleep(0.3)
        for client in clients:
            await client.sessions.list(page_size=1)
        for client in clients:
            assert client.usage is not None
            assert client.usage.shared
            assert client.usage.day >= 101
            await client.aclose()
    assert all(request.status in (200, 429) for request in sandbox.requests)
    kinds = [message.split()[3] for message in warnings(caplog)]
    assert sorted(kinds) == ["fails", "fails", "is", "is"]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://:secret@127.0.0.1:{server.getsockname()[1]}/0"


async def test_redis_that_does_not_answer_fails_no_call_and_holds_none_up(
    silent: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exec_api_client.limits.store._RETRY_AFTER", 60.0)
    async with answered(rate_limit=RateLimit(store=RedisStore(silent))) as client:
        began = time.monotonic()
        await asyncio.gather(*(client.sessions.get("x") for _ in range(50)))
        assert time.monotonic() - began < 3
        assert client.usage == (50, 50, 60, 1000, None, False)
    [warning] = warnings(caplog)
    assert "secret" not in warning
    assert warning.startswith("Redis at 127.0.0.1 fails (")


async def test_a_store_whose_thread_is_stuck_holds_no_call_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a look-up of a name that takes half a minute."""
    monkeypatch.setattr("exec_api_client.limits.store._RETRY_AFTER", 60.0)
    monkeypatch.setattr("exec_api_client.limits.store._LONGEST_STEP", 0.3)
    limit, stuck = RateLimit(store=tmp_path / "quota.db"), threading.Event()
    monkeypatch.setattr(limit.store, "_update", lambda *_: stuck.wait(20))
    async with answered(rate_limit=limit) as client:
        began = time.monotonic()
        await asyncio.gather(*(client.sessions.get("x") for _ in range(20)))
        assert time.monotonic() - began < 2
        stuck.set()
    [warning] = warnings(caplog)
    assert "no answer in 0.3 s" in warning
