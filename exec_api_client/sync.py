"""The client for synchronous code: a script, a notebook, a view of a web framework.

It runs the asynchronous client in an event loop, in a daemon thread of its own. So limits, retries and
paging are the same. The thread starts with the first call. It ends with `close()` or with Python.

Several threads may share a client, but not one iterator. A forked child goes on with a thread of its
own. Ctrl-C ends the call that waits, and the client goes on working. Hooks and transports run in the
client's thread, so they cannot call the client.
"""

from __future__ import annotations

import _thread
import asyncio
import atexit
import inspect
import os
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from ._runtime.models import UNSET, Unset
from ._transport.responses import Response
from .client import AsyncExecClient, record_responses
from .errors import ClientClosedError, ConfigurationError
from .generated.api import ResourcesSync
from .limits import RateLimit, Usage
from .pagination import Page, Pager
from .pagination.blocking import documented_by
from .retry import RetryPolicy

__all__ = ["ExecClient", "Page", "Pager"]

C = TypeVar("C", bound=type)
P = ParamSpec("P")
T = TypeVar("T")

# Seconds to wait for the thread to start, and to end.
_GRACE = 5.0


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


@documented_by(AsyncExecClient)
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

    @_takes_arguments_of(AsyncExecClient.__init__)
    def __init__(self, *settings: Any, **named: Any) -> None:
        try:
            client = AsyncExecClient(*settings, **named)
        finally:
            del settings, named  # a traceback can show variables, and one of them is the key
        self._client = self._resources = client
        self._loop = self._runner = LoopRunner(client.aclose)

    def with_options(
        self,
        *,
        timeout: float | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        rate_limit: RateLimit | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Self:
        """As `AsyncExecClient.with_options`."""
        client = self._client.with_options(
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            rate_limit=rate_limit,
            headers=headers,
            params=params,
        )
        other = type(self).__new__(type(self))
        other._client = other._resources = client
        other._loop = other._runner = self._loop
        return other

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """As `AsyncExecClient.request`, but blocking."""
        call = self._client.request(method, path, params=params, json=json, headers=headers, timeout=timeout)
        return self._loop.run(call)

    def paginate(
        self, path: str, *, params: Mapping[str, Any] | None = None, timeout: float | None = None
    ) -> Pager[dict[str, Any]]:
        """As `AsyncExecClient.paginate`, but blocking."""
        return Pager(self._client.paginate(path, params=params, timeout=timeout), self._loop)

    def with_response(
        self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, Response]:
        """As `AsyncExecClient.with_response`, but blocking."""
        if not callable(method):
            raise ConfigurationError("with_response needs a method of this client, not the result of one")
        # The client's thread runs each call in a copy of the caller's context, so it finds this list.
        with record_responses() as responses:
            result = method(*args, **kwargs)
        return result, responses[-1]

    @property
    def base_url(self) -> str:
        """As `AsyncExecClient.base_url`."""
        return self._client.base_url

    @property
    def closed(self) -> bool:
        """As `AsyncExecClient.closed`."""
        return self._loop.closed

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
        self._loop.close()

    def __enter__(self) -> Self:
        self._loop.check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_loop"):
            return "<ExecClient, not made>"  # in a traceback that shows variables
        return f"<ExecClient of {self.base_url}{', closed' if self.closed else ''}>"


class LoopRunner:
    """Runs coroutines of one client for any thread, in an event loop of its own.

    Args:
        aclose: Closes the asynchronous client, at the end of the event loop.
    """

    def __init__(self, aclose: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.closed = False
        self.aclose = aclose
        # By process: a forked child has a copy of this dictionary, but not the threads.
        self.threads: dict[int, LoopThread] = {}

    def run(self, coroutine: Coroutine[Any, Any, T], /) -> T:
        """Wait for a coroutine and return its result.

        Raises:
            ClientClosedError: The client is closed, also while the coroutine runs.
            ConfigurationError: The caller is in the client's own thread, or gevent has replaced threads.
        """
        try:
            self.check_open()
            thread = self.threads.get(os.getpid()) or self._start()
            thread.check_caller()
        except BaseException:
            coroutine.close()
            raise
        return thread.run(coroutine)

    def check_open(self) -> None:
        """Raise `ClientClosedError` if the client is closed."""
        if self.closed:
            raise ClientClosedError("the client is closed; make a new one, and keep it open while it is used")

    def close(self) -> None:
        """End the calls in flight and the thread."""
        thread = self.threads.get(os.getpid())
        if thread is not None:
            thread.check_caller()
        self.closed = True
        if thread is not None:
            thread.end()

    def _start(self) -> LoopThread:
        thread = LoopThread(self)
        thread.start()
        # Several can start at once. The first one stays.
        return self.threads.setdefault(os.getpid(), thread)


class LoopThread:
    """An event loop and its daemon thread, in one process."""

    def __init__(self, runner: LoopRunner) -> None:
        self._runner = runner
        self._loop: asyncio.AbstractEventLoop
        self._started = False
        self._ending = asyncio.Event()
        caller = threading.get_native_id()
        self._thread = threading.Thread(target=self._work, args=[caller], name="exec-api-client", daemon=True)

    def start(self) -> None:
        """Start the thread and wait until it runs."""
        # In one more thread, since Ctrl-C during `Thread.start` can break the locks of the new thread.
        _thread.start_new_thread(self._thread.start, ())
        ends = time.monotonic() + _GRACE
        while not self._started:
            if time.monotonic() > ends:
                raise RuntimeError(f"the client's thread has not started within {_GRACE:g} seconds")
            time.sleep(0.001)

    def check_caller(self) -> None:
        """Raise `ConfigurationError` in the thread itself, where a wait would never end."""
        # gevent runs all threads of Python in one thread of the system.
        if self._thread.native_id == threading.get_native_id():
            raise ConfigurationError(
                "the client's own thread must not wait for itself; call the client outside its hooks and "
                "transports, and without the threads of gevent.monkey, or use AsyncExecClient"
            )

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine. An exception in the caller, as of Ctrl-C, cancels it."""
        call = Call(coroutine)
        try:
            self._call_soon(call.begin, self._loop, self._ending)
            while not call.finished and not self._loop.is_closed():
                call.running.acquire(timeout=1.0)  # on Windows, Ctrl-C is as late as that
        except BaseException:
            self._call_soon(call.cancel)
            if not call.finished:
                call.running.acquire(timeout=1.0)
            raise
        return call.result()

    def end(self) -> None:
        """End the calls in flight, then the thread."""
        if self._thread.is_alive():  # not in a forked child
            self._call_soon(self._ending.set)
            self._thread.join(_GRACE)
            atexit.unregister(self.end)

    def _call_soon(self, function: Callable[..., object], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(function, *arguments)

    def _work(self, caller: int) -> None:
        # Ctrl-C comes in the caller's thread, and would leave a half-made loop there.
        self._loop = asyncio.new_event_loop()
        self._started = True
        elected = self._runner.threads.setdefault(os.getpid(), self)
        if elected is not self or caller == threading.get_native_id():
            self._loop.close()
            return
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            atexit.register(self.end)
            if self._runner.closed:  # by another thread, before this one could be seen
                self._ending.set()
            while not self._ending.is_set():
                # A hook can raise these. The caller gets them as the outcome of the call.
                with suppress(KeyboardInterrupt, SystemExit):
                    runner.run(self._ending.wait())
            runner.run(self._runner.aclose())


class Call(Generic[T]):
    """A coroutine and its outcome.

    Ctrl-C can raise between any two steps of the caller. So the caller only waits and reads. The thread
    of the event loop does everything else, and no lock is shared with other calls.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self.finished = False
        self._coroutine = coroutine
        self._task: asyncio.Task[T] | None = None
        self._results: list[T] = []
        self._errors: list[BaseException] = []
        self.running = threading.Lock()
        self.running.acquire()

    def begin(self, loop: asyncio.AbstractEventLoop, ending: asyncio.Event) -> None:
        """Start the coroutine, except in a loop that ends, where its task would be left."""
        if ending.is_set():
            self.cancel()
            return
        self._task = loop.create_task(self._coroutine)
        self._task.add_done_callback(self._finish)

    def cancel(self) -> None:
        """Cancel the coroutine."""
        if self._task is not None:
            self._task.cancel()
        elif not self.finished:
            self._coroutine.close()
            self._end()

    def result(self) -> T:
        """Return the result or raise the error."""
        if self._results:
            return self._results.pop()
        if self._errors:
            raise self._errors.pop()  # not in a variable, since its traceback holds this frame
        self._coroutine.close()
        raise ClientClosedError("the client was closed while a call was in flight")

    def _finish(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled():
            error = task.exception()
            if error is None:
                self._results.append(task.result())
            else:
                self._errors.append(error)
        # The last reference goes here. The caller would lose a Ctrl-C while it destroys a task.
        self._task = None
        self._end()

    def _end(self) -> None:
        self.finished = True
        self.running.release()
