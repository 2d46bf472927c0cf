"""`python -m exec_api_client`: the printed facts, the ping and the exit status."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest

from exec_api_client import __version__
from exec_api_client.__main__ import main
from exec_api_client.generated._source import DOCUMENT_SHA256
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.fakes import KEY, ROOT

Run = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_proxy: None) -> Run:
    """Runs the command against a sandbox; returns the exit status and the output."""

    async def run(*arguments: str, sandbox: Sandbox | None = None, **settings: str) -> tuple[int, str]:
        async with (sandbox or Sandbox(sessions=5)).serve() as base_url:
            for name, value in {"EXEC_BASE_URL": base_url, "EXEC_API_KEY": SANDBOX_KEY, **settings}.items():
                monkeypatch.setenv(name, value)
            status = await asyncio.to_thread(main, arguments)
        out, err = capsys.readouterr()
        assert err == ""
        return status, out

    return run


async def test_it_prints_the_facts_and_sends_nothing(run: Run) -> None:
    sandbox = Sandbox()
    status, said = await run(sandbox=sandbox)
    assert status == 0
    assert said.startswith(f"exec-api-client  {__version__}, with Python 3.")
    facts = dict(line.split("  ", 1) for line in said.splitlines())
    assert facts.keys() >= {"exec-api-client", "httpx", "attrs", "document", "API key", "base URL"}
    assert DOCUMENT_SHA256 in facts["document"]
    assert facts["base URL"].strip().startswith("http://127.0.0.1:")
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("key", "form"),
    [(KEY, "set"), ("", "not set"), (f"{KEY}x", "not exec_live_ and 40 letters or digits")],
)
async def test_the_form_of_the_key_is_printed_and_never_the_key(run: Run, key: str, form: str) -> None:
    for settings in ({}, {"EXEC_BASE_URL": f"http://127.0.0.1:1/{key}"}):
        _, said = await run("--ping", EXEC_API_KEY=key, **settings)
        assert f"API key          {form}\n" in said
        assert "a1B2" not in said


async def test_a_ping_is_one_small_call(run: Run) -> None:
    sandbox = Sandbox()
    status, said = await run("--ping", sandbox=sandbox)
    *others, request = sandbox.requests
    assert {each.status for each in others} <= {501}  # of lists that the sandbox does not serve
    assert (status, request.status, request.method) == (0, 200, "GET")
    assert "page_size=1" in str(request)
    assert "ping             200 in 0." in said


async def test_a_ping_asks_for_the_next_list_where_one_is_not_served(run: Run) -> None:
    sandbox = Sandbox()
    sandbox.fail_next(status=501)
    status, said = await run("--ping", sandbox=sandbox)
    *others, request = sandbox.requests
    assert (status, request.status, {each.status for each in others}) == (0, 200, {501})
    assert "ping             200 in 0." in said


async def test_a_ping_that_fails_prints_the_error(run: Run) -> None:
    status, said = await run("--ping", EXEC_API_KEY=KEY)
    assert (status, "ping             401 in " in said) == (1, True)
    assert "\nerror            AuthenticationError: " in said

    for refusal, error in ((503, "InternalServerError"), (429, "RateLimitError")):
        sandbox = Sandbox()
        sandbox.fail_next(status=refusal)
        status, said = await run("--ping", sandbox=sandbox)
        assert (status, len(sandbox.requests)) == (1, 1)
        assert f"\nerror            {error}: " in said
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/rest/v1"
        assert "APIConnectionError: " in (await run("--ping", EXEC_BASE_URL=nobody))[1]
    async with Sandbox().serve() as base_url:
        status, said = await run("--ping", EXEC_BASE_URL=base_url.replace("rest", "no"))
        assert (status, "\nerror            NotFoundError: " in said) == (1, True)


async def test_a_wrong_base_url_is_an_error(run: Run) -> None:
    status, said = await run(EXEC_BASE_URL="http://api.exec.com")
    assert (status, "error            ConfigurationError: base_url=" in said) == (1, True)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"exec-api-client {__version__}\n")


@pytest.mark.parametrize("module", ["exec_api_client", "exec_api_client.sandbox"])
def test_a_missing_requirement_is_one_line(module: str) -> None:
    nothing_installed = [sys.executable, "-S", "-m", module]
    done = subprocess.run(nothing_installed, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert "(ImportError: No module named 'httpx'; install attrs>=" in line
