"""Whether a failed attempt is followed by another one, and after which delay. No I/O.

The API documents 429 with a `retry_after` in the body ("Rate limits" of its documentation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ._runtime.arguments import check_seconds, check_whole
from .errors import APIConnectionError, APIError, APIStatusError, DailyLimitError

# 520 to 530 are the statuses of proxies and load balancers for what others call 502 to 504.
RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, *range(520, 525), 529, 530})

# More doublings would overflow.
_MAX_DOUBLINGS = 1000


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The number of attempts of a call, and the delays between them.

    The API's 429 says how long to wait ("Rate limits" of its documentation). The other delays are ours.

    Args:
        max_retries: Attempts after the first; 0 turns retries off. Default: 2.
        backoff: Seconds. The first delay is random between 0 and this, and the bound doubles each time.
            Default: 0.5.
        max_backoff: Seconds. The bound grows no further. Default: 8.
        max_wait: Seconds. If the server asks for a longer wait, the call fails at once. Default: 120.

    Raises:
        ConfigurationError: A number is out of its range.
    """

    max_retries: int = 2
    backoff: float = 0.5
    max_backoff: float = 8.0
    max_wait: float = 120.0

    def __post_init__(self) -> None:
        checked = dict[str, float]()
        checked["max_retries"] = check_whole("RetryPolicy: max_retries", self.max_retries, 0)
        for name in ("backoff", "max_backoff", "max_wait"):
            checked[name] = check_seconds(f"RetryPolicy: {name}", getattr(self, name), zero=True)
        for name, value in checked.items():
            object.__setattr__(self, name, value)  # the way to set a field of a frozen dataclass

    def delay(self, retries: int, asked: float | None, random: float) -> float:
        """Return the seconds after a failed attempt until another one may follow.

        Args:
            retries: Earlier retries of the call.
            asked: Seconds that the server asks to wait; None if it does not ask.
            random: A number from 0 up to 1, which spreads the retries of many callers.
        """
        if asked is None:
            return random * min(self.max_backoff, self.backoff * 2.0 ** min(retries, _MAX_DOUBLINGS))
        delay = asked + random * min(1.0, 0.1 * asked)
        return delay if asked > self.max_wait else min(delay, self.max_wait)


class RetryBudget:
    """The retries that a client may make ahead of its successes.

    Each retry spends a token, and each success earns a tenth of one, as in gRPC's retry throttling
    (https://github.com/grpc/proposal/blob/master/A6-client-retries.md). So while a server is down, all
    tasks together make a handful of retries.
    """

    def __init__(self, tokens: float = 10.0, earned: float = 0.1) -> None:
        self._most = self._tokens = tokens
        self._earned = earned

    def spend(self) -> bool:
        """Take the token of one retry. Return False if there is none."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def earn(self) -> None:
        """Count a success."""
        self._tokens = min(self._most, self._tokens + self._earned)


def is_retryable(error: APIError, idempotent: bool) -> bool:
    """Whether another attempt is safe and may succeed.

    A request that is not idempotent is repeated only if the server cannot have acted on it.
    """
    if isinstance(error, APIConnectionError):
        return error.transient and (idempotent or not error.sent)
    if isinstance(error, APIStatusError) and not isinstance(error, DailyLimitError):
        return error.status_code in RETRIED_STATUSES and (idempotent or error.status_code == 429)
    return False


class Decision(NamedTuple):
    """The end of a failed attempt.

    Attributes:
        again: Whether another attempt follows.
        delay: Seconds until another attempt may be made, by whomever.
        source: `deadline` or `budget` if that prevents the attempt, else the delay's origin, `server` or
            `backoff`.
    """

    again: bool
    delay: float
    source: str


def decide(
    error: APIError,
    policy: RetryPolicy,
    *,
    retries: int,
    idempotent: bool,
    left: float,
    budget: RetryBudget | None,
    random: float,
) -> Decision:
    """Decide whether a failed attempt is followed by another one, and after which delay.

    Args:
        error: The failure.
        policy: The policy.
        retries: Earlier retries of the call.
        idempotent: Whether the request may be repeated when the server may have acted on it.
        left: Seconds until the call's deadline.
        budget: Pays for the retry; None if it is free.
        random: A number from 0 up to 1, which spreads the retries of many callers.
    """
    asked = error.retry_after if isinstance(error, APIStatusError) else None
    delay = policy.delay(retries, asked, random)
    source = "backoff" if asked is None else "server"
    too_long = asked is not None and asked > policy.max_wait
    if retries >= policy.max_retries or too_long or not is_retryable(error, idempotent):
        return Decision(False, delay, source)
    if delay >= left:
        return Decision(False, delay, "deadline")
    if budget is not None and not budget.spend():
        return Decision(False, delay, "budget")
    return Decision(True, delay, source)
