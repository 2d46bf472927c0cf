"""A store in an SQLite file, for all processes of one machine. It outlasts them."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing, suppress
from typing import TypeVar

from ..errors import ConfigurationError
from .state import State
from .store import Change, SharedStore

T = TypeVar("T")

# A newer format has a table with a greater number.
_TABLE = "exec_quota_1"

# Seconds that the first start of a file may wait for others.
_LONGEST_START = 1.0

# An update in place writes fewer pages than a replacement.
_WRITE = f"INSERT INTO {_TABLE} VALUES (?, ?) ON CONFLICT (workspace) DO UPDATE SET state = excluded.state"


def _file(path: str) -> int:
    """Return the number of the file with this path. It changes when another one takes the place."""
    return os.stat(path).st_ino if os.path.exists(path) else 0


class _Connection(sqlite3.Connection):
    """A connection that closes with its store. Python 3.13 warns of one that is only forgotten."""

    file = 0

    def __del__(self) -> None:
        with suppress(sqlite3.Error):  # a file that could not be opened
            self.close()


class SQLiteStore(SharedStore):
    """A file on a local disk, which is made if it is missing.

    Args:
        path: The path of the file.

    Raises:
        ConfigurationError: The file cannot be used.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(f"the quota store {os.fspath(path)}")
        self._path = os.path.abspath(path)
        self._connections: dict[int, _Connection] = {}
        # SQLite's locks of a transaction that a fork interrupts stay held in the child for good.
        self._busy = threading.Lock()
        if hasattr(os, "register_at_fork"):
            free = self._busy.release
            os.register_at_fork(before=self._busy.acquire, after_in_parent=free, after_in_child=free)
        try:
            self._make()
            self._reached = True
        except (sqlite3.Error, ValueError) as error:
            raise ConfigurationError(
                f"RateLimit: store must be a file that can be written, not {path!s} ({error}); move it away "
                "or name another one"
            ) from error

    def _make(self) -> None:
        """Make the file and its table, if they are missing."""
        with closing(self._open()) as connection, connection:
            _use_wal(connection)
            connection.execute("BEGIN IMMEDIATE")
            tables = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'exec_quota_%'")
            if {name for (name,) in tables} - {_TABLE}:
                raise sqlite3.NotSupportedError("it is of a newer version")
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {_TABLE} (workspace TEXT PRIMARY KEY, state BLOB)"
            )
            connection.execute(_WRITE, ["", b""])

    def usage(self, workspace: str, per: float, now: float) -> tuple[int, int, float | None]:
        """Return the spent part of the quota as of now, also that of other processes."""
        # A step that waits for another process would hold up the event loop. Its result is new enough.
        if self.shared and workspace not in self._behind and self._busy.acquire(blocking=False):
            try:
                # A file that cannot be read now leaves the state of the last step.
                with suppress(sqlite3.Error, ValueError), closing(self._open(0.0)) as connection:
                    if data := _read(connection, workspace):
                        self._states[workspace] = State.load(data)
            finally:
                self._busy.release()
        return super().usage(workspace, per, now)

    def _update(self, workspace: str, change: Change[T], now: float) -> T:
        process = os.getpid()  # a connection must not go through a fork
        with self._busy:
            connection = self._connections.pop(process, None)
            if connection is None or connection.file != _file(self._path):
                self._make()  # The file can be gone.
                connection = self._open()
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                data, result = change(_read(connection, workspace), now)
                connection.execute(_WRITE, [workspace, data])
            self._connections[process] = connection  # one that failed is not used again
        return result

    def _open(self, timeout: float = 0.5) -> _Connection:
        connection = _Connection(self._path, timeout=timeout, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.file = _file(self._path)
        return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite waits for no lock here, and several workers may start at once.
    ends = time.monotonic() + _LONGEST_START
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.01)


def _read(connection: sqlite3.Connection, workspace: str) -> bytes | None:
    row = connection.execute(f"SELECT state FROM {_TABLE} WHERE workspace = ?", [workspace]).fetchone()
    return row[0] if row else None
