"""The course of one walk: its requests, what has been given of it, and requests ahead of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import ConfigurationError, ExecError, PaginationError
from .walk import Ask, Walk

if TYPE_CHECKING:
    from .page import Page

T = TypeVar("T")

Fetch = Callable[[Ask], Coroutine[Any, Any, "Page[T]"]]


class Course(Generic[T]):
    """One walk, and how far its caller has got."""

    def __init__(
        self,
        walk: Walk[T],
        fetch: Fetch[T],
        strict: bool,
        mark: Mapping[str, Any] | None,
        bookmark_of: Callable[[Mapping[str, Any] | None], dict[str, Any]],
    ) -> None:
        self.walk = walk
        self.kept = False
        self.given = 0
        # Several tasks may share a walk: each gets other items.
        self.turn = asyncio.Lock()
        self._fetch = fetch
        # The first page, without its items.
        self._first: Page[T] | None = None
        self._pages = 0
        self._strict = strict
        self._mark = mark
        self._bookmark_of = bookmark_of

    @property
    def mark(self) -> Mapping[str, Any] | None:
        """Where to go on after the last item that the caller got."""
        return self.walk.mark(self.given) if self.walk.answers and not self.kept else self._mark

    async def fetch(self, ask: Ask) -> Page[T]:
        """The answer to a request, which counts from when it is begun."""
        self.walk.report.requests += 1
        return await self._fetch(ask)

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
                    self._first = replace(page, items=[]) if self._first is None else self._first
                    self._pages += 1
                    return replace(self._first, items=fresh, page=self._first.page + self._pages - 1)
                del page
        except ExecError as error:
            error.bookmark = self._bookmark_of(self.mark)
            raise
        raise StopAsyncIteration


class Steps(Generic[T]):
    """What is walked with `async for`, once.

    No async generator, which would have to be closed after a `break`.
    """

    def __init__(self, course: Course[T], fetch: Fetch[T] | None = None) -> None:
        self._course = course
        self._fetch = fetch or course.fetch
        self._ended = False

    def _begin(self) -> None:
        if self._ended:
            raise ConfigurationError(
                "this walk has been walked to its end: begin another, `async for item in pager` or "
                "`async for page in pager.pages()`"
            )

    async def _page(self) -> Page[T]:
        try:
            return await self._course.next(self._fetch)
        except StopAsyncIteration:
            self._ended = True
            raise


class AsyncPages(Steps[T]):
    """The pages of a list, each asked for when it is wanted; a page holds those of its items that are new.

    Its steps raise what `AsyncPager.items` names; to walk it again after its end is a `ConfigurationError`.
    """

    def __aiter__(self) -> AsyncPages[T]:
        self._begin()
        return self

    async def __anext__(self) -> Page[T]:
        async with self._course.turn:
            page = await self._page()
            self._course.given = len(page)
            return page


class AsyncItems(Steps[T]):
    """The items of a list, page after page.

    Its steps raise what `AsyncPager.items` names; to walk it again after its end is a `ConfigurationError`.
    """

    def __init__(self, course: Course[T], fetch: Fetch[T] | None = None) -> None:
        super().__init__(course, fetch)
        self._items: list[T] = []
        self._next = 0

    def __aiter__(self) -> AsyncItems[T]:
        self._begin()
        return self

    async def __anext__(self) -> T:
        while self._next >= len(self._items):
            async with self._course.turn:
                # Another task may have got a page meanwhile.
                if self._next >= len(self._items):
                    # What has been given makes room for what is asked for.
                    self._items, self._next = [], 0
                    self._items = (await self._page()).items
        self._next += 1
        self._course.given = self._next
        return self._items[self._next - 1]


class Prefetch(Generic[T]):
    """A walk with requests under way ahead of it; leaving its `async with` ends and awaits them all.

    To walk on after that is a `ConfigurationError`.
    """

    def __init__(self, course: Course[T], most: int) -> None:
        self._course = course
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

    @property
    def pages(self) -> AsyncPages[T]:
        """The pages instead of the items."""
        return AsyncPages(self._course, self._soon)

    async def _soon(self, ask: Ask) -> Page[T]:
        """The answer to a request, and more requests on their way."""
        if not self._open:
            raise ConfigurationError("the prefetch has ended with its `with` block; walk inside it")
        wanted = self._course.walk.ahead(self._most)
        await self._keep(wanted)
        known = [asked for asked, _ in self._under_way]
        for following in wanted:
            if following not in known:
                self._under_way.append((following, asyncio.create_task(self._course.fetch(following))))
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
