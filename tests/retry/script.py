"""A server that answers from a script on virtual time, and calls to it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from exec_api_client import APIError, AsyncExecClient, RateLimit, RetryPolicy
from tests.fakes import KEY, refusal
from tests.virtual_time import START, environment, here

DOWN = refusal(503, message="down")
MANY = RetryPolicy(max_retries=9)
limited_or_not = pytest.mark.parametrize("limit", [RateLimit, lambda: None], ids=["limited", "unlimited"])

Answer = httpx.Response | Exception | float


class Script:
    """A server that answers in turn, the last for ever; a number is seconds to take before the next answer.

    `sent` holds when each request arrived, in seconds since the start; `paths` the last part of its path.
    """

    def __init__(self, *answers: Answer, latency: float = 0.1) -> None:
        self.sent: list[float] = []
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.latency = latency
        self.answers = list(answers)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(now())
        self.paths.append(request.url.path.rpartition("/")[2])
        self.bodies.append(request.content)
        answer, latency = self.next(), self.latency
        if isinstance(answer, float):
            answer, latency = self.next(), answer
        await asyncio.sleep(latency)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def client(self, random: Callable[[], float] = lambda: 0.5, **settings: Any) -> AsyncExecClient:
        transport = httpx.MockTransport(self.handle)
        return AsyncExecClient(
            KEY, **{"transport": transport, "_environment": environment(random), **settings}
        )


def now() -> float:
    """Seconds since the start."""
    return here().time() - START


def refused(wait: object = None, **said: Any) -> httpx.Response:
    return httpx.Response(429, json={"error": {"message": "slow down", **said}, "retry_after": wait})


def write(client: AsyncExecClient, method: str = "POST") -> Awaitable[Any]:
    """A call that changes something, which the API does not have yet."""
    return client.request(method, "/things", json={"secret": 1})


def statuses(error: APIError) -> list[int | None]:
    return [attempt.status for attempt in error.attempts]
