"""Fixtures: a sandbox without limits, and ways to ask it, in memory and on a socket."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from exec_api_client.sandbox import BASE_PATH, SANDBOX_KEY, Request, Response, Sandbox

Ask = Callable[..., Response]
HEADERS = {"authorization": f"Bearer {SANDBOX_KEY}"}
SLUG = "procurement-discovery"
LISTS = {
    "listSessions": "/sessions",
    "listAssignments": "/scenarios/assignments",
    "getScenarioAnalyticsParticipants": f"/scenarios/{SLUG}/analytics/participants",
}


class Clock:
    """Time that passes only when told to."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(limits=None, clock=clock)


@pytest.fixture
async def base_url(sandbox: Sandbox) -> AsyncIterator[str]:
    async with sandbox.serve() as base_url:
        yield base_url


@pytest.fixture
async def client(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS, timeout=5.0) as client:
        yield client


def request(path: str, query: str = "", *, method: str = "GET", **params: Any) -> Request:
    return Request(method, BASE_PATH + path, query or urlencode(params), HEADERS)


def error(answer: Any) -> dict[str, str]:
    body = answer.json()
    assert list(body) == ["error"]
    assert set(body["error"]) <= {"type", "code", "message"}
    return body["error"]


@pytest.fixture
def ask(sandbox: Sandbox) -> Ask:
    """`ask("/sessions", rank="gold")` → the answer."""

    def send(path: str, query: str = "", **params: Any) -> Response:
        return sandbox.handle(request(path, query, **params))

    return send


@pytest.fixture
def walk(ask: Ask) -> Callable[..., list[dict[str, Any]]]:
    """All rows of a list, page by page, the pagination checked on the way."""

    def rows(path: str, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        number, pages = 1, 1
        while number <= pages:
            answer = ask(path, page=number, page_size=100, **params)
            assert answer.status == 200, answer.body
            body = answer.json()
            total = body["pagination"]["total_count"]
            pages = -(-total // 100)
            assert body["pagination"] == {
                "page": number,
                "page_size": 100,
                "total_count": total,
                "total_pages": pages,
            }
            assert len(body["data"]) == min(100, total - len(found))
            found += body["data"]
            number += 1
        assert len(found) == total
        return found

    return rows
