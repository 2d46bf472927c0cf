"""The vendor command as messages name it: to be typed where the reader is."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from ._copies import NAME
from ._places import HERE, STAMP

# The package that vendor.py makes up to run in, when it is run as a file.
_MADE_UP = "vendored"


def program() -> str:
    """How this was run."""
    if __package__ == _MADE_UP:
        return f"python {shlex.quote(sys.argv[0])}"
    return f"python -m {__package__}.vendor"


def command_line(command: str, target: Path) -> str:
    """A command for a copy; a copy cannot do it itself, it takes the package that it is a copy of."""
    copied = (HERE / STAMP).exists()
    run = f"python -m {NAME.replace('-', '_')}.vendor" if copied else program()
    return f"{run} {command} {shlex.quote(str(target))}"


def keeping(target: Path, version: str, stray: Sequence[str]) -> str:
    """How changes to a copy are kept: what it is a copy of has them too, but for stray files."""
    place = shlex.quote(str(target.resolve()))
    first = f"Move or put back what no package can keep: {', '.join(stray)}\n" if stray else ""
    own = "" if "+" in version else f", as version {version}+acme (exec_api_client/_version.py)"
    return (
        f"{first}To keep the changes, take them over into the checkout of {NAME} {version} that the copy is "
        f"from, on a branch of yours{own}, and upgrade from there:\n"
        f"    python exec_api_client/vendor.py diff {place} | git apply --index --directory=exec_api_client\n"
        f"    python exec_api_client/vendor.py upgrade {place}"
    )


def discarding(target: Path, version: str) -> str:
    """How changes to a copy are thrown away, and no edits with them that its version stands for."""
    if "+" in version:
        where = f"on the branch that {version} is kept on"
        command = f"python exec_api_client/vendor.py upgrade --force {shlex.quote(str(target.resolve()))}"
    else:
        where = "run from a newer version, this upgrades the copy as well"
        command = command_line("upgrade --force", target)
    return f"To throw the changes away ({where}):\n    {command}"


def checking(target: Path) -> tuple[str, Path]:
    """What verifies a copy within the repository that it is in, and the root of that repository."""
    place = target.resolve()
    root = next((folder for folder in place.parents if (folder / ".git").exists()), Path.cwd())
    within = place.relative_to(root) if place.is_relative_to(root) else target
    return f"python {shlex.quote(str(within / 'vendor.py'))} verify", root
