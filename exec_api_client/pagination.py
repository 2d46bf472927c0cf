"""Lists of the API: `Page`, what one request gives, and `AsyncPager`, which makes the requests.

A list takes `page` (from 1) and `page_size` (at most 100, 50 by default) and answers
`{"data": [...], "pagination": {page, page_size, total_count, total_pages}}`. What to ask next is
decided in `_walk.py`; here it is asked.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from ._model import expect_array, expect_object
from ._operation import build
from ._walk import Ask, Report, Walk, walk_of
from .errors import ConfigurationError, ExecError, PaginationError

if TYPE_CHECKING:
    from ._operation import Caller, Operation

T = TypeVar("T")

# How many pages `collect` asks for at once; the client's limits and connections stand above it.
CONCURRENT_PAGES = 10


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; iterating it gives its items.

    Attributes:
        items: The items of this page, in the API's order.
        page: Its number, from 1.
        page_size: How many items a full page has.
        total_count: How many items there are on all pages; None where the API did not say.
        total_pages: How many pages there are; None where the API did not say.
    """

    items: list[T]
    page: int
    page_size: int
    total_count: int | None
    total_pages: int | None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]


def read_page(operation: Operation[list[T]], envelope: Any, page: int, page_size: int) -> Page[T]:
    """Make a page of what the API answered to a request for it."""
    fields = expect_object(envelope)
    items = operation.read(200, expect_array(fields.get("data"), "$.data"))
    said: Any = fields.get("pagination")
    numbers: dict[str, Any] = said if said.__class__ is dict else {}
    return Page(
        items,
        _number(numbers, "page") or page,
        _number(numbers, "page_size") or page_size,
        _number(numbers, "total_count"),
        _number(numbers, "total_pages"),
    )


def _number(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


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
    Nothing is sent before the first `await`.
    """

    def __init__(
        self,
        call: Caller,
        operation: Operation[list[T]],
        arguments: Mapping[str, Any],
        timeout: float | None,
        mark: Mapping[str, Any] | None = None,
    ) -> None:
        self._call = call
        self._operation = operation
        self._arguments = arguments
        self._timeout = timeout
        self._mark = mark
        self._course: _Course[T] | None = None

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._fetch(self._arguments).__await__()

    def __aiter__(self) -> AsyncItems[T]:
        return self.items()

    def items(self, *, strict: bool = False) -> AsyncItems[T]:
        """Walk item by item, as iterating the pager does.

        Args:
            strict: Raise `PaginationError` as soon as it cannot be shown any more that nothing is
                repeated or missed; see `report`.
        """
        return AsyncItems(self._begin(strict), self._fetch)

    def pages(self, *, strict: bool = False) -> AsyncPages[T]:
        """Walk page by page; a page holds those of its items that have not been given yet.

        Its `total_count` is that of the first page, for a progress bar.

        Args:
            strict: As in `items`.
        """
        return AsyncPages(self._begin(strict), self._fetch)

    def prefetch(self, pages: int = 4, *, strict: bool = False) -> Prefetch[T]:
        """Walk item by item while the next pages are on their way.

        ```python
        async with client.sessions.list().prefetch(4) as sessions:
            async for session in sessions:
                ...
        ```

        Args:
            pages: The largest number of pages that are asked for ahead or held, from 1.
            strict: As in `items`.

        Raises:
            ConfigurationError: The number cannot be right.
        """
        _whole("pages", pages, 1)
        return Prefetch(self._begin(strict), self._fetch, pages)

    async def collect(self, *, limit: int | None = None, strict: bool = False) -> list[T]:
        """All items as a list, in order; pages are asked for concurrently after the first.

        Args:
            limit: The largest number of items; all by default. No more requests are made than it needs.
            strict: As in `items`.

        Raises:
            ConfigurationError: The limit cannot be right.
            PaginationError: The answers contradict each other.
            APIError: A request failed.
        """
        items: list[T] = []
        if limit is not None and _whole("limit", limit, 0) == 0:
            return items
        course = self._begin(strict, limit)
        # It reaches the caller only as a whole: until then the bookmark stays where it was.
        course.kept = True
        prefetch = Prefetch(course, self._fetch, CONCURRENT_PAGES)
        async with prefetch:
            async for page in prefetch.pages:
                items += page
                if limit is not None and len(items) >= limit:
                    break
        return items[:limit]

    async def count(self) -> int:
        """How many items there are, for one request.

        Raises:
            PaginationError: The API did not say.
        """
        total = (await self._fetch({**self._arguments, "page": 1, "page_size": 1})).total_count
        if total is None:
            raise PaginationError(f"{self._operation.name}: the answer has no total_count")
        return total

    async def first(self) -> T | None:
        """The first item, for one request; None where there is none."""
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
        if bookmark.get("version") != 1 or "mark" not in bookmark:
            raise ConfigurationError("resume() takes what a pager's bookmark gave")
        if bookmark.get("query") != self._query():
            raise ConfigurationError("the bookmark is of another query: resume with the same arguments")
        return AsyncPager(self._call, self._operation, self._arguments, self._timeout, bookmark["mark"])

    def __repr__(self) -> str:
        return f"<AsyncPager of {self._operation.name}>"

    def _begin(self, strict: bool, limit: int | None = None) -> _Course[T]:
        walk = walk_of(self._operation, self._arguments, limit=limit, mark=self._mark)
        self._course = _Course(walk, strict, self._mark, self._bookmark_of)
        return self._course

    def _bookmark_of(self, mark: Mapping[str, Any] | None) -> dict[str, Any]:
        return {"version": 1, "query": self._query(), "mark": mark}

    def _query(self) -> str:
        request = build(self._operation, self._arguments)
        return hashlib.sha256(f"{request.path}?{request.query}".encode()).hexdigest()[:16]

    async def _fetch(self, arguments: Mapping[str, Any]) -> Page[T]:
        def read(_status: int, envelope: Any) -> Page[T]:
            return read_page(
                self._operation, envelope, arguments.get("page") or 1, arguments.get("page_size") or 0
            )

        return await self._call(self._operation, arguments, self._timeout, read)


Fetch = Callable[[Ask], Coroutine[Any, Any, Page[T]]]


class _Course(Generic[T]):
    """One walk, and how far its caller has got."""

    def __init__(
        self,
        walk: Walk[T],
        strict: bool,
        mark: Mapping[str, Any] | None,
        bookmark_of: Callable[[Mapping[str, Any] | None], dict[str, Any]],
    ) -> None:
        self.walk = walk
        self.kept = False
        self.given = 0
        self._first: Page[T] | None = None
        self._pages = 0
        self._strict = strict
        self._mark = mark
        self._bookmark_of = bookmark_of

    @property
    def mark(self) -> Mapping[str, Any] | None:
        """Where to go on after the last item that the caller got."""
        started = self.walk.report.requests and not self.kept
        return self.walk.mark(self.given) if started else self._mark

    async def next(self, fetch: Fetch[T]) -> Page[T]:
        """The next page of new items, which still have to be given; the first page in any case.

        Its numbers are those of the first page, counted on: the later ones may be of a part of the list.
        """
        report = self.walk.report
        try:
            while (ask := self.walk.ask()) is not None:
                page = await fetch(ask)
                # Until the answer is taken, the mark is that of the one before.
                fresh = self.walk.take(ask, page)
                self.given = 0
                if self._strict and not report.exact:
                    raise PaginationError(f"it cannot be shown that nothing was repeated or missed: {report}")
                if fresh or self._first is None:
                    self._first = self._first or page
                    self._pages += 1
                    return replace(self._first, items=fresh, page=self._first.page + self._pages - 1)
        except ExecError as error:
            error.bookmark = self._bookmark_of(self.mark)
            raise
        raise StopAsyncIteration


class AsyncPages(Generic[T]):
    """The pages of a list, each asked for when it is wanted; a page holds those of its items that are new.

    No async generator, which would have to be closed after a `break`.
    """

    def __init__(self, course: _Course[T], fetch: Fetch[T]) -> None:
        self._course = course
        self._fetch = fetch

    def __aiter__(self) -> AsyncPages[T]:
        return self

    async def __anext__(self) -> Page[T]:
        page = await self._course.next(self._fetch)
        self._course.given = len(page)
        return page


class AsyncItems(Generic[T]):
    """The items of a list, page after page."""

    def __init__(self, course: _Course[T], fetch: Fetch[T]) -> None:
        self._course = course
        self._fetch = fetch
        self._items: list[T] = []
        self._next = 0

    def __aiter__(self) -> AsyncItems[T]:
        return self

    async def __anext__(self) -> T:
        while self._next >= len(self._items):
            self._items = (await self._course.next(self._fetch)).items
            self._next = 0
        self._next += 1
        self._course.given = self._next
        return self._items[self._next - 1]


class Prefetch(Generic[T]):
    """A walk with requests under way ahead of it; leaving its `async with` ends and awaits them all."""

    def __init__(self, course: _Course[T], fetch: Fetch[T], most: int) -> None:
        self._course = course
        self._fetch = fetch
        self._most = most
        self._under_way: list[tuple[Ask, asyncio.Task[Page[T]]]] = []
        self._open = False

    async def __aenter__(self) -> AsyncItems[T]:
        self._open = True
        return AsyncItems(self._course, self._soon)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open = False
        await self._keep([])

    def __aiter__(self) -> NoReturn:
        raise TypeError(
            "a prefetch is used as `async with pager.prefetch() as items:`, then iterate the items"
        )

    @property
    def pages(self) -> AsyncPages[T]:
        """The pages instead of the items."""
        return AsyncPages(self._course, self._soon)

    async def _soon(self, ask: Ask) -> Page[T]:
        """The answer to a request, and more requests on their way."""
        if not self._open:
            raise ConfigurationError("the prefetch has ended with its `async with`; walk inside it")
        wanted = self._course.walk.ahead(self._most)
        await self._keep(wanted)
        known = [asked for asked, _ in self._under_way]
        for following in wanted:
            if following not in known:
                self._under_way.append((following, asyncio.create_task(self._fetch(following))))
        [task] = [task for asked, task in self._under_way if asked == ask]
        try:
            return await task
        finally:
            self._under_way = [(asked, other) for asked, other in self._under_way if other is not task]

    async def _keep(self, wanted: list[Ask]) -> None:
        """End the requests that are not wanted any more."""
        ended = [task for asked, task in self._under_way if asked not in wanted]
        self._under_way = [(asked, task) for asked, task in self._under_way if asked in wanted]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)


def _whole(name: str, value: int, least: int) -> int:
    if value.__class__ is not int or value < least:
        raise ConfigurationError(f"{name}={value!r}: {name} has to be a whole number from {least}")
    return value
