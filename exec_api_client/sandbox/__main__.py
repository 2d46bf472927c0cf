"""The sandbox from a shell: `python -m exec_api_client.sandbox --port 8787`.

It prints one line, `EXEC_BASE_URL=… EXEC_API_KEY=…`, that can stand before a command. Then it
serves until Ctrl-C or SIGTERM.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, get_args

from . import SANDBOX_KEY, Limits, LoggedRequest, Sandbox
from .limits import WindowKind


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox and return the exit status: 0 when stopped, 1 where it cannot serve.

    Args:
        arguments: Those of the command line. Default: the process's own.

    Raises:
        SystemExit: An argument is not valid, as in argparse.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        sandbox = _sandbox(options)
    except ValueError as error:
        parser.error(str(error))
    if options.log:
        sandbox.after_request = _print_request
    try:
        asyncio.run(_serve(sandbox.serve(options.host, options.port), sandbox.key))
    except (ImportError, OSError, OverflowError, UnicodeError) as error:  # the last two: no port, no name
        print(f"cannot serve on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # where the event loop knows no signals
        pass
    return 0


async def _serve(serving: AbstractAsyncContextManager[str], key: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
    async with serving as base_url:
        print(f"EXEC_BASE_URL={base_url} EXEC_API_KEY={key}", flush=True)
        await stopped.wait()


def _print_request(request: LoggedRequest) -> None:
    target = request.path + (f"?{request.query}" if request.query else "")
    outcome = request.status or (request.fault.connection if request.fault else None)
    with contextlib.suppress(OSError):  # a closed pipe
        note = " (fault)" if request.fault else ""
        print(f"{datetime.now():%H:%M:%S} {request.method} {target} {outcome}{note}", file=sys.stderr)  # noqa: DTZ005


def _sandbox(options: argparse.Namespace) -> Sandbox:
    minute, day = options.per_minute or None, options.per_day or None
    limits = Limits(requests=minute, per_day=day, window=options.window)
    sandbox = Sandbox(
        seed=options.seed,
        sessions=options.sessions,
        now=_datetime(options.now),
        key=options.key,
        latency=options.latency,
        limits=None if options.no_limits else limits,
    )
    for text in options.fail:
        kind, _, times = text.partition(":")
        number: Any = int(times) if times.isdecimal() else {"": 1, "all": None}.get(times, times)
        if kind.isdecimal():
            sandbox.fail_next(times=number, status=int(kind))
        else:
            sandbox.fail_next(times=number, connection=kind)
    return sandbox


def _datetime(text: str) -> datetime:
    """Read a date and time. Midnight of today keeps the data the same for the whole day."""
    if text == "today":
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        message = f"now must be today or a datetime such as 2026-04-01T09:00Z, not {text!r}"
        raise ValueError(message) from None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description="A small Exec API in memory, on a socket, for demos and tests.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on; clients take http only from this machine")
    add("--port", type=int, default=8787, help="port; 0 for a free one")
    add("--seed", type=int, default=7, help="number that the workspace is made from")
    add("--sessions", type=int, default=400, help="number of sessions")
    add("--now", default="today", help="present of the workspace, such as 2026-04-01T09:00Z")
    add("--key", default=SANDBOX_KEY, help="valid API key")
    add("--latency", type=float, default=0.0, help="seconds before each response")
    add("--no-limits", action="store_true", help="let any number of requests through")
    add("--per-minute", type=int, default=60, help="requests a minute; 0 for no limit")
    add("--per-day", type=int, default=1000, help="requests a day; 0 for no limit")
    add("--window", choices=get_args(WindowKind), default="fixed", help="way to count them")
    faults = "fault of the first requests: a status or a connection, such as 503:3, reset or 429:all"
    add("--fail", action="append", default=[], metavar="FAULT[:TIMES]", help=f"{faults}; may be repeated")
    add("--log", action="store_true", help="print a line for each request on stderr")
    return parser


if __name__ == "__main__":
    sys.exit(main())
