"""One Prism server for all contract tests, as its start costs more than they do, and the SDK before it."""

import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient
from tests import fakes
from tests.contract import prism as server
from tests.contract.documented import Exchange


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """The base URL of a server that mocks openapi.yaml. Skipped where it cannot run, except in CI."""
    reason = server.why_not()
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must not skip the contract tests")
        pytest.skip(reason)
    with server.prism(fakes.ROOT / "openapi.yaml") as base_url:
        yield base_url


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The published document, parsed."""
    return fakes.document()


@pytest.fixture
async def client(prism: str, exchanges: list[Exchange]) -> AsyncIterator[AsyncExecClient]:
    """The SDK before Prism; what goes over the wire is recorded in `exchanges`."""

    async def record(response: httpx.Response) -> None:
        await response.aread()
        exchanges.append(Exchange(response.request, response))

    async with (
        httpx.AsyncClient(event_hooks={"response": [record]}, trust_env=False) as http,
        # Prism answers 500 where its own answer breaks the document.
        AsyncExecClient(fakes.KEY, base_url=prism, http_client=http, retry=fakes.ONCE) as client,
    ):
        yield client


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []
