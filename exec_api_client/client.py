"""AsyncExecClient: settings, lifetime, resources, and requests that no resource has."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, ParamSpec, Self, TypeVar

from ._runtime.arguments import check_seconds, check_whole
from ._runtime.models import UNSET, Unset
from ._runtime.requests import Request, any_list, any_query, any_request, check_headers, check_no_key
from ._transport.auth import ApiKey
from ._transport.http import HTTPAdapter, HTTPClient, Transport, checked_base_url
from ._transport.pool import ConnectionPools
from ._transport.responses import Response
from ._transport.sender import Environment, Sender, Settings
from ._version import __version__
from .errors import ConfigurationError
from .generated.api import Resources
from .hooks import Hooks, log
from .limits import RateLimit, Usage
from .pagination import AsyncPager
from .retry import RetryPolicy

P = ParamSpec("P")
T = TypeVar("T")

BASE_URL = "https://api.exec.com/rest/v1"

# The largest page of the API's lists, and the size of a page that names none.
PAGE_SIZE, DEFAULT_PAGE_SIZE = 100, 50

# The responses of the `with_response` call that is running, for `_Options.send` far below it. Each
# call has its own, since Python copies the context for each task, also for those of `ExecClient`'s thread.
_responses: ContextVar[list[Response] | None] = ContextVar("responses", default=None)


class _Options(NamedTuple):
    """The settings that the requests of one client share. `with_options` makes others."""

    sender: Sender
    settings: Settings
    headers: Mapping[str, str]
    params: Mapping[str, str] = {}

    async def send(self, request: Request, timeout: float | None, /) -> Response:
        """Send a request of a resource, a pager or `request`."""
        settings = self.settings
        if timeout is not None:
            settings = _checked(settings._replace(timeout=timeout))
        request = request.with_parts({**self.params, **request.query}, {**self.headers, **request.headers})
        check_no_key(request)
        response = await self.sender.send(request, settings)
        responses = _responses.get()
        if responses is not None:
            responses.append(response)
        return response

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client cannot be pickled, since it holds a key; make one in each process")


class AsyncExecClient(Resources):
    """A client of the Exec API for asyncio.

    One client may be used in several event loops and threads. Each loop has its own connections.

    ```python
    async with AsyncExecClient() as client:
        async for session in client.sessions.list():
            print(session.user.email, session.score)
    ```

    Args:
        api_key: The key, from Exec under Settings > API ("Authentication" of the API's documentation), or
            a function that returns it for each request. Default: the environment's EXEC_API_KEY.
        base_url: The address of the API. Default: the environment's EXEC_BASE_URL, else the production API.
        timeout: Seconds without progress (connecting, sending, reading) after which an attempt fails.
            Default: 30.
        deadline: Seconds for one request in all, with queueing, limits and retries. None: no limit.
            Reading a list makes several requests; `asyncio.timeout` limits it as a whole. Default: None.
        retry: When a call is tried again, see `RetryPolicy`. Default: `RetryPolicy()`, 2 retries.
        rate_limit: The quota of the workspace. Pass one `RateLimit` to several clients of the same
            workspace, or None to turn it off. Default: `RateLimit()`, the API's 60 requests a minute.
        max_connections: The largest number of requests in flight in one event loop. Default: 10.
        max_response_bytes: The largest response in bytes, also after decompression. Default: 64 MiB.
        trust_env: Whether the environment names proxies and certificates (HTTPS_PROXY, SSL_CERT_FILE).
            Default: True.
        hooks: Functions to call on requests, responses, retries and waits, see `Hooks`. Default: none.
        headers: Headers to send with every request. Default: none.
        app: The name of your application, for the User-Agent header. Default: none.
        transport: An httpx transport to use instead of the network, such as the sandbox's. It is closed
            with the client. Default: None, the network.
        http_client: An `httpx.AsyncClient`, also httpx2's, to use instead of an own one. It must have no
            `params`: give them to `with_options`. You close it. It belongs to the event loop that uses it
            first. httpx 0.28 can lose one of its connections when a call is cancelled; own clients avoid
            that. Default: None.

    Raises:
        ConfigurationError: A setting is wrong. The key is not shown.
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
        headers: Mapping[str, str] | None = None,
        app: str | None = None,
        transport: Transport | None = None,
        http_client: HTTPClient | None = None,
        _environment: Environment = Environment(),
    ) -> None:
        try:
            key = ApiKey(api_key if api_key is not None else os.environ.get("EXEC_API_KEY"))
            url = checked_base_url(
                base_url if base_url is not None else os.environ.get("EXEC_BASE_URL") or BASE_URL
            )
        finally:
            del api_key, base_url  # A traceback can show variables, and either can be the key.
        _check("hooks", hooks, _is(hooks, Hooks), "Hooks(...)")
        limited = rate_limit is None or _is(rate_limit, RateLimit, Unset)
        _check("rate_limit", rate_limit, limited, "RateLimit(...) or None")
        sends = transport is None or hasattr(transport, "handle_async_request")
        _check("transport", transport, sends, "an httpx.AsyncBaseTransport such as sandbox.transport()")
        builds = http_client is None or hasattr(http_client, "build_request")
        builds = builds and (http_client is None or hasattr(http_client, "aclose"))
        _check("http_client", http_client, builds, "an httpx.AsyncClient")
        # httpx replaces the query of a request by such parameters.
        plain = not getattr(http_client, "params", None)
        _check("http_client", http_client, plain, "an httpx.AsyncClient without params")
        _check("app", app, app is None or _is(app, str), "a name such as 'my-app/1.0'")
        settings = _checked(Settings(timeout, deadline, retry))
        agent = f"{app} " if app else ""
        own = check_headers({"user-agent": f"{agent}exec-api-client/{__version__}"})
        adapter = HTTPAdapter(
            url,
            key,
            size=check_whole("max_connections", max_connections, 1),
            transport=transport,
            http_client=http_client,
            trust_env=trust_env,
            max_bytes=check_whole("max_response_bytes", max_response_bytes, 1),
        )
        limit = RateLimit() if rate_limit is UNSET else rate_limit
        self._sender = Sender(ConnectionPools(adapter), limit, hooks, _environment)
        self._options = _Options(self._sender, settings, {**own, **check_headers(headers)})
        self._send = self._options.send
        _set_up_log(os.environ.get("EXEC_LOG"))

    def with_options(
        self,
        *,
        timeout: float | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        rate_limit: RateLimit | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return a client with other settings and the same connections and limits. Closing one closes both.

        Args:
            timeout: As in the constructor, in seconds. Settings that are left out stay as they are.
            deadline: As in the constructor, in seconds.
            retry: As in the constructor.
            rate_limit: A further limit, such as the narrower one of some operations. The client's own
                limit holds too, and `usage` shows that.
            headers: Further headers to send with every request.
            params: Query parameters to send with every request, such as one that the API's document does
                not have yet. A parameter of the call itself wins.

        Raises:
            ConfigurationError: A setting is wrong.
        """
        options, now = self._options, self._options.settings
        further = () if rate_limit is UNSET else (rate_limit,)
        other = type(self).__new__(type(self))
        other._sender = self._sender
        settings = Settings(
            now.timeout if timeout is UNSET else timeout,
            now.deadline if deadline is UNSET else deadline,
            now.retry if retry is UNSET else retry,
            (*now.limits, *further),
        )
        other._options = _Options(
            self._sender,
            _checked(settings),
            {**options.headers, **check_headers(headers)},
            {**options.params, **any_query("with_options", params)},
        )
        other._send = other._options.send
        return other

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Send any request below the base URL, with this client's key, quota, retries and errors.

        POST and PATCH are repeated only if the server cannot have acted on them. The other methods are
        idempotent, and are repeated like a read.

        ```python
        reply = await client.request("POST", "/scenario-studio/jobs", json={"prompt": "..."})
        print(reply.status_code, reply.json())
        ```

        Args:
            method: The HTTP method.
            path: The path below the base URL, such as `/workspace/members`.
            params: The query parameters. A list is sent as repeated names; join values yourself where the
                API wants them joined. `None` is not sent.
            json: The body as a JSON value, also a model. Default: None, no body.
            headers: Further headers.
            timeout: Seconds without progress after which an attempt fails. Default: the client's.

        Raises:
            ConfigurationError: A part of the request is wrong. Nothing was sent.
            APIError: The call failed.
            ClientClosedError: The client is closed.
        """
        return await self._send(any_request(method, path, params, json, headers), timeout)

    def paginate(
        self, path: str, *, params: Mapping[str, Any] | None = None, timeout: float | None = None
    ) -> AsyncPager[dict[str, Any]]:
        """Return a pager over any list below the base URL that takes `page` and `page_size`.

        ```python
        members = await client.paginate("/workspace/members").collect()
        ```

        Args:
            path: The path below the base URL, such as `/workspace/members`.
            params: The query parameters, as in `request`.
            timeout: Seconds without progress after which an attempt fails. Default: the client's.

        Raises:
            ConfigurationError: The path or a parameter is wrong.
        """
        operation = any_list(path, params, PAGE_SIZE, DEFAULT_PAGE_SIZE)
        return AsyncPager(self._send, operation, dict(params or {}), timeout)

    async def with_response(
        self, method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, Response]:
        """Call a method of this client, and return its result with the raw response.

        ```python
        detail, response = await client.with_response(client.sessions.get, session_id)
        print(response.status_code, response.request_id)
        ```

        Args:
            method: A method that sends a request, such as `client.sessions.get`.
            args: Its arguments.
            kwargs: Its named arguments.

        Raises:
            ConfigurationError: The method sent no request.
            APIError: The call failed.
        """
        with record_responses() as responses:
            call: Any = method(*args, **kwargs) if callable(method) else None
            if not hasattr(call, "__await__"):
                raise ConfigurationError("with_response needs a method of this client, which is awaited")
            result = await call
        return result, responses[-1]

    @property
    def base_url(self) -> str:
        """The address of the API, without a slash at the end."""
        return self._sender.pools.adapter.base_url

    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
        return self._sender.pools.closed

    @property
    def rate_limit(self) -> RateLimit | None:
        """The quota of this client. None if it is off."""
        return self._sender.limit

    @property
    def usage(self) -> Usage | None:
        """The spent part of the quota. None if the limit is off."""
        return self._sender.usage()

    async def aclose(self) -> None:
        """Close the connections. Calls in flight fail; a second call does nothing."""
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
            pass  # It must exist, or Python does not call `__enter__` and its error is not seen.

    def __repr__(self) -> str:
        if not hasattr(self, "_sender"):
            return "<AsyncExecClient, not made>"  # in a traceback that shows variables
        return f"<AsyncExecClient of {self.base_url}{', closed' if self.closed else ''}>"

    def __reduce__(self) -> NoReturn:
        self._options.__reduce__()


@contextmanager
def record_responses() -> Generator[list[Response]]:
    """Collect the responses of the calls in a `with` block, which sends at least one request."""
    responses: list[Response] = []
    token = _responses.set(responses)
    try:
        yield responses
    finally:
        _responses.reset(token)
    if not responses:
        raise ConfigurationError(
            "with_response needs a method of this client that sends a request; for a list of ExecClient, "
            "pass its pager's `page`"
        )


def _checked(settings: Settings) -> Settings:
    timeout, deadline = check_seconds("timeout", settings.timeout), settings.deadline
    deadline = None if deadline is None else check_seconds("deadline", deadline)
    _check("retry", settings.retry, _is(settings.retry, RetryPolicy), "RetryPolicy(...)")
    for limit in settings.limits:
        _check("rate_limit", limit, _is(limit, RateLimit), "RateLimit(...)")
    return settings._replace(timeout=timeout, deadline=deadline)


def _is(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds)


def _check(name: str, value: object, valid: bool, expected: str) -> None:
    if not valid:
        # A vendored copy has classes of its own, so the module of a wrong object helps.
        kind = type(value)
        shown = repr(value) if kind.__module__ == "builtins" else f"{value!r} of {kind.__module__}"
        raise ConfigurationError(f"{name} must be {expected}, not {shown}")


def _set_up_log(level: str | None) -> None:
    """Send this package's log to stderr if EXEC_LOG asks for it."""
    if not level:
        return
    if level.lower() not in ("debug", "info", "warning"):
        raise ConfigurationError(f"EXEC_LOG must be debug, info or warning, not {level!r}")
    log.setLevel(level.upper())
    if len(log.handlers) == 1:  # the NullHandler
        handler = logging.StreamHandler()
        # A program that sets up its own log, now or later, has each line there.
        handler.addFilter(lambda _: not logging.getLogger().handlers)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        log.addHandler(handler)
