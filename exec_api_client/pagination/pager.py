"""Pagers: they make the requests that a paginator asks for, and hand out the items.

```
resource → AsyncPager → AsyncItems → AsyncPages → paginator: which page is next?
                                          └──────→ Send: get it
```

One `AsyncPages` holds the state of one iteration. It is no generator, so a `break` leaves nothing to close.
"""

from __future__ import annotations

import asyncio
import hashlib
import operator
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from .._runtime.operations import Operation
from .._runtime.requests import build_request, replace_query
from .._transport.responses import Send, read_response
from ..errors import BadRequestError, ConfigurationError, ExecError, NotFoundError, PaginationError
from .bookmark import is_bookmark
from .page import Page, read_page
from .paginators import Changes, NumberPaginator, Report, choose_paginator

T = TypeVar("T")

# The number of pages that `collect` requests at once. The client's limits and connections hold too.
CONCURRENT_PAGES = 10


class AsyncPager(Generic[T]):
    """A list of the API: await it for its first page, iterate it for all its items.

    ```python
    page = await client.sessions.list(page_size=10)
    async for session in client.sessions.list():
        ...
    recent = await client.sessions.list().collect(limit=500)
    ```

    Awaiting requests the page size that the caller named, or the API's own. Iterating requests the largest
    pages, since each request counts against the limits, unless the caller named a size or a page to start
    from. Nothing is sent before the first `await`. API reference: each list's `page` and `page_size`.

    Each method that sends requests, and each step of an iteration, may raise:

    - `PaginationError`: the pages contradict each other, or `strict` is not met.
    - `APIError`: a request failed.
    - `ClientClosedError`: the client is closed.
    """

    def __init__(
        self,
        send: Send,
        operation: Operation[list[T]],
        arguments: Mapping[str, Any],
        timeout: float | None,
        position: Mapping[str, Any] | None = None,
    ) -> None:
        self._send = send
        self._operation = operation
        self._arguments = arguments
        self._timeout = timeout
        self._position = position
        self._request = build_request(operation, arguments)
        self._iteration: AsyncPages[T] | None = None

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return (self._fetch({}) if self._position is None else self._rest()).__await__()

    def __aiter__(self) -> AsyncItems[T]:
        return self.items()

    if not TYPE_CHECKING:

        def __iter__(self):
            raise TypeError("a pager needs `async for item in pager`, or `await pager.collect()`")

    def items(self, *, strict: bool = False) -> AsyncItems[T]:
        """Iterate over the items, as iterating the pager does.

        Args:
            strict: Raise `PaginationError` as soon as it cannot be shown that nothing is repeated or missed.
                See `report`. Default: False.
        """
        return AsyncItems(self._iterate(strict))

    def pages(self, *, strict: bool = False) -> AsyncPages[T]:
        """Iterate over the pages. A page holds those of its items that are new.

        Its `total_count` is that of the first page, for a progress bar. After `resume` it may count items
        that were returned before, so let the bar end with the iteration.

        Args:
            strict: As in `items`.
        """
        return self._iterate(strict)

    def prefetch(
        self, pages: int = 4, *, strict: bool = False
    ) -> AbstractAsyncContextManager[AsyncItems[T], None]:
        """Iterate over the items while the next pages are requested. The end of the block ends the requests.

        Where rows are seen to move, fewer than `pages` requests are dropped, once. See `report`.

        ```python
        async with client.sessions.list().prefetch(4) as sessions:
            async for session in sessions:
                ...
        ```

        Args:
            pages: The largest number of pages requested or in memory, with the one that is read; one more
                for a moment. With 1, one request follows the other. Default: 4.
            strict: As in `items`.

        Raises:
            ConfigurationError: The number is wrong. Or, while iterating: the block has ended.
        """
        return aclosing(AsyncItems(self._iterate(strict, ahead=_whole("pages", pages, 1))))

    async def collect(self, *, limit: int | None = None, strict: bool = False) -> list[T]:
        """Return all items in order. The pages after the first are requested concurrently.

        A list by creation time with the oldest first is read one page after another.

        Args:
            limit: The largest number of items. No more requests are made than it needs. Default: all.
            strict: As in `items`.

        Raises:
            ConfigurationError: The limit is wrong.
        """
        items: list[T] = []
        if limit is not None and _whole("limit", limit, 0) == 0:
            return items
        async with aclosing(self._iterate(strict, ahead=CONCURRENT_PAGES, limit=limit)) as pages:
            # The caller gets the list as a whole, so the bookmark stays where it was until then.
            pages.withheld = True
            async for page in pages:
                items += page.items
                if limit is not None and len(items) >= limit:
                    pages.returned -= len(items) - limit
                    break
        pages.withheld = False
        return items[:limit]

    async def count(self) -> int:
        """Return the number of items, for one request.

        Raises:
            PaginationError: The API gave none.
        """
        total = (await self._fetch({"page": None, "page_size": 1})).total_count
        if total is None:
            raise PaginationError(f"{self._operation.name}: the response has no total_count")
        return total

    async def first(self) -> T | None:
        """Return the first item, for one request. `None` where there is none. After `resume`: of the rest."""
        if self._position is None:
            page = await self._fetch({"page": None, "page_size": 1})
        else:
            page = await self._rest()
        return page.items[0] if page.items else None

    @property
    def report(self) -> Report:
        """Facts about the last iteration. See `Report`."""
        return Report() if self._iteration is None else self._iteration.report

    @property
    def bookmark(self) -> dict[str, Any]:
        """The place after the last item of the last iteration, as a small JSON object for `resume`."""
        return (self._iteration or self._pages()).bookmark

    def resume(self, bookmark: Mapping[str, Any] | None) -> AsyncPager[T]:
        """Return the same list from a bookmark on. `None` begins at the start.

        Args:
            bookmark: The `bookmark` of a pager with the same arguments, also from JSON.

        Raises:
            ConfigurationError: It is no bookmark, or one of another query.
        """
        position: Any = None
        if bookmark is not None:
            if not is_bookmark(bookmark):
                raise ConfigurationError(
                    "resume() takes a pager's bookmark: `pager.resume(other.bookmark)` or "
                    "`pager.resume(json.loads(text))`"
                )
            if bookmark["query"] != self._query():
                raise ConfigurationError("the bookmark is of another query: resume with the same arguments")
            position = bookmark["position"]
        return AsyncPager(self._send, self._operation, self._arguments, self._timeout, position)

    def __repr__(self) -> str:
        return f"<AsyncPager of {self._operation.name}: iterate it, or collect() it>"

    def _iterate(self, strict: bool, *, ahead: int = 1, limit: int | None = None) -> AsyncPages[T]:
        self._iteration = self._pages(strict, ahead, limit)
        return self._iteration

    def _pages(self, strict: bool = False, ahead: int = 1, limit: int | None = None) -> AsyncPages[T]:
        position = self._position
        paginator = choose_paginator(self._operation, self._arguments, limit=limit, position=position)
        bookmark = {"version": 1, "query": self._query(), "position": position}
        return AsyncPages(paginator, self._fetch, bookmark, strict=strict, ahead=ahead)

    async def _rest(self) -> Page[T]:
        """Return the first page after the bookmark, an empty one where nothing follows."""
        pages = self._pages()
        page = await anext(pages)
        return page if page.items else await anext(pages, page)

    def _query(self) -> str:
        return hashlib.sha256(self._request.target.encode()).hexdigest()[:16]

    async def _fetch(self, changes: Changes) -> Page[T]:
        request = replace_query(self._request, self._operation, changes)
        response = await self._send(request, self._timeout)
        asked = {**self._arguments, **changes}
        page, size = int(asked.get("page") or 1), int(asked.get("page_size") or 0)
        return read_response(response, lambda _, data: read_page(self._operation, data, page, size))


class AsyncPages(Generic[T]):
    """The pages of one iteration, for one task. A page holds those of its items that are new.

    Attributes:
        report: Facts about the iteration.
        returned: The number of items of the last page that the caller has. The caller may set less.
        withheld: Whether the caller has none of the items yet.
    """

    def __init__(
        self,
        paginator: NumberPaginator[T],
        fetch: Callable[[Changes], Coroutine[Any, Any, Page[T]]],
        bookmark: dict[str, Any],
        *,
        strict: bool,
        ahead: int,
    ) -> None:
        self._paginator, self._fetch, self._start = paginator, fetch, bookmark
        self._strict, self._ahead = strict, ahead
        self._tasks: list[tuple[Changes, asyncio.Task[Page[T]]]] = []
        # The first page without its items, and the number of pages returned.
        self._first: Page[T] | None = None
        self._pages = 0
        self._busy = False
        self._ended = ""
        self.report = paginator.report
        self.returned = 0
        self.withheld = False

    @property
    def bookmark(self) -> dict[str, Any]:
        """The place after the last item that the caller has."""
        if self._first is None or self.withheld:
            return self._start
        return {**self._start, "position": self._paginator.position(self.returned)}

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Page[T]:
        if self._ended or self._busy:
            raise ConfigurationError(
                self._ended
                or "one task at a time can use an iterator of a pager: share the items with a queue"
            )
        self._busy = True
        try:
            page = await self._next()
        except ExecError as error:
            error.bookmark = self.bookmark
            self._ended = "the iteration has ended with an error: go on with `pager.resume(error.bookmark)`"
            raise
        finally:
            self._busy = False
        if page is None:
            raise StopAsyncIteration
        self.returned = len(page)
        return page

    async def aclose(self) -> None:
        """End the iteration and its requests."""
        self._ended = "the iteration has ended with its block: iterate inside of it"
        await self._keep([])

    async def _next(self) -> Page[T] | None:
        """Return the next page with new items, the first page in any case. `None` at the end."""
        while requests := self._paginator.requests(self._ahead):
            try:
                page = await self._get(requests)
            except (BadRequestError, NotFoundError):
                if not self._paginator.accept_refusal(requests[0]):
                    raise
                self.returned = 0
                continue
            items = self._paginator.accept(requests[0], page)
            self.returned = 0
            if self._strict and not self.report.exact:
                raise PaginationError(f"strict: {self._paginator.doubt}")
            if items or self._first is None:
                self._first = replace(page, items=[]) if self._first is None else self._first
                self._pages += 1
                return replace(self._first, items=items, page=self._first.page + self._pages - 1)
            del page
        return None

    async def _get(self, requests: list[Changes]) -> Page[T]:
        """Return the response to the first request, and begin the others."""
        if not self._tasks and len(requests) == 1:
            return await self._begin(requests[0])
        await self._keep(requests)
        known = [request for request, _ in self._tasks]
        self._tasks += [
            (request, asyncio.create_task(self._begin(request)))
            for request in requests
            if request not in known
        ]
        [task] = [task for request, task in self._tasks if request == requests[0]]
        try:
            return await task
        finally:
            self._tasks = [(request, other) for request, other in self._tasks if other is not task]

    async def _keep(self, requests: list[Changes]) -> None:
        """Cancel all other requests."""
        ended = [task for request, task in self._tasks if request not in requests]
        self._tasks = [(request, task) for request, task in self._tasks if request in requests]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _begin(self, request: Changes) -> Page[T]:
        self.report.requests += 1
        return await self._fetch(request)


class AsyncItems(Generic[T]):
    """The items of one iteration, for one task.

    Attributes:
        pages: The same iteration page by page.
    """

    def __init__(self, pages: AsyncPages[T]) -> None:
        self.pages = pages
        self._items: list[T] = []

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        pages = self.pages
        while pages.returned >= len(self._items):
            # The page is given up before the next one is in memory.
            self._items = []
            items = (await anext(pages)).items
            self._items, pages.returned = items, 0
        pages.returned += 1
        return self._items[pages.returned - 1]

    async def aclose(self) -> None:
        """End the iteration and its requests."""
        await self.pages.aclose()


def _whole(name: str, value: Any, least: int) -> int:
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if number < least:
        raise ConfigurationError(f"{name} must be a whole number from {least}, not {value!r}")
    return number
