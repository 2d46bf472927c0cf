"""A server that answers at once, and its clients in real time."""

import asyncio
from typing import Any

import httpx

from exec_api_client import AsyncExecClient
from tests.fakes import KEY


class Answers:
    """Answers each request.

    Attributes:
        sent: The number of requests.
    """

    def __init__(self) -> None:
        self.sent = 0

    async def handle(self, _: httpx.Request) -> httpx.Response:
        self.sent += 1
        await asyncio.sleep(0)
        return httpx.Response(200, json={"id": "x"})

    def client(self, key: str = KEY, **settings: Any) -> AsyncExecClient:
        return AsyncExecClient(key, transport=httpx.MockTransport(self.handle), **settings)
