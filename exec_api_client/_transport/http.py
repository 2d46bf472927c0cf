"""The only module that sends through httpx: a request in, its response or one of our errors out.

A client or a transport of httpx2, the maintained fork of httpx, may be passed in as well.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import sys
import threading
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from .._runtime.requests import Request
from ..errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    ExecError,
    redact,
)
from .auth import ApiKey, scrub
from .responses import Response, decode_error, printable

# Requests to this machine may be unencrypted, and use no proxy, which would see the key.
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_HEADERS = {"accept": "application/json", "accept-encoding": "gzip"}

# Some servers write these into content-encoding, although they do not compress.
_UNCOMPRESSED = {"identity", "none", "utf-8"}

# The format of zlib.decompressobj.
_GZIP = zlib.MAX_WBITS | 16

# A body that cannot be compressed grows a little in gzip.
_GZIP_GROWTH = 2**16

# The headers of a response must come within so many times the timeout.
_HEADERS_TIMEOUTS = 10

_LONGEST_PROBLEM = 500

# OpenSSL's codes (x509_vfy.h) for rules that Python checks from 3.13 on (VERIFY_X509_STRICT).
_STRICT_RULES = range(80, 95)


class Transport(Protocol):
    """An `AsyncBaseTransport` of httpx or httpx2."""

    async def handle_async_request(self, request: Any, /) -> Any: ...


class HTTPClient(Protocol):
    """An `AsyncClient` of httpx or httpx2."""

    @property
    def is_closed(self) -> bool: ...

    def build_request(self, *args: Any, **kwargs: Any) -> Any: ...

    async def send(self, *args: Any, **kwargs: Any) -> Any: ...

    async def aclose(self) -> None: ...


class HTTPAdapter:
    """Sends requests through httpx: knows the base URL, the key and the settings of the network.

    Args:
        base_url: The base URL without a slash at its end.
        key: The API key.
        size: The largest number of requests in flight.
        transport: The transport of own clients, instead of the network.
        http_client: The client to use instead of own ones.
        trust_env: Whether to use proxies and certificates from the environment.
        max_bytes: The largest response in bytes, as received and decompressed.

    Raises:
        ConfigurationError: Both `transport` and `http_client` are given.
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
        self.http_client = http_client
        self.passed = "transport" if transport else "http_client" if http_client else ""
        self._transport = transport
        self._key = key
        self._headers = {} if http_client is None else _HEADERS  # Own clients add them, and faster.
        self._trust_env = trust_env
        self._max_bytes = max_bytes
        self._library = _library_of(http_client or transport)
        self._certificates: ssl.SSLContext | None = None
        self._reading = threading.Lock()

    @cached_property
    def workspace(self) -> str:
        """The digest of the first key, by which quotas tell workspaces apart."""
        return self._key.digest()

    def open(self) -> HTTPClient:
        """Return a client for one event loop.

        Raises:
            ConfigurationError: The environment names a proxy that cannot be used.
        """
        if self.http_client is not None:
            return self.http_client
        if self._transport is not None:
            client: HTTPClient = self._library.AsyncClient(
                headers=_HEADERS, transport=self._transport, trust_env=False
            )
            return client
        try:
            return httpx.AsyncClient(
                headers=_HEADERS,
                verify=self._certificates or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # http:// needs none
                limits=httpx.Limits(max_connections=2 * self.size, max_keepalive_connections=self.size),
                proxy=_environment_proxy(self.base_url) if self._trust_env else None,
                trust_env=False,
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise ConfigurationError(
                f"the environment's proxy cannot be used ({_shown(error)}); "
                f"correct HTTPS_PROXY or ALL_PROXY, or pass trust_env=False"
            ) from scrub(error)

    async def exchange(self, client: HTTPClient, request: Request, timeout: float) -> Response:
        """Send a request and read the whole response.

        Args:
            client: A client from `open`.
            request: The request.
            timeout: Seconds without progress in connecting, sending or reading.

        Raises:
            APIConnectionError: No whole response came.
            ResponseDecodeError: The body of a success cannot be decompressed, or is too large.
            ClientClosedError: The client was closed meanwhile.
            ConfigurationError: The function `api_key` returned no usable key.
        """
        # The frames and requests of httpx hold the key, so they stay behind here, whatever is raised.
        try:
            return await self._exchange(client, request, timeout)
        except ExecError as error:
            raise scrub(error) from error.__cause__
        except Exception as error:  # A transport may raise anything.
            scrub(error)
            if client.is_closed:
                raise ClientClosedError("the client was closed while a call was in flight") from None
            raise self._connection_error(request, error) from error
        except BaseException as error:
            raise scrub(error) from None

    async def _exchange(self, client: HTTPClient, request: Request, timeout: float) -> Response:
        message = client.build_request(
            request.method,
            f"{self.base_url}{request.target}",
            headers={**self._headers, **request.headers, "Authorization": self._key.header()},
            content=request.content,
            timeout=timeout,
        )
        # Each 1xx response is progress to httpx, which tells of none, and one could follow another for ever.
        async with asyncio.timeout(_HEADERS_TIMEOUTS * timeout):
            answer = await self._answer(client, message, request.idempotent)
        head = (request.method, request.path, answer.status_code, dict(answer.headers.items()))
        try:
            return Response(*head, await _read(answer, self._max_bytes))
        except Exception as error:
            if not answer.is_success:
                # The status of an error decides, whatever is wrong with its body.
                problem = f"it {error}" if isinstance(error, BodyError) else _shown(error)
                return Response(*head, f"the body cannot be read: {problem}".encode())
            if isinstance(error, BodyError):
                raise decode_error(Response(*head, b""), str(error)) from error.__cause__
            raise
        finally:
            await answer.aclose()

    async def _answer(self, client: HTTPClient, message: Any, idempotent: bool) -> Any:
        """Send a message of httpx, and return the answer, whose body is still to be read.

        An idempotent request that meets a dead kept-alive connection is sent again at once. Each such
        try removes one dead connection from the pool of httpx, until a fresh connection is used.
        """
        dead = 0
        while True:
            trace = Trace(message.extensions)
            try:
                return await client.send(message, auth=None, follow_redirects=False, stream=True)
            except (self._library.NetworkError, self._library.RemoteProtocolError):
                if not (trace.reused and idempotent and dead < self.size):
                    raise
            dead += 1

    def _connection_error(self, request: Request, error: Exception) -> APIConnectionError:
        library, certificate = self._library, _certificate_error(error)
        timed_out = isinstance(error, library.TimeoutException | TimeoutError)
        broken = isinstance(
            error, library.NetworkError | library.RemoteProtocolError | library.ProxyError | OSError
        )
        unconnected = isinstance(error, library.ConnectError | library.ConnectTimeout)
        problem = str(error) or ("no response within the timeout" if timed_out else "the connection failed")
        if getattr(certificate, "verify_code", 0) in _STRICT_RULES:
            advice = (
                "; Python checks certificates strictly from 3.13 on: renew this one, or pass "
                "http_client=httpx.AsyncClient(verify=context) with a context without ssl.VERIFY_X509_STRICT"
            )
        elif certificate is not None:
            advice = "; the certificate is not trusted: name a file with its authority's in SSL_CERT_FILE"
        elif isinstance(error, library.ProxyError):
            advice = "; check the proxy: one with a password is written http://user:password@host:port"
        elif unconnected:
            place = "base_url= or EXEC_BASE_URL, the network and proxies"
            advice = f"; nothing answers at {self.base_url}: check {place}"
        else:
            advice = ""
        return (APITimeoutError if timed_out else APIConnectionError)(
            f"{request.method} {request.path}: {type(error).__name__}: "
            f"{printable(problem, _LONGEST_PROBLEM)}{advice}",
            sent=not (unconnected or isinstance(error, library.PoolTimeout)),
            transient=(timed_out or broken) and certificate is None,
            method=request.method,
            path=request.path,
        )

    async def prepare(self) -> None:
        """Read the certificates, once, in another thread: that takes some 30 ms.

        Raises:
            ConfigurationError: The environment names certificates that cannot be read.
        """
        if self._certificates is None and not self.passed and self.base_url.startswith("https://"):
            await asyncio.to_thread(self._read_certificates)

    def _read_certificates(self) -> None:
        with self._reading:
            if self._certificates is not None:
                return  # Another call was first.
            try:
                self._certificates = httpx.create_ssl_context(trust_env=self._trust_env)
            except (OSError, ValueError) as error:
                raise ConfigurationError(
                    f"the environment's certificates cannot be read ({_shown(error)}); correct SSL_CERT_FILE "
                    f"or SSL_CERT_DIR, or pass trust_env=False"
                ) from scrub(error)


class Trace:
    """Follows one request through httpcore, by its `trace` extension, until it is sent.

    It closes the connection of a cancelled TLS handshake, which httpcore 1.0 leaves open.

    Args:
        extensions: The extensions of the request.

    Attributes:
        reused: Whether the request went to a connection that was kept alive. False before it is sent.
    """

    def __init__(self, extensions: dict[str, Any]) -> None:
        self.reused = False
        self._stream: Any = None
        self._extensions = extensions
        extensions["trace"] = self

    async def __call__(self, event: str, details: Mapping[str, Any]) -> None:
        """Handle an event of httpcore."""
        if ".connect_" in event and event.endswith(".complete"):
            self._stream = details["return_value"]
        elif event.endswith("start_tls.failed") and self._stream is not None:
            await self._stream.aclose()
        elif event.endswith("send_request_headers.started") and details["request"].method != b"CONNECT":
            self.reused = self._stream is None
            self._extensions.pop("trace", None)  # The events that follow tell nothing, and take time.


class BodyError(Exception):
    """A body that cannot be read. The message is the end of a sentence about it."""


async def _read(answer: httpx.Response, most: int) -> bytes:
    """Read a body and decompress it, within a number of bytes as received and as decompressed.

    httpx decompresses each part as a whole, which can grow a thousandfold, and only the first of several
    gzip members.
    """
    parts, said = answer.aiter_raw(), answer.headers.get("content-encoding", "")
    if answer.is_stream_consumed:  # A transport in memory or a hook has read and decompressed it.
        parts, said = answer.aiter_bytes(), ""
    codings = [coding for coding in said.lower().replace(",", " ").split() if coding not in _UNCOMPRESSED]
    if codings not in ([], ["gzip"], ["x-gzip"]):
        raise BodyError(f"has the content-encoding {printable(said, 100)!r}, which was not asked for")
    gunzip = Gunzip() if codings else None
    body = bytearray()
    async for part in parts:
        body += part if gunzip is None else gunzip.feed(part, most + 1 - len(body))
        if len(body) > most or answer.num_bytes_downloaded > most + _GZIP_GROWTH:
            raise BodyError(f"is larger than {most} bytes (max_response_bytes)")
    if gunzip is not None and gunzip.is_cut and answer.num_bytes_downloaded:
        raise ConnectionError("the response was cut short")
    return bytes(body)


class Gunzip:
    """Decompresses gzip of one or more members, with any number of zero bytes after each."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)

    @property
    def is_cut(self) -> bool:
        """Whether the end of the last member is missing."""
        return not self._member.eof

    def feed(self, data: bytes, most: int) -> bytes:
        """Return the next bytes, decompressed, but not more than a number of them.

        Raises:
            BodyError: The data is not gzip.
        """
        out = bytearray()
        while data and len(out) < most:
            if self._member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                self._member = zlib.decompressobj(_GZIP)
            try:
                out += self._member.decompress(data, most - len(out))
            except zlib.error as error:
                raise BodyError(f"has broken compression: {error}") from error
            data = self._member.unused_data
        return bytes(out)


def checked_base_url(url: str) -> str:
    """Return a base URL without a slash at its end.

    Raises:
        ConfigurationError: It is not an https URL, or an http URL of this machine.
    """
    if problem := _url_problem(url):
        del url  # A traceback can show variables, and this one may hold a key by mistake.
        raise ConfigurationError(problem)
    return url.rstrip("/")


def _url_problem(url: object) -> str:
    if not isinstance(url, str):
        return f"base_url must be a str, not {type(url).__name__}"
    if redact(url) != url:
        return "base_url must not hold an API key; pass it as api_key="
    try:
        parts = httpx.URL(url)
        host = parts.host
    except (httpx.InvalidURL, ValueError):
        parts, host = httpx.URL(""), ""
    valid = host and not {" ", "%"} & {*host} and 0 < (parts.port or 443) < 65536
    if not valid or parts.scheme not in ("http", "https"):
        return f"base_url must be an https URL such as 'https://api.exec.com/rest/v1', not {url[:200]!r}"
    if parts.userinfo or parts.query or parts.fragment:
        return "base_url must not have credentials, a query or a fragment; give the host and the path only"
    if parts.scheme == "http" and host not in LOOPBACK:
        alone = "http:// is for localhost, 127.0.0.1 and ::1 only"
        return f"base_url={url!r} would send the API key unencrypted; write https:// ({alone})"
    return ""


def _environment_proxy(url: str) -> str | None:
    """Return the proxy for a URL. httpx cannot read each NO_PROXY, such as one with networks."""
    target, proxies = urlsplit(url), getproxies()
    proxy = proxies.get(target.scheme) or proxies.get("all")
    if not proxy or target.hostname in LOOPBACK or proxy_bypass(target.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _library_of(passed: object) -> Any:
    """Return the module of a client or a transport, httpx or httpx2."""
    for base in type(passed).__mro__:
        name = base.__module__.partition(".")[0]
        if name in ("httpx", "httpx2"):
            return sys.modules[name]
    return httpx


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def _shown(error: Exception) -> str:
    """Return an error's text without the credentials of a proxy."""
    text = re.sub(r"//[^/@\s]*@", "//", str(error))
    return f"{type(error).__name__}: {printable(text, _LONGEST_PROBLEM)}"
