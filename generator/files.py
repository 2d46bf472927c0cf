"""Files as text: compared whatever ends their lines, and written at once."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def unix(content: bytes) -> bytes:
    """A file's content with the ends of lines that it was written with: Git may change them."""
    return content.replace(b"\r\n", b"\n")


def write(path: Path, text: str) -> None:
    """Put the text in the file's place at once, or leave the file as it is; a link goes on to lead to it."""
    place = path.resolve()
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode())
        temporary.replace(place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()
