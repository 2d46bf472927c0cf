"""What can be made to go wrong, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict, get_args

from . import checks
from .messages import Request, Response, error_response, json_response

Connection = Literal["refused", "reset", "dropped", "truncated"]

NO_BODY = (204, 304)
"""The statuses whose answers have no body."""

Body = bytes | str | list[object] | dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail. Only what is given happens; several may happen together.

    Attributes:
        status: Answer with this status in place of the API, which then never hears of the
            request: it counts towards no limit. Default: the API answers.
        headers: Headers of that answer, added to or replacing `content-type`; the sandbox itself
            sets `content-length` and `connection`. Default: none.
        body: Its body: bytes or text as they are, a list or an object as JSON. Default: an error
            in the published envelope.
        retry_after: The seconds that this error tells to wait, in its body as the API does it.
            Default: none.
        connection: What becomes of the connection. Default: nothing.
            "refused": it is not made. On a socket, where it has been made by then, "reset".
            "reset": it breaks before an answer.
            "dropped": it is closed, in good order, without an answer.
            "truncated": it is closed half-way through the body.
        delay: Seconds before the answer (or the failure), added to the latency. Default: 0.
        pause: Seconds between two pieces of the body, so that it dribbles in. Default: 0, the
            body comes whole.
        piece: The size of such a piece in bytes. Default: 16.

    Raises:
        ValueError: Nothing would happen, or a value makes no sense.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Body = None
    retry_after: float | None = None
    connection: Connection | None = None
    delay: float = 0.0
    pause: float = 0.0
    piece: int = 16

    def __post_init__(self) -> None:
        if self.status is None and (self.body is not None or self.retry_after is not None or self.headers):
            raise ValueError("headers, body and retry_after need a status")
        if self.body is not None and self.retry_after is not None:
            raise ValueError("retry_after stands in the body: put it into yours, or leave the body out")
        checks.whole("status", self.status, 200, 599, none="for the API's own answer")
        checks.choice("connection", self.connection, get_args(Connection), none=True)
        checks.seconds("retry_after", self.retry_after, none=True)
        checks.seconds("delay", self.delay)
        checks.seconds("pause", self.pause)
        checks.whole("piece", self.piece, 1)
        if not (self.status or self.connection or self.delay or self.pause):
            raise ValueError("a fault needs a status, a connection, a delay or a pause")
        if self.status in NO_BODY and (self.body is not None or self.retry_after is not None):
            raise ValueError(f"an answer with status {self.status} has no body")
        for name, value in self.headers.items():
            checks.text(f"headers[{name!r}]", value)
            if any(sign in name + value for sign in "\r\n\0"):
                raise ValueError(f"header {name!r} has a line break in it")
            (name + value).encode("latin-1")  # or a UnicodeEncodeError, which is a ValueError
        checks.body("body", self.body)

    def response(self) -> Response | None:
        """Return the answer in place of the API's, or None where the API is to answer."""
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
            text = self.body.encode("utf-8")
            usual = Response(self.status, {"content-type": "text/plain; charset=utf-8"}, text)
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
    pause: float
    piece: int


@dataclass(slots=True)
class FaultRule:
    """A fault and the requests that meet it.

    Attributes:
        fault: What happens.
        when: Which requests.
        left: How many more times; None for ever.
        hits: How many times it has happened.
    """

    fault: Fault
    when: Callable[[Request], bool]
    left: int | None
    hits: int = 0

    def meets(self, request: Request) -> bool:
        """Whether it happens to this request; if so, that is counted.

        Raises:
            Exception: Whatever the predicate raises.
        """
        if self.left == 0 or not self.when(request):
            return False
        self.hits += 1
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The rules in force, the oldest first. The first that meets a request is the one."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []

    def add(self, rule: FaultRule) -> None:
        """Put a rule behind the others.

        Raises:
            ValueError: It would never apply.
        """
        checks.function("predicate", rule.when)
        checks.whole("times", rule.left, 1, none="for always")
        self._rules.append(rule)

    def clear(self) -> None:
        """Forget all rules."""
        self._rules.clear()

    def next_for(self, request: Request) -> Fault | None:
        """Return the fault for this request, if any, and count it."""
        return next((rule.fault for rule in self._rules if rule.meets(request)), None)
