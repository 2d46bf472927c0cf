"""How far an attempt has come, told event by event as httpcore tells it."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

from exec_api_client._transport.progress import Progress

SENDING = "http11.send_request_headers.started"


def request(method: bytes) -> dict[str, Any]:
    return {"request": SimpleNamespace(method=method)}


async def test_an_attempt_is_followed_until_its_request_is_being_sent() -> None:
    progress, extensions = Progress(), dict[str, Any]()
    progress.follow(extensions)
    assert extensions["trace"] is progress
    await progress("connection.connect_tcp.started", {})
    assert progress.connecting
    await progress(SENDING, request(b"GET"))
    assert not progress.connecting
    assert extensions == {}
    await progress(SENDING, request(b"GET"))  # on another connection, when the first was closed meanwhile


async def test_behind_a_tunnel_the_handshake_is_still_followed() -> None:
    progress, extensions = Progress(), dict[str, Any]()
    progress.follow(extensions)
    stream = SimpleNamespace(aclose=AsyncMock())
    await progress("connection.connect_tcp.complete", {"return_value": stream})
    await progress(SENDING, request(b"CONNECT"))
    assert extensions["trace"] is progress
    await progress("proxy.start_tls.failed", {})
    stream.aclose.assert_awaited_once_with()
