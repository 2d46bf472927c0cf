"""The quota of a workspace.

The API allows 60 requests a minute and 1,000 a day for a whole workspace ("Rate limits" of its
documentation). It does not publish the kind of its window. So a slot comes free one window after the
*response* arrived, which is right for fixed and sliding windows and for token buckets.
"""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple
from weakref import WeakValueDictionary

from .._runtime.arguments import check_seconds, check_whole
from ..errors import ConfigurationError
from .state import Quota
from .store import Store


class Usage(NamedTuple):
    """The spent part of the quota, as far as this process knows.

    Attributes:
        minute: Requests that count against the window now.
        day: Requests of the last 24 hours.
        per_minute: The window's quota.
        per_day: The day's quota.
        refused_until: Unix time until which the API refuses requests; None if it accepts them.
        shared: Whether the last step reached the store, so that all processes count. None without a store.
    """

    minute: int
    day: int
    per_minute: int
    per_day: int
    refused_until: float | None = None
    shared: bool | None = None


class RateLimit:
    """The quota of a workspace. Pass one to several clients.

    The defaults are the API's own: "Rate limits" of its documentation.

    Args:
        requests: Requests that a window allows. Default: 60.
        per: The window's length in seconds. Default: 60.
        per_day: The day's quota, which `usage` shows. It is not enforced. Default: 1,000.
        day_ceiling: Requests that 24 hours allow. The next one raises `DailyLimitError` and is not sent.
            Default: None, no ceiling.
        store: The place that counts the requests: the path of a file for all processes of a machine, or a
            `RedisStore` for all machines. Default: None, this process alone.
        workspace: The name of the workspace, for keys that change. Default: None, a digest of the key.

    Attributes:
        quota: The numbers that the store compares with.

    Raises:
        ConfigurationError: A number is out of its range, or the store cannot be used.
    """

    def __init__(
        self,
        requests: int = 60,
        per: float = 60.0,
        *,
        per_day: int = 1000,
        day_ceiling: int | None = None,
        store: str | os.PathLike[str] | Store | None = None,
        workspace: str | None = None,
    ) -> None:
        # A traceback can show this object before all are checked.
        self.requests, self.per, self.per_day, self.day_ceiling = requests, per, per_day, day_ceiling
        self.requests = check_whole("RateLimit: requests", requests, 1)
        self.per = check_seconds("RateLimit: per", per)
        self.per_day = check_whole("RateLimit: per_day", per_day, 1)
        if day_ceiling is not None:
            self.day_ceiling = check_whole("RateLimit: day_ceiling", day_ceiling, 0)
        self.quota = Quota(self.requests, self.per, self.day_ceiling)
        self.workspace = workspace
        self.store = store if isinstance(store, Store) else _opened(store)
        self._turns = WeakValueDictionary[asyncio.AbstractEventLoop, asyncio.Lock]()

    def __repr__(self) -> str:
        day = f"per_day={self.per_day!r}, day_ceiling={self.day_ceiling!r}"
        return f"RateLimit({self.requests!r}, {self.per!r}, {day})"

    def usage(self, workspace: str, now: float) -> Usage:
        """Return the spent part of the quota.

        Args:
            workspace: The name of the workspace in the store.
            now: The present as a Unix time.
        """
        minute, day, refused_until = self.store.usage(workspace, self.per, now)
        return Usage(minute, day, self.requests, self.per_day, refused_until, self.store.shared)

    def turn(self) -> asyncio.Lock:
        """Return the fair lock of the running event loop: its holder asks for the next slot."""
        loop = asyncio.get_running_loop()
        turn = self._turns.get(loop)
        if turn is None:
            turn = self._turns[loop] = asyncio.Lock()
        return turn


class NoLimit(RateLimit):
    """No quota: it keeps only the pauses that the API asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.quota = Quota(None, 0.0, None)


def _opened(store: str | os.PathLike[str] | None) -> Store:
    if store is None:
        return Store()
    is_path = hasattr(store, "encode") or hasattr(store, "__fspath__")
    if not is_path or "://" in str(store):
        raise ConfigurationError("RateLimit: store must be a path, RedisStore(url) or None")
    from .sqlite import SQLiteStore  # noqa: PLC0415 (slow to import, and few need it)

    return SQLiteStore(store)
