"""The pause after a 429, which holds for all tasks of a client; pure."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import RateLimitError

# How long the others wait for the one request that looks whether a long pause is over.
PROBE = 5.0


class Pause(NamedTuple):
    """What a 429 asks of all tasks of a client: send nothing before an instant.

    Attributes:
        until: On a clock that never jumps.
        cause: The 429.
        long: Whether it is too long to sit out.
    """

    until: float
    cause: RateLimitError
    long: bool


def extend(pause: Pause | None, other: Pause) -> Pause:
    """The pause that holds when another is asked for: the one that ends later."""
    return other if pause is None or other.until >= pause.until else pause


def over(pause: Pause | None, known: Pause | None) -> bool:
    """Whether the answer to a request ends a pause: the pause was known when the request was sent."""
    return pause is not None and known is not None and pause.cause is known.cause


def probing(pause: Pause, clock: float) -> Pause:
    """The pause for everybody else while one request looks whether it is over."""
    return pause._replace(until=clock + PROBE)
