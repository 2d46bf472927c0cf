"""Copies this package into another project, and verifies, compares and upgrades the copy.

`python -m exec_api_client.vendor add acme/_vendor/exec_api` makes a copy with a stamp in it,
`vendored.json`: what was copied, what that was generated from, the SHA-256 of each file, and what the
project has to install. The other commands go by the stamp; none needs a network. This module is in the
copy too, so that `python -m acme._vendor.exec_api.vendor verify acme/_vendor/exec_api` works where only
the copy is.

Exit status: 0 fine, 1 differences, 2 it cannot be done.
"""

from __future__ import annotations

import argparse
import difflib
import json
import keyword
import os
import shlex
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from ._copies import (
    HERE,
    NAME,
    REQUIREMENTS,
    STAMP,
    Changes,
    Stamp,
    VendorError,
    changes_of,
    check_place,
    contents,
    files_of,
    read_stamp,
    replace,
    seen,
    stamp_of,
)
from ._version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status.

    Raises SystemExit for arguments that cannot be used, as argparse does.
    """
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command")
    try:
        status: int = command(**options)
    except (VendorError, OSError) as error:
        print(f"vendor: {error}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        print("vendor: interrupted; nothing is left half done", file=sys.stderr)
        status = 130
    return status


def add(target: Path, sandbox: bool) -> int:
    """Copy the package to a folder that is not there yet, or is empty."""
    check_place(target)
    if (target / STAMP).exists():
        raise VendorError(
            f"{target} is a copy already. To bring it up to date:\n    {_shell('upgrade', target)}"
        )
    if target.exists() and (not target.is_dir() or files_of(target)):
        raise VendorError(f"{target} holds something else: name a folder that is empty or not there yet")
    name = target.resolve().name
    if not name.isidentifier() or keyword.iskeyword(name):
        raise VendorError(
            f"nothing can be imported by the name {name!r}: name the folder exec_api, for example"
        )
    files = contents(sandbox)
    stamp = stamp_of(files, sandbox)
    replace(target, files, stamp)
    kept = "with" if sandbox else "without"
    _say(f"Copied {NAME} {stamp.version} to {target}: {len(files)} files, {kept} the sandbox.")
    _say(f"It needs Python {stamp.requires_python} and these packages; add them to your requirements:")
    _say(*(f"    {requirement}" for requirement in stamp.requirements), sep="\n")
    _say(f"Commit the whole folder, with {STAMP}. To check it later:\n    {_shell('verify', target)}")
    return 0


def verify(target: Path) -> int:
    """Say which files of a copy were edited, are missing, or do not belong to it."""
    stamp = read_stamp(target)
    changes = changes_of(target, stamp)
    if not any(changes):
        _say(f"{target} is {NAME} {stamp.version} as it was copied: {len(stamp.files)} files.")
        return 0
    _print_changes(target, stamp, changes)
    if changes.missing:
        lost = shlex.quote(str(target / changes.missing[0]))
        _say(f"If Git lacks them too, see what ignores them:\n    git check-ignore -v --no-index {lost}")
    _say(f"To see the lines:\n    {_shell('diff', target)}")
    _say(f"To throw the changes away:\n    {_shell('upgrade --force', target)}")
    return 1


def diff(target: Path) -> int:
    """Print a unified diff from what this package would be copied as to the copy."""
    stamp = read_stamp(target)
    fresh = contents(stamp.sandbox)
    found = {name: seen(path) for name, path in files_of(target).items() if name != STAMP}
    names = [name for name in sorted({*fresh, *found}) if fresh.get(name) != found.get(name)]
    if not names:
        _say(f"{target} has the files of {NAME} {__version__}.")
        return 0
    _say(f"# {target} is {NAME} {stamp.version}, this package is {__version__}.")
    _say("# Lines with - are in this package only, lines with + in the copy only.")
    changed = changes_of(target, stamp)._asdict().items()
    kinds = {name: kind for kind, names in changed for name in names}
    for name in names:
        _say(f"# {kinds.get(name, 'as it was copied')}: {name}")
        before = f"{NAME}-{__version__}/{name}" if name in fresh else os.devnull
        after = f"{target.as_posix()}/{name}" if name in found else os.devnull
        for line in difflib.unified_diff(_lines(fresh.get(name)), _lines(found.get(name)), before, after):
            _say(line, end="" if line.endswith("\n") else "\n\\ No newline at end of file\n")
    return 1


def upgrade(target: Path, sandbox: bool | None, force: bool) -> int:
    """Put this package in the place of a copy, unless somebody has changed the copy."""
    before = read_stamp(target)
    check_place(target)
    changes = changes_of(target, before)
    if any(changes) and not force:
        _print_changes(target, before, changes)
        _say(f"Nothing was upgraded. To see the lines:\n    {_shell('diff', target)}")
        _say(f"To throw the changes away and upgrade:\n    {_shell('upgrade --force', target)}")
        return 1
    sandbox = before.sandbox if sandbox is None else sandbox
    files = contents(sandbox)
    after = stamp_of(files, sandbox)
    if after == before and not any(changes):
        _say(f"{target} is {NAME} {after.version} already.")
        return 0
    replace(target, files, after)
    _say(f"{target} is now {NAME} {after.version}; it was {before.version}.")
    for fact, was in before._asdict().items():
        if fact not in ("version", "files") and (now := getattr(after, fact)) != was:
            _say(f"    {fact}: {_shown(now)}; it was {_shown(was)}")
    both = [name for name in after.files if name in before.files]
    _print_names("changed", (name for name in both if after.files[name] != before.files[name]))
    _print_names("new", (name for name in after.files if name not in before.files))
    _print_names("gone", (name for name in before.files if name not in after.files))
    if any(changes):
        _say("These changes to the copy were thrown away:")
        for kind, names in changes._asdict().items():
            _print_names(kind, names)
    return 0


def requirements() -> int:
    """Print what a copy of this package needs, as lines of a requirements file."""
    _say(*REQUIREMENTS, sep="\n")
    return 0


def _say(*lines: str, sep: str = " ", end: str = "\n") -> None:
    """Print; that it cannot be printed changes nothing about what was done, nor the exit status."""
    try:
        print(*lines, sep=sep, end=end, flush=True)
    except OSError as error:
        # Python writes what is left once more when it ends, and would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # else what reads it has seen enough, as head has
            print(f"vendor: the output cannot be written: {error}", file=sys.stderr)


def _print_changes(target: Path, stamp: Stamp, changes: Changes) -> None:
    _say(f"{target} is not {NAME} {stamp.version} as it was copied:")
    for kind, names in changes._asdict().items():
        _print_names(kind, names)


def _print_names(kind: str, names: Iterable[str]) -> None:
    for name in names:
        _say(f"    {kind:7}  {name}")


def _shown(fact: object) -> str:
    return json.dumps(fact).strip('"')


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode(errors="backslashreplace").splitlines(keepends=True)


def _shell(command: str, target: Path) -> str:
    # A copy can check itself; for all else it takes the package that it is a copy of.
    copied = (HERE / STAMP).exists() and command != "verify"
    package = NAME.replace("-", "_") if copied else __package__
    return f"python -m {package}.vendor {command} {shlex.quote(str(target))}"


def _stop(number: int, _: object) -> None:
    sys.exit(128 + number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}.vendor",
        description="Copies this package into another project, and looks after the copy.",
        epilog="Exit status: 0 fine, 1 differences, 2 it cannot be done.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, summary in (
        (add, "copy the package to TARGET"),
        (verify, "list the files of TARGET that were edited, are missing or do not belong to it"),
        (diff, "show how TARGET differs from what this package would be copied as"),
        (upgrade, "put this package in the place of the copy in TARGET"),
        (requirements, "print what a copy needs, as lines of a requirements file"),
    ):
        described = f"{summary[0].upper()}{summary[1:]}."
        one = commands.add_parser(command.__name__, help=summary, description=described)
        one.set_defaults(command=command)
        if command is not requirements:
            one.add_argument("target", type=Path, metavar="TARGET", help="the folder of the copy")
        if command is add:
            one.add_argument("--sandbox", action="store_true", help="copy the sandbox too")
        if command is upgrade:
            choice = argparse.BooleanOptionalAction
            one.add_argument("--sandbox", action=choice, help="with the sandbox; left out: as before")
            one.add_argument("--force", action="store_true", help="throw away changes to the copy")
    return parser


if __name__ == "__main__":
    # Who stops a job stops it half way: the folder of an unfinished copy is removed, as after Ctrl-C.
    for signal_name in ("SIGTERM", "SIGHUP"):  # Windows has not all of them
        asked = getattr(signal, signal_name, None)
        if asked and signal.getsignal(asked) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(asked, _stop)
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a diff may hold what a console cannot show
    sys.exit(main())
