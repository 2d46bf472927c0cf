"""The API key: checked, put on a request at the last moment, and shown nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NoReturn, TypeVar

from ..errors import ConfigurationError, redact

E = TypeVar("E", bound=BaseException)

_PACKAGE = __name__.removesuffix("._transport.auth")

_SHORTEST = 16

# An .env file that is read without a shell keeps them, and so does a text copied from a document.
_QUOTES = "\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"


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
        ConfigurationError: There is none, or one that cannot be right. It is not shown.
    """
    problem = _wrong_key(key)
    if key is None or problem:
        del key  # a traceback can show variables
        raise ConfigurationError(problem)
    return ApiKey(key.strip())


def _wrong_key(key: object) -> str:
    if key is not None and not isinstance(key, str):
        return f"api_key has to be a str, not {type(key).__name__}"
    key = (key or "").strip()
    if not key:
        missing = "no API key: pass api_key= or set EXEC_API_KEY (keys are made in Exec under Settings > API)"
        if find_spec(f"{_PACKAGE}.sandbox") is None:  # a vendored copy may do without
            return missing
        return f"{missing}; `python -m {_PACKAGE}.sandbox` starts a sandbox, which needs none of yours"
    if key[0] in _QUOTES or key[-1] in _QUOTES:
        return "the API key stands in quotation marks: leave them out"
    if not key.isascii() or not key.isprintable() or " " in key:
        return (
            "the API key holds spaces, control or non-ASCII characters; copy it again from Settings > API "
            "(exec_live_ and 40 letters and digits)"
        )
    return ""


def scrub(error: E) -> E:
    """An error and all that lies behind it, less what can hold a key or a body.

    That is the frames, with the variables in them, the request that httpx adds, and the texts that
    could not be decoded.
    """
    chain: list[BaseException] = [error]
    for each in chain:
        each.__traceback__ = None
        each.args = tuple(_shown(arg) for arg in each.args)
        if isinstance(each, UnicodeDecodeError):
            each.object = b""
        vars(each).update({name: None for name in ("_request", "doc") if name in vars(each)})
        chain += [other for other in (each.__cause__, each.__context__) if other and other not in chain]
    return error


def _shown(value: object) -> object:
    return redact(value) if isinstance(value, str) else b"" if isinstance(value, bytes) else value
