"""Simulated servers for the property that the client's limit is to have: no 429 from any of them.

Each counts in one of the ways of the sandbox's `Limits`, from a random phase, and counts requests that
it refuses or does not. It deals with a request at any instant between its sending and its answer.
"""

import asyncio
import math
from random import Random
from typing import NamedTuple, get_args

import httpx

from exec_api_client import APIError, Hooks, RateLimit, RetryPolicy
from exec_api_client._runtime.requests import Request
from exec_api_client._transport.auth import ApiKey
from exec_api_client._transport.http import HTTPAdapter, HTTPClient
from exec_api_client._transport.pool import ConnectionPools
from exec_api_client._transport.responses import Response
from exec_api_client._transport.sender import Sender, Settings
from exec_api_client.client import BASE_URL
from exec_api_client.sandbox import SANDBOX_KEY
from exec_api_client.sandbox.limits import WINDOWS, WindowKind
from tests.virtual_time import environment, here, run

KINDS: tuple[WindowKind, ...] = get_args(WindowKind)
READ = Request("sessions.get", "GET", "/sessions/x")
SETTINGS = Settings(30.0, None, RetryPolicy())


class Server(HTTPAdapter):
    """A server and its network, in place of a client's.

    Attributes:
        refused: How many requests were over the limit.
    """

    def __init__(self, kind: WindowKind, limit: RateLimit, chance: Random) -> None:
        super().__init__(
            BASE_URL,
            ApiKey(SANDBOX_KEY),
            size=chance.choice((1, 3, 10, 100)),
            transport=httpx.MockTransport(_unused),
            http_client=None,
            trust_env=False,
            max_bytes=1,
        )
        self.refused = 0
        self._window = WINDOWS[kind](limit.requests, limit.per)
        self._start = here().time() - chance.uniform(0, limit.per)
        self._count_rejected = chance.random() < 0.5
        self._slowest = chance.choice((0.0, 0.5, 5.0, 25.0))
        self._chance = chance

    async def exchange(self, client: HTTPClient, request: Request, timeout: float) -> Response:
        """Take a request at some instant, and answer it at a later one."""
        await asyncio.sleep(self._latency())
        now = here().time() - self._start
        wait = self._window.wait(now)
        if wait <= 0 or self._count_rejected:
            self._window.count(now)
        self.refused += wait > 0
        await asyncio.sleep(self._latency())
        status, body = (200, b"{}") if wait <= 0 else (429, _body(wait))
        return Response(request.method, request.path, status, {}, body)

    def _latency(self) -> float:
        # Mostly short, now and then as long as can be, and sometimes nothing at all.
        return self._slowest * self._chance.choice((0.0, self._chance.random() ** 4, self._chance.random()))


class Trial(NamedTuple):
    """What became of the calls of one trial, or of many."""

    calls: int
    refused: int
    failed: int


def trial(kind: WindowKind, seed: int) -> Trial:
    """Send requests at random instants through the client's own sender; virtual time."""
    return run(lambda: _trial(kind, Random(seed)))


def trials(kind: WindowKind, number: int = 200) -> Trial:
    """The sum of so many trials."""
    return Trial(*map(sum, zip(*(trial(kind, seed) for seed in range(number)), strict=True)))


async def _trial(kind: WindowKind, chance: Random) -> Trial:
    limit = RateLimit(chance.randint(2, 60), 60.0)
    server = Server(kind, limit, chance)
    sender = Sender(ConnectionPools(server), limit, Hooks(), environment(chance.random))
    # A burst, a steady stream of about the quota, or both; a little more than two windows hold.
    pause = chance.choice((0.0, 0.5, 1.0, 2.0)) * limit.per / limit.requests
    calls = chance.randint(limit.requests, 2 * limit.requests + 10)

    async def call() -> bool:
        try:
            await sender.send(READ, SETTINGS)
        except APIError:
            return False
        return True

    async with asyncio.TaskGroup() as group:
        tasks = list[asyncio.Task[bool]]()
        for _ in range(calls):
            tasks.append(group.create_task(call()))
            await asyncio.sleep(chance.expovariate(1 / pause) if pause and chance.random() < 0.8 else 0.0)
    return Trial(calls, server.refused, sum(not task.result() for task in tasks))


def _body(wait: float) -> bytes:
    return b'{"retry_after": %d}' % math.ceil(wait)


def _unused(_: httpx.Request) -> httpx.Response:
    raise AssertionError("requests end in exchange()")
