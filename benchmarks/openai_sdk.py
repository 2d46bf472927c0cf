"""openai's SDK, made to talk to the Exec API: what many take for a model of how to retry and to page.

It is not among the locked dependencies; where it is not installed its rows say so.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import seed
from typing import Any

from exec_api_client.client import BASE_URL
from exec_api_client.sandbox import SANDBOX_KEY, Request, Sandbox

from .lists import SessionList

# The status, the headers and the body for a request, which is one of the library's that the SDK stands on.
Answer = Callable[[Any], Awaitable[tuple[int, dict[str, str], bytes]]]
Read = Callable[[str], Awaitable[object]]


def client_of(answer: Answer) -> Any:
    """Its client, over answers in memory and on virtual time; ImportError where it is not installed."""
    sdk = importlib.import_module("openai")
    seed(1)  # it takes the chance for its delays from here
    bases = (base.__module__.partition(".")[0] for base in sdk.DefaultAsyncHttpxClient.__mro__)
    library = importlib.import_module(next(base for base in bases if base in ("httpx", "httpx2")))

    async def respond(request: Any) -> Any:
        status, headers, body = await answer(request)
        return library.Response(status, headers=headers, content=body)

    http = library.AsyncClient(transport=library.MockTransport(respond))
    client = sdk.AsyncOpenAI(api_key=SANDBOX_KEY, base_url=BASE_URL, http_client=http)
    client._platform = "Unknown"  # else it is found out in a thread, for which virtual time does not wait
    return client


@asynccontextmanager
async def reading(sandbox: Sandbox) -> AsyncIterator[Read]:
    """How a session is read from a sandbox."""

    async def answer(request: Any) -> tuple[int, dict[str, str], bytes]:
        delivery = sandbox.exchange(Request("GET", request.url.path, headers=dict(request.headers)))
        await asyncio.sleep(delivery.delay)
        given = delivery.response
        return given.status, dict(given.headers), given.body

    async with client_of(answer) as client:

        def read(session: str) -> Awaitable[object]:
            result: Awaitable[object] = client.get(f"/sessions/{session}", cast_to=object)
            return result

        yield read


async def paged(sessions: SessionList, latency: float) -> int:
    """Walk a list with its own pagination, taught to count pages; returns how many items there were."""

    async def answer(request: Any) -> tuple[int, dict[str, str], bytes]:
        await asyncio.sleep(latency)
        return 200, {"content-type": "application/json"}, sessions.answer(request.url.params)

    number = 0
    options = {"params": {"page": 1, "page_size": 100}}
    async with client_of(answer) as client:
        async for _ in client.get_api_list("/sessions", model=object, page=_numbered_page(), options=options):
            number += 1
    return number


def _numbered_page() -> Any:
    base = importlib.import_module("openai._base_client")

    class NumberedPage(base.BaseAsyncPage, base.BasePage):  # type: ignore[misc, name-defined]
        data: list[Any]
        pagination: dict[str, int]

        def _get_page_items(self) -> list[Any]:
            return self.data

        def next_page_info(self) -> Any:
            page = self.pagination["page"]
            return base.PageInfo(params={"page": page + 1}) if page < self.pagination["total_pages"] else None

    return NumberedPage
