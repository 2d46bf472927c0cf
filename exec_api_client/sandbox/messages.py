"""Requests, responses and the log of them, as plain values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the sandbox sees it.

    The representation leaves the headers out, because one of them holds the key.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path as it was sent, percent-encoded, without the query.
        query: The query string as it was sent, without the question mark. Default: empty.
        headers: Name → value. `header()` finds a name in any case. Default: none.
        body: The whole body. Default: empty.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return the header of that name, in any case, or None."""
        lower = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == lower), None)


@dataclass(frozen=True, slots=True)
class Response:
    """One response: status, headers (lower-case, without `content-length`) and the whole body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    def json(self) -> Any:
        """Return the body read as JSON.

        Raises:
            ValueError: The body is not JSON.
        """
        return json.loads(self.body)


def json_response(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response with `value` as compact JSON, and with more headers."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(status, {"content-type": "application/json", **(headers or {})}, text.encode())


def error_response(
    status: int,
    kind: str,
    message: str,
    *,
    code: str | None = None,
    retry_after: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error in the published form, without `code` and `retry_after` where they are None."""
    error = {"type": kind} | ({} if code is None else {"code": code}) | {"message": message}
    wait = {} if retry_after is None else {"retry_after": retry_after}
    return json_response(status, {"error": error, **wait}, headers)
