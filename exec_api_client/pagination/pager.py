"""Lists of the API: `Page`, what one request gives, and `AsyncPager`, which makes the requests.

A list takes `page` (from 1) and `page_size` (at most 100, 50 by default) and answers
`{"data": [...], "pagination": {page, page_size, total_count, total_pages}}`. What to ask next is
decided in `_choice.py`, `_pagewalk.py` and `_keyset.py`; it is asked, and given, in `_course.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._runtime.requests import Request, Send, build_request, replace_query
from .._transport.responses import read_response
from ..errors import ConfigurationError, PaginationError
from .bookmark import is_bookmark
from .choice import walk_of
from .course import AsyncItems, AsyncPages, Course, Prefetch
from .page import Page, read_page
from .walk import Report

if TYPE_CHECKING:
    from .._runtime.operations import Operation

T = TypeVar("T")

# How many pages `collect` asks for at once; the client's limits and connections stand above it.
CONCURRENT_PAGES = 10


class AsyncPager(Generic[T]):
    """A list of the API: await it for its first page, iterate it for all its items.

    ```python
    page = await client.sessions.list(page_size=10)
    async for session in client.sessions.list():
        ...
    recent = await client.sessions.list().collect(limit=500)
    ```

    Awaiting asks for the page size that the caller named or the API's own; walking asks for the
    largest pages, since each request counts against the limits, unless the caller named a size, or
    a page to start from, which means other items in another size.
    Nothing is sent before the first `await`. API reference: each list's `page` and `page_size`.
    """

    def __init__(
        self,
        send: Send,
        operation: Operation[list[T]],
        arguments: Mapping[str, Any],
        timeout: float | None,
        mark: Mapping[str, Any] | None = None,
    ) -> None:
        self._send = send
        self._operation = operation
        self._arguments = arguments
        self._timeout = timeout
        self._mark = mark
        self._request: Request = build_request(operation, arguments)
        self._course: Course[T] | None = None

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return (self._fetch(self._arguments) if self._mark is None else self._rest()).__await__()

    def __aiter__(self) -> AsyncItems[T]:
        return self.items()

    if not TYPE_CHECKING:

        def __iter__(self):
            raise TypeError("a pager needs `async for item in pager`, or `await pager.collect()`")

    def items(self, *, strict: bool = False) -> AsyncItems[T]:
        """Walk item by item, as iterating the pager does.

        Args:
            strict: Raise `PaginationError` as soon as it cannot be shown any more that nothing is
                repeated or missed; see `report`. Default: False.

        Raises:
            PaginationError: While it is walked: the answers contradict each other, or `strict` is not met.
            APIError: While it is walked: a request failed.
            ClientClosedError: While it is walked: the client is closed.
        """
        return AsyncItems(self._begin(strict))

    def pages(self, *, strict: bool = False) -> AsyncPages[T]:
        """Walk page by page; a page holds those of its items that have not been given yet.

        Its `total_count` is that of the first page, for a progress bar. After `resume` that can count some
        items, or all, that were given before: let the bar end with the walk.

        Args:
            strict: As in `items`.

        Raises:
            PaginationError: As in `items`.
            APIError: As in `items`.
            ClientClosedError: As in `items`.
        """
        return AsyncPages(self._begin(strict))

    def prefetch(self, pages: int = 4, *, strict: bool = False) -> Prefetch[T]:
        """Walk item by item while the next pages are on their way.

        Where rows are seen to move, fewer than `pages` requests are dropped, once; see `report`.

        ```python
        async with client.sessions.list().prefetch(4) as sessions:
            async for session in sessions:
                ...
        ```

        Args:
            pages: How many pages are under way or in memory at most, with the one that is given: with 1
                they come one after another. Default: 4.
            strict: As in `items`.

        Raises:
            ConfigurationError: The number cannot be right.
            PaginationError: As in `items`.
            APIError: As in `items`.
            ClientClosedError: As in `items`.
        """
        _whole("pages", pages, 1)
        return Prefetch(self._begin(strict, concurrent=True), pages)

    async def collect(self, *, limit: int | None = None, strict: bool = False) -> list[T]:
        """All items as a list, in order; pages are asked for concurrently after the first.

        A list by creation time that is asked for with the oldest first is read one page after another.

        Args:
            limit: The largest number of items; all by default. No more requests are made than it needs.
            strict: As in `items`.

        Raises:
            ConfigurationError: The limit cannot be right.
            PaginationError: The answers contradict each other, or `strict` is not met.
            APIError: A request failed.
            ClientClosedError: The client is closed.
        """
        items: list[T] = []
        if limit is not None and _whole("limit", limit, 0) == 0:
            return items
        course = self._begin(strict, concurrent=True, limit=limit)
        # It reaches the caller only as a whole: until then the bookmark stays where it was.
        course.kept = True
        prefetch = Prefetch(course, CONCURRENT_PAGES)
        async with prefetch:
            async for page in prefetch.pages:
                items += page
                if limit is not None and len(items) >= limit:
                    course.given -= len(items) - limit
                    break
        course.kept = False
        return items[:limit]

    async def count(self) -> int:
        """How many items there are, for one request.

        Raises:
            PaginationError: The API did not say.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        total = (await self._fetch({**self._arguments, "page": 1, "page_size": 1})).total_count
        if total is None:
            raise PaginationError(f"{self._operation.name}: the answer has no total_count")
        return total

    async def first(self) -> T | None:
        """The first item, for one request; None where there is none; after `resume` that of the rest.

        Raises:
            PaginationError: After `resume`: the answers contradict each other.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        if self._mark is not None:
            page = await self._rest()
        else:
            page = await self._fetch({**self._arguments, "page": 1, "page_size": 1})
        return page.items[0] if page.items else None

    @property
    def report(self) -> Report:
        """What the last walk over this pager has seen; see `Report`."""
        return Report() if self._course is None else self._course.walk.report

    @property
    def bookmark(self) -> dict[str, Any]:
        """Where the last walk stands, as a small JSON object: `resume` goes on after the last item given."""
        return self._bookmark_of(self._mark if self._course is None else self._course.mark)

    def resume(self, bookmark: Mapping[str, Any]) -> AsyncPager[T]:
        """The same list, to be walked from a bookmark on.

        Args:
            bookmark: What `bookmark` gave, of a pager with the same arguments; also from JSON.

        Raises:
            ConfigurationError: It is no bookmark, or one of another query.
        """
        if not is_bookmark(bookmark):
            raise ConfigurationError(
                "resume() takes what a pager's bookmark gave: `pager.resume(other.bookmark)`, "
                "or `pager.resume(json.loads(text))`"
            )
        if bookmark["query"] != self._query():
            raise ConfigurationError("the bookmark is of another query: resume with the same arguments")
        return AsyncPager(self._send, self._operation, self._arguments, self._timeout, bookmark["mark"])

    def __repr__(self) -> str:
        return f"<AsyncPager of {self._operation.name}: iterate it, or collect() it>"

    def _begin(self, strict: bool, *, concurrent: bool = False, limit: int | None = None) -> Course[T]:
        self._course = self._walk(strict, concurrent=concurrent, limit=limit)
        return self._course

    def _walk(self, strict: bool, *, concurrent: bool = False, limit: int | None = None) -> Course[T]:
        walk = walk_of(self._operation, self._arguments, concurrent=concurrent, limit=limit, mark=self._mark)
        return Course(walk, self._fetch, strict, self._mark, self._bookmark_of)

    async def _rest(self) -> Page[T]:
        """The first page of what follows the bookmark; an empty one where nothing does."""
        pages = AsyncPages(self._walk(strict=False))
        page = await anext(pages)
        return page if page.items else await anext(pages, page)

    def _bookmark_of(self, mark: Mapping[str, Any] | None) -> dict[str, Any]:
        return {"version": 1, "query": self._query(), "mark": mark}

    def _query(self) -> str:
        return hashlib.sha256(self._request.target.encode()).hexdigest()[:16]

    async def _fetch(self, arguments: Mapping[str, Any]) -> Page[T]:
        changed = {name: value for name, value in arguments.items() if value != self._arguments.get(name)}
        request = replace_query(self._request, self._operation, changed)
        response = await self._send(request, self._timeout)
        page, page_size = arguments.get("page") or 1, arguments.get("page_size") or 0
        return read_response(
            request, response, lambda _, envelope: read_page(self._operation, envelope, page, page_size)
        )


def _whole(name: str, value: int, least: int) -> int:
    if value.__class__ is not int or value < least:
        raise ConfigurationError(f"{name}={value!r}: {name} has to be a whole number from {least}")
    return value
