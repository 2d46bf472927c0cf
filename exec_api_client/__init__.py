"""An async-first client of the Exec API, with a synchronous client beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    from .client import AsyncExecClient
except ModuleNotFoundError as error:
    from .vendor import REQUIREMENTS

    if (error.name or "").startswith(__name__):
        raise
    # With this name, `python -m` prints one line and no traceback.
    raise ImportError(f"{error}; install {', '.join(REQUIREMENTS)}", name=__name__) from error

from ._runtime.models import UNSET, Unset
from ._transport.responses import Response
from ._version import __version__
from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    Attempt,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    DailyLimitError,
    ExecError,
    InternalServerError,
    NotFoundError,
    PaginationError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    UnprocessableEntityError,
)
from .hooks import Hooks, RequestSent, ResponseReceived, RetryPlanned, WaitStarted
from .limits import RateLimit, RedisStore, Usage
from .pagination import AsyncPager, Page
from .retry import RetryPolicy

if TYPE_CHECKING:
    from .sync import ExecClient

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncExecClient",
    "AsyncPager",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DailyLimitError",
    "ExecClient",
    "ExecError",
    "Hooks",
    "InternalServerError",
    "NotFoundError",
    "Page",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RedisStore",
    "RequestSent",
    "Response",
    "ResponseDecodeError",
    "ResponseReceived",
    "RetryPlanned",
    "RetryPolicy",
    "UnprocessableEntityError",
    "Unset",
    "Usage",
    "WaitStarted",
    "__version__",
]

if not TYPE_CHECKING:  # a type checker would take any name for one of the package

    def __getattr__(name):
        if name == "ExecClient":  # loaded only where it is used
            from .sync import ExecClient  # noqa: PLC0415

            return ExecClient
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
