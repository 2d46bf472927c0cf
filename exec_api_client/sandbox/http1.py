"""As much of HTTP/1.1 as a server of small JSON answers needs: reading one request's bytes.

Strict on purpose: what is not plainly right is refused, with a status that says why.
"""

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from .messages import Request

MAX_HEAD = 32 * 1024
"""The most bytes that the request line and headers may take together."""

MAX_BODY = 1024 * 1024
"""The most bytes that a request's body may have."""

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_TARGET = re.compile(r"[\x21-\x7e]+")
_VERSION = re.compile(r"HTTP/[0-9]\.[0-9]")
_LENGTH = re.compile(r"[0-9]{1,12}")


class MalformedError(Exception):
    """A request that cannot be served; becomes an answer of that status and ends the connection."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Received:
    """A request, and whether the client wants the connection to stay open after the answer."""

    request: Request
    keep_alive: bool


async def read_request(reader: asyncio.StreamReader) -> Received | None:
    """Read the next request; None where the client has closed the connection instead.

    The reader's own limit should be MAX_HEAD.

    Raises:
        MalformedError: The request cannot be served.
        ConnectionError: The connection breaks.
    """
    head = await _read_head(reader)
    if head is None:
        return None
    request_line, *header_lines = head.split("\r\n")
    method, target, version = _request_line(request_line)
    headers = _headers(header_lines)
    if version == "HTTP/1.1" and "host" not in headers:
        raise MalformedError(400, "The Host header is missing")
    body = await _read_body(reader, headers)
    path, query = _split(target)
    options = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    return Received(
        Request(method, path, query, headers, body),
        "close" not in options if version == "HTTP/1.1" else "keep-alive" in options,
    )


def head_bytes(status: int, headers: list[tuple[str, str]]) -> bytes:
    """Return the status line and headers of an answer, with the empty line that ends them."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


async def _read_head(reader: asyncio.StreamReader) -> str | None:
    """Return the lines before the body without their end, or None at the end of the stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        while head.startswith(b"\r\n"):  # an empty line before a request is let pass
            head = head[2:] if head != b"\r\n\r\n" else await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise MalformedError(431, f"Request line and headers exceed {MAX_HEAD} bytes") from None
    except asyncio.IncompleteReadError as error:
        if error.partial.strip(b"\r\n"):
            raise MalformedError(400, "The request ends within its headers") from None
        return None
    return head.removesuffix(b"\r\n\r\n").decode("latin-1")


def _request_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]) or not _TARGET.fullmatch(parts[1]):
        raise MalformedError(400, "The request line is not one of HTTP/1.1")
    method, target, version = parts
    if not _VERSION.fullmatch(version):
        raise MalformedError(400, "The request line is not one of HTTP/1.1")
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        raise MalformedError(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here")
    return method, target, version


def _headers(lines: list[str]) -> dict[str, str]:
    """Return the headers by lower-case name; one given twice is joined by a comma."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise MalformedError(400, "A header line cannot be read")
        name, value = name.lower(), value.strip(" \t")
        if name in headers and name in ("host", "content-length", "authorization"):
            raise MalformedError(400, f"The {name} header is given twice")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise MalformedError(501, "Send the body with a Content-Length")
    if "expect" in headers:
        raise MalformedError(417, "Send the body without waiting")
    text = headers.get("content-length", "0")
    if not _LENGTH.fullmatch(text):
        raise MalformedError(400, "Content-Length is not a number of bytes")
    if int(text) > MAX_BODY:
        raise MalformedError(413, f"The body exceeds {MAX_BODY} bytes")
    try:
        return await reader.readexactly(int(text))
    except asyncio.IncompleteReadError:
        raise MalformedError(400, "The request ends within its body") from None


def _split(target: str) -> tuple[str, str]:
    """Return path and query of a target: `/path?query`, or a whole URL as proxies send it."""
    if target.startswith("/"):
        path, _, query = target.partition("?")
        return path, query
    try:
        url = urlsplit(target)
    except ValueError:
        url = urlsplit("")
    if url.scheme not in ("http", "https") or not url.netloc:
        raise MalformedError(400, "The request target is neither a path nor a URL")
    return url.path or "/", url.query
