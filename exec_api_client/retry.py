"""When a request is tried again, and how long to wait before; pure.

The API documents 429 with a `retry_after` in the body ("Rate limits" of its documentation).
"""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from ._transport.refusal import values_of
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


def server_wait(headers: Mapping[str, str], content: bytes, now: float) -> float | None:
    """Seconds that the server asks for: in the body, or in `retry-after-ms` or `retry-after`.

    Args:
        headers: Names in lower case.
        content: The body; `retry_after` may stand at its top or inside `error`. A number beyond the
            seconds of a day is one of milliseconds.
        now: The present as a Unix time, for a `retry-after` that is a date.
    """
    for value in values_of(content, "retry_after"):
        asked = _seconds(value, 1000 * DAY)
        if asked is not None:
            # Its unit is not published, but no limit is longer than a day.
            return asked if asked <= DAY else asked / 1000
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    asked = _seconds(text)
    return _until(text, now) if asked is None and text else asked


DAY = 86400.0

_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")

# A wait beyond a month is a mistake of the server's, not something to tell a caller.
_ABSURD = 31 * DAY


def _seconds(value: object, most: float = _ABSURD) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        value = value.strip()
        if not _DECIMAL.fullmatch(value):
            return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if 0 <= seconds <= most else None


def _until(date: str, now: float) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    utc = moment.replace(tzinfo=moment.tzinfo or UTC)  # HTTP has no local times
    return _seconds(max(0.0, utc.timestamp() - now))
