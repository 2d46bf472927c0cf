"""Hooks and the log: what they tell of the calls."""

import json
import logging
from typing import Any

import httpx
import pytest

from exec_api_client import ConfigurationError, Hooks
from exec_api_client.hooks import RequestSent, ResponseReceived, RetryPlanned
from tests.fakes import KEY, OK, page_of
from tests.retry.script import DOWN, MANY, Script, refused, write
from tests.virtual_time import virtual


@virtual
async def test_hooks_are_told_of_requests_answers_and_retries() -> None:
    server, events = Script(DOWN, httpx.ReadError("x"), refused(3), OK), list[Any]()
    hooks = Hooks(on_request=events.append, on_response=events.append, on_retry=events.append)
    async with server.client(hooks=hooks, retry=MANY) as client:
        await client.sessions.get("x", include=["transcript"])
    place, elapsed = ("GET", "/sessions/x"), pytest.approx(0.1)
    assert events == [
        RequestSent(*place, 1),
        ResponseReceived(*place, 1, 503, elapsed),
        RetryPlanned(*place, 1, "InternalServerError", 0.25, "backoff"),
        RequestSent(*place, 2),
        RetryPlanned(*place, 2, "APIConnectionError", 0.5, "backoff"),
        RequestSent(*place, 3),
        ResponseReceived(*place, 3, 429, elapsed),
        RetryPlanned(*place, 3, "RateLimitError", pytest.approx(3.15), "server"),
        RequestSent(*place, 4),
        ResponseReceived(*place, 4, 200, elapsed),
    ]


def fail(event: object) -> None:
    raise ValueError(f"no {event}")


@virtual
async def test_a_hook_that_raises_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    server = Script(DOWN, OK)
    async with server.client(hooks=Hooks(fail, fail, fail, fail)) as client:
        assert (await client.sessions.get("x")).id == "x"
        assert client.usage is not None
        assert client.usage.minute == 2
    hooks = [record.message for record in caplog.records if "hook" in record.message]
    assert hooks == [
        "a hook failed with ValueError on RequestSent",
        "a hook failed with ValueError on ResponseReceived",
        "a hook failed with ValueError on RetryPlanned",
        "a hook failed with ValueError on RequestSent",
        "a hook failed with ValueError on ResponseReceived",
    ]
    assert "ValueError: no RequestSent(" in caplog.text
    assert f"line {fail.__code__.co_firstlineno + 1}, in fail" in caplog.text


async def write_down(event: object) -> None: ...


class Writer:
    async def __call__(self, event: object) -> None: ...


@pytest.mark.parametrize("hook", [write_down, Writer(), Writer().__call__])
@pytest.mark.parametrize("name", ["on_request", "on_response", "on_retry", "on_wait"])
def test_an_asynchronous_hook_is_refused(name: str, hook: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"^Hooks: {name} must be a plain function, .* write `def`"):
        Hooks(**{name: hook})


def test_a_hook_that_is_no_function_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"^Hooks: on_retry must be a function, not 'print'$"):
        Hooks(on_retry="print")  # type: ignore[arg-type]


@virtual
async def test_the_log_tells_the_reason_of_a_retry_and_no_key_query_or_body(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server = Script(refused(2, message=f"slow  down,\n{KEY}\x1b {'x' * 300}"), page_of([]))
    async with server.client() as client:
        await client.sessions.list(rank=["gold"])
        server.answers = [DOWN, httpx.ReadError("peer is gone"), OK]
        await write(client, "PUT")
    ours = [record for record in caplog.records if record.name == "exec_api_client"]
    [refusal] = [record.getMessage() for record in ours if "next in 2.10 s" in record.getMessage()]
    assert refusal.startswith(r"GET /sessions: attempt 1 failed (429: slow  down,\n[key]\x1b xxx")
    assert refusal.endswith("xxx...); next in 2.10 s (server)")
    assert len(refusal) < 300
    assert [(record.levelname, record.getMessage()) for record in ours if record.getMessage() != refusal] == [
        ("DEBUG", "GET /sessions: attempt 1: 429 in 0.100 s"),
        ("DEBUG", "GET /sessions: attempt 2: 200 in 0.100 s"),
        ("DEBUG", "PUT /things: attempt 1: 503 in 0.100 s"),
        ("WARNING", "PUT /things: attempt 1 failed (503: down); next in 0.25 s (backoff)"),
        ("WARNING", "PUT /things: attempt 2 failed (ReadError: peer is gone); next in 0.50 s (backoff)"),
        ("DEBUG", "PUT /things: attempt 3: 200 in 0.100 s"),
    ]
    said = json.dumps([str(vars(record)) for record in ours])
    assert KEY not in said
    assert "secret" not in said
    assert "gold" not in said
