"""What was asked of the sandbox."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from .delivery import Delivery
from .faults import Fault
from .messages import Request

LOG_LENGTH = 10_000
"""How many requests the log keeps; the oldest go first."""

_KEY = re.compile(r"exec_[a-z]+_\w+")


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request in the log; without headers, so without the key.

    Attributes:
        method: The HTTP method.
        path: The path as it was sent; like the query, with anything that looks like a key masked.
        query: The query string as it was sent.
        time: When it came, in seconds by the sandbox's clock.
        status: The status of the answer, or None where the connection failed before it.
        fault: What was made to go wrong, or None.
    """

    method: str
    path: str
    query: str
    time: float
    status: int | None
    fault: Fault | None = None

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the query, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


def entry(request: Request, delivery: Delivery, time: float, key: str) -> LoggedRequest:
    """Return the entry for a request that came at `time`, with `key` masked wherever it stands."""
    answered = delivery.connection in (None, "truncated")
    return LoggedRequest(
        method=request.method,
        path=_mask(request.path, key),
        query=_mask(request.query, key),
        time=time,
        status=delivery.response.status if answered else None,
        fault=delivery.fault,
    )


def _mask(text: str, key: str) -> str:
    return _KEY.sub("***", text.replace(key, "***"))
