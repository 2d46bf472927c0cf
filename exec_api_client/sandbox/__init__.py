"""A small Exec API in memory, for demos and for your own tests.

Exec has no test environment. This is one: the published operations with their real meaning, over
a workspace made from a seed, with the published limits, and with faults when you ask for them.
Nothing but the standard library and httpx is needed, and nothing leaves the process.

In a test suite, as a pytest fixture (with pytest-asyncio)::

    import pytest
    import pytest_asyncio

    from exec_api_client import AsyncExecClient
    from exec_api_client.sandbox import SANDBOX_KEY, Sandbox

    @pytest.fixture
    def sandbox():
        return Sandbox(sessions=200)

    @pytest_asyncio.fixture
    async def client(sandbox):
        async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport()) as client:
            yield client

    @pytest.mark.asyncio
    async def test_an_outage_is_survived(sandbox, client):
        sandbox.add_session(scenario="renewal-at-risk", score=91.5)
        sandbox.fail_next(status=503, times=2)
        page = await client.sessions.list()
        assert page.items[0].score == 91.5
        assert [request.status for request in sandbox.requests] == [503, 503, 200]

On a real socket::

    async with sandbox.serve() as base_url:      # http://127.0.0.1:49152/rest/v1
        ...

From a shell; it prints the base URL and the key to use::

    python -m exec_api_client.sandbox --port 8787

What can be turned:

- the workspace: `Sandbox(seed=…, sessions=…, now=…)`, a `World` of your own rows, `add_session`,
  `remove_session`, and `sandbox.before_request` to change rows between two requests;
- the limits: `sandbox.limits = Limits(requests=5, window="sliding_log")`, or None;
- the weather: `sandbox.latency = 0.1`, `fail_next`, `fail_when`, `clear_faults`;
- what was asked: `sandbox.requests`, a log that never holds the key.

Where the document is silent the sandbox is strict: an unknown or repeated parameter, a date
without an offset or an empty list is a 400 that says what is wrong. `Sandbox(strict=False)` lets
unknown parameters pass.
"""

from .api import BASE_PATH, SANDBOX_KEY
from .core import Sandbox
from .data import NOW, generate
from .faults import Fault, FaultRule
from .limits import Limits
from .log import LoggedRequest
from .messages import Request, Response
from .rows import (
    Assignment,
    Criterion,
    Detail,
    FeedbackExample,
    Item,
    Line,
    Named,
    Scenario,
    Session,
    User,
)
from .transport import SandboxTransport
from .world import World

__all__ = [
    "BASE_PATH",
    "NOW",
    "SANDBOX_KEY",
    "Assignment",
    "Criterion",
    "Detail",
    "Fault",
    "FaultRule",
    "FeedbackExample",
    "Item",
    "Limits",
    "Line",
    "LoggedRequest",
    "Named",
    "Request",
    "Response",
    "Sandbox",
    "SandboxTransport",
    "Scenario",
    "Session",
    "User",
    "World",
    "generate",
]
