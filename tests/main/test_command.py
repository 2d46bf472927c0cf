"""`python -m exec_api_client`: what it prints, and its exit status."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from exec_api_client import __version__
from exec_api_client.__main__ import installed, main
from exec_api_client.generated._source import DOCUMENT_SHA256, GENERATOR
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.fakes import KEY, ROOT
from tests.processes import unread_pipe


@contextmanager
def served(sandbox: Sandbox) -> Iterator[str]:
    """The sandbox on a socket, in an event loop of its own."""
    told: list[str] = []
    ready, ended = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with sandbox.serve() as base_url:
            told.append(base_url)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield told[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


@pytest.fixture
def pointed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that the environment points to."""
    sandbox = Sandbox(sessions=5)
    with served(sandbox) as base_url:
        monkeypatch.setenv("EXEC_BASE_URL", base_url)
        monkeypatch.setenv("EXEC_API_KEY", SANDBOX_KEY)
        yield sandbox


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """The verdict and the text by the name of what was looked at."""
    output, complaints = capsys.readouterr()
    assert complaints == ""
    rows = [line.split(None, 2) for line in output.split("\n\n")[1].splitlines()]
    return {name: (verdict, said) for verdict, name, said in rows}


def test_it_says_what_it_is_and_asks_for_nothing(
    pointed: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    output = capsys.readouterr().out
    assert output.startswith(f"exec-api-client {__version__}\n")
    assert DOCUMENT_SHA256 in output
    assert GENERATOR in output
    assert "PROBLEM" not in output
    assert "ping" not in output
    assert not pointed.requests


def test_one_small_call(pointed: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--ping"]) == 0
    found = lines(capsys)
    *unknown, request = pointed.requests  # lists that are newer than the sandbox are passed over
    assert [*{each.status for each in unknown}] in ([], [404])
    assert request.status == 200
    assert "page_size=1" in str(request)
    verdict, said = found["ping"]
    assert verdict == "ok"
    assert said.startswith(f"{request.method} ")
    assert ": 200 in " in said
    sent = len(pointed.requests)
    assert said.endswith(f" s, {sent} request{'' if sent == 1 else 's'}")
    left = f"{60 - sent} of 60 requests a minute and {1000 - sent} of 1000 a day are left"
    assert found["limits"][1].startswith(left)


def test_a_key_that_is_refused(
    pointed: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXEC_API_KEY", KEY)
    assert main(["--ping"]) == 1
    verdict, said = lines(capsys)["ping"]
    assert verdict == "PROBLEM"
    assert ": 401 in " in said
    assert "1 request, the key is not accepted: make one under Settings > API" in said
    assert len(pointed.requests) == 1


def test_a_quota_that_is_used_up(pointed: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--ping"]) == 0
    sent = len(pointed.requests)
    pointed.limits = Limits(requests=sent)
    assert main(["--ping"]) == 0
    capsys.readouterr()
    assert main(["--ping"]) == 1
    found = lines(capsys)
    assert "used up its requests: try again in " in found["ping"][1]
    assert "limits" not in found
    assert len(pointed.requests) == 2 * sent + 1


def test_a_server_that_fails_is_asked_once(pointed: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    pointed.fail_next(status=503)
    assert main(["--ping"]) == 1
    assert "the API has a fault: try again later" in lines(capsys)["ping"][1]
    assert len(pointed.requests) == 1


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        monkeypatch.setenv("EXEC_BASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/rest/v1")
        monkeypatch.setenv("EXEC_API_KEY", KEY)
        assert main(["--ping"]) == 1
    said = lines(capsys)["ping"][1]
    assert said.startswith(
        "no answer, 1 request, check the network, the proxy, the certificates and the host"
    )
    assert "ConnectError" in said


def test_what_is_wrong_is_mended_before_anything_is_sent(
    pointed: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXEC_API_KEY", "somebody-elses-secret")
    assert main([]) == 1
    assert lines(capsys)["EXEC_API_KEY"][0] == "PROBLEM"
    assert main(["--ping"]) == 1
    found = lines(capsys)
    assert found["ping"] == ("PROBLEM", "not made: mend EXEC_API_KEY first")
    assert "limits" not in found
    assert not pointed.requests


@pytest.mark.parametrize("key", [KEY, f"{KEY[:-1]}-", "exec_live_short-of-it"])
def test_the_key_is_never_printed(
    key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXEC_API_KEY", key)
    monkeypatch.setenv("EXEC_BASE_URL", f"https://api.test/{key.removeprefix('exec_live_')} {key}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://{key}@proxy.test")
    monkeypatch.setenv("SSL_CERT_FILE", f"/etc/{key}.pem")
    assert main([]) == 1
    output = capsys.readouterr().out
    assert "/etc/[key].pem" in output
    assert key.removeprefix("exec_live_")[:4] not in output


def test_arguments_that_make_no_sense(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--pong"])
    assert caught.value.code == 2
    assert "usage: python -m exec_api_client" in capsys.readouterr().err


def test_as_a_process() -> None:
    command = [sys.executable, "-W", "error", "-m", "exec_api_client"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "PROBLEM  EXEC_API_KEY     not set" in done.stdout


def test_a_reader_that_has_seen_enough() -> None:
    command = [sys.executable, "-W", "error", "-m", "exec_api_client"]
    with unread_pipe() as writing:
        done = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
        )
    assert (done.returncode, done.stderr) == (1, "")


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    """As on a full disk: the file has reached the size that a process may write."""
    program = "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))\n"
    program += "runpy.run_module('exec_api_client', run_name='__main__')"
    with (tmp_path / "full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "the output cannot be written: [Errno 27] File too large\n"


def test_without_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main([]) == 1


def test_what_a_console_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("EXEC_BASE_URL", "http://tést.example/rest/v1")
    command = [sys.executable, "-W", "error", "-m", "exec_api_client"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "http://t\\xe9st.example" in done.stdout


def test_a_version_that_nobody_knows() -> None:
    assert installed("httpx") == httpx.__version__
    assert installed("no-such-distribution") is None
