"""Paging: whether rows are repeated or missed while they move, and what a walk costs.

All of it runs through the client as it comes, over a simulated list and on virtual time.
"""

import math
import statistics
from collections.abc import Awaitable, Callable, Coroutine
from itertools import product
from typing import Any, Literal, NamedTuple

import httpx

from exec_api_client import AsyncExecClient
from exec_api_client.client import BASE_URL
from exec_api_client.sandbox import SANDBOX_KEY
from tests.virtual_time import START, environment, here, run

from . import openai_sdk
from .lists import MOVES, SessionList
from .measure import table

Order = Literal["-created_at", "created_at"]
ORDERS: dict[Order, str] = {"-created_at": "newest first", "created_at": "oldest first"}
# At 1,000 the last page has no room for rows that are read twice, at 950 it has.
ROWS = (1_000, 950)
SEEDS = 50
STILL = (0, 1, 99, 100, 101, 250, 400, 950, 1_000)
CROWDED, PER_SECOND = 10_000, (10, 30, 40, 60, 90, 98)
PAGES = 60
LATENCY = 0.1
# The first page, then as many at once as there are connections.
LEAST = LATENCY * (1 + math.ceil((PAGES - 1) / 10))

Walk = Callable[[httpx.MockTransport, Order], Coroutine[Any, Any, list[str]]]


def client_of(transport: httpx.MockTransport) -> AsyncExecClient:
    """The client as it comes, on virtual time."""
    return AsyncExecClient(SANDBOX_KEY, base_url=BASE_URL, transport=transport, _environment=environment())


async def ours(transport: httpx.MockTransport, order: Order) -> list[str]:
    """This package."""
    async with client_of(transport) as client:
        return [session.id async for session in client.sessions.list(sorting=order)]


async def counted(transport: httpx.MockTransport, order: Order) -> list[str]:
    """Page numbers by hand, as many pages as the last answer says that there are."""
    return await _by_hand(transport, order, lambda page, said, _: page < said["total_pages"])


async def until_short(transport: httpx.MockTransport, order: Order) -> list[str]:
    """Page numbers by hand, until a page is not full."""
    return await _by_hand(transport, order, lambda _, said, rows: rows == said["page_size"])


async def _by_hand(
    transport: httpx.MockTransport, order: Order, goes_on: Callable[[int, Any, int], bool]
) -> list[str]:
    found: list[str] = []
    page = 0
    async with httpx.AsyncClient(base_url=BASE_URL, transport=transport) as client:
        while True:
            page += 1
            asked: dict[str, str | int] = {"page": page, "page_size": 100, "sorting": order}
            answer = (await client.get("/sessions", params=asked)).json()
            found += [row["id"] for row in answer["data"]]
            if not goes_on(page, answer["pagination"], len(answer["data"])):
                return found


WALKS: dict[str, Walk] = {
    "exec-api-client": ours,
    "page numbers, to `total_pages`": counted,
    "page numbers, to a page that is not full": until_short,
}


class Outcome(NamedTuple):
    """What one walk over a list that changes came to."""

    duplicates: int
    misses: int
    requests: int


def moving(walk: Walk, order: Order, seed: int, rows: int = ROWS[0]) -> Outcome:
    """Walk a list in which rows move between any two requests."""
    sessions = SessionList(rows, seed=seed)
    found = run(lambda: walk(sessions.transport(sessions.move), order))
    return Outcome(len(found) - len(set(found)), len(sessions.stayed - set(found)), sessions.requests)


def still(rows: int, order: Order, per_second: int = 0) -> int:
    """Return the requests for a list that does not change."""
    sessions = SessionList(rows, per_second=per_second)
    found = run(lambda: ours(sessions.transport(), order))
    assert len(found) == len(set(found)) == rows
    return sessions.requests


async def collected(client: AsyncExecClient) -> int:
    """All pages after the first at once."""
    return len(await client.sessions.list().collect())


async def prefetched(client: AsyncExecClient) -> int:
    """Four pages ahead."""
    async with client.sessions.list().prefetch(4) as sessions:
        return len([session async for session in sessions])


async def streamed(client: AsyncExecClient) -> int:
    """One page after another, and no item kept."""
    number = 0
    async for _ in client.sessions.list():
        number += 1
    return number


WAYS = {"`collect()`": collected, "`prefetch(4)`": prefetched, "one after another": streamed}


def seconds(way: Callable[[AsyncExecClient], Awaitable[int]]) -> float:
    """What all pages take, where each answer takes its time."""

    async def main() -> float:
        async with client_of(SessionList(PAGES * 100, latency=LATENCY).transport()) as client:
            assert await way(client) == PAGES * 100
        return here().time() - START

    return run(main)


def simulation() -> str:
    """The table of the walks over lists that change."""
    lines = []
    for rows, (order, name), (who, walk) in product(ROWS, ORDERS.items(), WALKS.items()):
        each = [moving(walk, order, seed, rows) for seed in range(SEEDS)]
        means = (f"{statistics.mean(numbers):.1f}" for numbers in zip(*each, strict=True))
        lines.append((f"{rows:,} {name}: {who}", *means))
    return table(("walk", "duplicates", "misses", "requests"), lines)


def costs() -> str:
    """The table of requests for lists that do not change."""
    rows = [
        (f"{number:,}", str(math.ceil(number / 100)), *(str(still(number, order)) for order in ORDERS))
        for number in STILL
    ]
    for rate in PER_SECOND:
        crowded = (str(still(CROWDED, order, rate)) for order in ORDERS)
        rows.append((f"{CROWDED:,}, {rate} a second", str(CROWDED // 100), *crowded))
    return table(("rows", "ceil(rows / 100)", *ORDERS.values()), rows)


def speeds() -> str:
    """The table of seconds."""
    found = {name: seconds(way) for name, way in WAYS.items()}
    lines = [(name, f"{taken:.2f}", f"{taken / LEAST:.2f}") for name, taken in found.items()]
    try:
        taken = run(openai_seconds)
        lines.append(("openai's SDK", f"{taken:.2f}", f"{taken / LEAST:.2f}"))
    except ImportError:
        lines.append(("openai's SDK", "not installed", ""))
    return table(("walk", "seconds", "times the least"), lines)


async def openai_seconds() -> float:
    """What all pages take with openai's SDK."""
    assert await openai_sdk.paged(SessionList(PAGES * 100), LATENCY) == PAGES * 100
    return here().time() - START


def report() -> str:
    """The whole report."""
    return f"""## A list that changes: {MOVES} rows inserted and {MOVES} deleted between any two requests

Means over {SEEDS} seeds. A miss is a row that was there all the time and was not given.

{simulation()}

## Requests for a list that does not change

{costs()}

An empty list takes one request too: only its answer says that it is empty.

## {PAGES} pages, {LATENCY * 1000:g} ms each

{speeds()}

The least is {LEAST:.1f} s: the first page, then the others over 10 connections.
"""
