"""Faults that were asked for, without a network."""

from typing import Any

import pytest

from exec_api_client import AsyncExecClient, RateLimitError, RetryPolicy
from exec_api_client.sandbox import SANDBOX_KEY, Fault, Sandbox
from exec_api_client.sandbox.faults import FaultOptions

from .conftest import request


def statuses(sandbox: Sandbox, *paths: str) -> list[int]:
    return [sandbox.handle(request(path)).status for path in paths]


def test_fail_next(sandbox: Sandbox) -> None:
    rule = sandbox.fail_next(status=503, times=2)
    assert statuses(sandbox, *["/sessions"] * 3) == [503, 503, 200]
    assert (rule.hits, rule.left) == (2, 0)


def test_fail_next_in_turn(sandbox: Sandbox) -> None:
    sandbox.fail_next(status=500)
    sandbox.fail_next(status=502)
    assert statuses(sandbox, *["/sessions"] * 3) == [500, 502, 200]


def test_fail_always_until_cleared(sandbox: Sandbox) -> None:
    rule = sandbox.fail_next(status=503, times=None)
    assert statuses(sandbox, *["/sessions"] * 5) == [503] * 5
    sandbox.clear_faults()
    assert statuses(sandbox, "/sessions") == [200]
    assert rule.hits == 5


def test_fail_when(sandbox: Sandbox) -> None:
    rule = sandbox.fail_when(lambda each: each.path.endswith("/assignments"), status=500)
    limited = sandbox.fail_when(lambda each: "page=2" in each.query, status=502, times=1)
    assert statuses(sandbox, "/sessions", "/scenarios/assignments", "/scenarios/assignments") == [
        200,
        500,
        500,
    ]
    assert [sandbox.handle(request("/sessions", page=2)).status for _ in range(2)] == [502, 200]
    assert (rule.hits, limited.hits) == (2, 1)


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        (b"\x00\xff", "application/octet-stream", b"\x00\xff"),
        ("<h1>Bäd</h1>", "text/plain; charset=utf-8", "<h1>Bäd</h1>".encode()),
        ({"retry_after": 3}, "application/json", b'{"retry_after":3}'),
        ([1], "application/json", b"[1]"),
        (b"", "application/octet-stream", b""),
    ],
)
def test_bodies(sandbox: Sandbox, body: Any, content_type: str, sent: bytes) -> None:
    sandbox.fail_next(status=429, body=body)
    answer = sandbox.handle(request("/sessions"))
    assert (answer.status, answer.headers, answer.body) == (429, {"content-type": content_type}, sent)


def test_headers_and_the_usual_body(sandbox: Sandbox) -> None:
    sandbox.fail_next(status=503, headers={"Retry-After": "7", "Content-Type": "application/problem+json"})
    answer = sandbox.handle(request("/sessions"))
    assert answer.headers == {"content-type": "application/problem+json", "retry-after": "7"}
    assert answer.json()["error"]["type"] == "api_error"
    sandbox.fail_next(status=204)
    assert sandbox.handle(request("/sessions")).body == b""


async def test_a_wait_is_told_where_the_api_tells_it(sandbox: Sandbox) -> None:
    sandbox.fail_next(status=429, retry_after=5, times=2)
    assert sandbox.handle(request("/sessions")).json() == {
        "error": {"type": "api_error", "message": "Status 429 as requested"},
        "retry_after": 5,
    }
    at_once = RetryPolicy(max_retries=0)
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), retry=at_once) as client:
        with pytest.raises(RateLimitError) as caught:
            await client.sessions.list()
    assert caught.value.retry_after == 5


def test_a_function_that_passes_a_fault_on_takes_all_that_a_fault_takes() -> None:
    assert FaultOptions.__annotations__ == Fault.__annotations__


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"body": "x"},
        {"retry_after": 5},
        {"status": 204, "retry_after": 5},
        {"status": 429, "retry_after": 5, "body": {}},
        {"headers": {"a": "b"}, "delay": 1},
        {"status": 99},
        {"status": 600},
        {"status": 204, "body": b""},
        {"delay": -1},
        {"status": 500, "pause": -0.1},
        {"pause": 1, "piece": 0},
        {"status": 500, "headers": {"a": "b\r\nc: d"}},
        {"status": 500, "headers": {"a": "\N{SNOWMAN}"}},
    ],
)
def test_faults_without_meaning(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        sandbox.fail_next(**wrong)
    with pytest.raises(ValueError, match="times"):
        sandbox.fail_next(status=500, times=0)
    assert statuses(sandbox, "/sessions") == [200]
