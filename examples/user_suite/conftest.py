"""The fixtures worth copying: a workspace of each test's own, and a client of it that never waits."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from exec_api_client import AsyncExecClient, RetryPolicy
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(sessions=0, limits=None)


@pytest_asyncio.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[AsyncExecClient]:
    """Retries as in production, but at once; a wait that the API asks for is an error, not a pause."""
    async with AsyncExecClient(
        SANDBOX_KEY,
        transport=sandbox.transport(),
        retry=RetryPolicy(backoff=0.0, max_wait=0.0),
        rate_limit=None,
    ) as client:
        yield client
