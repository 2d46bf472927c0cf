"""Walking lists: `Page`, what one request gives, and `AsyncPager`, which makes the requests.

A list takes `page` (from 1) and `page_size` (at most 100, 50 by default) and answers
`{"data": [...], "pagination": {page, page_size, total_count, total_pages}}`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._model import expect_array, expect_object
from .errors import ConfigurationError, PaginationError

if TYPE_CHECKING:
    from ._operation import Caller, Operation

T = TypeVar("T")


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


def next_page(page: Page[Any]) -> int | None:
    """The number of the page to ask for after this one, or None after the last."""
    last = page.total_pages is not None and page.page >= page.total_pages
    short = page.total_pages is None and len(page) < page.page_size
    return None if not page.items or last or short else page.page + 1


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
        self, call: Caller, operation: Operation[list[T]], arguments: Mapping[str, Any], timeout: float | None
    ) -> None:
        self._call = call
        self._operation = operation
        self._arguments = arguments
        self._timeout = timeout

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page(self._arguments).__await__()

    def __aiter__(self) -> AsyncItems[T]:
        return AsyncItems(self.pages())

    def pages(self) -> AsyncPages[T]:
        """Walk page by page: `async for page in pager.pages()`."""
        return AsyncPages(self._page, self._walking(None))

    async def collect(self, *, limit: int | None = None) -> list[T]:
        """All items as a list, in order.

        Args:
            limit: The largest number of items; all by default. No more requests are made than it needs.

        Raises:
            ConfigurationError: The limit cannot be right.
            APIError: A request failed.
        """
        if limit is not None and (limit.__class__ is not int or limit < 0):
            raise ConfigurationError(
                f"collect(limit={limit!r}): limit has to be a whole number from 0, or None"
            )
        items: list[T] = []
        if limit == 0:
            return items
        async for page in AsyncPages(self._page, self._walking(limit)):
            items += page
            if limit is not None and len(items) >= limit:
                break
        return items[:limit]

    def __repr__(self) -> str:
        return f"<AsyncPager of {self._operation.name}>"

    def _walking(self, limit: int | None) -> dict[str, Any]:
        if self._arguments.get("page_size") is not None or self._arguments.get("page") is not None:
            return dict(self._arguments)
        largest = self._operation.page_size or 1
        return {**self._arguments, "page_size": min(largest, limit or largest)}

    async def _page(self, arguments: Mapping[str, Any]) -> Page[T]:
        def read(_status: int, envelope: Any) -> Page[T]:
            return read_page(
                self._operation, envelope, arguments.get("page") or 1, arguments.get("page_size") or 0
            )

        return await self._call(self._operation, arguments, self._timeout, read)


class AsyncPages(Generic[T]):
    """The pages of a list, each asked for when it is wanted.

    No async generator, which would have to be closed after a `break`.
    """

    def __init__(
        self, fetch: Callable[[Mapping[str, Any]], Awaitable[Page[T]]], arguments: Mapping[str, Any]
    ) -> None:
        self._fetch = fetch
        self._arguments: Mapping[str, Any] | None = arguments

    def __aiter__(self) -> AsyncPages[T]:
        return self

    async def __anext__(self) -> Page[T]:
        if self._arguments is None:
            raise StopAsyncIteration
        asked = self._arguments.get("page") or 1
        page = await self._fetch(self._arguments)
        if page.page != asked:
            raise PaginationError(
                f"page {asked} was asked for, and page {page.page} came: the walk would not end"
            )
        following = next_page(page)
        self._arguments = None if following is None else {**self._arguments, "page": following}
        return page


class AsyncItems(Generic[T]):
    """The items of a list, page after page."""

    def __init__(self, pages: AsyncPages[T]) -> None:
        self._pages = pages
        self._items: Iterator[T] = iter(())

    def __aiter__(self) -> AsyncItems[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._items:
                return item
            self._items = iter(await self._pages.__anext__())
