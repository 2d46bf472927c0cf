"""The exceptions.

```
ExecError
├── ConfigurationError(ValueError)   a wrong setting or argument; nothing was sent
├── ClientClosedError                the client is closed
├── PaginationError                  the server's pages contradict each other
└── APIError                         method, path, attempts
    ├── APIConnectionError           no response, or only a part of one
    │   └── APITimeoutError
    ├── ResponseDecodeError          a response that the API does not document
    └── APIStatusError               status_code, type, code, message, headers, request_id, retry_after
        ├── BadRequestError 400 · AuthenticationError 401 · PermissionDeniedError 403
        ├── NotFoundError 404 · ConflictError 409 · UnprocessableEntityError 422
        ├── InternalServerError 5xx
        └── RateLimitError 429
            └── DailyLimitError      the day's limit, or a wait that is too long
```

No exception holds the request or the key, and each can be pickled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

E = TypeVar("E", bound="ExecError")

_KEY = re.compile(r"exec_live_[A-Za-z0-9]+")


def redact(text: str) -> str:
    """Replace everything that looks like an API key."""
    return _KEY.sub("[key]", text)


def _restore(kind: type[E], args: tuple[Any, ...], attributes: dict[str, Any]) -> E:
    """Return an exception as it was pickled, without calling its constructor."""
    error = kind.__new__(kind, *args)
    vars(error).update(attributes)
    return error


class ExecError(Exception):
    """Base of all exceptions of this package.

    Attributes:
        bookmark: The position in the list that the error ended. None if no list was read. Pass it to
            `AsyncPager.resume`.
    """

    bookmark: dict[str, Any] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, vars(self))


class ConfigurationError(ExecError, ValueError):
    """A wrong setting or argument. Nothing was sent."""

    def __init__(self, message: str = "") -> None:
        # A key that was passed as another argument would be shown with it.
        super().__init__(redact(message))


class ClientClosedError(ExecError):
    """A call of a closed client. Make a new one."""


class PaginationError(ExecError):
    """The end of a list whose pages contradict each other."""


class Attempt(NamedTuple):
    """One failed attempt of a call.

    Attributes:
        error: The name of the exception that it would have raised.
        status: The HTTP status. None without a response.
        delay: Seconds until the next attempt. None if there was none.
        source: `deadline` or `budget` if that prevented the next attempt, else the origin of the delay:
            `server` or `backoff`.
    """

    error: str
    status: int | None
    delay: float | None
    source: str


class APIError(ExecError):
    """A failed call.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempts: The failed attempts, the last one last.
    """

    def __init__(self, message: str = "", *, method: str = "", path: str = "") -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts: tuple[Attempt, ...] = ()

    def __str__(self) -> str:
        count = len(self.attempts)
        return f"{super().__str__()}{f' (after {count} attempts)' if count > 1 else ''}"


class APIConnectionError(APIError):
    """A call without a response, or with only a part of one.

    Attributes:
        sent: Whether the server may have received the request, and so may have acted on it.
        transient: Whether another attempt may succeed. False for a certificate that is not trusted.
    """

    def __init__(
        self,
        message: str = "",
        *,
        method: str = "",
        path: str = "",
        sent: bool = True,
        transient: bool = True,
    ) -> None:
        super().__init__(message, method=method, path=path)
        self.sent = sent
        self.transient = transient


class APITimeoutError(APIConnectionError):
    """A call that took longer than `timeout` or `deadline`."""


class ResponseDecodeError(APIError):
    """A response that is not JSON, or has another shape than the API documents.

    Attributes:
        status_code: The HTTP status.
        content_type: The content type of the response. Empty if it has none.
        snippet: The first characters of the body.
        field: The place in the JSON, such as `$.data`. Empty if the body is not JSON.
        request_id: The server's id of the request. None if the response has none.
    """

    def __init__(
        self,
        message: str = "",
        *,
        method: str = "",
        path: str = "",
        status_code: int = 0,
        content_type: str = "",
        snippet: str = "",
        field: str = "",
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, method=method, path=path)
        self.status_code = status_code
        self.content_type = content_type
        self.snippet = snippet
        self.field = field
        self.request_id = request_id


class APIStatusError(APIError):
    """An error status of the API. API reference: the schema `ValidationErrorDetail`.

    Operations document 400, 401 and 404. "Rate limits" documents 429. Any other status is read alike.

    Attributes:
        status_code: The HTTP status.
        type: The API's category, such as `invalid_request`. None if the body has none.
        code: The API's code, such as `invalid_pagination`. None if the body has none.
        message: The API's message, or the start of a body of another form.
        headers: The headers of the response, names in lower case, without cookies.
        request_id: The server's id of the request. None if the response has none.
        retry_after: Seconds that the server asks to wait. None if it does not ask.
    """

    status_code: int = 0

    def __init__(
        self,
        message: str = "",
        *,
        method: str = "",
        path: str = "",
        status_code: int | None = None,
        type: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status_code = self.status_code if status_code is None else status_code
        label = " ".join(part for part in (str(self.status_code or ""), type, code and f"({code})") if part)
        super().__init__(f"{method} {path}: {label}: {message}".strip(": "), method=method, path=path)
        self.message = message
        self.type = type
        self.code = code
        self.headers: dict[str, str] = dict(headers or {})
        self.request_id = request_id
        self.retry_after = retry_after


class BadRequestError(APIStatusError):
    """400: the API refuses the arguments. API reference: the response `BadRequest`."""

    status_code = 400


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or inactive. API reference: the response `Unauthorized`."""

    status_code = 401


class PermissionDeniedError(APIStatusError):
    """403: the key does not allow this."""

    status_code = 403


class NotFoundError(APIStatusError):
    """404: there is no such object. API reference: the response `NotFound`."""

    status_code = 404


class ConflictError(APIStatusError):
    """409: the state of the object does not allow this."""

    status_code = 409


class UnprocessableEntityError(APIStatusError):
    """422: the API understands the body and refuses it."""

    status_code = 422


class InternalServerError(APIStatusError):
    """5xx: the server failed."""

    status_code = 500


class RateLimitError(APIStatusError):
    """429: the workspace has used its requests. Also raised, unsent, if no slot comes before the deadline.

    The API documents it under "Rate limits".
    """

    status_code = 429


class DailyLimitError(RateLimitError):
    """429 of the day's limit ("Rate limits"), or the limit's own `day_ceiling`."""


def class_of_status(status: int) -> type[APIStatusError]:
    """Return the exception class of an HTTP status."""
    classes = {kind.status_code: kind for kind in APIStatusError.__subclasses__()}
    return classes.get(status, InternalServerError if status >= 500 else APIStatusError)
