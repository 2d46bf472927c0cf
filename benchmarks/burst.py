"""A burst: 100 reads at once against a server that allows 60 a minute, on virtual time.

Three clients against the same sandbox, with the published limits: this one, httpx alone, and openai's SDK,
which many take for a model of how to retry. The least that the limit itself forces is one window: what is
more than 60 requests has to wait for the second.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple

import httpx

from exec_api_client import AsyncExecClient
from exec_api_client.client import BASE_URL
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.virtual_time import START, environment, here, run

from . import openai_sdk
from .measure import table
from .openai_sdk import Read
from .servers import KINDS, trials

CALLS = 100
LIMITS = Limits()
# Seconds between a request and its answer.
LATENCY = 0.1
# Seconds that the limit forces on so many calls, whoever makes them.
LEAST = LIMITS.per * ((CALLS - 1) // (LIMITS.requests or CALLS))


class Row(NamedTuple):
    """What a burst cost one client."""

    client: str
    failed: int
    sent: int
    seconds: float

    @property
    def over(self) -> float:
        """How much longer it took than the limit forces, as a part of that."""
        return self.seconds / LEAST - 1

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row of the table; where calls failed, the time says nothing."""
        over = "–" if self.failed else f"{self.over:.1%}"
        return self.client, str(self.failed), str(self.sent), f"{self.seconds:.1f}", over


Client = Callable[[Sandbox], AbstractAsyncContextManager[Read]]
"""A client of a sandbox, as the way to read one session with it."""


def burst(name: str, client: Client) -> Row:
    """Read one session so many times at once, and count what came of it."""

    async def main() -> Row:
        sandbox = Sandbox(sessions=1, limits=LIMITS, latency=LATENCY, clock=here().time)
        (session,) = sandbox.world.sessions
        async with client(sandbox) as read:
            results = await asyncio.gather(*(read(session) for _ in range(CALLS)), return_exceptions=True)
        failed = sum(isinstance(result, Exception) for result in results)
        return Row(name, failed, len(sandbox.requests), here().time() - START)

    return run(main)


@asynccontextmanager
async def ours(sandbox: Sandbox) -> AsyncIterator[Read]:
    """This package, as it comes."""
    transport = sandbox.transport()
    async with AsyncExecClient(
        SANDBOX_KEY, base_url=BASE_URL, transport=transport, _environment=environment()
    ) as client:
        yield client.sessions.get


@asynccontextmanager
async def bare(sandbox: Sandbox) -> AsyncIterator[Read]:
    """httpx with nothing around it."""
    key = {"authorization": f"Bearer {SANDBOX_KEY}"}
    async with httpx.AsyncClient(base_url=BASE_URL, headers=key, transport=sandbox.transport()) as client:

        async def read(session: str) -> object:
            return (await client.get(f"/sessions/{session}")).raise_for_status()

        yield read


def bursts() -> str:
    """The table of the clients."""
    rows = [burst("exec-api-client", ours).cells, burst("httpx alone", bare).cells]
    try:
        rows.append(burst("openai's SDK", openai_sdk.reading).cells)
    except ImportError:
        rows.append(("openai's SDK", "not installed", "", "", ""))
    return table(("client", "failed", "sent", "seconds", "over the least"), rows)


def property_of_the_limit() -> str:
    """The table of the simulated servers."""
    found = {kind: trials(kind) for kind in KINDS}
    rows = [(kind, f"{n.calls:,}", f"{n.refused:,}", f"{n.failed:,}") for kind, n in found.items()]
    return table(("server's window", "calls", "429s", "failed"), rows)


def report() -> str:
    """The whole report."""
    return f"""## {CALLS} reads at once, {LIMITS.requests} allowed in {LIMITS.per:g} s

{bursts()}

The least that the limit forces is {LEAST:g} s. Each answer takes {LATENCY:g} s.

## 429s in 200 random trials for each kind of server

{property_of_the_limit()}
"""
