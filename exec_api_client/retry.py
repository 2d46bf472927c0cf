"""When a request is tried again, and how long to wait before; pure.

The API documents 429 with a `retry_after` in the body ("Rate limits" of its documentation).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    ConfigurationError,
    DailyLimitError,
)

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})

# More of them would overflow.
_DOUBLINGS = 1000


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a call is tried again.

    The API's 429 says how long to wait ("Rate limits" of its documentation); the other waits are ours.

    Args:
        max_retries: Attempts after the first; 0 turns retries off. Default: 2.
        backoff: Seconds; the first wait is random between 0 and this, and the bound doubles each time.
            Default: 0.5.
        max_backoff: Seconds; the bound stays there. Default: 8.
        max_wait: Seconds; a longer wait that the server asks for is not slept, the call fails at once.
            Default: 120.

    Raises:
        ConfigurationError: A number cannot be right.
    """

    max_retries: int = 2
    backoff: float = 0.5
    max_backoff: float = 8.0
    max_wait: float = 120.0

    def __post_init__(self) -> None:
        whole = self.max_retries.__class__ is int
        seconds = (self.backoff, self.max_backoff, self.max_wait)
        if (
            not whole
            or self.max_retries < 0
            or not all(
                value.__class__ in (int, float) and value >= 0 and not math.isnan(value) for value in seconds
            )
        ):
            raise ConfigurationError(f"{self!r}: numbers from 0 upwards are wanted")

    def delay(self, retries: int, server_wait: float | None, random: float) -> float | None:
        """Seconds to wait before the next attempt, or None where there is none.

        Args:
            retries: How often the call was tried again already.
            server_wait: Seconds that the server asks for.
            random: A number from 0 up to 1 that spreads the waits of many callers.
        """
        if retries >= self.max_retries or (server_wait or 0.0) > self.max_wait:
            return None
        return self.wait(retries, server_wait, random)

    def wait(self, retries: int, server_wait: float | None, random: float) -> float:
        """Seconds after a failure before anything should be sent, whether or not this call is tried again.

        Args:
            retries: How often the call was tried again already.
            server_wait: Seconds that the server asks for.
            random: A number from 0 up to 1 that spreads the waits of many callers.
        """
        if server_wait is None:
            return random * min(self.max_backoff, self.backoff * 2.0 ** min(retries, _DOUBLINGS))
        wait = server_wait + random * min(1.0, 0.1 * server_wait)
        return wait if server_wait > self.max_wait else min(wait, self.max_wait)


class RetryBudget:
    """How many retries a client may make ahead of what its successes have earned.

    In the manner of gRPC's retry throttling: each retry spends one token, each success earns a
    tenth of one. While a server is down that is a handful of retries for all tasks together.
    """

    def __init__(self, tokens: float = 10.0, earned: float = 0.1) -> None:
        self._most = self._tokens = tokens
        self._earned = earned

    def spend(self) -> bool:
        """Take the token of one retry; False where there is none."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def earn(self) -> None:
        """Count a success."""
        self._tokens = min(self._most, self._tokens + self._earned)


def may_retry(error: APIError, idempotent: bool) -> bool:
    """Whether another attempt is safe and could end otherwise.

    A request that is not idempotent is repeated only where the server cannot have acted on it.
    """
    if isinstance(error, APIConnectionError):
        return error.transient and (idempotent or not error.sent)
    if isinstance(error, APIStatusError) and not isinstance(error, DailyLimitError):
        return error.status_code in RETRIED_STATUSES and (idempotent or error.status_code == 429)
    return False
