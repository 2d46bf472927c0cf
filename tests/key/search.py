"""Searches for the key in all that can be printed, logged, pickled or looked into."""

import asyncio
import logging
import pickle
import traceback
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, ExecError

# Put together, so that no line of this file holds it: a traceback shows the lines of its frames.
CANARY = "exec_live_" + "Ca9aRy7" * 5 + "zzzzz"

# Where a search does not go on: what is no part of the client, such as the server in the same loop.
_OUTSIDE = (type, ModuleType, FunctionType, int, float, type(None), asyncio.AbstractEventLoop)
_NEEDLES = (CANARY, CANARY.lower(), CANARY[10:])


class Records(logging.Handler):
    """Keeps every record of every logger."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


def absent(text: str | bytes) -> None:
    shown = text.decode("latin-1") if isinstance(text, bytes) else text
    for needle in _NEEDLES:
        place = shown.find(needle)
        assert place < 0, f"the key is in ...{shown[max(0, place - 120) : place + 10]}"


def look_into(value: Any) -> None:
    """Search the texts that can be reached from a value by attributes and items, twenty steps deep."""
    seen: set[int] = set()
    kept: list[Any] = []
    level = [(value, type(value).__name__)]
    for _ in range(20):
        following: list[tuple[Any, str]] = []
        for each, way in level:
            if id(each) in seen or isinstance(each, _OUTSIDE):
                continue
            seen.add(id(each))
            kept.append(each)
            if isinstance(each, str | bytes | bytearray):
                text = each if isinstance(each, str) else bytes(each).decode("latin-1")
                assert not any(needle in text for needle in _NEEDLES), f"the key is in {way}"
                continue
            following += [(inner, f"{way}{name}") for name, inner in inside(each)]
        level = following


def inside(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]", inner) for key, inner in list(value.items()))
        yield from ((".key", key) for key in list(value))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"[{place}]", inner) for place, inner in enumerate(value))
    if isinstance(value, BaseException):
        yield from (
            (".args", value.args),
            (".__cause__", value.__cause__),
            (".__context__", value.__context__),
        )
        yield ".object", getattr(value, "object", None)
    yield from ((f".{name}", inner) for name, inner in getattr(value, "__dict__", {}).items())
    for kind in type(value).__mro__:
        for name in getattr(kind, "__slots__", ()):
            yield f".{name}", getattr(value, name, None)


def causes(error: BaseException) -> list[BaseException]:
    """An exception, what it came from, and what it came from in turn; of a group, its exceptions too."""
    found = [error]
    for each in found:
        found += [other for other in (each.__cause__, each.__context__) if other and other not in found]
        if isinstance(each, BaseExceptionGroup):
            found += [other for other in each.exceptions if other not in found]
    return found


def search(error: BaseException) -> None:
    """Look for the key in everything that an exception shows, and that its pickle holds."""
    for each in causes(error):
        absent(f"{each} {each!r} {each.args!r} {vars(each)!r}")
        shown = traceback.TracebackException.from_exception(each, capture_locals=True)
        absent("".join(shown.format()))
        frame = each.__traceback__
        while frame is not None:
            name = frame.tb_frame.f_code.co_filename
            if "tests" not in name:
                for value in frame.tb_frame.f_locals.values():
                    absent(repr(value))
                    absent(repr(getattr(value, "__dict__", "")))
            frame = frame.tb_next
    look_into(error)
    if isinstance(error, ExecError):
        pickled = pickle.dumps(error)
        absent(pickled)
        again = pickle.loads(pickled)
        assert type(again) is type(error)
        assert (str(again), repr(again), again.args) == (str(error), repr(error), error.args)
        assert vars(again) == vars(error)


def search_client(client: AsyncExecClient) -> None:
    pager = client.sessions.list()
    for value in (client, client.sessions, client.scenarios, pager, pager.pages(), aiter(pager)):
        absent(f"{value} {value!r}")
        absent(repr(getattr(value, "__dict__", "")))
        look_into(value)
        with pytest.raises(TypeError, match=r"(is not|cannot be) pickled"):
            pickle.dumps(value)
    absent(f"{client.rate_limit!r} {client.usage!r}")


async def failing(client: AsyncExecClient, kind: type[BaseException] = ExecError) -> BaseException:
    """What a call raises; its own frame holds no key."""
    try:
        await client.sessions.list()
    except kind as error:
        return error
    raise AssertionError("the call did not fail")
