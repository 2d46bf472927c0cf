"""Every class of exception, and what answers become."""

import json
from typing import Any

import httpx

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
    RetryPolicy,
    UnprocessableEntityError,
)
from tests.fakes import Api
from tests.virtual_time import EPOCH, START, environment, run

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


# The Unix time of each call below.
NOW = EPOCH + START


def error_of(
    body: Any = None,
    *,
    status: int = 400,
    headers: Any = None,
    raw: bytes | None = None,
    max_wait: float = 120.0,
) -> APIStatusError:
    """Return the exception of a call that gets this answer."""
    content = json.dumps(body).encode() if raw is None else raw
    api = Api(httpx.Response(status, headers=headers, content=content))

    async def call() -> APIStatusError:
        policy = RetryPolicy(max_retries=0, max_wait=max_wait)
        async with api.client(retry=policy, _environment=environment()) as client:
            try:
                await client.sessions.list()
            except APIStatusError as error:
                return error
        raise AssertionError("the call succeeded")

    return run(call)
