"""Files as text: compared whatever ends their lines, and written at once."""

from __future__ import annotations

import os
from pathlib import Path


def unix(content: bytes) -> bytes:
    """A file's content with the ends of lines that it was written with: Git may change them."""
    return content.replace(b"\r\n", b"\n")


def write(path: Path, text: str) -> None:
    """Put the text in the file's place at once, or leave the file as it is."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
