"""How a file was changed, in Git's form of a patch, which `patch -p1` and `git apply` take."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Iterator


def patch_of(name: str, before: bytes | None, after: bytes | None) -> Iterator[str]:
    """The lines of a patch to a file.

    Args:
        name: The file's path from the folder that the patch is for.
        before: What was in it; None where it was not there.
        after: What is in it now; None where it is gone.
    """
    yield f"diff --git a/{name} b/{name}\n"
    if before is None:
        yield "new file mode 100644\n"
    if after is None:
        yield "deleted file mode 100644\n"
        if not before:
            yield "index e69de29..0000000\n"  # Git's digest of nothing: without it, patch asks what is meant
    end = "\t" if " " in name else ""  # else patch takes the name to end at the space
    old = os.devnull if before is None else f"a/{name}{end}"
    new = os.devnull if after is None else f"b/{name}{end}"
    for line in difflib.unified_diff(_lines(before), _lines(after), old, new):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    # Not splitlines, which takes a form feed for the end of a line: a patch does not.
    return io.StringIO((content or b"").decode(errors="backslashreplace"), newline="\n").readlines()
