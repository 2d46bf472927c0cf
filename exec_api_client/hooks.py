"""Hooks: functions that are called on each request, response, retry and long wait, for metrics and tracing.

A hook is a plain function that is called in the task that makes the call. It gets values without
bodies or credentials. One that raises changes nothing; the failure is logged.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from .errors import ConfigurationError

log = logging.getLogger(__package__)
log.addHandler(logging.NullHandler())


class RequestSent(NamedTuple):
    """An attempt that is about to be sent.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempt: The attempt's number, from 1.
    """

    method: str
    path: str
    attempt: int


class ResponseReceived(NamedTuple):
    """A response, whatever its status.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempt: The attempt's number, from 1.
        status: The HTTP status.
        elapsed: Seconds since the attempt was sent.
    """

    method: str
    path: str
    attempt: int
    status: int
    elapsed: float


class RetryPlanned(NamedTuple):
    """A failed attempt that another one follows.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempt: The failed attempt's number, from 1.
        cause: The name of the exception that the failure would have raised.
        delay: Seconds until the next attempt.
        source: The origin of the delay: `server` or `backoff`.
    """

    method: str
    path: str
    attempt: int
    cause: str
    delay: float
    source: str


class WaitStarted(NamedTuple):
    """A wait of several seconds before an attempt. Of the calls that wait together, the first one tells.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        seconds: Seconds until the attempt may be sent, as far as is known.
        reason: `quota`, `refused` after a 429, or `pace`, the even pace in the window after that.
    """

    method: str
    path: str
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions to call on each event; None for none.

    Args:
        on_request: Is called before each attempt.
        on_response: Is called after each response, whatever its status.
        on_retry: Is called after a failed attempt that another one follows.
        on_wait: Is called before a wait of several seconds for the quota, or for the end of a pause after
            another call's 429. Of the calls that wait together, only the first one has it called, and at most
            one each 30 seconds. Calls behind a refused one of their operation wait for its `on_retry`.

    Raises:
        ConfigurationError: A hook is not a plain function.
    """

    on_request: Callable[[RequestSent], object] | None = None
    on_response: Callable[[ResponseReceived], object] | None = None
    on_retry: Callable[[RetryPlanned], object] | None = None
    on_wait: Callable[[WaitStarted], object] | None = None

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            hook = getattr(self, name)
            called = getattr(hook, "__call__", None)  # noqa: B004 (an object's can be `async def`)
            if hook is not None and not callable(hook):
                raise ConfigurationError(f"Hooks: {name} must be a function, not {hook!r}")
            if inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(called):
                raise ConfigurationError(
                    f"Hooks: {name} must be a plain function, not an asynchronous one; write `def`, and put "
                    "what needs `await` into a queue or a task"
                )


def call_hook(hook: Callable[[Any], object] | None, event: Any) -> None:
    """Call a hook, if there is one. Log its failure."""
    if hook is not None:
        try:
            hook(event)
        except Exception as error:
            failed = (type(error).__name__, type(event).__name__)
            log.warning("a hook failed with %s on %s", *failed, exc_info=True)
