"""One iteration over a list: the requests that a paginator names, several at once, and their items."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Generic, TypeVar

from ..errors import BadRequestError, ConfigurationError, ExecError, NotFoundError, PaginationError
from .page import Page
from .paginators import Changes, NumberPaginator

T = TypeVar("T")


class Iteration(Generic[T]):
    """The state of one iteration, for one task. It is no generator, so a `break` leaves nothing to close.

    The caller loads a page, and then takes it as a whole or item by item. `fetch` makes one request, `ahead`
    is the number of requests at once, and `bookmark` the place where the iteration begins.
    """

    def __init__(
        self,
        paginator: NumberPaginator[T],
        fetch: Callable[[Changes], Coroutine[Any, Any, Page[T]]],
        bookmark: dict[str, Any],
        *,
        strict: bool = False,
        ahead: int = 1,
    ) -> None:
        self.report = paginator.report
        self._paginator, self._fetch, self._start = paginator, fetch, bookmark
        self._strict, self._ahead = strict, ahead
        self._tasks: list[tuple[Changes, asyncio.Task[Page[T]]]] = []
        # The first page without its items, and the number of pages loaded.
        self._first: Page[T] | None = None
        self._pages = 0
        # The page that is loaded, and the number of its items that the caller has.
        self._page: Page[T] | None = None
        self._taken = 0
        # While the caller has none of the items yet.
        self._withheld = False
        self._busy = False
        self._ended = ""

    @property
    def bookmark(self) -> dict[str, Any]:
        """The place after the last item that the caller has."""
        if self._first is None or self._withheld:
            return self._start
        return {**self._start, "position": self._paginator.position(self._taken)}

    @property
    def has_page(self) -> bool:
        """Whether a page is loaded."""
        return self._page is not None

    @property
    def has_item(self) -> bool:
        """Whether the page has an item that the caller has not."""
        return self._page is not None and self._taken < len(self._page)

    def take_item(self) -> T:
        """Return the next item of the page."""
        assert self._page is not None
        self._taken += 1
        return self._page.items[self._taken - 1]

    def take_page(self) -> Page[T]:
        """Return the page, with those of its items that are new."""
        assert self._page is not None
        page, self._page = self._page, None
        self._taken = len(page)
        return page

    async def load(self) -> bool:
        """Load the next page, and return whether there is one. A list without items has one empty page."""
        if self._ended or self._busy:
            raise ConfigurationError(
                self._ended
                or "one task at a time can use an iterator of a pager: share the items with a queue"
            )
        self._busy = True
        try:
            self._page = None  # makes room for the next one
            self._page = await self._next()
        except ExecError as error:
            error.bookmark = self.bookmark
            self._ended = "the iteration has ended with an error: go on with `pager.resume(error.bookmark)`"
            raise
        finally:
            self._busy = False
        return self._page is not None

    async def collect(self, limit: int | None) -> list[T]:
        """Return all items, or the first ones. The bookmark stays where it is until then."""
        items: list[T] = []
        self._withheld = True
        async with aclosing(self):
            while (limit is None or len(items) < limit) and await self.load():
                items += self.take_page()
        self._withheld = False
        if limit is not None:
            self._taken -= max(0, len(items) - limit)
        return items[:limit]

    async def aclose(self) -> None:
        """End the iteration and its requests."""
        self._ended = "the iteration has ended with its block: iterate inside of it"
        await self._cancel_except([])

    async def _next(self) -> Page[T] | None:
        while requests := self._paginator.requests(self._ahead):
            try:
                page = await self._get(requests)
            except (BadRequestError, NotFoundError):
                if not self._paginator.accept_refusal(requests[0]):
                    raise
                self._taken = 0
                continue
            items, self._taken = self._paginator.accept(requests[0], page), 0
            if self._strict and not self.report.exact:
                raise PaginationError(f"strict: {self._paginator.doubt}")
            if self._first is None:
                self._first = replace(page, items=[])
            if items:
                return self._numbered(items)
            del page
        return None if self._pages or self._first is None else self._numbered([])

    def _numbered(self, items: list[T]) -> Page[T]:
        """Return a page with the counts of the first one, for a progress bar."""
        assert self._first is not None
        self._pages += 1
        return replace(self._first, items=items, page=self._first.page + self._pages - 1)

    async def _get(self, requests: list[Changes]) -> Page[T]:
        """Return the response to the first request, and begin the others."""
        if not self._tasks and len(requests) == 1:
            return await self._begin(requests[0])
        await self._cancel_except(requests)
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

    async def _cancel_except(self, requests: list[Changes]) -> None:
        ended = [task for request, task in self._tasks if request not in requests]
        self._tasks = [(request, task) for request, task in self._tasks if request in requests]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _begin(self, request: Changes) -> Page[T]:
        self.report.requests += 1
        return await self._fetch(request)
