"""What the generated synchronous resources stand on: an event loop in a thread, and calls that wait for it.

There is no second runtime: a call is a coroutine of the asynchronous client, run in that thread.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import inspect
import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, NoReturn, ParamSpec, TypeVar

from .errors import ClientClosedError, ConfigurationError

if TYPE_CHECKING:
    from .pagination import AsyncPager
    from .sync import Pager

P = ParamSpec("P")
T = TypeVar("T")

AsyncClose = Callable[[], Coroutine[Any, Any, None]]

# How many seconds the interpreter waits for the thread at its exit.
_GRACE = 2.0


def with_settings_of(
    original: Callable[Concatenate[Any, P], None],
) -> Callable[[Callable[..., None]], Callable[Concatenate[Any, P], None]]:
    """Give a constructor the public arguments of another, for editors, type checkers and `inspect`."""

    def taking(constructor: Callable[..., None]) -> Callable[Concatenate[Any, P], None]:
        wrapper = functools.wraps(original, assigned=())(constructor)
        signature = inspect.signature(original)
        public = [each for each in signature.parameters.values() if not each.name.startswith("_")]
        vars(wrapper)["__signature__"] = signature.replace(parameters=public)
        return wrapper

    return taking


class BlockingPortal:
    """Runs coroutines for any thread, in a thread of its own that begins with the first of them.

    The thread ends when the portal is closed, when nobody holds the portal any more, or with the
    interpreter. It does not live on in a forked child, which begins another.

    Args:
        aclose: Is awaited in the thread before it ends.
    """

    def __init__(self, aclose: AsyncClose) -> None:
        self.closed = False
        self._aclose = aclose
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._worker: Worker | None = None

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine; who stops waiting cancels it.

        Raises:
            ClientClosedError: The portal is closed, or was closed meanwhile.
            ConfigurationError: This is the portal's own thread, which would wait for itself.
        """
        try:
            self.check_thread()
            future = self._started().submit(call)
        except BaseException:
            call.close()
            raise
        try:
            # On Windows a wait without a limit is deaf to Ctrl-C.
            while not wait([future], timeout=1.0).done:
                pass
            return future.result()
        except CancelledError:
            raise ClientClosedError("the client was closed while a call was under way") from None
        finally:
            future.cancel()
            del future  # it holds the error, whose traceback holds this frame

    def pager(self, pager: AsyncPager[T]) -> Pager[T]:
        """Return a pager for synchronous code."""
        from .sync import Pager  # noqa: PLC0415 (the two modules import each other)

        return Pager(pager, self)

    def check_open(self) -> None:
        """Raise `ClientClosedError` if the portal is closed."""
        if self.closed:
            raise ClientClosedError("the client is closed; make a new one, and keep it open while it is used")

    def check_thread(self) -> None:
        """Raise `ConfigurationError` in the portal's own thread."""
        if self._worker is not None and threading.current_thread() is self._worker.thread:
            raise ConfigurationError(
                "this runs in the client's own thread, as hooks and transports do, and would wait for itself "
                "for ever: make the call elsewhere, or await it with an AsyncExecClient"
            )

    def close(self) -> None:
        """End the calls under way and the thread; a second call does nothing."""
        self.check_thread()
        self._unless_forked()
        with self._lock:
            worker, self._worker, self.closed = self._worker, None, True
        if worker is not None:
            worker.end()
            worker.thread.join()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client is not pickled: it holds a key and connections; make one in each process")

    def _started(self) -> Worker:
        self._unless_forked()
        with self._lock:
            self.check_open()
            if self._worker is None:
                self._worker = Worker(self._aclose)
                weakref.finalize(self, self._worker.end).atexit = False
            return self._worker

    def _unless_forked(self) -> None:
        """Begin anew in a child process: its parent's thread is not here, and may have held the lock."""
        if self._process != os.getpid():
            self._lock, self._worker, self._process = threading.Lock(), None, os.getpid()


class Worker:
    """An event loop and its thread, which know nothing of who uses them."""

    def __init__(self, aclose: AsyncClose) -> None:
        self._aclose = aclose
        self._process = os.getpid()
        # Reentrant, because `end` can be called while an object is thrown away, in the middle of anything.
        self._lock = threading.RLock()
        self._ended = False
        self._ending = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._work, name="exec-api-client", daemon=True)
        self.thread.start()
        atexit.register(self._exit)

    def submit(self, call: Coroutine[Any, Any, T]) -> Future[T]:
        """Have a coroutine run."""
        with self._lock:
            if self._ended:
                raise ClientClosedError("the client was closed meanwhile, or Python is at its end")
            return asyncio.run_coroutine_threadsafe(call, self._loop)

    def end(self) -> None:
        """Take no more calls, end those under way, and have the thread end; nobody waits for it here."""
        if self._process != os.getpid():
            return  # the thread is not here, and may have left the lock held
        atexit.unregister(self._exit)
        with self._lock:
            if not self._ended:
                self._ended = True
                self._loop.call_soon_threadsafe(self._ending.set)

    def _exit(self) -> None:
        self.end()
        self.thread.join(_GRACE)

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            while not self._ended:
                # What would end the program is raised where the call was made, which is for it to decide.
                with suppress(KeyboardInterrupt, SystemExit):
                    runner.run(self._ending.wait())
            runner.run(self._aclose())
