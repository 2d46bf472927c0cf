"""Every class of exception, and what answers become."""

import json
from typing import Any

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
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
from exec_api_client._runtime.requests import Request
from exec_api_client._transport.responses import Response, status_error

TREE = {
    ExecError: Exception,
    ConfigurationError: ExecError,
    ClientClosedError: ExecError,
    PaginationError: ExecError,
    APIError: ExecError,
    APIConnectionError: APIError,
    APITimeoutError: APIConnectionError,
    ResponseDecodeError: APIError,
    APIStatusError: APIError,
    BadRequestError: APIStatusError,
    AuthenticationError: APIStatusError,
    PermissionDeniedError: APIStatusError,
    NotFoundError: APIStatusError,
    ConflictError: APIStatusError,
    UnprocessableEntityError: APIStatusError,
    InternalServerError: APIStatusError,
    RateLimitError: APIStatusError,
    DailyLimitError: RateLimitError,
}


STATUSES = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
    500: InternalServerError,
    502: InternalServerError,
    503: InternalServerError,
    504: InternalServerError,
    520: InternalServerError,
    599: InternalServerError,
    999: InternalServerError,
    101: APIStatusError,
    302: APIStatusError,
    304: APIStatusError,
    402: APIStatusError,
    408: APIStatusError,
    418: APIStatusError,
    451: APIStatusError,
}


REQUEST = Request("sessions.list", "GET", "/sessions")


def error_of(
    body: Any = None,
    *,
    status: int = 400,
    headers: dict[str, str] | None = None,
    raw: bytes | None = None,
    max_wait: float = 120.0,
) -> APIStatusError:
    """Return the exception for a response."""
    content = json.dumps(body).encode() if raw is None else raw
    return status_error(
        Response(REQUEST.method, REQUEST.path, status, headers or {}, content), now=0.0, max_wait=max_wait
    )[0]
