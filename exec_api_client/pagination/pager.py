"""The pager that each list method returns.

```
client.sessions.list()   generated code: an AsyncPager; nothing is sent
await pager              AsyncPager._page: the first page
async for, collect       AsyncItems, AsyncPages: an item or a page of one Iteration
                         Iteration.load: the requests of a paginator, several at once
AsyncPager._fetch        one built request
  client._Options.send   the headers and parameters of the client
  Sender.send            queue, quota, attempts
  ConnectionPool.send    a connection
  HTTPAdapter.exchange   httpx
  read_response          the decoded JSON, which read_page makes a Page
paginator.accept         the new items of the page
```
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from .._runtime.arguments import check_whole
from .._runtime.operations import Operation
from .._runtime.requests import build_request, replace_query
from .._transport.responses import Send, read_response
from ..errors import ConfigurationError, PaginationError
from .bookmark import is_bookmark
from .iteration import Iteration
from .page import Page, read_page
from .paginators import Changes, Report, choose_paginator

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
        self._iteration: Iteration[T] | None = None

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page({}).__await__()

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
        return AsyncPages(self._iterate(strict))

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
        return aclosing(AsyncItems(self._iterate(strict, ahead=check_whole("pages", pages, 1))))

    async def collect(self, *, limit: int | None = None, strict: bool = False) -> list[T]:
        """Return all items in order. The pages after the first are requested concurrently.

        A list by creation time with the oldest first is read one page after another.

        Args:
            limit: The largest number of items. No more requests are made than it needs. Default: all.
            strict: As in `items`.

        Raises:
            ConfigurationError: The limit is wrong.
        """
        limit = None if limit is None else check_whole("limit", limit, 0)
        if limit == 0:
            return []
        return await self._iterate(strict, ahead=CONCURRENT_PAGES, limit=limit).collect(limit)

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
        page = await self._page({"page": None, "page_size": 1})
        return page.items[0] if page.items else None

    @property
    def report(self) -> Report:
        """Facts about the last iteration. See `Report`."""
        return Report() if self._iteration is None else self._iteration.report

    @property
    def bookmark(self) -> dict[str, Any]:
        """The place after the last item of the last iteration, as a small JSON object for `resume`."""
        return (self._iteration or self._new_iteration()).bookmark

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

    def _iterate(self, strict: bool, *, ahead: int = 1, limit: int | None = None) -> Iteration[T]:
        self._iteration = self._new_iteration(strict, ahead, limit)
        return self._iteration

    def _new_iteration(self, strict: bool = False, ahead: int = 1, limit: int | None = None) -> Iteration[T]:
        position = self._position
        paginator = choose_paginator(self._operation, self._arguments, limit=limit, position=position)
        bookmark = {"version": 1, "query": self._query(), "position": position}
        return Iteration(paginator, self._fetch, bookmark, strict=strict, ahead=ahead)

    async def _page(self, changes: Changes) -> Page[T]:
        """Return the first page. After `resume`: the first one of the rest."""
        if self._position is None:
            return await self._fetch(changes)
        return await anext(AsyncPages(self._new_iteration()))

    def _query(self) -> str:
        return hashlib.sha256(self._request.target.encode()).hexdigest()[:16]

    async def _fetch(self, changes: Changes) -> Page[T]:
        request = replace_query(self._request, self._operation, changes)
        response = await self._send(request, self._timeout)
        asked = {**self._arguments, **changes}
        page, size = int(asked.get("page") or 1), int(asked.get("page_size") or 0)
        return read_response(response, lambda _, data: read_page(self._operation, data, page, size))


class AsyncPages(Generic[T]):
    """The pages of one iteration, for one task. A page holds those of its items that are new."""

    def __init__(self, iteration: Iteration[T]) -> None:
        self.iteration = iteration

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Page[T]:
        if not await self.iteration.load():
            raise StopAsyncIteration
        return self.iteration.take_page()


class AsyncItems(Generic[T]):
    """The items of one iteration, for one task."""

    def __init__(self, iteration: Iteration[T]) -> None:
        self.iteration = iteration

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self.iteration.has_item:
            if not await self.iteration.load():
                raise StopAsyncIteration
        return self.iteration.take_item()

    async def aclose(self) -> None:
        """End the iteration and its requests."""
        await self.iteration.aclose()
