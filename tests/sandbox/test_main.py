"""The sandbox as a process."""

import errno
import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sandbox.__main__ import main
from tests.processes import unread_pipe

ROOT = Path(__file__).parents[2]


@contextmanager
def started(
    *arguments: str, module: Sequence[str] = ("-m", "exec_api_client.sandbox")
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", *module, *arguments],
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


@pytest.mark.parametrize("host", ["192.0.2.1", "x..y"])
def test_a_host_that_is_not_here(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", host, "--port", "0", "--sessions", "0"]) == 1
    complaints = capsys.readouterr().err
    assert complaints.startswith(f"cannot listen on {host}:0: ")
    assert "--port" not in complaints


class Full(io.StringIO):
    """An output that takes nothing, as a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_an_output_that_takes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["--port", "0", "--sessions", "0"]) == 1
    complaints = capsys.readouterr().err
    assert complaints == "cannot print the address and the key: [Errno 28] No space left on device\n"


def test_an_output_that_is_closed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = io.StringIO()
    output.close()
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["--port", "0", "--sessions", "0"]) == 1
    assert capsys.readouterr().err == "cannot print the address and the key: I/O operation on closed file\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])  # it is told while it prints, or at its end
def test_an_output_that_nobody_reads(unbuffered: str) -> None:
    with unread_pipe() as writing:
        ended = subprocess.run(
            [sys.executable, "-m", "exec_api_client.sandbox", "--port=0", "--sessions=0"],
            check=False,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("cannot print the address and the key: ")
    assert ended.stderr.count("\n") == 1


# The address is told on stderr, since there is nothing else to tell it on.
WITHOUT_OUTPUT = """
import contextlib, sys
from exec_api_client.sandbox import Sandbox
from exec_api_client.sandbox.__main__ import main
serve = Sandbox.serve
@contextlib.asynccontextmanager
async def told(sandbox, host, port):
    async with serve(sandbox, host, port) as base_url:
        print(base_url, file=sys.stderr, flush=True)
        yield base_url
Sandbox.serve, sys.stdout = told, None
sys.exit(main(["--port=0", "--sessions=1"]))
"""


def test_without_an_output_it_serves() -> None:
    with started("-c", WITHOUT_OUTPUT, module=()) as process:
        assert process.stderr
        base_url = process.stderr.readline().strip()
        headers = {"authorization": f"Bearer {SANDBOX_KEY}"}
        assert httpx.get(f"{base_url}/sessions", headers=headers).status_code == 200
        process.terminate()
        assert process.communicate(timeout=10) == ("", "")
        assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--port", "-1"], "argument --port: a whole number from 0 to 65535 is wanted, not '-1'"),
        (["--port", "99999"], "argument --port: a whole number from 0 to 65535 is wanted, not '99999'"),
        (["--latency", "-1"], "argument --latency: a number of seconds from 0 is wanted, not '-1'"),
        (["--latency", "inf"], "argument --latency: a number of seconds from 0 is wanted, not 'inf'"),
        (["--latency", "nan"], "argument --latency: a number of seconds from 0 is wanted, not 'nan'"),
        (["--latency", "soon"], "argument --latency: a number of seconds from 0 is wanted, not 'soon'"),
        (["--sessions", "-1"], "argument --sessions: a whole number from 0 to 1000000 is wanted, not '-1'"),
        (["--window", "leaky"], "argument --window: invalid choice: 'leaky'"),
        (["--per-day", "many"], "argument --per-day: a whole number from 0 is wanted, not 'many'"),
        (
            ["--key", ""],
            "argument --key: letters, digits and signs of ASCII without spaces are wanted, not ''",
        ),
        (["--key", "a\nb"], "are wanted, not 'a\\nb'"),
        (["--key", "é"], "are wanted, not 'é'"),
        (["extra"], "unrecognized arguments: extra"),
    ],
)
def test_arguments_that_make_no_sense(
    arguments: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--host", "192.0.2.1"])  # nothing is served where they are taken
    assert caught.value.code == 2
    complaints = capsys.readouterr().err
    assert "usage: python -m exec_api_client.sandbox" in complaints
    assert wanted in complaints
