"""The API key: checked, added to each request, and shown nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from ..errors import ConfigurationError, redact

E = TypeVar("E", bound=BaseException)


class ApiKey:
    """The API key, or a function that returns it. Shows neither.

    Args:
        key: The key, or a function that returns it. The function is called for each request.

    Raises:
        ConfigurationError: The key is missing or cannot be sent. The error does not show it.
    """

    def __init__(self, key: str | Callable[[], str] | None) -> None:
        if not callable(key) and (problem := _problem(key)):
            del key  # A traceback can show variables.
            raise ConfigurationError(problem)
        self._source: Callable[[], Any] = key if callable(key) else lambda: key

    def header(self) -> str:
        """Return the authorization header of a request.

        Raises:
            ConfigurationError: The function failed, or returned no usable key.
        """
        key: Any = None
        try:
            key = self._source()
            problem = _problem(key)
        except Exception as error:
            reason = redact(f"{type(error).__name__}: {error}")
            problem = f"the function api_key must return a key, not raise {reason}"
        if problem:
            del key
            raise ConfigurationError(problem)
        return f"Bearer {key.strip()}"

    def digest(self) -> str:
        """Return a digest of the key, by which stores tell workspaces apart.

        Raises:
            ConfigurationError: The function failed, or returned no usable key.
        """
        return hashlib.sha256(self.header().encode()).hexdigest()[:32]

    def __repr__(self) -> str:
        return "<ApiKey>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key cannot be pickled; give it to each process through the environment")


def _problem(key: object) -> str:
    if key is not None and not isinstance(key, str):
        kind = type(key).__name__
        return f"api_key must be a str, or a function without async that returns one, not {kind}"
    key = (key or "").strip()
    if not key:
        return "no API key: pass api_key= or set EXEC_API_KEY (keys are made in Exec under Settings > API)"
    if not key.isascii() or not key.isprintable() or " " in key:
        return (
            "the API key must not hold spaces, control or non-ASCII characters; "
            "copy it again from Settings > API (exec_live_ and 40 letters and digits)"
        )
    return ""


def scrub(error: E) -> E:
    """Remove frames and requests, which hold the key, from an error and its causes, and return it."""
    chain: list[BaseException] = [error]
    for each in chain:
        each.__traceback__ = None
        if "_request" in vars(each):
            vars(each)["_request"] = None
        behind = (each.__cause__, each.__context__, *getattr(each, "exceptions", ()))
        chain += [other for other in behind if other is not None and other not in chain]
    return error
