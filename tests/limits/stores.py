"""A Redis server that can be killed, a store that is told the time, and clients in real time."""

import subprocess
import time
from pathlib import Path
from typing import Any

from exec_api_client import AsyncExecClient, RedisStore
from tests.fakes import KEY, OK, Api


class RedisServer:
    """A server on a socket in a folder. It keeps nothing when it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._socket = folder, folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(1000):
            try:
                assert self.command("ping")
                return
            except (OSError, ConnectionError):
                time.sleep(0.01)
        raise AssertionError("redis-server does not start")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._socket.unlink(missing_ok=True)

    def command(self, *words: Any) -> Any:
        from redis import Redis  # noqa: PLC0415
        from redis.exceptions import ConnectionError as Refused  # noqa: PLC0415

        with Redis.from_url(self.url) as client:
            try:
                return client.execute_command(*words)
            except Refused as error:
                raise OSError(str(error)) from error


class TimedRedisStore(RedisStore):
    """A store that takes the time of its caller, not the server's."""

    def _update(self, workspace: str, change: Any, now: float) -> Any:
        result = super()._update(workspace, lambda data, _: change(data, now), now)
        self._offset = 0.0
        return result


def answered(key: str = KEY, api: Api | None = None, **settings: Any) -> AsyncExecClient:
    """A client of an API that answers each request at once."""
    return AsyncExecClient(key, transport=(api or Api(OK)).transport, **settings)
