"""The faults: what a server does, and what a call through the client has to make of it."""

import functools
import gzip
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import httpx
import httpx2

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncExecClient,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
    Response,
    ResponseDecodeError,
    RetryPolicy,
)
from tests.fakes import KEY
from tests.faults.server import (
    READ,
    RESET,
    WAIT,
    Drip,
    Script,
    answer,
    chunked,
    json_answer,
)

# The HTTP libraries, and the ways of giving one to the client.
LIBRARIES = ("httpx", "httpx2 client", "httpx2 transport")

EMPTY = b'{"data": [], "pagination": {"page": 1, "page_size": 50, "total_count": 0, "total_pages": 0}}'
OK = json_answer(EMPTY)


@functools.cache
def certificates(library: Any) -> ssl.SSLContext:
    """What a library trusts by default; reading it takes longer than a test."""
    context: ssl.SSLContext = library.create_ssl_context()
    return context


@asynccontextmanager
async def connected(library: str, base_url: str, **settings: Any) -> AsyncIterator[AsyncExecClient]:
    """A client over the network that does not wait between attempts, nor keep to a limit."""
    quick = {"retry": RetryPolicy(backoff=0), "rate_limit": None, "timeout": 5.0}
    settings = {"base_url": base_url, **quick, **settings}
    trusted = certificates(httpx if library == "httpx" else httpx2)
    async with AsyncExitStack() as stack:
        if library == "httpx":
            stack.enter_context(patch.object(httpx, "create_ssl_context", lambda **_: trusted))
        elif library == "httpx2 client":
            http = httpx2.AsyncClient(verify=trusted)
            settings["http_client"] = await stack.enter_async_context(http)
        else:
            settings["transport"] = httpx2.AsyncHTTPTransport(verify=trusted)
        yield await stack.enter_async_context(AsyncExecClient(settings.pop("api_key", KEY), **settings))


@dataclass(frozen=True)
class Fault:
    """What the server does to each connection, and how `sessions.list()` has to end.

    Attributes:
        name: In a few words.
        script: What the server does.
        error: The class of the exception, exactly; None where the call succeeds.
        requests: How many requests the server sees.
        cause: The name of the class of `__cause__`; empty where the answer itself says everything.
        says: A part of the message.
        settings: Of the client.
    """

    name: str
    script: Script
    error: type[APIError] | None
    requests: int
    cause: str = ""
    says: str = ""
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return self.name


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
HTML = b"<!DOCTYPE html>\n<html><body><h1>It is not you, it is us</h1></body></html>"
QUICK = {"timeout": 0.05}
TOO_LATE = "not done within the deadline of 0.1 s"
LOST = "RemoteProtocolError"
UNREADABLE = "the body cannot be read"


def fault(
    name: str,
    script: Script,
    error: type[APIError] | None,
    requests: int,
    cause: str = "",
    says: str = "",
    **settings: Any,
) -> Fault:
    return Fault(name, script, error, requests, cause, says, MappingProxyType(settings))


def lost(name: str, *steps: Any, cause: str = LOST, says: str = "") -> Fault:
    """No whole answer: a read is tried three times."""
    return fault(name, (READ, *steps), APIConnectionError, 3, cause, says or f"{cause}: ")


def late(name: str, *steps: Any, says: str = "ReadTimeout: ", **settings: Any) -> Fault:
    """A response that takes too long: between two bytes of it, or in all, which is not tried again."""
    requests, cause = (3, "ReadTimeout") if says == "ReadTimeout: " else (1, "TimeoutError")
    return fault(name, (READ, *steps), APITimeoutError, requests, cause, says, **{**QUICK, **settings})


def undecodable(name: str, body: bytes, cause: str, says: str = "", *headers: str) -> Fault:
    """A whole answer that is not what the API documents: it would come again, so one request is enough."""
    return fault(name, (READ, json_answer(body, "200 OK", *headers)), ResponseDecodeError, 1, cause, says)


def refused(name: str, status: str, body: bytes, error: type[APIError], says: str, *headers: str) -> Fault:
    """An answer with an error's status, whose body is only read for what it says."""
    tries = 3 if status[:3] in ("429", "503", "502") else 1
    return fault(name, (READ, answer(body, status, *headers)), error, tries, "", says)


def gzipped(body: bytes) -> bytes:
    return json_answer(body, "200 OK", "content-encoding: gzip")


def endless(name: str, body: bytes) -> Fault:
    """A response that is long, and whose decompressed body stays empty."""
    header = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"  # a file name follows, up to a zero byte
    script = (READ, gzipped(header + body), WAIT)
    says = "is larger than 1000 bytes (max_response_bytes)"
    return fault(name, script, ResponseDecodeError, 1, says=says, max_response_bytes=1000)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def fine(name: str, *steps: Any) -> Fault:
    return fault(name, (READ, *steps), None, 1)


FAULTS = (
    # --- the connection
    lost("closed before the headers", says="RemoteProtocolError: Server disconnected"),
    lost("closed in the headers", b"HTTP/1.1 200 OK\r\ncontent-le"),
    lost("closed after the headers", HEAD + b"content-length: 90\r\n\r\n", says="message body"),
    lost("reset before the headers", RESET, cause="ReadError"),
    lost("reset in the body", HEAD + b"content-length: 90\r\n\r\n{", RESET, cause="ReadError"),
    lost("body shorter than its length", answer(EMPTY, length=len(EMPTY) + 1), says="message body"),
    lost("chunk cut", chunked(EMPTY)[:-20], says="closed connection"),
    lost("last chunk missing", chunked(EMPTY)[: -len(b"0\r\n\r\n")], says="closed connection"),
    lost("bad chunk size", chunked(EMPTY).replace(b"\r\n\r\n", b"\r\n\r\nZZ", 1)),
    lost("garbage", b"\x00\x01\xfe\xff\r\n\r\n" * 10),
    lost("another protocol", b"SSH-2.0-OpenSSH_9.6\r\n"),
    lost("200 kB of headers", HEAD + b"x-filler: " + b"x" * 200_000 + b"\r\n\r\n" + EMPTY),
    lost("200 kB of small headers", HEAD + b"x-filler: 0123456789\r\n" * 10_000 + b"\r\n"),
    lost("two content lengths", HEAD + b"content-length: 5\r\ncontent-length: 90\r\n\r\n" + EMPTY),
    lost("bad content length", HEAD + b"content-length: -1\r\n\r\n" + EMPTY),
    late("silence", WAIT),
    late("silence in the body", answer(EMPTY)[:-5], WAIT),
    late("headers byte by byte", Drip(HEAD + b"x-filler: " + b"x" * 1000), says=TOO_LATE, deadline=0.1),
    late("body byte by byte", answer(b"", length=1000), Drip(b"[" * 1000), says=TOO_LATE, deadline=0.1),
    late(
        "1xx for ever",
        Drip(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000, every=0.0),
        says="TimeoutError: no response within the timeout",
        timeout=0.03,
        retry=RetryPolicy(max_retries=0),
    ),
    # --- the body
    fault(
        "longer than its length",
        (READ, answer(EMPTY, length=len(EMPTY) - 1)),
        ResponseDecodeError,
        1,
        "JSONDecodeError",
    ),
    undecodable("HTML", HTML, "JSONDecodeError", "'<!DOCTYPE html>"),
    fault("204 for a list", (READ, b"HTTP/1.1 204 \r\n\r\n"), ResponseDecodeError, 1, "UnexpectedShapeError"),
    fault("299 with HTML", (READ, answer(HTML, "299 Fine")), ResponseDecodeError, 1, "JSONDecodeError"),
    undecodable("integer of 5,000 digits", EMPTY.replace(b"50", b"1" * 5000), "ValueError"),
    undecodable("broken gzip", EMPTY, "error", "has broken compression", "content-encoding: gzip"),
    lost(
        "gzip cut short",
        json_answer(gzip.compress(EMPTY)[:-9], "200 OK", "content-encoding: gzip"),
        cause="ConnectionError",
        says="ConnectionError: the response was cut short",
    ),
    undecodable(
        "something after the end of the gzip",
        gzip.compress(EMPTY) + b"more",
        "error",
        "has broken compression",
        "content-encoding: gzip",
    ),
    undecodable(
        "brotli", EMPTY, "", "content-encoding 'br', which was not asked for", "content-encoding: br"
    ),
    undecodable(
        "gzip in gzip",
        gzip.compress(gzip.compress(EMPTY)),
        "",
        "content-encoding 'gzip, gzip', which was not asked for",
        "content-encoding: gzip, gzip",
    ),
    fine("gzip", json_answer(gzip.compress(EMPTY), "200 OK", "content-encoding: gzip")),
    fine("empty gzip parts", json_answer(gzip.compress(EMPTY, 0), "200 OK", "content-encoding: x-gzip")),
    fine("several gzip members", gzipped(gzip.compress(EMPTY[:20]) + gzip.compress(EMPTY[20:]))),
    fine("zero bytes after the gzip", gzipped(gzip.compress(EMPTY) + bytes(4))),
    *(
        fine(f"content-encoding {coding}", json_answer(EMPTY, "200 OK", f"content-encoding: {coding}"))
        for coding in ("none", "utf-8", "identity, identity")
    ),
    endless("gzip header without an end", b"x" * 2**18),
    endless("empty deflate blocks", b"\0" + b"\0\0\0\xff\xff" * 2**16),
    fine("a number of 401 digits", json_answer(EMPTY.replace(b"50", b"1" * 401))),
    fine("nesting of 980", json_answer(b'{"data": [{"user": %s, "x": %s}]}' % (nested(980), nested(980)))),
    fine("unknown charset", answer(EMPTY, "200 OK", "content-type: application/json; charset=klingon")),
    fine("chunks", chunked(EMPTY)),
    fine("early hints", b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n" + OK),
    undecodable("data is no list", b'{"data": {"id": 1}}', "UnexpectedShapeError", "$.data must be an array"),
    fine("wrong types", json_answer(b'{"data": [{"id": 5, "user": "x", "score": []}], "pagination": []}')),
    # --- errors
    refused("502 with HTML", "502 Bad Gateway", HTML, InternalServerError, "502: <!DOCTYPE html>"),
    refused("error in klingon", "404 No", b"x", NotFoundError, "404: x", "content-type: text/x; charset=?"),
    refused(
        "401 with broken gzip", "401 No", b"x", AuthenticationError, UNREADABLE, "content-encoding: gzip"
    ),
    refused("401 in brotli", "401 No", b"x", AuthenticationError, UNREADABLE, "content-encoding: br"),
    refused("429 with broken gzip", "429 Slow", b"x", RateLimitError, UNREADABLE, "content-encoding: gzip"),
    fault(
        "503 cut short",
        (READ, answer(b"{", "503 Out", length=9)),
        InternalServerError,
        3,
        says=f"503: {UNREADABLE}: RemoteProtocolError",
    ),
    fault(
        "404 with silence in the body",
        (READ, answer(b"{", "404 No", length=9), WAIT),
        NotFoundError,
        1,
        says=f"404: {UNREADABLE}: ReadTimeout",
        **QUICK,
    ),
    fault(
        "400 that is too large",
        (READ, answer(b"x" * 2**10, "400 Bad")),
        BadRequestError,
        1,
        says=f"400: {UNREADABLE}: it is larger than 1000 bytes",
        max_response_bytes=1000,
    ),
    refused("redirect loop", "302 Found", b"", APIStatusError, "not followed", "location: /rest/v1/sessions"),
    refused("not modified", "304 Not Modified", b"", APIStatusError, "304"),
)


def by_name(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)


async def write(client: AsyncExecClient, method: str = "POST") -> Response:
    """A call of an operation that the document does not have yet."""
    return await client.request(method, "/things", json={"name": "x"})
