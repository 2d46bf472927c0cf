"""How the generator's commands hear of their sources, speak, and stop: the edges that all of them share."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self, TextIO


class Stops:
    """While this is entered, a request to stop does as Ctrl-C does, so that everything is taken back.

    The first one counts: what it set off is not disturbed by another.
    """

    _NAMES = ("SIGTERM", "SIGHUP")  # Windows has not all of them

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._number: int = signal.SIGINT

    def __enter__(self) -> Self:
        self._before[signal.SIGINT] = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
        for number in (getattr(signal, name) for name in self._NAMES if hasattr(signal, name)):
            # What is ignored stays so: nohup wants its command to outlive the terminal.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    @property
    def status(self) -> int:
        """The exit status of a command that was stopped, as shells have it."""
        return 128 + self._number

    def ignore(self) -> None:
        """Stop for nothing from now on: what was done stands, and only has to be told."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._number = number
        for handled in self._before.keys() - {signal.SIGINT}:
            signal.signal(handled, signal.SIG_IGN)
        # asyncio has a handler of its own for Ctrl-C, without which its tasks end in disorder.
        interrupt = signal.getsignal(signal.SIGINT)
        if callable(interrupt):
            interrupt(signal.SIGINT, frame)
        else:
            raise KeyboardInterrupt


def say(*lines: str) -> None:
    """Print the result of a command. That it cannot be printed undoes nothing, so it is no failure."""
    problem = _write(sys.stdout, lines)
    if problem and not isinstance(problem, BrokenPipeError):  # who closes a pipe has read enough
        complain(f"the output could not be written ({problem}); it is:", *lines)


def complain(*lines: str) -> None:
    """Print what is wrong."""
    _write(sys.stderr, lines)


def _write(stream: TextIO | None, lines: tuple[str, ...]) -> OSError | None:
    if stream is None:  # closed before the command began
        return None
    encoding = stream.encoding or "utf-8"
    text = "".join(f"{line}\n" for line in lines)
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        # Python writes what is left once more when it ends, and would fail again.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


def sources_named(arguments: list[str], environment: Mapping[str, str]) -> list[str]:
    """The SOURCEs that are named: as arguments or, where there is none, in the environment, as make does.

    The variable holds one that is there as it stands, or several as a shell reads them, blanks in quotes.

    Raises:
        ValueError: The variable cannot be read so.
    """
    said = environment.get("SOURCE", "").strip()
    if arguments or not said:
        return arguments
    if Path(said).exists():
        return [said]
    try:
        return shlex.split(said)
    except ValueError as error:
        raise ValueError(f"SOURCE={said}: {error}; write a quote within quotes of the other kind") from error
