"""examples/web_app.py in this process: one client for its lifetime, and errors that a browser understands."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, RateLimit
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.examples.running import example, program


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(sessions=45)


@pytest.fixture
def web() -> Any:
    return example("web_app")


@pytest.fixture
async def browser(
    sandbox: Sandbox, web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of the application, which reads the sandbox over a socket, as with a key in production."""
    async with sandbox.serve() as base_url:
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setenv("EXEC_API_KEY", SANDBOX_KEY)
        monkeypatch.setenv("EXEC_BASE_URL", base_url)
        monkeypatch.setenv("EXEC_QUOTA", str(tmp_path / "quota.db"))
        async with web.app.router.lifespan_context(web.app), visit(web) as browser:
            yield browser


def visit(web: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(web.app), base_url="http://application")


async def test_a_page_of_sessions_is_one_request(sandbox: Sandbox, browser: httpx.AsyncClient) -> None:
    pages = [(await browser.get("/sessions", params={"page": page})).json() for page in (1, 2, 3)]
    assert [(page["page"], page["pages"], page["total"]) for page in pages] == [(n, 3, 45) for n in (1, 2, 3)]
    found = [session for page in pages for session in page["sessions"]]
    assert {session["id"] for session in found} == set(sandbox.world.sessions)
    assert len(found) == 45
    assert all(above["created_at"] >= below["created_at"] for above, below in pairwise(found))
    assert [request.params.get("page_size") for request in sandbox.requests] == ["20"] * 3


async def test_a_session_comes_with_its_evaluations(sandbox: Sandbox, browser: httpx.AsyncClient) -> None:
    graded = next(each for each in sandbox.world.sessions.values() if each.score is not None)
    answer = await browser.get(f"/sessions/{graded.id}")
    assert answer.status_code == 200
    assert answer.json()["score"] == graded.score
    assert answer.json()["evaluations"]
    assert "transcript" not in answer.json()


@pytest.mark.parametrize(
    ("path", "status", "detail", "requests"),
    [
        ("/sessions/0c9b7a52-0000-4000-8000-000000000000", 404, "not found", 1),
        (f"/sessions?page={'9' * 20}", 400, "page must be a whole number", 1),
        ("/sessions?page=0", 422, "greater_than_equal", 0),
        ("/sessions?page_size=101", 422, "less_than_equal", 0),
        ("/sessions/%2e%2e", 422, "session_id", 0),
    ],
)
async def test_a_visitor_is_told_of_a_wrong_request(
    path: str, status: int, detail: str, requests: int, sandbox: Sandbox, browser: httpx.AsyncClient
) -> None:
    answer = await browser.get(path)
    assert answer.status_code == status
    assert detail in str(answer.json()["detail"])
    assert len(sandbox.requests) == requests


async def test_it_counts_in_one_store_with_the_nightly_export(
    browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    await browser.get("/sessions")
    out, quota = str(tmp_path / "out.jsonl"), str(tmp_path / "quota.db")
    export = await program("nightly_export.py", out, sandbox=Sandbox(sessions=0), EXEC_QUOTA=quota)
    assert "; 2 of 1000 requests spent\n" in export.output


async def test_a_rate_limit_is_a_503_that_says_when_to_come_back(
    sandbox: Sandbox, browser: httpx.AsyncClient
) -> None:
    sandbox.limits = Limits(requests=1, per=40)
    assert (await browser.get("/sessions")).status_code == 200
    for _ in range(2):
        answer = await browser.get("/sessions")
        assert answer.status_code == 503
        # The client adds some, so that not all come at once.
        assert 38 <= int(answer.headers["retry-after"]) <= 45
    assert [request.status for request in sandbox.requests] == [200, 429]


async def test_a_rate_limit_without_a_wait_is_a_503_for_a_minute(
    sandbox: Sandbox, browser: httpx.AsyncClient
) -> None:
    sandbox.fail_next(times=None, status=429, body={"error": {"message": "the limit of the day"}})
    answer = await browser.get("/sessions")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_a_full_minute_of_the_clients_own_is_a_503_too(
    sandbox: Sandbox, web: Any, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = AsyncExecClient(
        SANDBOX_KEY, transport=sandbox.transport(), rate_limit=RateLimit(requests=1), deadline=5.0
    )
    async with full:
        monkeypatch.setattr(web.app.state, "client", full)
        assert (await browser.get("/sessions")).status_code == 200
        answer = await browser.get("/sessions")
    assert answer.status_code == 503
    assert 60 <= int(answer.headers["retry-after"]) <= 61  # the limit waits a little longer than a minute
    assert len(sandbox.requests) == 1


async def test_an_api_that_is_late_is_a_504(
    sandbox: Sandbox, web: Any, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.latency = 30.0
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), deadline=0.05) as hasty:
        monkeypatch.setattr(web.app.state, "client", hasty)
        assert (await browser.get("/sessions")).status_code == 504


@pytest.mark.parametrize("status", [200, 401])
async def test_what_the_visitor_cannot_help_is_a_502_with_its_details_in_the_log(
    status: int, sandbox: Sandbox, browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.fail_next(status=status, body="a secret of the house")
    answer = await browser.get("/sessions")
    assert answer.status_code == 502
    assert answer.json() == {"detail": "the Exec API does not answer as it should"}
    assert "a secret of the house" in caplog.text
    assert SANDBOX_KEY not in caplog.text + answer.text


async def test_all_visitors_share_one_client_that_is_closed_at_the_end(
    web: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EXEC_API_KEY", raising=False)
    async with web.app.router.lifespan_context(web.app), visit(web) as browser:
        client: AsyncExecClient = web.app.state.client
        for _ in range(3):
            assert (await browser.get("/sessions")).json()["total"] == 400
        assert client.usage is not None
        assert client.usage.day == 3
        assert web.app.state.client is client
        assert not client.closed
    assert client.closed
    assert capsys.readouterr().err == "EXEC_API_KEY is not set: the data are the sandbox's, and invented.\n"
