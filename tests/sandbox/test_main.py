"""The sandbox as a process."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from exec_api_client.sandbox import Sandbox
from exec_api_client.sandbox.__main__ import main
from tests.fakes import ROOT


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


def connect(process: "subprocess.Popen[str]") -> httpx.Client:
    """Return a client with the settings of the one line."""
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.communicate()
    told = dict(word.split("=", 1) for word in line.split())
    assert told.keys() == {"EXEC_BASE_URL", "EXEC_API_KEY"}
    headers = {"authorization": f"Bearer {told['EXEC_API_KEY']}"}
    return httpx.Client(base_url=told["EXEC_BASE_URL"], headers=headers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_ask_stop(number: signal.Signals) -> None:
    with started("--port", "0", "--seed", "3", "--sessions", "20", "--no-limits") as process:
        with connect(process) as client:
            rows = client.get("/sessions").json()["data"]
            assert {row["id"] for row in rows} == set(Sandbox(seed=3, sessions=20).world.sessions)
            assert {client.get("/sessions").status_code for _ in range(70)} == {200}
            process.send_signal(number)  # with a connection still open
            output, complaints = process.communicate(timeout=10)
        assert (process.returncode, output, complaints) == (0, "", "")


def test_limits_key_faults_and_log() -> None:
    options = ("--per-minute=2", "--window=sliding_log", "--key=mine", "--fail=503:2", "--fail=dropped")
    with started("--port=0", "--sessions=1", "--log", *options) as process, connect(process) as client:
        assert client.headers["authorization"] == "Bearer mine"
        statuses = [client.get("/sessions").status_code for _ in range(2)]
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/sessions", params={"page": 3})
        statuses += [client.get("/sessions").status_code for _ in range(2)]
        assert statuses == [503, 503, 200, 429]
        process.terminate()
        lines = process.communicate(timeout=10)[1].splitlines()
        target = "GET /rest/v1/sessions"
        outcomes = ["503 (fault)", "503 (fault)", "dropped (fault)", "200", "429"]
        expected = [f"{target}{'?page=3' if n == 2 else ''} {outcome}" for n, outcome in enumerate(outcomes)]
        assert [line.split(" ", 1)[1] for line in lines] == expected


@pytest.mark.parametrize(
    ("option", "now"),
    [
        ((), None),
        (("--now", "2030-05-02T02:00+02:00"), datetime(2030, 5, 2, tzinfo=UTC)),
    ],
)
def test_the_data_end_today_or_at_the_time_that_is_named(option: Sequence[str], now: datetime | None) -> None:
    with started("--port=0", "--seed=3", *option) as process, connect(process) as client:
        now = now or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        shown = [row["created_at"] for row in client.get("/sessions").json()["data"]]
        expected = sorted(row.created_at for row in Sandbox(seed=3, now=now).world.sessions.values())
        assert shown == [f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in expected[:-51:-1]]
        assert shown[0] > f"{now - timedelta(days=7):%Y-%m-%d}"  # "last week" is not empty


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "x..y"])
def test_an_address_that_is_not_available(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--host", host, "--port", str(port), "--sessions", "0"]) == 1
    output, complaints = capsys.readouterr()
    assert output == ""
    assert complaints.startswith(f"cannot serve on {host}:{port}: ")
    assert complaints.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--latency", "-1"], "latency must be a number of seconds, 0 or more, not -1.0"),
        (["--per-minute", "-1"], "requests must be a whole number, 1 or more, or None for no limit, not -1"),
        (["--window", "leaky"], "argument --window: invalid choice: 'leaky'"),
        (["--now", "soon"], "now must be today or a datetime such as 2026-04-01T09:00Z, not 'soon'"),
        (
            ["--fail", "lost"],
            "connection must be one of refused, reset, dropped, truncated, or None, not 'lost'",
        ),
        (["--fail", "503:x"], "times must be a whole number, 1 or more, or None for no end, not 'x'"),
    ],
)
def test_arguments_that_are_not_valid(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--host", "192.0.2.1"])  # nothing is served where they are taken
    assert caught.value.code == 2
    complaints = capsys.readouterr().err
    assert "usage: python -m exec_api_client.sandbox" in complaints
    assert words in complaints
