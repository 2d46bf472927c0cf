"""The vendor command as messages name it: to be typed where the reader is."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from ._copies import HERE, NAME, STAMP

# The package that vendor.py makes up to run in, when it is run as a file.
_MADE_UP = "vendored"
_INSTALLED = f"python -m {NAME.replace('-', '_')}.vendor"


def program() -> str:
    """How this was run."""
    if __package__ == _MADE_UP:
        return f"python {shlex.quote(sys.argv[0])}"
    return f"python -m {__package__}.vendor"


def command_line(command: str, target: Path) -> str:
    """A command for a copy; a copy cannot do it itself, it takes the package that it is a copy of."""
    copied = (HERE / STAMP).exists()
    return f"{_INSTALLED if copied else program()} {command} {shlex.quote(str(target))}"


def diffing(options: str, target: Path, version: str, known: bool) -> str:
    """How to compare a copy with what it was, which only the version that made it knows for sure."""
    if known:
        return f":\n    {command_line(f'diff{options}', target)}"
    return (
        f", with the {NAME} {version} that made the copy installed (or as vendor.py in a checkout of it):\n"
        f"    {_INSTALLED} diff{options} {shlex.quote(str(target))}"
    )


def diffing_by_git(target: Path) -> str:
    """How Git compares a copy with what it was, if it is in a repository: the stamp came with it."""
    root, within = _repository(target)
    if not (root / ".git").exists():
        return ""
    where = "" if root == Path.cwd() else f", in {root}"
    place, stamp = (shlex.quote(path.as_posix()) for path in (within, within / STAMP))
    commit = f"$(git log -1 --format=%H -- {stamp})"
    return (
        f"\nOr have Git make it, if the copy was committed before it was changed{where}:\n"
        f"    git diff --output=edits.patch --relative={place} {commit} -- {place}"
    )


def to_keep(target: Path, version: str, known: bool) -> str:
    """How changes to a copy are kept over an upgrade."""
    making = f"To keep the changes, make a patch{diffing(' --output edits.patch', target, version, known)}"
    then = command_line("upgrade --patch edits.patch", target)
    if known:
        return f"{making} &&\n    {then}"
    return f"{making}{diffing_by_git(target)}\nThen, with this version again:\n    {then}"


def merging_by_git(target: Path, patch: Path) -> str:
    """How Git merges a patch into a copy that was upgraded, at the root of the repository."""
    place = shlex.quote(_repository(target)[1].as_posix())
    return f"git add {place} && git apply --3way --directory={place} {shlex.quote(str(patch))}"


def checking(target: Path) -> tuple[str, Path]:
    """What verifies a copy within the repository that it is in, and the root of that repository."""
    root, within = _repository(target)
    return f"python {shlex.quote(str(within / 'vendor.py'))} verify", root


def _repository(target: Path) -> tuple[Path, Path]:
    """The root of the repository that a copy is in, and the path of the copy from there."""
    place = target.resolve()
    root = next((folder for folder in place.parents if (folder / ".git").exists()), Path.cwd())
    return root, place.relative_to(root) if place.is_relative_to(root) else target
