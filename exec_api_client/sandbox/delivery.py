"""How an answer reaches the client: the transport and the server carry it out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .faults import Connection, Fault
from .messages import Request, Response


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer and how it reaches the client.

    Attributes:
        response: The answer.
        delay: Seconds to wait before anything is sent.
        fault: What spoils the delivery, or None.
    """

    response: Response
    delay: float = 0.0
    fault: Fault | None = None

    @property
    def connection(self) -> Connection | None:
        """What becomes of the connection."""
        return self.fault.connection if self.fault else None

    @property
    def pause(self) -> float:
        """Seconds between two pieces of the body."""
        return self.fault.pause if self.fault else 0.0

    @property
    def length(self) -> int:
        """The length to announce: of the whole body, at least 1 where it is to be cut short."""
        return max(len(self.response.body), 1 if self.connection == "truncated" else 0)

    def pieces(self) -> Iterator[bytes]:
        """Yield what is really sent of the body."""
        body = self.response.body
        if self.connection == "truncated":
            body = body[: len(body) // 2]
        size = self.fault.piece if self.fault and self.fault.pause else max(len(body), 1)
        for start in range(0, len(body), size):
            yield body[start : start + size]


Exchange = Callable[[Request], Delivery]
"""What the transport and the server ask: `Sandbox.exchange`."""
