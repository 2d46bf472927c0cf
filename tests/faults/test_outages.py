"""A server that never recovers: few retries in all, and the last failure is kept."""

import asyncio

import pytest

from exec_api_client import APIConnectionError, InternalServerError, RateLimitError, RetryPolicy
from tests.faults.server import READ, RESET, WAIT, answer, serving
from tests.faults.table import connected
from tests.virtual_time import clocks

TASKS, SLOTS, BUDGET = 50, 10, 10


async def storm(library: str, status: str) -> tuple[int, list[BaseException]]:
    """50 tasks call a server that never recovers: how many requests it sees, and what comes of them."""
    script = (READ, answer(b"", status)) * TASKS
    async with (
        serving(script) as server,
        connected(library, server.base_url, max_connections=SLOTS) as client,
    ):
        calls = [client.sessions.get(str(number)) for number in range(TASKS)]
        errors = await asyncio.gather(*calls, return_exceptions=True)
    return server.requests, [error for error in errors if isinstance(error, BaseException)]


async def test_503_for_ever_costs_a_budget_of_retries(library: str) -> None:
    requests, errors = await storm(library, "503 Out")
    assert requests == TASKS + BUDGET
    assert {type(error) for error in errors} == {InternalServerError}
    assert len(errors) == TASKS


async def test_429_for_ever_costs_a_budget_of_retries(library: str) -> None:
    requests, errors = await storm(library, "429 Slow Down")
    # Those who could not know of the 429 are tried again for nothing: as many as are under way at once.
    assert requests == TASKS + SLOTS + BUDGET
    assert {type(error) for error in errors} == {RateLimitError}
    assert len(errors) == TASKS


async def test_a_deadline_between_two_attempts_keeps_the_last_failure_and_its_cause(library: str) -> None:
    patient, environment = RetryPolicy(backoff=0.02), clocks(random=lambda: 0.9)
    async with (
        serving((READ, RESET), (READ, WAIT)) as server,
        connected(
            library, server.base_url, max_connections=1, retry=patient, _environment=environment
        ) as client,
    ):
        # Between its attempts it lets another call pass, which keeps the only slot.
        hurried = asyncio.ensure_future(client.with_options(deadline=1.0).sessions.get("x"))
        other = asyncio.ensure_future(client.sessions.get("y"))
        with pytest.raises(APIConnectionError, match="ReadError: ") as caught:
            await hurried
        other.cancel()
    assert type(caught.value.__cause__).__name__ == "ReadError"
    assert server.requests == 2
    await asyncio.gather(other, return_exceptions=True)
