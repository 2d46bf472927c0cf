"""The API key: checked, put on a request at the last moment, and shown nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from .errors import ConfigurationError

_SHORTEST = 16


class ApiKey:
    """Puts the key on a request at the last moment, and shows it nowhere else."""

    def __init__(self, key: str) -> None:
        self._header: Callable[[], str] = lambda: f"Bearer {key}"
        secret = key.encode()
        self.hide: Callable[[bytes], bytes] = lambda content: content.replace(secret, b"[key]")
        if len(secret) < _SHORTEST:
            self.hide = bytes  # such a text can stand anywhere and tells nothing

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = self._header()
        return request

    def __repr__(self) -> str:
        return "<ApiKey>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled; give it to each process through the environment")


def checked_key(key: str | None) -> ApiKey:
    """Wrap a key, less the whitespace around it.

    Raises:
        ConfigurationError: There is none, or one that cannot stand in a header. It is not shown.
    """
    key = key.strip() if isinstance(key, str) else ""
    if problem := _wrong_key(key):
        del key  # a traceback can show variables
        raise ConfigurationError(problem)
    return ApiKey(key)


def _wrong_key(key: str) -> str:
    if not key:
        return "no API key: pass api_key= or set EXEC_API_KEY (keys are made in Exec under Settings > API)"
    if not key.isascii() or not key.isprintable() or " " in key:
        return (
            "the API key holds spaces, control or non-ASCII characters; copy it again from Settings > API "
            "(exec_live_ and 40 letters and digits)"
        )
    return ""
