"""Faults, hooks and the log, without a network."""

from typing import Any

import pytest

from exec_api_client import AsyncExecClient, RateLimitError, RetryPolicy
from exec_api_client.sandbox import SANDBOX_KEY, Fault, LoggedRequest, Request, Sandbox
from exec_api_client.sandbox.faults import FaultOptions

from .conftest import HEADERS, Clock, request


def statuses(sandbox: Sandbox, *paths: str) -> list[int]:
    return [sandbox.handle(request(path)).status for path in paths]


def test_faults_happen_in_turn_and_as_often_as_asked(sandbox: Sandbox) -> None:
    first, second = sandbox.fail_next(status=500), sandbox.fail_next(status=502, times=2)
    assert statuses(sandbox, *["/sessions"] * 4) == [500, 502, 502, 200]
    assert (first.hits, second.hits, second.left) == (1, 2, 0)
    sandbox.fail_next(status=503, times=None)
    assert statuses(sandbox, *["/sessions"] * 5) == [503] * 5
    sandbox.clear_faults()
    assert statuses(sandbox, "/sessions") == [200]
    rule = sandbox.fail_when(lambda each: each.path.endswith("/assignments"), status=500)
    paths = ("/sessions", "/scenarios/assignments", "/scenarios/assignments")
    assert (statuses(sandbox, *paths), rule.hits) == ([200, 500, 500], 2)
    with pytest.raises(ValueError, match="predicate must be a function of a request, not 'page=3'"):
        sandbox.fail_when("page=3", status=500)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        (b"\x00\xff", "application/octet-stream", b"\x00\xff"),
        ("<h1>Bäd</h1>", "text/plain; charset=utf-8", "<h1>Bäd</h1>".encode()),
        ({"retry_after": 3}, "application/json", b'{"retry_after":3}'),
        ([1], "application/json", b"[1]"),
    ],
)
def test_bodies(sandbox: Sandbox, body: Any, content_type: str, sent: bytes) -> None:
    sandbox.fail_next(status=429, body=body)
    answer = sandbox.handle(request("/sessions"))
    assert (answer.status, answer.headers, answer.body) == (429, {"content-type": content_type}, sent)


async def test_headers_and_the_usual_body(sandbox: Sandbox) -> None:
    sandbox.fail_next(status=503, headers={"Retry-After": "7", "Content-Type": "application/problem+json"})
    answer = sandbox.handle(request("/sessions"))
    assert answer.headers == {"content-type": "application/problem+json", "retry-after": "7"}
    assert answer.json()["error"]["type"] == "api_error"
    sandbox.fail_next(status=429, retry_after=5, times=2)
    assert sandbox.handle(request("/sessions")).json()["retry_after"] == 5
    policy = RetryPolicy(max_retries=0)
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), retry=policy) as client:
        with pytest.raises(RateLimitError) as caught:
            await client.sessions.list()
    assert caught.value.retry_after == 5


def test_a_function_that_passes_a_fault_on_takes_all_that_a_fault_takes() -> None:
    assert FaultOptions.__annotations__ == Fault.__annotations__


def test_hooks_see_each_request_before_and_after(sandbox: Sandbox) -> None:
    before: list[str] = []
    after: list[LoggedRequest] = []

    def add_one(each: Request) -> None:
        before.append(each.query)
        sandbox.add_session()

    sandbox.before_request, sandbox.after_request = add_one, after.append
    sandbox.fail_next(status=500)
    answers = [sandbox.handle(request("/sessions", page_size=n)) for n in (1, 2)]
    assert answers[1].json()["pagination"]["total_count"] == 402
    assert before == ["page_size=1", "page_size=2"]
    assert [each.status for each in after] == [500, 200]
    assert after == sandbox.requests


def test_the_log(sandbox: Sandbox, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now
    sandbox.handle(request("/sessions", page=2, user_emails="a@b.example"))
    clock.now += 1.5
    sandbox.fail_next(connection="dropped")
    sandbox.handle(request("/nothing", method="POST"))
    first, second = sandbox.requests
    assert (first.method, first.path, first.query) == (
        "GET",
        "/rest/v1/sessions",
        "page=2&user_emails=a%40b.example",
    )
    assert first.params == {"page": "2", "user_emails": "a@b.example"}
    assert (first.time, first.status, first.fault) == (start, 200, None)
    assert (second.method, second.time) == ("POST", start + 1.5)
    assert (second.status, second.fault) == (None, Fault(connection="dropped"))
    monkeypatch.setattr("exec_api_client.sandbox.core.LOG_LENGTH", 3)
    for page in range(1, 6):
        sandbox.handle(request("/sessions", page=page))
    assert [logged.params["page"] for logged in sandbox.requests] == ["3", "4", "5"]


@pytest.mark.parametrize("key", [SANDBOX_KEY, "exec_live_somebodys0own0key", "my.own-key"])
def test_the_key_is_never_shown(key: str) -> None:
    sandbox = Sandbox(sessions=1, key="my.own-key")
    bearer = {"authorization": f"Bearer {key}"}
    asked = Request("GET", f"/rest/v1/sessions/{key}", f"api_key={key}", bearer, key.encode())
    delivery = sandbox.exchange(asked)
    assert key not in repr((sandbox, sandbox.requests, delivery.fault))
    assert "headers" not in repr(Request("GET", "/", "", HEADERS, b"body"))
