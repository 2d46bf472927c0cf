"""Requests that are malformed, end early, or never come."""

import time

import pytest

from exec_api_client.sandbox import Sandbox
from exec_api_client.sandbox.server import serve
from tests.sandbox.connection import HEAD, KEY_LINE, Raw


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "nonsense\r\n\r\n"),
        (400, "GET /\r\n\r\n"),
        (400, "GET  / HTTP/1.1\r\n\r\n"),
        (400, "G(T / HTTP/1.1\r\n\r\n"),
        (400, f"GET /a b HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET /\xe9 HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET x HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"OPTIONS * HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET http://[x/ HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET ftp://x/ HTTP/1.1\r\n{HEAD}\r\n"),
        (400, f"GET / HTTQ/1.1\r\n{HEAD}\r\n"),
        (505, f"GET / HTTP/2.0\r\n{HEAD}\r\n"),
        (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"),  # no Host
        (400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}{KEY_LINE}\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}no colon\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Spaced : x\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD} folded\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}X: a\x00b\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}X: a\nY: b\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: -1\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: {'9' * 5000}\r\n\r\n"),
        (400, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        (413, f"GET / HTTP/1.1\r\n{HEAD}Content-Length: 99999999\r\n\r\n"),
        (417, f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"),
        (501, f"POST / HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (431, f"GET / HTTP/1.1\r\n{HEAD}X: {'x' * 200_000}\r\n\r\n"),
        (431, f"GET /{'x' * 40_000} HTTP/1.1\r\n{HEAD}\r\n"),
        (431, b"\x16\x03\x01" + b"\xff" * 50_000),
    ],
)
async def test_malformed_requests(base_url: str, sandbox: Sandbox, status: int, text: str | bytes) -> None:
    if isinstance(text, str) and text.endswith("\r\n\r\n") and status != 431:
        text += "trailing bytes that nobody reads"

    async with Raw(base_url) as connection:
        await connection.send(text)
        connection.writer.write_eof()
        got, headers, _ = await connection.answer()
        assert headers["connection"] == "close"
        assert await connection.ended()
    assert got == status
    assert not sandbox.requests


async def test_a_malformed_request_ends_though_the_client_keeps_its_side_open(base_url: str) -> None:
    async with Raw(base_url) as connection:
        start = time.perf_counter()
        await connection.send("nonsense\r\n\r\n")
        assert (await connection.answer())[0] == 400
        assert await connection.ended()
        assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    "text", ["GET / HTTP/1.1\r\nHost", f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\nabc"]
)
async def test_a_request_that_ends_early(base_url: str, text: str) -> None:
    async with Raw(base_url) as connection:
        await connection.send(text)
        connection.writer.write_eof()
        assert (await connection.answer())[0] == 400
        assert await connection.ended()


@pytest.mark.parametrize("text", ["", "\r\n", "\r\n\r\n"])
async def test_a_connection_without_a_request(base_url: str, text: str) -> None:
    async with Raw(base_url) as connection:
        await connection.send(text)
        connection.writer.write_eof()
        assert await connection.ended()


@pytest.mark.parametrize(
    "text", ["", "GET / HTTP/1.1\r\nHost", f"POST / HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\n"]
)
async def test_dawdlers_are_let_go(sandbox: Sandbox, text: str) -> None:
    async with serve(sandbox.exchange, idle_timeout=0.02) as url, Raw(url) as connection:
        await connection.send(text)
        assert await connection.ended()
