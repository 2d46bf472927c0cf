"""What the log tells, and what it never shows."""

import pytest

from exec_api_client.sandbox import SANDBOX_KEY, Fault, Request, Sandbox, core

from .conftest import HEADERS, Clock, request


def test_the_log(sandbox: Sandbox, clock: Clock) -> None:
    assert sandbox.requests == []
    start = clock.now
    sandbox.handle(request("/sessions", page=2, user_emails="a@b.example"))
    clock.now += 1.5
    sandbox.handle(request("/nothing", method="POST"))
    sandbox.fail_next(connection="dropped")
    sandbox.handle(request("/sessions"))
    first, second, third = sandbox.requests[-3:]
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


def test_the_log_is_bounded(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "LOG_LENGTH", 3)
    for page in range(1, 6):
        sandbox.handle(request("/sessions", page=page))
    assert [logged.params["page"] for logged in sandbox.requests] == ["3", "4", "5"]
