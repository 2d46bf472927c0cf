"""A synchronous client of a sandbox without limits."""

from collections.abc import Iterator

import pytest

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(sessions=250, limits=None)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[ExecClient]:
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None) as client:
        yield client
