"""One Prism server for all contract tests, as its start costs more than they do, and the SDK before it."""

import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient
from tests import fakes, schemas
from tests.contract.documented import Documented, Exchange
from tests.contract.prism import ROOT, Prism, why_not

DOCUMENT = ROOT / "openapi.yaml"


@pytest.fixture(scope="session")
def prism() -> Iterator[Prism]:
    """A server that mocks openapi.yaml. Skipped where it cannot run, except in CI."""
    reason = why_not()
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must not skip the contract tests")
        pytest.skip(reason)
    with Prism(DOCUMENT) as server:
        yield server


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The published document, parsed."""
    return fakes.document()


@pytest.fixture(scope="module")
def documented(document: dict[str, Any]) -> dict[str, Documented]:
    """The operations by their operationId."""
    return {
        operation["operationId"]: Documented(document, path, method)
        for path, method, operation in schemas.operations_of(document)
        if "operationId" in operation
    }


@pytest.fixture
async def client(prism: Prism, exchanges: list[Exchange]) -> AsyncIterator[AsyncExecClient]:
    """The SDK before Prism; what goes over the wire is recorded in `exchanges`."""

    async def record(response: httpx.Response) -> None:
        await response.aread()
        exchanges.append(Exchange(response.request, response))

    async with (
        httpx.AsyncClient(event_hooks={"response": [record]}, trust_env=False) as http,
        # Prism answers 500 where its own answer breaks the document.
        AsyncExecClient(fakes.KEY, base_url=prism.base_url, http_client=http, retry=fakes.ONCE) as client,
    ):
        yield client


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []
