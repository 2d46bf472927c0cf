"""A store in Redis or Valkey, for all machines."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..errors import ConfigurationError
from .state import DAY
from .store import SharedStore

# Replaces the bytes if they are still the expected ones. Else it returns them with the server's time.
_SCRIPT = f"""
local held = redis.call('GET', KEYS[1]) or ''
if held == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'EX', {int(DAY) + 3600})
    return {{}}
end
return {{held, redis.call('TIME')}}
"""


class RedisStore(SharedStore):
    """A Redis server, 5 or newer, or Valkey. It needs `pip install 'exec-api-client[redis]'`.

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
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"RedisStore: {error}") from None
        finally:
            del url, options  # a traceback can show variables, and these can hold a password
        where = server.connection_pool.connection_kwargs
        super().__init__(f"Redis at {where.get('path') or where.get('host', 'localhost')}")
        self._prefix = prefix
        self._script = server.register_script(_SCRIPT)

    def _update(self, workspace: str, change: Callable[[bytes | None, float], bytes], now: float) -> None:
        """Replace the bytes of a workspace if nobody else did so meanwhile, or else begin again."""
        arguments: list[bytes | str] = ["unknown"]
        while reply := self._script([f"{self._prefix}:1:{workspace}"], arguments):
            held, (seconds, microseconds) = reply
            at = int(seconds) + int(microseconds) / 1e6
            self._offset = at - time.time()
            new = change(held or None, at)
            if new == held:
                return
            arguments = [held, new]
