"""Faults, latency, hook and log, without a network."""

from typing import Any

import pytest

from exec_api_client import AsyncExecClient, RateLimitError, RetryPolicy
from exec_api_client.sandbox import SANDBOX_KEY, Fault, Limits, Request, Sandbox
from exec_api_client.sandbox.faults import FaultOptions

from .conftest import HEADERS, Clock, request


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


def test_latency_is_part_of_the_delivery(sandbox: Sandbox) -> None:
    sandbox.latency = 0.5
    assert sandbox.exchange(request("/sessions")).delay == 0.5
    sandbox.fail_next(delay=2)
    assert sandbox.exchange(request("/sessions")).delay == 2.5
    sandbox.latency = lambda each: 3.0 if "page=2" in each.query else 0.0
    assert [sandbox.exchange(request("/sessions", page=n)).delay for n in (1, 2)] == [0.0, 3.0]


def test_the_hook_sees_each_request_before_it_is_answered(sandbox: Sandbox) -> None:
    seen: list[str] = []

    def hook(each: Request) -> None:
        seen.append(each.query)
        sandbox.add_session()

    sandbox.before_request = hook
    sandbox.fail_next(status=500)
    answers = [sandbox.handle(request("/sessions", page_size=n)) for n in (1, 2)]
    assert answers[1].json()["pagination"]["total_count"] == 402
    assert seen == ["page_size=1", "page_size=2"]


def test_the_log(sandbox: Sandbox, clock: Clock) -> None:
    start = clock.now
    sandbox.handle(request("/sessions", page=2, user_emails="a@b.example"))
    clock.now += 1.5
    sandbox.handle(request("/nothing", method="POST"))
    sandbox.fail_next(connection="dropped")
    sandbox.handle(request("/sessions"))
    first, second, third = sandbox.requests
    assert (first.method, first.path, first.query) == (
        "GET",
        "/rest/v1/sessions",
        "page=2&user_emails=a%40b.example",
    )
    assert first.params == {"page": "2", "user_emails": "a@b.example"}
    assert (first.time, first.status, first.fault) == (start, 200, None)
    assert (second.method, second.time, second.status) == ("POST", start + 1.5, 404)
    assert (third.status, third.fault) == (None, Fault(connection="dropped"))
    assert repr(sandbox) == "<Sandbox: 400 sessions, 90 assignments, 3 requests>"


def test_the_key_is_never_shown(sandbox: Sandbox) -> None:
    for key in (SANDBOX_KEY, "exec_live_somebodys0own0key"):
        asked = Request(
            "GET",
            f"/rest/v1/sessions/{key}",
            f"api_key={key}",
            {"authorization": f"Bearer {key}"},
            key.encode(),
        )
        sandbox.handle(asked)
        shown = repr((sandbox, list(sandbox.requests), asked.method, sandbox.exchange(request("/sessions"))))
        assert key not in shown
    assert "headers" not in repr(Request("GET", "/", "", HEADERS, b"body"))
    odd = Sandbox(sessions=0, key="my.own-key")
    odd.handle(Request("GET", "/rest/v1/my.own-key", "", {}))
    assert "my.own-key" not in repr(list(odd.requests))


def test_the_log_is_bounded(sandbox: Sandbox) -> None:
    assert sandbox.requests.maxlen == 10_000


def test_a_failed_connection_is_counted_unless_it_was_refused(clock: Clock) -> None:
    sandbox = Sandbox(sessions=1, limits=Limits(requests=4), clock=clock)
    for connection in ("refused", "dropped", "truncated", "reset"):
        sandbox.fail_next(connection=connection)
        sandbox.handle(request("/sessions"))
    assert statuses(sandbox, "/sessions", "/sessions") == [200, 429]
