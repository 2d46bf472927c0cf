"""Hooks: be told of each request, answer and retry, for metrics and tracing.

A hook is a plain function that is called in the task that makes the call. It gets values without
bodies or credentials. One that raises changes nothing; the failure is logged.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from .errors import ConfigurationError

log = logging.getLogger(__package__)
log.addHandler(logging.NullHandler())


class RequestSent(NamedTuple):
    """An attempt is about to be sent.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempt: Which attempt it is, from 1.
    """

    method: str
    path: str
    attempt: int


class ResponseReceived(NamedTuple):
    """An answer has arrived.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempt: Which attempt it answers, from 1.
        status: The HTTP status.
        elapsed: Seconds since the attempt was sent.
    """

    method: str
    path: str
    attempt: int
    status: int
    elapsed: float


class RetryPlanned(NamedTuple):
    """An attempt has failed and another follows.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL, without the query.
        attempt: Which attempt failed, from 1.
        cause: The name of the exception that the failure would have raised.
        delay: Seconds until the next attempt.
        source: Who chose the delay: `server` or `backoff`.
    """

    method: str
    path: str
    attempt: int
    cause: str
    delay: float
    source: str


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions to call on each event; None for none.

    Args:
        on_request: Is called before each attempt.
        on_response: Is called when an answer has arrived, whatever its status.
        on_retry: Is called when an attempt has failed and another follows.

    Raises:
        ConfigurationError: One is not a plain function; what is awaited is never run.
    """

    on_request: Callable[[RequestSent], object] | None = None
    on_response: Callable[[ResponseReceived], object] | None = None
    on_retry: Callable[[RetryPlanned], object] | None = None

    def __post_init__(self) -> None:
        for name in ("on_request", "on_response", "on_retry"):
            hook = getattr(self, name)
            called = getattr(hook, "__call__", None)  # noqa: B004 (an object's can be `async def`)
            if hook is not None and not callable(hook):
                raise ConfigurationError(f"Hooks({name}={hook!r}): a hook is a function")
            if inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(called):
                raise ConfigurationError(
                    f"Hooks({name}=...): a hook is a plain function: write `def`, not `async def`, and put "
                    "what is to be awaited into a queue or a task"
                )


def tell(hook: Callable[[Any], object] | None, event: Any) -> None:
    """Call a hook, if there is one."""
    if hook is not None:
        try:
            hook(event)
        except Exception as error:  # a hook changes nothing
            failed = (type(error).__name__, type(event).__name__)
            log.warning("a hook failed with %s on %s", *failed, exc_info=True)
