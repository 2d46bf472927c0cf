"""AsyncExecClient: settings, lifetime, the resources."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

from ._runtime.models import UNSET, Unset
from ._runtime.requests import Request, Response
from ._transport.auth import checked_key
from ._transport.http import HTTPAdapter, checked_base_url
from ._transport.pool import ConnectionPools
from ._transport.sender import Seams, Sender, Settings
from .errors import ConfigurationError
from .generated.api import Resources
from .hooks import Hooks
from .limits import RateLimit, Usage
from .retry import RetryPolicy

if TYPE_CHECKING:
    from ._transport.http import HTTPClient, Transport

BASE_URL = "https://api.exec.com/rest/v1"


class AsyncExecClient(Resources):
    """A client of the Exec API, for asyncio.

    One client may be used in several event loops and threads; each loop has connections of its own.

    ```python
    async with AsyncExecClient() as client:
        async for session in client.sessions.list():
            print(session.user.email, session.score)
    ```

    Args:
        api_key: The key, from Exec under Settings > API ("Authentication" of the API's documentation).
            Or a function that returns it, which is called for each request and must not block.
            Default: the environment's EXEC_API_KEY.
        base_url: Where the API is. Default: the environment's EXEC_BASE_URL, else the production API.
        timeout: Seconds without progress (connecting, sending, reading) after which an attempt fails.
            Default: 30.
        deadline: Seconds that a request may take in all, with queueing, limits and retries; None: any time.
            A walk over a list makes several; `asyncio.timeout` bounds it as a whole. Default: None.
        retry: When a call is tried again; see `RetryPolicy`. Default: `RetryPolicy()`, 2 retries.
        rate_limit: The quota to stay within. Pass one `RateLimit` to several clients of the same
            workspace, or None to turn it off. Default: `RateLimit()`, the API's 60 requests a minute.
        max_connections: The largest number of requests that are under way at once in an event loop.
            Default: 10.
        max_response_bytes: The largest answer that is read, in bytes, decompressed. Default: 64 MiB.
        trust_env: Whether the environment names proxies and certificates (HTTPS_PROXY, SSL_CERT_FILE).
            Default: True.
        hooks: Functions to call on requests, answers and retries; see `Hooks`. Default: none.
        transport: An httpx transport to use instead of the network, such as the sandbox's; it is closed
            with the client. Default: None, the network.
        http_client: An `httpx.AsyncClient`, or httpx2's, to use instead of an own one; it stays yours
            to close, and belongs to the event loop that uses it first. One of httpx 0.28 can lose a
            connection for good when a call is cancelled, which own ones make up for. Default: None.

    Raises:
        ConfigurationError: A setting cannot be right. The key is not shown.
    """

    def __init__(
        self,
        api_key: str | Callable[[], str] | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        deadline: float | None = None,
        retry: RetryPolicy = RetryPolicy(),
        rate_limit: RateLimit | Unset | None = UNSET,
        max_connections: int = 10,
        max_response_bytes: int = 64 * 1024 * 1024,
        trust_env: bool = True,
        hooks: Hooks = Hooks(),
        transport: Transport | None = None,
        http_client: HTTPClient | None = None,
        _seams: Seams = Seams(),
    ) -> None:
        try:
            key = checked_key(api_key if api_key is not None else os.environ.get("EXEC_API_KEY"))
            url = checked_base_url(
                base_url if base_url is not None else os.environ.get("EXEC_BASE_URL") or BASE_URL
            )
        finally:
            del api_key, base_url  # a traceback can show variables, and either can be the key
        for name, value in (("max_connections", max_connections), ("max_response_bytes", max_response_bytes)):
            _require(value.__class__ is int and value >= 1, name, value, "a whole number from 1")
        _require(_is(hooks, Hooks), "hooks", hooks, "Hooks(...)")
        _require(
            _is(rate_limit, RateLimit, Unset, type(None)), "rate_limit", rate_limit, "RateLimit(...) or None"
        )
        sends = transport is None or hasattr(transport, "handle_async_request")
        _require(
            sends, "transport", type(transport), "an httpx.AsyncBaseTransport, as sandbox.transport() is,"
        )
        builds = http_client is None or (
            hasattr(http_client, "aclose") and hasattr(http_client, "build_request")
        )
        _require(builds, "http_client", type(http_client), "an httpx.AsyncClient")
        self._settings = _checked(Settings(timeout, deadline, retry))
        adapter = HTTPAdapter(
            url,
            key,
            size=max_connections,
            transport=transport,
            http_client=http_client,
            trust_env=trust_env,
            max_bytes=max_response_bytes,
        )
        limit = RateLimit() if rate_limit is UNSET else rate_limit
        self._sender = Sender(ConnectionPools(adapter), limit, hooks, _seams)

    def with_options(
        self,
        *,
        timeout: float | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
    ) -> Self:
        """A client with other settings and the same connections and limits; closing either closes both.

        Args:
            timeout: As in the constructor, in seconds; what is left out stays as it is.
            deadline: As in the constructor, in seconds.
            retry: As in the constructor.

        Raises:
            ConfigurationError: A setting cannot be right.
        """
        now = self._settings
        other = type(self).__new__(type(self))
        other._settings = _checked(
            Settings(
                now.timeout if timeout is UNSET else timeout,
                now.deadline if deadline is UNSET else deadline,
                now.retry if retry is UNSET else retry,
            )
        )
        other._sender = self._sender
        return other

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self._sender.pools.adapter.base_url

    @property
    def closed(self) -> bool:
        """Whether the client can no longer be used."""
        return self._sender.pools.closed

    @property
    def rate_limit(self) -> RateLimit | None:
        """The quota that the client stays within; its `state()` can be saved for the next process."""
        return self._sender.limit

    @property
    def usage(self) -> Usage | None:
        """How much of the quota is spent; None where the limit is off."""
        limit, seams = self._sender.limit, self._sender.seams
        return None if limit is None else limit.usage(seams.clock(), seams.now())

    async def aclose(self) -> None:
        """Close the connections; what is under way fails, and a second call does nothing."""
        await self._sender.pools.aclose()

    async def __aenter__(self) -> Self:
        self._sender.pools.check_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    if not TYPE_CHECKING:

        def __enter__(self):
            raise TypeError("AsyncExecClient needs `async with`; for code without await, use ExecClient")

        def __exit__(self, *_):
            """Exist, so that Python calls `__enter__` and its error is seen."""

    def __repr__(self) -> str:
        if not hasattr(self, "_sender"):
            return "<AsyncExecClient, refused>"  # in a traceback that shows variables
        return f"<AsyncExecClient of {self.base_url}{', closed' if self.closed else ''}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client is not pickled: it holds a key and connections; make one in each process")

    async def _send(self, request: Request, timeout: float | None, /) -> Response:
        settings = self._settings if timeout is None else _checked(self._settings._replace(timeout=timeout))
        return await self._sender.send(request, settings)


def _checked(settings: Settings) -> Settings:
    _require(_seconds(settings.timeout), "timeout", settings.timeout, "a number of seconds above 0")
    bounded = settings.deadline is not None
    _require(not bounded or _seconds(settings.deadline), "deadline", settings.deadline, "seconds, or None,")
    _require(_is(settings.retry, RetryPolicy), "retry", settings.retry, "RetryPolicy(...)")
    return settings


def _seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


def _is(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds)


def _require(right: object, name: str, value: object, wanted: str) -> None:
    kind = type(value)
    if not right and wanted.startswith(kind.__name__):  # a vendored copy has classes of its own
        raise ConfigurationError(f"{name}={value!r} is of {kind.__module__}: take that of {__package__}")
    if not right:
        raise ConfigurationError(f"{name}={value!r}: {wanted} is wanted")
