"""The two sides of test_against_stock.py: our code and stock output, each as its users call it."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import Any, Protocol

import httpx

import exec_api_client
from generator.checkout import Checkout

from ..growing import KEY

BASE_URL = "https://api.test/rest/v1"
PACKAGE = "stock_client"
PAGINATION = {"page": 1, "page_size": 50, "total_count": 1, "total_pages": 1}


class Side(Protocol):
    """One of the two: generated code, and how its users call it."""

    folder: Path
    models: Any

    def client(self, transport: httpx.MockTransport) -> Any: ...

    def list_sessions(self, transport: httpx.MockTransport, **arguments: Any) -> Any:
        """The items of the first page."""

    def get_session(self, transport: httpx.MockTransport, session_id: str) -> Any: ...


class Ours:
    folder = Checkout().generated
    models = importlib.import_module("exec_api_client.models")

    def client(self, transport: httpx.MockTransport) -> exec_api_client.AsyncExecClient:
        return exec_api_client.AsyncExecClient(
            KEY,
            base_url=BASE_URL,
            retry=exec_api_client.RetryPolicy(max_retries=0),
            rate_limit=None,
            transport=transport,
        )

    def list_sessions(self, transport: httpx.MockTransport, **arguments: Any) -> Any:
        async def call() -> Any:
            async with self.client(transport) as client:
                return (await client.sessions.list(**arguments)).items

        return asyncio.run(call())

    def get_session(self, transport: httpx.MockTransport, session_id: str) -> Any:
        async def call() -> Any:
            async with self.client(transport) as client:
                return await client.sessions.get(session_id)

        return asyncio.run(call())


class Stock:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.models = importlib.import_module(f"{PACKAGE}.models")

    def client(self, transport: httpx.MockTransport) -> Any:
        stock = importlib.import_module(f"{PACKAGE}.client")
        return stock.AuthenticatedClient(BASE_URL, KEY, httpx_args={"transport": transport})

    def list_sessions(self, transport: httpx.MockTransport, **arguments: Any) -> Any:
        if "rank" in arguments:
            arguments["rank"] = [self.models.ListSessionsRankItem(value) for value in arguments["rank"]]
        module = importlib.import_module(f"{PACKAGE}.api.sessions.list_sessions")
        return asyncio.run(module.asyncio(client=self.client(transport), **arguments)).data

    def get_session(self, transport: httpx.MockTransport, session_id: str) -> Any:
        module = importlib.import_module(f"{PACKAGE}.api.sessions.get_session")
        return asyncio.run(module.asyncio(session_id, client=self.client(transport)))
