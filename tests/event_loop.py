"""Turns of the running event loop: letting them pass, waiting for something, and what is left to do."""

import asyncio
from collections.abc import Callable


async def turns(number: int = 20) -> None:
    """Let the other tasks go on; httpx's generators end one inside the other."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; a second at the most."""
    async with asyncio.timeout(1):
        while not condition():  # noqa: ASYNC110 (a condition of any kind)
            await asyncio.sleep(0.001)


def alone() -> bool:
    """No task but the test's own and those of the server."""
    tasks = {task for task in asyncio.all_tasks() if task.get_name() != "server"}
    return tasks == {asyncio.current_task()}
