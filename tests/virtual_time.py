"""An event loop on virtual time: whole minutes of waiting run in milliseconds.

```python
@virtual
async def test_a_minute() -> None:
    await asyncio.sleep(60)               # returns at once
    assert here().time() == START + 60    # and the loop's clock shows it
```

`environment()` gives a client the same clock. Nothing may wait for a real socket or another thread: when
no task can go on and no timer is set, nothing ever will, and `run` says so instead of hanging.
"""

import asyncio
import functools
import heapq
import time
from collections.abc import Awaitable, Callable, Coroutine
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# Not 0, so that nobody takes the clock for a number of seconds since the start.
START = 10_000.0
# The Unix time of a loop's clock at 0.
EPOCH = 1_800_000_000.0


class VirtualLoop(asyncio.SelectorEventLoop):
    """When nothing is ready the clock jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = START

    def time(self) -> float:
        return self.clock

    def _run_once(self) -> None:
        base: Any = self
        timers: list[Any] = base._scheduled
        if not base._ready and not base._stopping:
            while timers and timers[0]._cancelled:
                heapq.heappop(timers)._scheduled = False
                base._timer_cancelled_count -= 1
            if not timers:
                raise RuntimeError("every task waits, and no timer is set: nothing will ever happen")
            self.clock = max(self.clock, timers[0]._when)
        super()._run_once()  # type: ignore[misc]  # what the base class calls in a circle


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function without arguments to its end in a fresh loop."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


def virtual(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Make a plain test of an asynchronous one, which `run` runs."""

    @functools.wraps(test)
    def on_virtual_time(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(lambda: test(*args, **kwargs))

    return on_virtual_time


def here() -> VirtualLoop:
    """The running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


def environment(random: Callable[[], float] = lambda: 0.5) -> Any:
    """A client's clocks on the running loop, and its chance, always in the middle unless told otherwise."""
    loop = here()
    return clocks(asyncio.sleep, loop.time, random)


def clocks(
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
    random: Callable[[], float] = lambda: 0.5,
) -> Any:
    """What a client takes as `_environment`; its Unix time follows the clock."""
    return SimpleNamespace(sleep=sleep, clock=clock, now=lambda: EPOCH + clock(), random=random)


async def gather(*calls: Awaitable[T]) -> list[T | BaseException]:
    """What became of each call: its result or its exception."""
    return await asyncio.gather(*calls, return_exceptions=True)
