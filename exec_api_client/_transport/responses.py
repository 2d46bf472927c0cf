"""From the bytes of an answer to its model, or to an error that says what was wrong; pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NoReturn, TypeVar

from .._runtime.models import UnexpectedShapeError
from .._runtime.requests import Request, Response
from ..errors import Attempt, ResponseDecodeError, redact
from .auth import bare
from .refusal import snippet

T = TypeVar("T")


def read_response(request: Request, response: Response, read: Callable[[int, Any], T]) -> T:
    """Return the model of a response.

    Raises:
        ResponseDecodeError: The body is not JSON, or not of the shape that `read` expects.
    """
    try:
        data = loads(response.content) if response.content else None
    except (ValueError, RecursionError) as error:
        raise _failure(request, response, f"the answer is not JSON ({type(error).__name__})") from bare(error)
    try:
        return read(response.status_code, data)
    except UnexpectedShapeError as error:
        problem = f"the answer has another shape than documented: {error}"
        raise _failure(request, response, problem, error.field) from bare(error)
    except RecursionError as error:
        raise _failure(request, response, "the answer is nested too deeply") from bare(error)


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_reject)


def loads(content: bytes) -> Any:
    """Decode strict JSON in UTF-8, with or without a byte order mark; with orjson where it is installed.

    The two differ in one thing: orjson reads whole numbers beyond 64 bits as floats.
    """
    fast = fast_loads()
    if fast is not None:
        try:
            return fast(content)
        except ValueError:
            pass  # what orjson refuses, the standard library may read, or refuse with the error that is known
    return standard_loads(content)


def standard_loads(content: bytes) -> Any:
    """`loads` with the standard library alone."""
    return _decoder.decode(content.decode("utf-8-sig"))


@cache
def fast_loads() -> Callable[[bytes], Any] | None:
    """orjson's, or None; not imported by its name, for type checkers where it is not installed."""
    try:
        loads: Callable[[bytes], Any] = import_module("orjson").loads
    except ImportError:
        return None
    return loads


def _failure(request: Request, response: Response, problem: str, field: str = "") -> ResponseDecodeError:
    content_type = redact(response.headers.get("content-type", ""))
    start = snippet(response.content)
    came = f"{response.status_code}, {content_type or 'no content type'}"
    failure = ResponseDecodeError(
        f"{request.method} {request.path}: {came}: {problem}: {start!r}",
        method=request.method,
        path=request.path,
        status_code=response.status_code,
        content_type=content_type,
        snippet=start,
        field=field,
    )
    failure.attempts = (*response.attempts, Attempt(type(failure).__name__, response.status_code, None, ""))
    return failure
