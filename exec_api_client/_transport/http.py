"""The only module that touches httpx, the sandbox aside: a request goes out, bytes or our errors come back.

A client of httpx or of its fork httpx2 may be passed in; what is caught follows the one in use.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import sys
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from .._runtime.requests import Request, Response
from .._version import __version__
from ..errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    ResponseDecodeError,
    redact,
)
from .auth import ApiKey, scrub
from .progress import Progress


class Transport(Protocol):
    """An `AsyncBaseTransport` of httpx or of httpx2."""

    @property
    def handle_async_request(self) -> Callable[[Any], Awaitable[Any]]: ...


class HTTPClient(Protocol):
    """An `AsyncClient` of httpx or of httpx2."""

    @property
    def is_closed(self) -> bool: ...

    @property
    def build_request(self) -> Callable[..., Any]: ...

    @property
    def send(self) -> Callable[..., Awaitable[Any]]: ...

    @property
    def aclose(self) -> Callable[[], Coroutine[Any, Any, None]]: ...


# No host but this machine: what goes there passes no network, so it may be unencrypted, and needs no proxy.
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip",
    "user-agent": f"exec-api-client/{__version__}",
}
_LOGGERS = ("connection", "http11", "http2", "proxy", "socks")


def checked_base_url(url: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        ConfigurationError: It is no https URL, nor an http one of this machine.
    """
    if problem := _wrong_url(url):
        del url  # a traceback can show variables, and a key can stand here by mistake
        raise ConfigurationError(problem)
    return url.rstrip("/")


def _wrong_url(url: str) -> str:
    shown = f"base_url={redact(repr(url))}"
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parts = httpx.URL("")
    known = parts.host and not {" ", "%"} & {*parts.host} and 0 < (parts.port or 443) < 65536
    if not known or parts.scheme not in ("http", "https"):
        return f"{shown} is no https URL; write one such as 'https://api.exec.com/rest/v1'"
    if parts.userinfo or parts.query or parts.fragment:
        return "base_url has credentials, a query or a fragment; give the host and the path only"
    if parts.scheme == "http" and parts.host not in LOOPBACK:
        alone = "http:// is for localhost, 127.0.0.1 and ::1 only"
        return f"{shown} would send the API key unencrypted; write https:// ({alone})"
    return ""


class HTTPAdapter:
    """How requests go out: where the API is, the key, and what is used of httpx.

    Args:
        base_url: Without a slash at its end.
        key: What each request is signed with.
        size: How many requests are under way at once.
        transport: What own clients send through, instead of the network.
        http_client: What is used instead of own clients.
        trust_env: Whether the environment names proxies and certificates.
        max_bytes: The largest answer, decompressed.
    """

    def __init__(
        self,
        base_url: str,
        key: ApiKey,
        *,
        size: int,
        transport: Transport | None,
        http_client: HTTPClient | None,
        trust_env: bool,
        max_bytes: int,
    ) -> None:
        if transport is not None and http_client is not None:
            raise ConfigurationError("pass transport= or http_client=, not both")
        self.base_url = base_url
        self.size = size
        self.transport = transport
        self.http_client = http_client
        self._key = key
        self._trust_env = trust_env
        self._max_bytes = max_bytes
        self.passed = (
            "http_client" if http_client is not None else "transport" if transport is not None else ""
        )
        self._library = _library(http_client or transport)
        library = self._library.__name__.rpartition(".")[2]  # a vendored one's loggers keep their names
        core = library.replace("httpx", "httpcore")
        for name in (library, *(f"{core}.{part}" for part in _LOGGERS)):
            logging.getLogger(name).addFilter(_without_keys)
        self._ssl: ssl.SSLContext | None = None

    def open(self) -> HTTPClient:
        """Return a client for one event loop."""
        if self.http_client is not None:
            return self.http_client
        if self.transport is not None:
            made: HTTPClient = self._library.AsyncClient(
                transport=self.transport, trust_env=False, cookies=_no_cookies()
            )
            return made
        limits = httpx.Limits(max_connections=2 * self.size, max_keepalive_connections=self.size)
        # No proxy between this machine and itself: it would see an unencrypted key.
        proxied = self._trust_env and urlsplit(self.base_url).hostname not in LOOPBACK
        try:
            if self._ssl is None:
                self._ssl = httpx.create_ssl_context(trust_env=self._trust_env)
            return httpx.AsyncClient(
                verify=self._ssl, limits=limits, trust_env=proxied, cookies=_no_cookies()
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
            raise ConfigurationError(
                f"the proxies and certificates that the environment names cannot be used ({_shown(error)}); "
                f"trust_env=False passes them over"
            ) from scrub(error)

    async def exchange(self, client: HTTPClient, request: Request, timeout: float) -> Response:
        """Send a request through a client and read the answer."""
        progress = Progress()
        library = self._library
        url = f"{self.base_url}{request.target}"
        headers = {**_HEADERS, **request.headers}
        try:
            message = client.build_request(
                request.method,
                url,
                headers=headers,
                content=request.content,
                timeout=timeout,
            )
            progress.follow(message.extensions)
            try:
                answer = await client.send(message, auth=self._key, follow_redirects=False, stream=True)
                try:
                    content = await self._read(answer, request)
                finally:
                    await answer.aclose()
            finally:
                message.headers.pop("authorization", None)  # httpx's errors keep the request
        except asyncio.CancelledError as error:
            raise scrub(error) from None
        except APIError:
            raise
        except Exception as error:  # httpx lets those of other layers through, and a transport may raise any
            if client.is_closed:
                raise ClientClosedError("the client was closed while a call was under way") from None
            raise _connection_error(library, request, error, self.base_url) from scrub(error)
        # A server may repeat what it was sent, and everything that is made of an answer can be shown.
        hide = self._key.hide
        shown = {name.lower(): hide(value.encode()).decode() for name, value in answer.headers.items()}
        return Response(answer.status_code, shown, hide(content))

    async def _read(self, answer: httpx.Response, request: Request) -> bytes:
        """Read an answer, and inflate it here: httpx inflates each part as a whole, a thousandfold."""

        def wrong(problem: str) -> ResponseDecodeError:
            return ResponseDecodeError(
                _said(request, problem),
                status_code=answer.status_code,
                content_type=redact(answer.headers.get("content-type", "")),
                method=request.method,
                path=request.path,
            )

        incoming, coding = answer.aiter_raw(), answer.headers.get("content-encoding", "").strip().lower()
        if answer.is_stream_consumed:  # by a transport in memory or a hook of the user's, and inflated
            incoming, coding = answer.aiter_bytes(), ""
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise wrong(f"content-encoding {coding!r} was not asked for")
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16) if coding.endswith("gzip") else None
        most, size, parts = self._max_bytes, 0, list[bytes]()
        async for raw in incoming:
            try:
                part = raw if inflater is None else inflater.decompress(raw, most + 1 - size)
            except zlib.error as error:
                raise wrong(f"the answer's compression is broken: {error}") from scrub(error)
            parts.append(part)
            size += len(part)
            if size > most:
                raise wrong(f"the answer is larger than {most} bytes (max_response_bytes)")
            if inflater is not None and inflater.unused_data:
                raise wrong("the answer's compression is broken: something follows its end")
        if inflater is not None and parts and not inflater.eof:
            raise APIConnectionError(
                _said(request, "the answer was cut short"), method=request.method, path=request.path
            )
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _shown(error: Exception) -> str:
    """An error's text, without a proxy's credentials."""
    said = re.sub(r"//[^/@\s]*@", "//", redact(str(error)))
    return f"{type(error).__name__}: {said}"


def _library(client: object) -> Any:
    """The module, httpx or httpx2, that a client or a transport comes from."""
    for base in type(client).__mro__:
        name = base.__module__.partition(".")[0]
        if name in ("httpx", "httpx2"):
            return sys.modules[name]
    return httpx


def _connection_error(library: Any, request: Request, error: Exception, base_url: str) -> APIConnectionError:
    while parts := getattr(error, "exceptions", ()):  # a group, as of what failed in several tasks
        error = parts[0]
    timed_out = isinstance(error, library.TimeoutException)
    broken = library.NetworkError | library.RemoteProtocolError | library.ProxyError | OSError
    lost = isinstance(error, broken)
    problem = str(error) or ("no progress within the time allowed" if timed_out else "the connection failed")
    if _unverified(error):
        problem += "; its certificate is not trusted: name a file with its authority's in SSL_CERT_FILE"
    elif isinstance(error, library.ProxyError):
        problem += "; check the proxy: one that asks for a password is written http://user:password@host:port"
    elif isinstance(error, library.ConnectError | library.ConnectTimeout):
        problem += (
            f"; nothing answers at {base_url}: check base_url= or EXEC_BASE_URL, the network and proxies"
        )
    return (APITimeoutError if timed_out else APIConnectionError)(
        _said(request, f"{type(error).__name__}: {problem}"),
        sent=not isinstance(error, library.ConnectError | library.ConnectTimeout | library.PoolTimeout),
        transient=(timed_out or lost) and not _unverified(error),
        method=request.method,
        path=request.path,
    )


def _unverified(error: BaseException | None) -> bool:
    """Whether a certificate that does not verify lies behind an error."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _no_cookies() -> CookieJar:
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _without_keys(record: logging.LogRecord) -> bool:
    """A filter for the logs of httpx and httpcore: they hold headers of answers, which can echo a key."""
    try:
        said = record.getMessage()
    except (TypeError, ValueError):  # a wrong call of somebody else's, which logging reports itself
        return True
    if (shown := redact(said)) != said:
        record.msg, record.args = shown, None
    return True


def _said(request: Request, problem: str) -> str:
    return f"{request.method} {request.path}: {redact(problem)}"
