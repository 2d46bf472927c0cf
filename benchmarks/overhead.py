"""The CPU that a page of 100 sessions costs over a real socket, all that the client does included."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from importlib import import_module
from time import process_time
from typing import Any
from unittest.mock import patch

import httpx

from exec_api_client import AsyncExecClient
from exec_api_client._transport import responses as _decode
from exec_api_client.sandbox import SANDBOX_KEY

from .measure import Sample, against, paired
from .peers import STOCK
from .served import WIDE, served

ROUNDS = 9
PAGES = 100

OURS = "exec-api-client"
FAST = "exec-api-client, with orjson"
BARE = "httpx and json.loads"
STOCK_CLIENT = "stock client"

Fetch = Callable[[int], Awaitable[object]]


async def ours(base_url: str) -> float:
    """This package, everything on."""
    async with AsyncExecClient(SANDBOX_KEY, base_url=base_url, rate_limit=WIDE) as client:
        return await _spent(lambda page: client.sessions.list(page=page, page_size=100))


async def without_orjson(base_url: str) -> float:
    """This package where orjson is not installed."""
    with patch.object(_decode, "fast_loads", lambda: None):
        return await ours(base_url)


async def bare(base_url: str) -> float:
    """httpx, and what json.loads makes of the answer."""
    headers = {"authorization": f"Bearer {SANDBOX_KEY}"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers) as client:

        async def fetch(page: int) -> object:
            answer = await client.get("/sessions", params={"page": page, "page_size": 100})
            answer.raise_for_status()
            return json.loads(answer.content)

        return await _spent(fetch)


async def stock(base_url: str) -> float:
    """What the generator makes by itself."""
    made = import_module(f"{STOCK}.client").AuthenticatedClient(base_url, SANDBOX_KEY)
    call = import_module(f"{STOCK}.api.sessions.list_sessions").asyncio
    async with made as client:
        return await _spent(lambda page: call(client=client, page=page, page_size=100))


async def _spent(fetch: Fetch) -> float:
    """CPU seconds for a page, connections already open."""
    await fetch(1)
    start = process_time()
    for page in range(1, PAGES + 1):
        await fetch(page)
    return (process_time() - start) / PAGES


def samples() -> dict[str, Sample]:
    """CPU seconds for a page; the stock client has to be importable."""
    with served() as base_url:
        clients = {OURS: without_orjson, FAST: ours, BARE: bare, STOCK_CLIENT: stock}
        return paired({name: _run(client, base_url) for name, client in clients.items()}, ROUNDS)


def _run(client: Callable[[str], Coroutine[Any, Any, float]], base_url: str) -> Callable[[], float]:
    return lambda: asyncio.run(client(base_url))


def report(found: dict[str, Sample]) -> str:
    """The table of the clients."""
    return f"""## CPU for a page of 100 sessions, over loopback

{against(found, BARE, scale=1e3, unit="ms")}
"""
