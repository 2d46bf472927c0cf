"""The client for synchronous code: a script, a notebook, a view of a web framework.

```python
from exec_api_client import ExecClient

with ExecClient() as client:
    for session in client.sessions.list(rank=["gold"]):
        print(session.user.email, session.score)
```

It runs the asynchronous client in one event loop, in one daemon thread. So limits, retries and
paging are the same. The thread starts with the first call. It ends with `close()` or with Python.

Several threads may share a client. Each thread makes its own iterators. After a fork, the child
starts a thread of its own. Ctrl-C ends the call that waits, and the client goes on working.
Hooks and transports run in the client's thread, so they cannot call the client.
"""

from __future__ import annotations

import asyncio
import atexit
import inspect
import os
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from ._runtime.models import UNSET, Unset
from .client import AsyncExecClient
from .errors import ClientClosedError, ConfigurationError
from .generated.api import ResourcesSync
from .pagination import AsyncPager, Page

if TYPE_CHECKING:
    from .limits import RateLimit, Usage
    from .pagination.walk import Report
    from .retry import RetryPolicy

__all__ = ["ExecClient", "Page", "Pager"]

C = TypeVar("C", bound=type)
P = ParamSpec("P")
T = TypeVar("T")

# Seconds that closing waits for the thread to end.
_GRACE = 5.0

# The words that differ between a docstring of the asynchronous client and the synchronous one.
_WORDS = {"async with": "with", "async for": "for", "await ": "", "Async": "", "aclose": "close"}


def _takes_arguments_of(
    original: Callable[Concatenate[Any, P], None],
) -> Callable[[Callable[..., None]], Callable[Concatenate[Any, P], None]]:
    """Give a constructor the public signature of another."""

    def decorate(constructor: Callable[..., None]) -> Callable[Concatenate[Any, P], None]:
        signature = inspect.signature(original)
        public = [each for each in signature.parameters.values() if not each.name.startswith("_")]
        vars(constructor)["__signature__"] = signature.replace(parameters=public)
        return constructor

    return decorate


def _documented_by(original: type) -> Callable[[C], C]:
    """Give the methods of a class the docstrings of an asynchronous class."""

    def decorate(twin: C) -> C:
        for name, member in vars(twin).items():
            text = getattr(getattr(original, name, None), "__doc__", None)
            if text and not name.startswith("_"):
                for word, replacement in _WORDS.items():
                    text = text.replace(word, replacement)
                member.__doc__ = text
        return twin

    return decorate


@_documented_by(AsyncExecClient)
class ExecClient(ResourcesSync):
    """A client of the Exec API for synchronous code.

    ```python
    with ExecClient() as client:
        for session in client.sessions.list():
            print(session.user.email, session.score)
    ```

    It takes the arguments of `AsyncExecClient`, with the same defaults.

    Raises:
        ConfigurationError: A setting is wrong. The error does not show the key.
    """

    _runner: LoopRunner

    @_takes_arguments_of(AsyncExecClient.__init__)
    def __init__(self, *settings: Any, **named: Any) -> None:
        try:
            client = AsyncExecClient(*settings, **named)
        finally:
            del settings, named  # a traceback can show variables, and one of them is the key
        self._client = self._resources = client
        self._runner = LoopRunner(client.aclose)

    def with_options(
        self,
        *,
        timeout: float | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
    ) -> Self:
        """As `AsyncExecClient.with_options`."""
        client = self._client.with_options(timeout=timeout, deadline=deadline, retry=retry)
        other = type(self).__new__(type(self))
        other._client = other._resources = client
        other._runner = self._runner
        return other

    @property
    def base_url(self) -> str:
        """As `AsyncExecClient.base_url`."""
        return self._client.base_url

    @property
    def closed(self) -> bool:
        """As `AsyncExecClient.closed`."""
        return self._runner.closed

    @property
    def rate_limit(self) -> RateLimit | None:
        """As `AsyncExecClient.rate_limit`."""
        return self._client.rate_limit

    @property
    def usage(self) -> Usage | None:
        """As `AsyncExecClient.usage`."""
        return self._client.usage

    def close(self) -> None:
        """Close the connections and end the thread. Calls in flight raise `ClientClosedError`.

        A second call does nothing.

        Raises:
            ConfigurationError: A hook or a transport of this client closes it.
        """
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


@_documented_by(AsyncPager)
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

    def __init__(self, pager: AsyncPager[T], runner: LoopRunner) -> None:
        self._pager = pager
        self._runner = runner

    def __iter__(self) -> Iterator[T]:
        return self.items()

    def items(self, *, strict: bool = False) -> Iterator[T]:
        """As `AsyncPager.items`, but blocking."""
        return self._each(self._pager.items(strict=strict).__anext__)

    def pages(self, *, strict: bool = False) -> Iterator[Page[T]]:
        """As `AsyncPager.pages`, but blocking."""
        return self._each(self._pager.pages(strict=strict).__anext__)

    def prefetch(self, pages: int = 4, *, strict: bool = False) -> AbstractContextManager[Iterator[T]]:
        """As `AsyncPager.prefetch`, but blocking."""
        return self._prefetch(self._pager.prefetch(pages, strict=strict))

    def page(self) -> Page[T]:
        """Return the first page, or the one of `page=`, in the size of `page_size=`.

        Raises:
            PaginationError: After `resume`: the responses contradict each other.
            APIError: The request failed.
            ClientClosedError: The client is closed.
        """
        return self._runner.run(_awaited(self._pager))

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

    def resume(self, bookmark: Mapping[str, Any]) -> Pager[T]:
        """As `AsyncPager.resume`."""
        return Pager(self._pager.resume(bookmark), self._runner)

    def __repr__(self) -> str:
        return repr(self._pager).replace("AsyncPager", "Pager")

    def _each(self, step: Callable[[], Coroutine[Any, Any, Any]]) -> Iterator[Any]:
        with suppress(StopAsyncIteration):
            while True:
                yield self._runner.run(step())

    @contextmanager
    def _prefetch(self, ahead: Any) -> Iterator[Iterator[T]]:
        items = self._runner.run(ahead.__aenter__())
        try:
            yield self._each(items.__anext__)
        finally:
            with suppress(ClientClosedError):  # closing has ended the requests
                self._runner.run(ahead.__aexit__(None, None, None))


async def _awaited(pager: AsyncPager[T]) -> Page[T]:
    return await pager


class LoopRunner:
    """Runs coroutines of one client for any thread, in a thread of its own.

    Ctrl-C can raise between any two steps of a caller. So `run` takes no lock that it must release:
    a lock that stays taken would block every later call.
    """

    def __init__(self, aclose: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.closed = False
        self._aclose = aclose
        # By process: a forked child has a copy of this object, but not the thread.
        self._threads: dict[int, LoopThread] = {}

    def run(self, coroutine: Coroutine[Any, Any, T], /) -> T:
        """Wait for a coroutine and return its result.

        Raises:
            ClientClosedError: The client is closed, also while the coroutine runs.
            ConfigurationError: The caller is in the client's own thread, or gevent has replaced threads.
        """
        try:
            self.check_open()
            thread = self._threads.get(os.getpid()) or self._start()
            thread.check_caller()
        except BaseException:
            coroutine.close()
            raise
        return thread.run(coroutine)

    def pager(self, pager: AsyncPager[T], /) -> Pager[T]:
        """Return a pager for synchronous code."""
        return Pager(pager, self)

    def check_open(self) -> None:
        """Raise `ClientClosedError` if the client is closed."""
        if self.closed:
            raise ClientClosedError("the client is closed; make a new one, and keep it open while it is used")

    def close(self) -> None:
        """End the calls in flight and the thread."""
        thread = self._threads.get(os.getpid())
        if thread is not None:
            thread.check_caller()
        self.closed = True
        if thread is not None:
            thread.end()

    def _start(self) -> LoopThread:
        """Start a thread. Of several that start at once, the first one stays."""
        process, new = os.getpid(), LoopThread(self._aclose)
        try:
            new.thread.start()
            new.check_caller()
            self._threads.setdefault(process, new)
        finally:
            if self._threads.get(process) is not new:
                new.end(aclose=False)
        if self.closed:  # meanwhile, by another thread
            new.end()
        return self._threads[process]


class LoopThread:
    """One event loop and its daemon thread, in one process."""

    def __init__(self, aclose: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.thread = threading.Thread(target=self._work, name="exec-api-client", daemon=True)
        self._aclose: Callable[[], Coroutine[Any, Any, None]] | None = aclose
        self._ended = False
        self._ending = asyncio.Event()
        self._loop = asyncio.new_event_loop()

    def check_caller(self) -> None:
        """Raise `ConfigurationError` in the thread itself, where a wait would never end."""
        # gevent runs all threads of Python in one thread of the system.
        if self.thread.native_id == threading.get_native_id():
            raise ConfigurationError(
                "the client's own thread must not wait for itself; call the client outside its hooks and "
                "transports, and without the threads of gevent.monkey, or use AsyncExecClient"
            )

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine. An exception in the caller, as of Ctrl-C, cancels it."""
        tasks: list[asyncio.Task[T]] = []
        running = threading.Lock()  # not an Event, whose own lock stays taken after some interrupts
        running.acquire()

        def begin() -> None:
            if not self._ended:
                tasks.append(self._loop.create_task(coroutine))
                tasks[0].add_done_callback(lambda _: running.release())

        def cancel() -> None:
            if tasks:
                tasks[0].cancel()
            else:
                coroutine.close()

        try:
            self._call_soon(begin)
            # On Windows, Ctrl-C does not interrupt a wait without a limit.
            while not self._loop.is_closed() and not running.acquire(timeout=1.0):
                pass
        except BaseException:
            self._call_soon(cancel)
            running.acquire(timeout=1.0)
            raise
        if not tasks or tasks[0].cancelled():
            coroutine.close()
            raise ClientClosedError("the client was closed while a call was in flight")
        return tasks.pop().result()

    def end(self, *, aclose: bool = True) -> None:
        """End the calls in flight, then the thread.

        Args:
            aclose: Whether to close the asynchronous client. Default: True.
        """
        if not aclose:
            self._aclose = None
        self._ended = True
        if self.thread.is_alive():  # not in a forked child
            self._call_soon(self._ending.set)
            self.thread.join(_GRACE)
            atexit.unregister(self.end)

    def _call_soon(self, function: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(function)

    def _work(self) -> None:
        atexit.register(self.end)
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            while not self._ended:
                # A hook can raise these. The caller gets them as the outcome of the call.
                with suppress(KeyboardInterrupt, SystemExit):
                    runner.run(self._ending.wait())
            if self._aclose is not None:
                runner.run(self._aclose())
