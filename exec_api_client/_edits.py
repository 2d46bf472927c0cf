"""Edits of a copy that are kept: a patch holds them, by which the copy is verified and upgraded."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ._copies import Changes, Stamp, VendorError, changes_of, contents, seen, stamp_of
from ._patch import patch_of, patched
from ._shell import command_line, diffing, diffing_by_git, merging_by_git


def other_changes(target: Path, stamp: Stamp, patch: Path | None) -> Changes:
    """What was changed in a copy, but for what a patch changes."""
    if patch is None:
        return changes_of(target, stamp)

    def read(name: str) -> bytes | None:
        return seen(target / name) if os.path.lexists(target / name) else None

    before, unfit = patched(_text(patch), read, undo=True)
    changes = changes_of(target, stamp, before)
    listed = {*changes.missing, *changes.extra}
    return changes._replace(edited=sorted({*changes.edited, *unfit} - listed))


def unknown(stamp: Stamp, changes: Changes) -> list[str]:
    """The changed files of which this package does not know how they were before."""
    this = stamp_of(contents(stamp.sandbox), stamp.sandbox).files
    return [name for name in (*changes.edited, *changes.missing) if this.get(name) != stamp.files.get(name)]


def edits_of(target: Path, stamp: Stamp, changes: Changes) -> list[str]:
    """The lines of a patch that holds the changes."""
    original = contents(stamp.sandbox)
    if names := unknown(stamp, changes):
        raise VendorError(
            f"{names[0]} was changed, and this version does not know how it was before. Make the patch"
            f"{diffing(' --output edits.patch', target, stamp.version, known=False)}{diffing_by_git(target)}"
        )
    kinds = {name: kind for kind, names in changes._asdict().items() for name in names}
    lines = list[str]()
    for name in sorted(kinds):
        before = None if kinds[name] == "extra" else original[name]
        after = None if kinds[name] == "missing" else seen(target / name)
        lines += [f"# {kinds[name]}: {name}\n", *patch_of(name, before, after)]
    return lines


def check_output(output: Path, target: Path, changes: Changes) -> None:
    """Refuse a file that would be overwritten, or lost with the copy; and changes that no patch can hold."""
    if output.resolve().is_relative_to(target.resolve()):
        raise VendorError(f"{output} is in the copy, which an upgrade replaces: name a file elsewhere")
    if os.path.lexists(output):
        raise VendorError(f"{output} is there already: name another file, or remove it if nobody needs it")
    for path in (target / name for name in (*changes.edited, *changes.extra)):
        if not _is_text(path):
            raise VendorError(f"{path} is no text file, so no patch can hold it: move it out of the copy")


def _is_text(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with suppress(UnicodeDecodeError):
        path.read_bytes().decode()
        return True
    return False


def write_whole(output: Path, text: str) -> None:
    """Write a file that is not there yet, or nothing."""
    try:
        with output.open("xb") as file:
            file.write(text.encode())
    except FileExistsError:
        raise
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def made_again(target: Path, patch: Path, files: dict[str, bytes]) -> dict[str, bytes | None]:
    """What a patch to a copy makes of the files of another version; None for one that is gone."""
    made, unfit = patched(_text(patch), files.get)
    if unfit:
        raise VendorError(
            f"{patch} does not fit {', '.join(unfit)} of this version; nothing was upgraded. As it holds all "
            "changes, they can be thrown away, and Git can merge it, at the root of the repository:\n"
            f"    {command_line('upgrade --force', target)} &&\n    {merging_by_git(target, patch)}"
        )
    return made


def _text(patch: Path) -> str:
    return patch.read_bytes().decode(errors="backslashreplace").replace("\r\n", "\n")
