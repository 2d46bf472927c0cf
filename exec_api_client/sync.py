"""The client for synchronous callers: a script, a notebook, a view of a web framework.

```python
from exec_api_client import ExecClient

with ExecClient() as client:
    for session in client.sessions.list(rank=["gold"]):
        print(session.user.email, session.score)
```

It is the asynchronous client, run in a thread of its own: limits, retries and paging are the same, and
the methods and arguments too. It also works where an event loop is running, as in a notebook; a call
blocks that loop until it is done, so an asyncio application uses `AsyncExecClient`.

Any number of threads may share a client. A forked child may go on with it, unless a `transport` or an
`http_client` was passed in. Ctrl-C ends the call that is waited for, not the client. Hooks and
transports run in the client's thread, where it cannot be called.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar

from ._runtime.models import UNSET, Unset
from ._sync import BlockingPortal, with_settings_of
from ._sync_walks import Items, Prefetch, Walk
from .client import AsyncExecClient
from .generated.api import ResourcesSync
from .pagination import AsyncPager, Page

if TYPE_CHECKING:
    from .limits import RateLimit, Usage
    from .pagination.walk import Report
    from .retry import RetryPolicy

__all__ = ["ExecClient", "Items", "Page", "Pager", "Walk"]

T = TypeVar("T")


class ExecClient(ResourcesSync):
    """A client of the Exec API, for synchronous callers.

    ```python
    with ExecClient() as client:
        for session in client.sessions.list():
            print(session.user.email, session.score)
    ```

    It takes the arguments of `AsyncExecClient`, with the same defaults.

    Raises:
        ConfigurationError: A setting cannot be right. The key is not shown.
    """

    _runner: BlockingPortal

    @with_settings_of(AsyncExecClient.__init__)
    def __init__(self, *settings: Any, **named: Any) -> None:
        try:
            client = AsyncExecClient(*settings, **named)
        finally:
            del settings, named  # a traceback can show variables, and one is the key
        self._client = self._resources = client
        self._runner = BlockingPortal(client.aclose)

    def with_options(
        self,
        *,
        timeout: float | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
    ) -> Self:
        """A client with other settings and the same connections and limits; closing either closes both.

        Args:
            timeout: In seconds; what is left out, of these three, stays as it is.
            deadline: As in `AsyncExecClient`, in seconds.
            retry: As in `AsyncExecClient`.

        Raises:
            ConfigurationError: A setting cannot be right.
        """
        client = self._client.with_options(timeout=timeout, deadline=deadline, retry=retry)
        other = type(self).__new__(type(self))
        other._client = other._resources = client
        other._runner = self._runner
        return other

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self._client.base_url

    @property
    def closed(self) -> bool:
        """Whether the client can no longer be used."""
        return self._runner.closed

    @property
    def rate_limit(self) -> RateLimit | None:
        """The quota that the client stays within; its `state()` can be saved for the next process."""
        return self._client.rate_limit

    @property
    def usage(self) -> Usage | None:
        """How much of the quota is spent; None where the limit is off."""
        return self._client.usage

    def close(self) -> None:
        """Close the connections, end the thread; what is under way fails, and a second call does nothing."""
        self._runner.close()

    def __enter__(self) -> Self:
        self._runner.check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_runner"):
            return "<ExecClient, refused>"  # in a traceback that shows variables
        return f"<ExecClient of {self.base_url}{', closed' if self.closed else ''}>"

    def __reduce__(self) -> NoReturn:
        self._runner.__reduce__()


class Pager(Generic[T]):
    """A list of the API: iterate it for all its items, or ask for a part.

    ```python
    for session in client.sessions.list():
        ...
    page = client.sessions.list(page_size=10).page()
    recent = client.sessions.list().collect(limit=500)
    ```

    Nothing is sent before the first item is wanted. A walk asks for a page when it is needed, so that
    leaving it costs no further request. API reference: each list's `page` and `page_size`.
    """

    def __init__(self, pager: AsyncPager[T], portal: BlockingPortal) -> None:
        self._pager = pager
        self._runner = portal

    def __iter__(self) -> Items[T]:
        return self.items()

    def items(self, *, strict: bool = False) -> Items[T]:
        """Walk item by item, as iterating the pager does.

        Args:
            strict: Raise `PaginationError` as soon as it cannot be shown any more that nothing is
                repeated or missed; see `report`. Default: False.

        Raises:
            PaginationError: While it is walked: the answers contradict each other, or `strict` is not met.
            APIError: While it is walked: a request failed.
            ClientClosedError: While it is walked: the client is closed.
        """
        return Items(self._pager.items(strict=strict), self._runner)

    def pages(self, *, strict: bool = False) -> Walk[Page[T]]:
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
        return Walk(self._pager.pages(strict=strict).__anext__, self._runner)

    def prefetch(self, pages: int = 4, *, strict: bool = False) -> Prefetch[T]:
        """Walk item by item while the next pages are on their way.

        ```python
        with client.sessions.list().prefetch(4) as sessions:
            for session in sessions:
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
        return Prefetch(self._pager.prefetch(pages, strict=strict), self._runner)

    def page(self) -> Page[T]:
        """The first page, or the one that was asked for with `page=`, in the size of `page_size=`.

        Raises:
            PaginationError: After `resume`: the answers contradict each other.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        return self._runner.run(_awaited(self._pager))

    def collect(self, *, limit: int | None = None, strict: bool = False) -> list[T]:
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
        return self._runner.run(self._pager.collect(limit=limit, strict=strict))

    def count(self) -> int:
        """How many items there are, for one request.

        Raises:
            PaginationError: The API did not say.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        return self._runner.run(self._pager.count())

    def first(self) -> T | None:
        """The first item, for one request; None where there is none; after `resume` that of the rest.

        Raises:
            PaginationError: After `resume`: the answers contradict each other.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        return self._runner.run(self._pager.first())

    @property
    def report(self) -> Report:
        """What the last walk over this pager has seen; see `Report`."""
        return self._pager.report

    @property
    def bookmark(self) -> dict[str, Any]:
        """Where the last walk stands, as a small JSON object: `resume` goes on after the last item given."""
        return self._pager.bookmark

    def resume(self, bookmark: Mapping[str, Any]) -> Pager[T]:
        """The same list, to be walked from a bookmark on.

        Args:
            bookmark: What `bookmark` gave, also of an `AsyncPager`, with the same arguments.

        Raises:
            ConfigurationError: It is no bookmark, or one of another query.
        """
        return Pager(self._pager.resume(bookmark), self._runner)

    def __repr__(self) -> str:
        return repr(self._pager).replace("AsyncPager", "Pager")


async def _awaited(pager: AsyncPager[T]) -> Page[T]:
    return await pager
