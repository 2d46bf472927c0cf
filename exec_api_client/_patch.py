"""How files were changed, in Git's form of a patch, which `patch -p1` and `git apply` take too."""

from __future__ import annotations

import difflib
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from ._copies import VendorError

_FILE = re.compile(r"^diff --git (.*)\n", re.MULTILINE)
_NAMES = re.compile(r"a/(.+) b/\1")
_HUNK = re.compile(r"^@@ -(\d+)\S* \+(\d+)\S* @@.*\n", re.MULTILINE)


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
    mode = "" if before is None or after is None else " 100644"
    # By these, `git apply --3way` finds what was there before, and `patch` knows an empty file.
    yield f"index {_git_id(before)}..{_git_id(after)}{mode}\n"
    end = "\t" if " " in name else ""  # else patch takes the name to end at the space
    old = os.devnull if before is None else f"a/{name}{end}"
    new = os.devnull if after is None else f"b/{name}{end}"
    for line in difflib.unified_diff(_lines(before), _lines(after), old, new):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def patched(
    patch: str, read: Callable[[str], bytes | None], *, undo: bool = False
) -> tuple[dict[str, bytes | None], list[str]]:
    """Apply a patch, or undo it.

    Args:
        patch: Its text.
        read: What is in a file of that name; None where it is not there.
        undo: Whether the files are to be as they were before it.

    Returns:
        What is in the files then, None where one is gone; and the names of those that it does not fit.

    Raises:
        VendorError: It is no patch in Git's form, or one that renames, or reaches out of the folder.
    """
    files, unfit = dict[str, bytes | None](), list[str]()
    preface, *parts = _FILE.split(patch)
    if not parts and preface.strip():
        raise VendorError("the patch is not in Git's form, which `vendor diff` and `git diff` write")
    for header, part in zip(parts[::2], parts[1::2], strict=True):
        names = _NAMES.fullmatch(header)
        if not names or ".." in PurePosixPath(names[1]).parts or names[1].startswith("/"):
            raise VendorError(f"the patch has a part that is of no use here: diff --git {header}")
        name, content = names[1], read(names[1])
        head, *hunks = _HUNK.split(part)
        absent, gone = "\nnew file mode " in f"\n{head}", "\ndeleted file mode " in f"\n{head}"
        if undo:
            absent, gone = gone, absent
        lines: list[str] | None = _lines(content)
        for old, new, body in reversed([*zip(hunks[::3], hunks[1::3], hunks[2::3], strict=True)]):
            lines = lines if lines is None else _replaced(lines, int(new if undo else old), body, undo)
        if lines is None or absent != (content is None) or (gone and lines):
            unfit.append(name)
        else:
            files[name] = None if gone else "".join(lines).encode()
    return files, unfit


def _replaced(lines: list[str], number: int, body: str, undo: bool) -> list[str] | None:
    """Lines with a hunk applied: at the number of its first line, or else at the one place where it fits."""
    shown = list[str]()
    for line in re.findall(r".*\n|.+", body):
        if line[0] == "\\":  # No newline at end of file
            shown[-1] = shown[-1].removesuffix("\n")
        elif line[0] in " -+":
            shown.append(line)
    before, after = ([line[1:] for line in shown if line[0] in f" {sign}"] for sign in "-+")
    if undo:
        before, after = after, before
    places = [
        place for place in range(len(lines) - len(before) + 1) if lines[place : place + len(before)] == before
    ]
    place = number - bool(before)
    if place not in places:
        if len(places) != 1:
            return None
        [place] = places
    return lines[:place] + after + lines[place + len(before) :]


def _lines(content: bytes | None) -> list[str]:
    # Not splitlines, which takes a form feed for the end of a line: a patch does not.
    return io.StringIO((content or b"").decode(errors="backslashreplace"), newline="\n").readlines()


def _git_id(content: bytes | None) -> str:
    if content is None:
        return "0" * 40
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
