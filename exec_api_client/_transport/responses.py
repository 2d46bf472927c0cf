"""From a response to its model, or to the exception that tells its problem. No I/O."""

from __future__ import annotations

import email.utils
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, NoReturn, Protocol, TypeVar, cast

from .._runtime.models import UnexpectedShapeError
from .._runtime.operations import read_nothing
from .._runtime.requests import Request
from ..errors import (
    APIStatusError,
    Attempt,
    AuthenticationError,
    DailyLimitError,
    RateLimitError,
    ResponseDecodeError,
    class_of_status,
    redact,
)

T = TypeVar("T")

_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")

_LONGEST_SNIPPET = 200
_LONGEST_MESSAGE = 1000

_DAY = 86400.0

_OF_THE_DAY = re.compile(r"(?<![a-z])(day|days|daily)(?![a-z])", re.IGNORECASE)
_OF_THE_MINUTE = re.compile(r"minute", re.IGNORECASE)


class Response(NamedTuple):
    """One response.

    Attributes:
        method: The HTTP method of the request.
        path: Its path below the base URL, without the query.
        status_code: The HTTP status.
        headers: The headers, names in lower case.
        content: The body, decompressed.
        attempts: The failed attempts before this response.
    """

    method: str
    path: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes
    attempts: tuple[Attempt, ...] = ()

    def __repr__(self) -> str:
        return f"<Response {self.status_code} of {self.method} {self.path}: {len(self.content)} bytes>"

    @property
    def request_id(self) -> str | None:
        """The server's id of the request. None if the response has none."""
        names = (name for name in _REQUEST_IDS if self.headers.get(name))
        return next((printable(self.headers[name], _LONGEST_SNIPPET) for name in names), None)

    def json(self) -> Any:
        """Return the decoded body. None if it is empty.

        Raises:
            ResponseDecodeError: The body is not JSON.
        """
        return read_response(self, lambda _, data: data)


class Send(Protocol):
    """Sends a request. Resources and pagers need nothing else of a client."""

    async def __call__(self, request: Request, timeout: float | None, /) -> Response: ...


def read_response(response: Response, read: Callable[[int, Any], T]) -> T:
    """Return the model of a successful response.

    Args:
        response: The response.
        read: Turns a status and a decoded JSON value into the model.

    Raises:
        ResponseDecodeError: The body is not JSON, or has another shape than `read` expects.
    """
    if read is read_nothing:
        return cast("T", None)
    problem = "is not JSON"
    try:
        data = loads(response.content) if response.content else None
        problem = "cannot be read"
        return read(response.status_code, data)
    except UnexpectedShapeError as error:
        problem = f"has another shape than documented: {error}"
        raise decode_error(response, problem, error.field) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise decode_error(response, f"{problem} ({type(error).__name__})") from error


def decode_error(response: Response, problem: str, field: str = "") -> ResponseDecodeError:
    """Return the exception for a successful response with an unreadable body.

    Args:
        response: The response.
        problem: The end of a sentence that begins with "the response".
        field: The place in the JSON.
    """
    content_type = printable(response.headers.get("content-type", ""), _LONGEST_SNIPPET)
    start = snippet(response.content)
    place = f"{response.method} {response.path}: {response.status_code}, {content_type or 'no content type'}"
    error = ResponseDecodeError(
        f"{place}: the response {problem}{f': {start!r}' if start else ''}",
        method=response.method,
        path=response.path,
        status_code=response.status_code,
        content_type=content_type,
        snippet=start,
        field=field,
        request_id=response.request_id,
    )
    error.attempts = (*response.attempts, Attempt(type(error).__name__, response.status_code, None, ""))
    return error


def status_error(response: Response, *, now: float, max_wait: float) -> APIStatusError:
    """Return the exception for a status other than 2xx.

    Args:
        response: The response. Its body may be anything.
        now: The present as a Unix time, for a wait that is given as a date.
        max_wait: Seconds. A 429 of the day with a longer wait, or without one, is a `DailyLimitError`.
    """
    status, fields = response.status_code, error_fields(response.content)
    wait = retry_after(response.headers, fields, now)
    kind = class_of_status(status)
    if kind is RateLimitError and (wait is None or wait > max_wait) and _is_daily(fields):
        kind = DailyLimitError
    message = _text(fields.get("message"), _LONGEST_MESSAGE) or snippet(response.content) or "no message"
    if 300 <= status < 400:
        message = f"the server redirects, which is not followed; check base_url ({message})"
    error = kind(
        message,
        method=response.method,
        path=response.path,
        status_code=status,
        type=_text(fields.get("type"), _LONGEST_SNIPPET),
        code=_text(fields.get("code"), _LONGEST_SNIPPET),
        headers={name: redact(value) for name, value in response.headers.items() if name != "set-cookie"},
        request_id=response.request_id,
        retry_after=wait,
    )
    if kind is AuthenticationError:
        error.args = (
            f"{error}; check api_key= or EXEC_API_KEY (keys are made in Exec under Settings > API)",
        )
    return error


def error_fields(content: bytes) -> dict[str, Any]:
    """Return the fields of a body's `error` object, and the fields beside it with other names."""
    try:
        body = loads(content)
    except (ValueError, RecursionError):
        return {}
    beside = dict(_mapping(body))
    error = beside.pop("error", None)
    return {"message": error, **beside} if isinstance(error, str) else {**beside, **_mapping(error)}


def retry_after(headers: Mapping[str, str], fields: Mapping[str, Any], now: float) -> float | None:
    """Return the seconds that the server asks to wait. None if it does not ask.

    Args:
        headers: Names in lower case.
        fields: The fields of the body, of which `retry_after` goes before the header. A number beyond the
            seconds of a day is one of milliseconds: the API does not publish the unit.
        now: The present as a Unix time. For a header that is a date, the response's own `date` goes before
            it, since the two clocks may differ (RFC 9110, 10.2.3 and 6.6.1).
    """
    seconds = _number(fields.get("retry_after"))
    if seconds is not None and seconds <= 1000 * _DAY:
        return seconds if seconds <= _DAY else seconds / 1000
    text = headers.get("retry-after", "")
    seconds, moment = _number(text), _unix_time(text)
    if moment is not None:
        present = _unix_time(headers.get("date", ""))
        seconds = max(0.0, moment - (now if present is None else present))
    return seconds


def snippet(content: bytes) -> str:
    """Return the start of a body in one line."""
    text = content[: 4 * _LONGEST_SNIPPET].decode("utf-8", "replace")
    return printable(" ".join(text.split()), _LONGEST_SNIPPET)


def printable(text: str, longest: int) -> str:
    r"""Return a server's text without keys, cut, with escapes such as `\x1b` for unprintable characters.

    A terminal would obey an escape sequence. Half of a surrogate pair cannot be encoded at all.
    """
    text = redact(text[: 4 * longest])
    if not text.isprintable():
        text = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def loads(content: bytes) -> Any:
    """Decode strict JSON in UTF-8, with or without a byte order mark. Uses orjson if it is installed.

    The two differ in one thing: orjson reads whole numbers beyond 64 bits as floats.
    """
    fast = fast_loads()
    if fast is not None:
        try:
            return fast(content)
        except ValueError:
            pass  # The standard library reads a little more, and its errors are the known ones.
    return _decoder.decode(content.decode("utf-8-sig"))


@cache
def fast_loads() -> Callable[[bytes], Any] | None:
    """Return orjson's function, or None if it is not installed."""
    try:
        # Not by its name: a type checker would miss it where it is not installed.
        loads: Callable[[bytes], Any] = import_module("orjson").loads
    except ImportError:
        return None
    return loads


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_reject)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if value.__class__ is dict else {}


def _text(value: object, longest: int) -> str | None:
    if isinstance(value, str | int | float) and value != "":
        return printable(str(value), longest)
    return None


def _is_daily(fields: Mapping[str, Any]) -> bool:
    """Whether a 429 speaks of the day, and not of the minute."""
    texts = [fields.get(name) for name in ("code", "type", "message")]
    said = " ".join(text for text in texts if isinstance(text, str))
    return bool(_OF_THE_DAY.search(said)) and not _OF_THE_MINUTE.search(said)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < math.inf else None


def _unix_time(date: str) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(date)
        # A date of HTTP without a zone is in GMT.
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None
