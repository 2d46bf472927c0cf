"""Copies this package into another project, and verifies, compares and upgrades the copy.

`python -m exec_api_client.vendor add acme/_vendor/exec_api` makes a copy with a stamp in it,
`vendored.json`: what was copied, what that was generated from, the SHA-256 of each file, and what the
project has to install. The other commands go by the stamp; none needs a network. This module is in the
copy too: `python acme/_vendor/exec_api/vendor.py verify` works where only the copy is, whatever is wrong
with the rest of it, and with nothing installed.

Exit status: 0 fine, 1 differences, 2 it cannot be done.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not __package__:
    # Run as a file, it is run again as the module of a package in which nothing is imported but what it
    # needs. Its folder is not to be searched for modules of the standard library.
    _folder = os.path.realpath(os.path.dirname(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != _folder]
    import runpy
    from types import ModuleType

    sys.modules["vendored"] = ModuleType("vendored")
    sys.modules["vendored"].__path__ = [_folder]
    try:
        runpy.run_module("vendored.vendor", run_name="__main__")
    except (ImportError, SyntaxError) as error:
        _lost = isinstance(error, ModuleNotFoundError) and (error.name or "").rpartition("vendored.")[2]
        print(
            f"vendor: the command's own files in {_folder} cannot be run: "
            f"{f'{_lost}.py is missing' if _lost else error}; resolve a merge, restore them from version "
            "control, or verify a copy from a checkout of the package",
            file=sys.stderr,
        )
        sys.exit(2)

import argparse
import json
import shlex
import signal
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ._copies import (
    ELSEWHERE,
    NAME,
    REQUIREMENTS,
    Changes,
    Stamp,
    changes_of,
    contents,
    files_of,
    lost_changes,
    no_part_of_a_package,
    read_stamp,
    replace,
    seen,
    stamp_of,
)
from ._edition import check_edition, check_version, hides_edition, is_older, loses_edition
from ._output import escape_unprintable, say
from ._patch import patch_of
from ._places import HERE, STAMP, VendorError, check_name, check_place, warnings_of
from ._shell import checking, command_line, discarding, keeping, program


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status.

    Raises SystemExit for arguments that cannot be used, as argparse does.
    """
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command")
    target: Path = options.get("target") or HERE
    before = _identity(target)
    try:
        status: int = command(**options)
    except (VendorError, OSError) as error:
        print(f"vendor: {error}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        outcome = "nothing was changed" if _identity(target) == before else f"but {target} is in place"
        print(f"vendor: interrupted; {outcome}", file=sys.stderr)
        status = 130
    return status


def add(target: Path, sandbox: bool) -> int:
    """Copy the package to a folder that is not there yet, or is empty."""
    check_name(target)
    check_place(target)
    if (target / STAMP).exists():
        raise VendorError(
            f"{target} is a copy already. To bring it up to date:\n    {command_line('upgrade', target)}"
        )
    if target.exists() and (not target.is_dir() or files_of(target)):
        raise VendorError(f"{target} holds something else: name a folder that is empty or not there yet")
    files = contents(sandbox)
    stamp = stamp_of(files, sandbox)
    left = replace(target, files, stamp)
    kept = "with" if sandbox else "without"
    say(f"Copied {NAME} {stamp.version} to {target}: {len(files)} files, {kept} the sandbox.")
    say(f"It needs Python {stamp.requires_python} and these packages; add them to your requirements:")
    say(*(f"    {requirement}" for requirement in stamp.requirements), sep="\n")
    command, root = checking(target)
    where = "" if root == Path.cwd() else f", in {root}"
    say(f"Commit the whole folder, with {STAMP}; `git status --ignored` shows what Git would leave out.")
    say(f"To check it later{where}:\n    {command}")
    _warn([*warnings_of(target), *left])
    return 0


def verify(target: Path | None) -> int:
    """Say which files of a copy were edited, are missing, or do not belong to it; by default of this one."""
    if target is None:
        target = HERE.relative_to(Path.cwd()) if HERE.is_relative_to(Path.cwd()) else HERE
    stamp = read_stamp(target)
    changes = changes_of(target, stamp)
    if not any(changes):
        say(_whole(target, stamp))
        return 0
    _print_changes(_edited(target, stamp), changes)
    if changes.missing:
        place, name = shlex.quote(str(target)), shlex.quote(changes.missing[0])
        say("If Git lacks what is missing, see what ignores it:")
        say(f"    git -C {place} check-ignore -v --no-index {name}")
    say(f"To see the lines, with {NAME} {stamp.version} installed:\n    {command_line('diff', target)}")
    if changes.edited or changes.extra:
        say(keeping(target, stamp.version, no_part_of_a_package(target, changes)))
    say(discarding(target, stamp.version))
    return 1


def diff(target: Path) -> int:
    """Print what was changed in a copy since it was made, as a patch to its folder."""
    stamp = read_stamp(target)
    changes = changes_of(target, stamp)
    if not any(changes):
        say(_whole(target, stamp))
        return 0
    original = contents(stamp.sandbox)
    this = stamp_of(original, stamp.sandbox)
    if this.files != stamp.files:
        raise VendorError(
            f"how the copy was before is known only to the {NAME} {stamp.version} that made it; "
            f"this is {'another' if this.version == stamp.version else NAME} {this.version}. "
            "Install that one, or take its checkout, and run diff from there"
        )
    kinds = {name: kind for kind, names in changes._asdict().items() for name in names}
    for name in sorted(kinds):
        say(f"# {kinds[name]}: {name}")
        before = None if kinds[name] == "extra" else original[name]
        after = None if kinds[name] == "missing" else seen(target / name)
        say(*patch_of(name, before, after), sep="", end="")
    return 1


def upgrade(target: Path, sandbox: bool | None, force: bool) -> int:
    """Put this package in the place of a copy, unless something in the copy would be lost."""
    before = read_stamp(target)
    if target.resolve() == HERE.resolve():
        way = command_line("upgrade", target)
        raise VendorError(f"{target} cannot upgrade itself: take {ELSEWHERE}, and run\n    {way}")
    check_place(target)
    option = "" if sandbox is None else " --sandbox" if sandbox else " --no-sandbox"
    sandbox = before.sandbox if sandbox is None else sandbox
    files = contents(sandbox)
    after = stamp_of(files, sandbox)
    changes = changes_of(target, before)
    if not force:
        check_version(before.version, after.version)
    lost = lost_changes(target, changes, files)
    if any(lost) and not force:
        _print_changes(_edited(target, before), lost)
        say("Nothing was upgraded.")
        say(keeping(target, before.version, no_part_of_a_package(target, lost)))
        say(f"To throw them away and upgrade:\n    {command_line(f'upgrade --force{option}', target)}")
        return 1
    if any(changes) and not force:
        check_edition(before.version, after.version)
    if after == before and not any(changes):
        say(f"{target} is {NAME} {after.version} already.")
        return 0
    left = replace(target, files, after)
    _tell_difference(target, before, after)
    if any(lost):
        _print_changes("These changes to the copy were thrown away:", lost)
    _warn(left)
    return 0


def requirements() -> int:
    """Print what a copy of this package needs, as lines of a requirements file."""
    say(*REQUIREMENTS, sep="\n")
    return 0


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        print(f"vendor: warning: {warning}", file=sys.stderr)


def _tell_difference(target: Path, before: Stamp, after: Stamp) -> None:
    """Say what a copy is now, and how it differs from what it was."""
    older = ", which is older" if is_older(after.version, before.version) else ""
    was = f"now {NAME} {after.version}{older}; it was {before.version}."
    say(f"{target} is {was if after.version != before.version else f'still {NAME} {after.version}.'}")
    for fact, old in before._asdict().items():
        if fact not in ("version", "files") and (new := getattr(after, fact)) != old:
            say(f"    {fact}: {_shown(new)}; it was {_shown(old)}")
    both = [name for name in after.files if name in before.files]
    changed = [name for name in both if after.files[name] != before.files[name]]
    _print_names("changed", changed)
    _print_names("new", (name for name in after.files if name not in before.files))
    _print_names("gone", (name for name in before.files if name not in after.files))
    if loses_edition(before.version, after.version):
        say(f"It is without the edits that {before.version} stands for.")
    if changed and hides_edition(before.version, after.version):
        say(f"If this {after.version} has edits of yours, make it {after.version}+acme, for example.")


def _print_changes(about: str, changes: Changes) -> None:
    say(about)
    for kind, names in changes._asdict().items():
        _print_names(kind, names)


def _print_names(kind: str, names: Iterable[str]) -> None:
    for name in names:
        say(f"    {kind:7}  {name}")


def _shown(fact: object) -> str:
    return json.dumps(fact).strip('"')


def _edited(target: Path, stamp: Stamp) -> str:
    return f"{target} is not {NAME} {stamp.version} as it was copied:"


def _whole(target: Path, stamp: Stamp) -> str:
    return f"{target} is {NAME} {stamp.version} as it was copied: {len(stamp.files)} files."


def _identity(folder: Path) -> int | None:
    with suppress(OSError):
        return folder.stat().st_ino
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program(),
        description="Copies this package into another project, and looks after the copy.",
        epilog="Exit status: 0 fine, 1 differences, 2 it cannot be done.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, summary in (
        (add, "copy the package to TARGET"),
        (verify, "list the files of TARGET that were edited, are missing or do not belong to it"),
        (diff, "show what was changed in TARGET since it was copied, as a patch to it"),
        (upgrade, "put this package in the place of the copy in TARGET"),
        (requirements, "print what a copy needs, as lines of a requirements file"),
    ):
        described = f"{summary[0].upper()}{summary[1:]}."
        one = commands.add_parser(command.__name__, help=summary, description=described)
        one.set_defaults(command=command)
        if command is verify:
            text = "the folder of the copy; left out: the copy that this command is in"
            one.add_argument("target", type=Path, metavar="TARGET", nargs="?", help=text)
        elif command is not requirements:
            one.add_argument("target", type=Path, metavar="TARGET", help="the folder of the copy")
        if command is add:
            one.add_argument("--sandbox", action="store_true", help="copy the sandbox too")
        if command is upgrade:
            choice = argparse.BooleanOptionalAction
            one.add_argument("--sandbox", action=choice, help="with the sandbox; left out: as before")
            text = "throw away edits that this package has not"
            one.add_argument("--force", action="store_true", help=text)
    return parser


if __name__ == "__main__":
    # Who stops a job stops it half way: the folder of an unfinished copy is removed, as after Ctrl-C.
    for signal_name in ("SIGTERM", "SIGHUP"):  # Windows has not all of them
        asked = getattr(signal, signal_name, None)
        if asked and signal.getsignal(asked) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(asked, lambda number, _: sys.exit(128 + number))
    escape_unprintable()  # a diff may hold what a console cannot show
    sys.exit(main())
