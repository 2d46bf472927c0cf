"""An async-first client of the Exec API."""

from __future__ import annotations

from ._model import UNSET, Unset
from ._version import __version__
from .client import AsyncExecClient
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
from .hooks import Hooks, RequestSent, ResponseReceived, RetryPlanned
from .limits import RateLimit, Usage
from .pagination import AsyncPager, Page
from .retry import RetryPolicy

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
    "ExecError",
    "Hooks",
    "InternalServerError",
    "NotFoundError",
    "Page",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RequestSent",
    "ResponseDecodeError",
    "ResponseReceived",
    "RetryPlanned",
    "RetryPolicy",
    "UnprocessableEntityError",
    "Unset",
    "Usage",
    "__version__",
]
