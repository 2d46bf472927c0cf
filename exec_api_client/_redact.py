"""What can hold the key, without it: texts, and errors with all that lies behind them; pure."""

from __future__ import annotations

import re
from typing import TypeVar

E = TypeVar("E", bound=BaseException)

_KEY = re.compile(r"exec_live_[A-Za-z0-9]+|(?<=[Bb]earer )\S+")


def redact(text: str) -> str:
    """Replace whatever looks like a key."""
    return _KEY.sub("[key]", text)


def bare(error: E) -> E:
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
