"""The pager for synchronous code. It runs an `AsyncPager` and waits."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager, suppress
from typing import Any, Generic, Protocol, TypeVar

from ..errors import ClientClosedError
from .iteration import Iteration
from .page import Page
from .pager import AsyncItems, AsyncPager
from .paginators import Report

C = TypeVar("C", bound=type)
T = TypeVar("T")

# Words that only docstrings of the asynchronous client have: `async with`, `await`, `AsyncPager`, `aclose`.
_ASYNCHRONOUS = re.compile(r"\b(async |await |Async|a(?=close\b))")


def documented_by(original: type) -> Callable[[C], C]:
    """Give the methods of a class the docstrings of an asynchronous class."""

    def decorate(twin: C) -> C:
        for name, member in vars(twin).items():
            text = getattr(getattr(original, name, None), "__doc__", None)
            if text and not name.startswith("_"):
                member.__doc__ = _ASYNCHRONOUS.sub("", text)
        return twin

    return decorate


class Runner(Protocol):
    """Runs calls of an asynchronous client for synchronous code."""

    def run(self, call: Coroutine[Any, Any, T], /) -> T:
        """Wait for a call."""
        ...


@documented_by(AsyncPager)
class Pager(Generic[T]):
    """A list of the API: iterate over all its items, or ask for a part.

    ```python
    for session in client.sessions.list():
        ...
    page = client.sessions.list(page_size=10).page()
    recent = client.sessions.list().collect(limit=500)
    ```

    Nothing is sent before the first item is needed. Each page is requested when it is needed, so
    leaving a loop costs no further request. API reference: each list's `page` and `page_size`.
    """

    def __init__(self, pager: AsyncPager[T], runner: Runner) -> None:
        self._pager = pager
        self._runner = runner

    def __iter__(self) -> Iterator[T]:
        return self.items()

    def items(self, *, strict: bool = False) -> Iterator[T]:
        """As `AsyncPager.items`, but blocking."""
        return Items(self._pager.items(strict=strict).iteration, self._runner)

    def pages(self, *, strict: bool = False) -> Iterator[Page[T]]:
        """As `AsyncPager.pages`, but blocking."""
        return Pages(self._pager.pages(strict=strict).iteration, self._runner)

    def prefetch(self, pages: int = 4, *, strict: bool = False) -> AbstractContextManager[Iterator[T]]:
        """As `AsyncPager.prefetch`, but blocking."""
        return _prefetch(self._pager.prefetch(pages, strict=strict), self._runner)

    def page(self) -> Page[T]:
        """Return the first page, or the one of `page=`, in the size of `page_size=`.

        Raises:
            PaginationError: After `resume`: the responses contradict each other.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        return self._runner.run(_first_page(self._pager))

    def collect(self, *, limit: int | None = None, strict: bool = False) -> list[T]:
        """As `AsyncPager.collect`, but blocking."""
        return self._runner.run(self._pager.collect(limit=limit, strict=strict))

    def count(self) -> int:
        """As `AsyncPager.count`, but blocking."""
        return self._runner.run(self._pager.count())

    def first(self) -> T | None:
        """As `AsyncPager.first`, but blocking."""
        return self._runner.run(self._pager.first())

    @property
    def report(self) -> Report:
        """As `AsyncPager.report`."""
        return self._pager.report

    @property
    def bookmark(self) -> dict[str, Any]:
        """As `AsyncPager.bookmark`."""
        return self._pager.bookmark

    def resume(self, bookmark: Mapping[str, Any] | None) -> Pager[T]:
        """As `AsyncPager.resume`."""
        return Pager(self._pager.resume(bookmark), self._runner)

    def __repr__(self) -> str:
        return repr(self._pager).replace("AsyncPager", "Pager")


async def _first_page(pager: AsyncPager[T]) -> Page[T]:
    return await pager


@contextmanager
def _prefetch(prefetch: AbstractAsyncContextManager[AsyncItems[T]], runner: Runner) -> Generator[Iterator[T]]:
    items = runner.run(prefetch.__aenter__())
    try:
        yield Items(items.iteration, runner)
    finally:
        with suppress(ClientClosedError):  # closing has ended the requests
            runner.run(prefetch.__aexit__(None, None, None))


class Pages(Iterator[Page[T]]):
    """The pages of one iteration, for one thread."""

    def __init__(self, iteration: Iteration[T], runner: Runner) -> None:
        self._iteration, self._runner = iteration, runner

    def __next__(self) -> Page[T]:
        # Ctrl-C may come between the two, so the page may be there already.
        if not self._iteration.has_page and not self._runner.run(self._iteration.load()):
            raise StopIteration
        return self._iteration.take_page()


class Items(Iterator[T]):
    """The items of one iteration, for one thread. Only a new page needs the event loop."""

    def __init__(self, iteration: Iteration[T], runner: Runner) -> None:
        self._iteration, self._runner = iteration, runner

    def __next__(self) -> T:
        while not self._iteration.has_item:
            if not self._runner.run(self._iteration.load()):
                raise StopIteration
        return self._iteration.take_item()
