"""Faults, and the delivery of a response with or without one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict, get_args

from .checks import is_whole, require, require_seconds
from .messages import Request, Response, error_response, json_response

Connection = Literal["refused", "reset", "dropped", "truncated"]
Body = bytes | str | list[object] | dict[str, object] | None

NO_BODY = (204, 304)
"""The statuses of responses without a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failure, of one kind or of several together.

    Attributes:
        status: The status of a response in place of the API's. The request then counts towards
            no limit. Default: the API responds.
        headers: Headers of that response, beside or in place of `content-type`. The sandbox
            sets `content-length` and `connection` itself. Default: none.
        body: The body of that response: bytes or text as they are, a list or an object as JSON.
            Default: an error in the published form.
        retry_after: The wait in seconds that this error names in its body. Default: none.
        connection: The failure of the connection. Default: none.
            "refused": the client cannot connect. On a socket it is "reset" instead.
            "reset": the connection breaks before a response.
            "dropped": the connection ends in good order, without a response.
            "truncated": the connection ends half-way through the body.
        delay: Seconds before the response or the failure, beside the latency. Default: 0.

    Raises:
        TypeError: The body is no JSON.
        ValueError: A value is not valid, or nothing would fail.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Body = None
    retry_after: float | None = None
    connection: Connection | None = None
    delay: float = 0.0

    def __post_init__(self) -> None:
        kinds = get_args(Connection)
        whole = self.status is None or is_whole(self.status, 200, 599)
        require(whole, "status", self.status, "a whole number from 200 to 599, or None")
        known = self.connection is None or self.connection in kinds
        require(known, "connection", self.connection, f"one of {', '.join(kinds)}, or None")
        if self.retry_after is not None:
            require_seconds("retry_after", self.retry_after)
        require_seconds("delay", self.delay)
        for name, value in self.headers.items():
            one_line = not any(sign in name + value for sign in "\r\n\0")
            require(one_line, f"headers[{name!r}]", value, "one line of text")
            (name + value).encode("latin-1")  # a UnicodeEncodeError is a ValueError
        has_body = self.body is not None or self.retry_after is not None
        if self.status is None and (has_body or self.headers):
            raise ValueError("headers, body and retry_after need a status")
        if self.body is not None and self.retry_after is not None:
            raise ValueError("retry_after stands in the body: write it into your body, or give no body")
        if self.status in NO_BODY and has_body:
            raise ValueError(f"a response with status {self.status} has no body")
        if not (self.status or self.connection or self.delay):
            raise ValueError("a fault needs a status, a connection or a delay")
        self.response()  # finds a body that is no JSON

    def response(self) -> Response | None:
        """Return the response in place of the API's, or None where the API responds."""
        if self.status is None:
            return None
        if self.status in NO_BODY:
            usual = Response(self.status)
        elif self.body is None:
            message = f"Status {self.status} as requested"
            usual = error_response(self.status, "api_error", message, retry_after=self.retry_after)
        elif isinstance(self.body, bytes):
            usual = Response(self.status, {"content-type": "application/octet-stream"}, self.body)
        elif isinstance(self.body, str):
            usual = Response(self.status, {"content-type": "text/plain; charset=utf-8"}, self.body.encode())
        else:
            usual = json_response(self.status, self.body)
        given = {name.lower(): value for name, value in self.headers.items()}
        return Response(self.status, {**usual.headers, **given}, usual.body)


class FaultOptions(TypedDict, total=False):
    """The arguments of Fault, for functions that pass them on."""

    status: int | None
    headers: Mapping[str, str]
    body: Body
    retry_after: float | None
    connection: Connection | None
    delay: float


@dataclass(slots=True)
class FaultRule:
    """A fault and the requests that it happens to.

    Attributes:
        fault: The fault.
        when: Returns whether the fault happens to a request.
        left: The number of times left, or None for no end.
        hits: The number of times so far.

    Raises:
        ValueError: `when` cannot be called, or `left` is not a number of times.
    """

    fault: Fault
    when: Callable[[Request], bool]
    left: int | None
    hits: int = 0

    def __post_init__(self) -> None:
        require(callable(self.when), "predicate", self.when, "a function of a request")
        valid = self.left is None or is_whole(self.left, 1)
        require(valid, "times", self.left, "a whole number, 1 or more, or None for no end")

    def applies(self, request: Request) -> bool:
        """Return whether the fault happens to this request, and count it if so.

        Raises:
            Exception: Any error of `when`.
        """
        if self.left == 0 or not self.when(request):
            return False
        self.hits += 1
        if self.left is not None:
            self.left -= 1
        return True


@dataclass(frozen=True, slots=True)
class Delivery:
    """A response and its way to the client; the transport and the server carry it out.

    Attributes:
        response: The response.
        delay: Seconds to wait before anything is sent.
        fault: The fault of the delivery, or None.
    """

    response: Response
    delay: float = 0.0
    fault: Fault | None = None

    @property
    def connection(self) -> Connection | None:
        """The failure of the connection, or None."""
        return self.fault.connection if self.fault else None

    @property
    def length(self) -> int:
        """The length to announce: that of the whole body, at least 1 where the body is cut."""
        return max(len(self.response.body), 1 if self.connection == "truncated" else 0)

    @property
    def body(self) -> bytes:
        """The bytes of the body that are sent: half of them where the body is cut."""
        body = self.response.body
        return body[: len(body) // 2] if self.connection == "truncated" else body


Exchange = Callable[[Request], Delivery]
"""The function that the transport and the server call: `Sandbox.exchange`."""
