"""The exceptions.

```
ExecError
├── ConfigurationError(ValueError)   a setting or an argument cannot be right; nothing was sent
├── ClientClosedError                the client is closed
├── PaginationError                  the server's pages contradict each other
└── APIError                         method, path, attempts
    ├── APIConnectionError           no answer, or only a part of one
    │   └── APITimeoutError
    ├── ResponseDecodeError          an answer that is not what the API documents
    └── APIStatusError               status_code, type, code, message, headers
        ├── BadRequestError 400 · AuthenticationError 401 · PermissionDeniedError 403
        ├── NotFoundError 404 · ConflictError 409 · UnprocessableEntityError 422
        ├── InternalServerError 5xx
        └── RateLimitError 429       retry_after
            └── DailyLimitError      the wait is too long to sit out
```

No exception holds the request or the key, and each can be pickled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_KEY = re.compile(r"exec_live_[A-Za-z0-9]+|(?<=[Bb]earer )\S+")


def redact(text: str) -> str:
    """Replace everything that looks like an API key."""
    return _KEY.sub("[key]", text)


class ExecError(Exception):
    """Base of everything that this package raises.

    Attributes:
        bookmark: Where the walk over a list stood that the error ended; None where it ended none. See
            `AsyncPager.resume`.
    """

    bookmark: dict[str, Any] | None = None


class ConfigurationError(ExecError, ValueError):
    """A setting or an argument cannot be right; nothing was sent."""


class ClientClosedError(ExecError):
    """The client is closed; make a new one."""


class PaginationError(ExecError):
    """The pages that the server gave contradict each other, so the walk ended."""


class Attempt(NamedTuple):
    """What became of one attempt of a call.

    Attributes:
        error: The name of the exception that it would have raised.
        status: The HTTP status; None where no answer came.
        delay: Seconds until the next attempt; None where there was none.
        source: `deadline` or `budget` where that allowed no other attempt; else `server` or `backoff`,
            whoever chose the delay, or would have.
    """

    error: str
    status: int | None
    delay: float | None
    source: str

    @property
    def shown(self) -> str:
        """The failure in one word or two."""
        return self.error if self.status is None else f"{self.error} ({self.status})"


class APIError(ExecError):
    """A call failed.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempts: What became of each attempt, the last one last.
    """

    def __init__(self, message: str, *, method: str = "", path: str = "") -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts: tuple[Attempt, ...] = ()

    def __str__(self) -> str:
        tried = len(self.attempts)
        return f"{super().__str__()}{f' (after {tried} attempts)' if tried > 1 else ''}"


class APIConnectionError(APIError):
    """No answer came, or only a part of one.

    Attributes:
        sent: Whether the server may have received the request, and so may have acted on it.
        transient: Whether another attempt could end otherwise; not so for a certificate that does not verify.
    """

    def __init__(
        self, message: str, *, method: str = "", path: str = "", sent: bool = True, transient: bool = True
    ) -> None:
        super().__init__(message, method=method, path=path)
        self.sent = sent
        self.transient = transient


class APITimeoutError(APIConnectionError):
    """The server or the network took longer than `timeout` or `deadline` allows."""


class ResponseDecodeError(APIError):
    """The answer is not what the API documents: not JSON, or JSON of another shape.

    Attributes:
        status_code: The HTTP status.
        content_type: The answer's content type, empty where it has none.
        snippet: The first characters of the body.
        field: Where in the JSON the answer differs, such as `$.data`; empty where it is not JSON.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status_code: int = 0,
        content_type: str = "",
        snippet: str = "",
        field: str = "",
    ) -> None:
        super().__init__(message, method=method, path=path)
        self.status_code = status_code
        self.content_type = content_type
        self.snippet = snippet
        self.field = field


class APIStatusError(APIError):
    """The API answered with an error: the schema `ValidationErrorDetail` of its documentation.

    Operations document 400, 401 and 404, "Rate limits" documents 429; any other status is read alike.

    Attributes:
        status_code: The HTTP status.
        type: The API's category, such as `invalid_request`; None where the body has none.
        code: The API's code, such as `invalid_pagination`; None where the body has none.
        message: What the API says, or the start of a body that is not in the API's form.
        headers: The answer's headers, names in lower case, without cookies.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status_code: int = 0,
        type: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        label = " ".join(part for part in (str(status_code or ""), type, code and f"({code})") if part)
        super().__init__(f"{method} {path}: {label}: {message}".strip(": "), method=method, path=path)
        self.message = message
        self.status_code = status_code
        self.type = type
        self.code = code
        self.headers = dict(headers or {})


class BadRequestError(APIStatusError):
    """400: the API refuses the arguments. API reference: the answer `BadRequest`."""


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or inactive. API reference: the answer `Unauthorized`."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""


class NotFoundError(APIStatusError):
    """404: there is no such object. API reference: the answer `NotFound`."""


class ConflictError(APIStatusError):
    """409: the object's state does not allow this."""


class UnprocessableEntityError(APIStatusError):
    """422: the API understands the body and refuses it."""


class InternalServerError(APIStatusError):
    """5xx: the server failed."""


class RateLimitError(APIStatusError):
    """429: the workspace has used up its requests; also where a call is not sent, as none is left in time.

    The API documents it under "Rate limits".

    Attributes:
        retry_after: Seconds until the API accepts requests again; None where it did not say.
    """

    retry_after: float | None = None


class DailyLimitError(RateLimitError):
    """429 of the day's limit ("Rate limits"), with a wait that is too long to sit out, or none."""
