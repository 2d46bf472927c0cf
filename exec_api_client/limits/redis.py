"""A store in Redis or Valkey, for all machines."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any, TypeVar

from ..errors import ConfigurationError
from .state import DAY
from .store import Change, SharedStore

T = TypeVar("T")

# Replaces the bytes, if they are the expected ones and the time is right. Else it returns both.
_SCRIPT = f"""
local held, now = redis.call('GET', KEYS[1]) or '', redis.call('TIME')
if held == ARGV[1] and math.abs(now[1] - ARGV[2]) < 2 then
    redis.call('SET', KEYS[1], ARGV[3], 'EX', {int(DAY) + 3600})
    return {{}}
end
return {{held, now}}
"""


class RedisStore(SharedStore):
    """A Redis server, 5 or newer, or Valkey. It needs the extra `redis`.

    Args:
        url: The address, such as `redis://quota:6379/0`, `rediss://…` or `unix://…`.
        prefix: The beginning of the keys. Each workspace has one, which expires after a day.
        options: Further arguments of `redis.Redis.from_url`, such as `ssl_ca_certs`.

    Raises:
        ConfigurationError: redis is not installed, or does not take the address or an option.
    """

    def __init__(self, url: str, *, prefix: str = "exec-quota", **options: Any) -> None:
        try:
            # Not by its name: type checkers would miss it where it is not installed.
            redis: Any = import_module("redis")
            backoff: Any = import_module("redis.backoff")
            retry = import_module("redis.retry").Retry(backoff.NoBackoff(), 1)
        except ImportError as error:
            raise ConfigurationError(f"RedisStore needs redis; pip install redis ({error})") from error
        # A connection that was kept alive may be dead, so a command is tried twice.
        defaults = {"socket_timeout": 0.4, "socket_connect_timeout": 0.4, "retry": retry}
        try:
            server = redis.Redis.from_url(url, **(defaults | options))
            pool = server.connection_pool
            pool.connection_class(**pool.connection_kwargs)  # refuses an unknown option; it does not connect
        except (AttributeError, TypeError, ValueError) as error:
            raise ConfigurationError(f"RedisStore: {error}") from None
        finally:
            del url, options  # a traceback can show variables, and these can hold a password
        where = pool.connection_kwargs
        super().__init__(f"Redis at {where.get('path') or where.get('host', 'localhost')}")
        self._prefix = prefix
        self._held: dict[str, bytes] = {}
        self._script = server.register_script(_SCRIPT)

    def _update(self, workspace: str, change: Change[T], now: float) -> T:
        """Replace the bytes by one script if no other process did so meanwhile, or else begin again."""
        held, at = self._held.get(workspace, b""), time.time() + self._offset
        while True:
            data, result = change(held or None, at)
            reply = self._script([f"{self._prefix}:1:{workspace}"], [held, at, data])
            if not reply:
                self._held[workspace] = data
                return result
            held, (seconds, microseconds) = reply
            at = int(seconds) + int(microseconds) / 1e6
            self._offset = at - time.time()
