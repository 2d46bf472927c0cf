"""Walks over a list for synchronous callers; each step is one of the asynchronous walk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ._sync import BlockingPortal
from .errors import ClientClosedError, ConfigurationError
from .pagination import course as _course
from .pagination.course import AsyncItems

T = TypeVar("T")


class Walk(Iterator[T]):
    """What is walked with `for`, once; several threads may share it, and each gets other items."""

    def __init__(self, step: Callable[[], Coroutine[Any, Any, T]], portal: BlockingPortal) -> None:
        self._step = step
        self._portal = portal
        # Another thread that shares the walk may come when all is given, and that is no mistake.
        self._ended_in: threading.Thread | None = None

    def __iter__(self) -> Self:
        if self._ended_in is threading.current_thread():
            raise ConfigurationError(
                "this walk has been walked to its end: begin another with `for ... in pager`"
            )
        return self

    def __next__(self) -> T:
        try:
            return self._portal.run(self._step())
        except StopAsyncIteration:
            self._ended_in = self._ended_in or threading.current_thread()
            raise StopIteration from None


class Items(Walk[T]):
    """The items of a list; another thread is waited for once a page, not once an item."""

    def __init__(self, items: AsyncItems[T], portal: BlockingPortal) -> None:
        self._items = _Buffer(items)
        self._turn = threading.Lock()
        super().__init__(self._items.__anext__, portal)

    def __next__(self) -> T:
        self._portal.check_thread()  # before the lock, which a waiting thread may hold
        with self._turn:
            return self._items.pop() if self._items.ready else super().__next__()


class Prefetch(Generic[T]):
    """A walk with requests under way ahead of it; leaving its `with` ends them all."""

    def __init__(self, ahead: _course.Prefetch[T], portal: BlockingPortal) -> None:
        self._ahead = ahead
        self._portal = portal

    def __enter__(self) -> Items[T]:
        return Items(self._portal.run(self._ahead.__aenter__()), self._portal)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(ClientClosedError):  # closing has ended the requests already
            self._portal.run(self._ahead.__aexit__(None, None, None))


class _Buffer(AsyncItems[T]):
    """A walk whose items can be had without waiting while there are some of the last page."""

    _next: int

    def __init__(self, items: AsyncItems[T]) -> None:
        super().__init__(items._course, items._fetch)

    @property
    def ready(self) -> bool:
        return self._next < len(self._items)

    def pop(self) -> T:
        self._next += 1
        self._course.given = self._next
        return self._items[self._next - 1]
