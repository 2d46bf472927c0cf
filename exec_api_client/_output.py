"""What the package's commands print, wherever it goes: it may take less than is printed, or nothing."""

from __future__ import annotations

import os
import sys


def escape_unprintable() -> None:
    """Print an escape for what a console cannot show, which would be an error."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def say(*lines: str, sep: str = " ", end: str = "\n") -> None:
    """Print; that it cannot be printed changes nothing about what was done, nor the exit status."""
    try:
        print(*lines, sep=sep, end=end, flush=True)
    except OSError as error:
        # Python writes what is left once more when it ends, and would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # else what reads it has seen enough, as head has
            print(f"the output cannot be written: {error}", file=sys.stderr)
