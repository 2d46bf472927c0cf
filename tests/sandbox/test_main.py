"""The sandbox as a process."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sandbox.__main__ import main

ROOT = Path(__file__).parents[2]


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "exec_api_client.sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONDEVMODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def settings(process: "subprocess.Popen[str]") -> dict[str, str]:
    """What the one line says."""
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.communicate()
    return dict(word.split("=", 1) for word in line.split())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_ask_stop(number: signal.Signals) -> None:
    with started("--port", "0", "--seed", "3", "--sessions", "20", "--no-limits") as process:
        told = settings(process)
        assert told.keys() == {"EXEC_BASE_URL", "EXEC_API_KEY"}
        assert told["EXEC_API_KEY"] == SANDBOX_KEY
        assert urlsplit(told["EXEC_BASE_URL"]).hostname == "127.0.0.1"
        headers = {"authorization": f"Bearer {told['EXEC_API_KEY']}"}
        with httpx.Client(base_url=told["EXEC_BASE_URL"], headers=headers) as client:
            body = client.get("/sessions").json()
            assert {row["id"] for row in body["data"]} == set(Sandbox(seed=3, sessions=20).world.sessions)
            assert {client.get("/sessions").status_code for _ in range(70)} == {200}
            process.send_signal(number)  # with a connection still open
            output, complaints = process.communicate(timeout=10)
        assert (process.returncode, output, complaints) == (0, "", "")


def test_limits_and_key() -> None:
    with started(
        "--port=0", "--sessions=1", "--per-minute=2", "--window=sliding_log", "--key=mine"
    ) as process:
        told = settings(process)
        assert told["EXEC_API_KEY"] == "mine"
        with httpx.Client(base_url=told["EXEC_BASE_URL"], headers={"authorization": "Bearer mine"}) as client:
            assert [client.get("/sessions").status_code for _ in range(3)] == [200, 200, 429]


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--sessions", "0"]) == 1
    output, complaints = capsys.readouterr()
    assert output == ""
    assert complaints.startswith(f"cannot listen on 127.0.0.1:{port}: ")
    assert complaints.endswith("; name another with --port\n")


def test_a_host_that_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "192.0.2.1", "--port", "0", "--sessions", "0"]) == 1
    complaints = capsys.readouterr().err
    assert complaints.startswith("cannot listen on 192.0.2.1:0: ")
    assert "--port" not in complaints


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "-1"],
        ["--port", "70000"],
        ["--latency", "-1"],
        ["--latency", "inf"],
        ["--latency", "nan"],
        ["--sessions", "-1"],
        ["--window", "leaky"],
        ["--per-day", "many"],
        ["extra"],
    ],
)
def test_arguments_that_make_no_sense(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m exec_api_client.sandbox" in capsys.readouterr().err
