"""The sandbox from a shell: `python -m exec_api_client.sandbox --port 8787`.

It prints one line, `EXEC_BASE_URL=… EXEC_API_KEY=…`, ready to stand before a command, and serves
until it is told to stop (Ctrl-C or SIGTERM).
"""

import argparse
import asyncio
import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import get_args

from .api import SANDBOX_KEY
from .core import Sandbox
from .limits import Limits, WindowKind

# The port is taken, or only an administrator may have it.
_NOT_THIS_PORT = (errno.EADDRINUSE, errno.EACCES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox; returns the exit status: 0 when stopped, 1 where it cannot listen or print.

    Args:
        arguments: Those of the command line; by default the process's own.

    Raises:
        SystemExit: The arguments cannot be used, as argparse does.
    """
    options = _parser().parse_args(arguments)
    sandbox = Sandbox(
        seed=options.seed,
        sessions=options.sessions,
        key=options.key,
        latency=options.latency,
        limits=None
        if options.no_limits
        else Limits(
            requests=options.per_minute or None,
            per_day=options.per_day or None,
            window=options.window,
        ),
    )
    try:
        return asyncio.run(_serve(sandbox, options.host, options.port))
    except (OSError, UnicodeError) as error:  # the latter for a host that is no name
        todo = "; name another with --port" if getattr(error, "errno", None) in _NOT_THIS_PORT else ""
        print(f"cannot listen on {options.host}:{options.port}: {error}{todo}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # where the event loop knows no signals
        return 0


async def _serve(sandbox: Sandbox, host: str, port: int) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
    async with sandbox.serve(host, port) as base_url:
        try:
            print(f"EXEC_BASE_URL={base_url} EXEC_API_KEY={sandbox.key}", flush=True)
        except (OSError, ValueError) as error:  # full, read by nobody, or closed
            print(f"cannot print the address and the key: {error}", file=sys.stderr)
            # Python writes what is left once more when it ends, and would fail again.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        await stopped.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description="A small Exec API in memory, on a socket, for demos and tests.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on; clients take http only from this machine")
    add("--port", type=_number(0, 65_535), default=8787, help="port; 0 for any that is free")
    add("--seed", type=int, default=7, help="what the workspace is made from")
    add("--sessions", type=_number(0, 1_000_000), default=400, help="how many sessions there are")
    add("--key", type=_key, default=SANDBOX_KEY, help="the API key to accept")
    add("--latency", type=_seconds, default=0.0, help="seconds before each answer")
    add("--no-limits", action="store_true", help="let any number of requests through")
    add("--per-minute", type=_number(0), default=60, help="requests a minute; 0 for no limit")
    add("--per-day", type=_number(0), default=1000, help="requests a day; 0 for no limit")
    add("--window", choices=get_args(WindowKind), default="fixed", help="how they are counted")
    return parser


def _number(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    wanted = f"a whole number from {lowest}" + ("" if highest is None else f" to {highest}")

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = lowest - 1
        if value < lowest or (highest is not None and value > highest):
            raise _unwanted(f"{wanted} is", text)
        return value

    return number


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 <= value < float("inf"):
        raise _unwanted("a number of seconds from 0 is", text)
    return value


def _key(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable() or " " in text:  # as a client refuses it
        raise _unwanted("letters, digits and signs of ASCII without spaces are", text)
    return text


def _unwanted(wanted: str, text: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{wanted} wanted, not {text!r}")


if __name__ == "__main__":
    sys.exit(main())
