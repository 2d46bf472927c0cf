"""What an answer that refuses says, and the exception that it becomes; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DailyLimitError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
    redact,
)

_DAY = re.compile(r"(?<![a-z])(day|days|daily)(?![a-z])", re.IGNORECASE)
_MINUTE = re.compile(r"minute", re.IGNORECASE)
_SNIPPET = 200

_CLASS_OF: Mapping[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_error(
    method: str, path: str, status: int, headers: Mapping[str, str], content: bytes, *, daily: bool = False
) -> APIStatusError:
    """Make the exception for an answer whose status is not 2xx, whatever its body holds.

    Args:
        method: The HTTP method.
        path: The path below the base URL.
        status: The HTTP status.
        headers: Names in lower case.
        content: The body.
        daily: Whether a 429 that speaks of the day is one that no caller waits for.
    """
    said = error_fields(content)
    message = _text(said.get("message")) or snippet(content) or "no message"
    if 300 <= status < 400:
        message = f"the server redirects, which is not followed; check base_url ({message})"
    kind = _CLASS_OF.get(status, InternalServerError if status >= 500 else APIStatusError)
    if daily and kind is RateLimitError and _speaks_of_the_day(said):
        kind = DailyLimitError
    error = kind(
        message,
        method=method,
        path=path,
        status_code=status,
        type=_text(said.get("type")),
        code=_text(said.get("code")),
        headers={name: redact(value) for name, value in headers.items() if name != "set-cookie"},
    )
    if kind is AuthenticationError:
        error.args = (
            f"{error}; check api_key= or EXEC_API_KEY (keys are made in Exec under Settings > API)",
        )
    return error


def error_fields(content: bytes) -> dict[str, Any]:
    """The fields of a body's `error` object, and those beside it where they have other names."""
    body = _object(content)
    error: Any = body.get("error")
    beside: dict[str, Any] = {name: value for name, value in body.items() if name != "error"}
    if isinstance(error, str):
        return {"message": error, **beside}
    return {**beside, **error} if error.__class__ is dict else beside


def _object(content: bytes) -> dict[str, Any]:
    try:
        body: Any = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if body.__class__ is dict else {}


def values_of(content: bytes, name: str) -> list[Any]:
    """The values of a field in a body's `error` object and beside it, in this order."""
    body = _object(content)
    error: Any = body.get("error")
    inside: list[dict[str, Any]] = [error] if error.__class__ is dict else []
    return [holder[name] for holder in (*inside, body) if name in holder]


def _speaks_of_the_day(said: Mapping[str, Any]) -> bool:
    """Whether a 429 is of the day's limit: its code or message says so, and not the minute's as well."""
    for name in ("code", "type", "message"):
        text = str(said.get(name) or "")
        if _MINUTE.search(text):
            return False
        if _DAY.search(text):
            return True
    return False


def snippet(content: bytes) -> str:
    """The start of a body on one line, without keys."""
    text = redact(" ".join(content[: 4 * _SNIPPET].decode("utf-8", "replace").split()))
    return text if len(text) <= _SNIPPET else f"{text[: _SNIPPET - 3]}..."


def _text(value: object) -> str | None:
    return redact(str(value)) if isinstance(value, str | int | float) and value != "" else None
