"""How far an attempt has come, as httpcore tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Progress:
    """How far an attempt has come, from what httpcore tells of it; see the `trace` extension of httpx.

    It also closes the connection of a TLS handshake that is cancelled, which httpcore 1.0 leaves open.

    Attributes:
        connecting: Whether the attempt has begun to connect and has not sent anything yet.
    """

    def __init__(self) -> None:
        self.connecting = False
        self._stream: Any = None
        self._extensions: dict[str, Any] = {}

    def follow(self, extensions: dict[str, Any]) -> None:
        """Be told of the request that has these extensions, until it is being sent."""
        extensions["trace"] = self
        self._extensions = extensions

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Follow an event."""
        if event.endswith("send_request_headers.started"):
            self.connecting = False
            if info["request"].method != b"CONNECT":
                # What follows says nothing more, and each event takes its time.
                self._extensions.pop("trace", None)
        elif event.endswith("connect_tcp.started"):
            self.connecting = True
        elif event.endswith("connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith("start_tls.failed") and self._stream is not None:
            await self._stream.aclose()
