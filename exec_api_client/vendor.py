"""Copies of this package in other repositories: made, upgraded and verified.

    python -m exec_api_client.vendor add acme/_vendor/exec_api
    python -m exec_api_client.vendor upgrade acme/_vendor/exec_api
    python acme/_vendor/exec_api/vendor.py verify

A copy holds a stamp, `vendored.json`, with the digest of each file. This file imports the standard
library only, so it runs where the package cannot be imported. Exit status: 0 done, 1 edits, 2 refused.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import keyword
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple, NoReturn

NAME = "exec-api-client"
REQUIREMENTS = ("attrs>=22.2.0", "httpx>=0.28,<1", "python-dateutil>=2.9.0")
NEEDS = f"It needs {', '.join(REQUIREMENTS)}."
STAMP = "vendored.json"
HERE = Path(__file__).parent.resolve()


class VendorError(Exception):
    """A refused command. The text says why, and what to do instead."""


class Stamp(NamedTuple):
    """The origin of a copy, and the SHA-256 of each file by its name."""

    version: str
    document_sha256: str
    generator: str
    files: Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    parser = argparse.ArgumentParser(description="Copy this package into other repositories.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for function in (add, upgrade, verify):
        one = commands.add_parser(function.__name__, help=function.__doc__, description=function.__doc__)
        one.set_defaults(command=function)
        count = "?" if function is verify else None  # verify checks the copy that it is in
        one.add_argument("target", type=Path, nargs=count, default=HERE, help="the folder of the copy")
        if function is not verify:
            one.add_argument("--sandbox", action="store_true", help="copy the sandbox too")
        if function is upgrade:
            one.add_argument("--force", action="store_true", help="throw edits of the copy away")
    options = vars(parser.parse_args(arguments))
    command = options.pop("command")
    try:
        return int(command(**options))
    except (VendorError, OSError) as error:
        print(f"vendor: {error}", file=sys.stderr)
        return 2


def add(target: Path, sandbox: bool = False) -> int:
    """Copy the package to a new folder."""
    place = _place(target)
    if place.exists():
        raise VendorError(f"{target} must be a new folder; to renew a copy, run upgrade.")
    stamp, files = _contents(sandbox)
    _write(place, stamp, files, renew=False)
    print(f"{target} is {NAME} {stamp.version} now.", NEEDS, sep="\n")
    print("Commit the whole folder. Exclude it from formatters and linters, because they would edit it.")
    return 0


def upgrade(target: Path, sandbox: bool = False, force: bool = False) -> int:
    """Replace a copy by this version, unless an edit of the copy would be lost."""
    place = _place(target)
    before = _read_stamp(place)
    after, files = _contents(sandbox or any(name.startswith("sandbox/") for name in before.files))
    if _print_edits(target, before, kept=after.files) and not force:
        print("Nothing was upgraded. upgrade --force throws these edits away.")
        return 1
    _write(place, after, files, renew=True)
    print(f"{target} is {NAME} {after.version} now; it was {before.version}.", NEEDS, sep="\n")
    return 0


def verify(target: Path) -> int:
    """List the files of a copy that were edited, are missing, or do not belong to it."""
    stamp = _read_stamp(target)
    if _print_edits(target, stamp, kept=stamp.files):
        return 1
    print(f"{target} is {NAME} {stamp.version} as it was copied: {len(stamp.files)} files.")
    return 0


def _place(target: Path) -> Path:
    """Return the folder to write, after tidying up what a killed run left beside it."""
    place = target.resolve()
    if (HERE / STAMP).exists():
        raise VendorError(f"{HERE} is a copy itself; run this from an installed {NAME}, or a checkout.")
    if not place.name.isidentifier() or keyword.iskeyword(place.name):
        raise VendorError(f"The folder's name must be one to import, not {place.name!r}; try exec_api.")
    _tidy(place)
    return place


def _contents(sandbox: bool) -> tuple[Stamp, dict[str, bytes]]:
    """Return the stamp and the files of a new copy."""
    files = {
        name: content
        for name, content in _read(HERE).items()
        if name.endswith((".py", "LICENSE", "py.typed")) and (sandbox or not name.startswith("sandbox/"))
    }
    # Read, not imported: the requirements may not be installed.
    source = (files["_version.py"] + files["generated/_source.py"]).decode()
    facts = dict(re.findall(r'^(\w+) = "(.*)"$', source, re.MULTILINE))
    return Stamp(facts["__version__"], facts["DOCUMENT_SHA256"], facts["GENERATOR"], _digests(files)), files


def _read_stamp(folder: Path) -> Stamp:
    try:
        return Stamp(**json.loads((folder / STAMP).read_bytes()))
    except FileNotFoundError:
        raise VendorError(f"{folder} must be a copy, and has no {STAMP}; name the folder of one.") from None
    except (ValueError, TypeError):
        raise VendorError(f"{folder / STAMP} is damaged; restore it from version control.") from None


def _read(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder with LF as line ends, except caches, hidden files and the stamp."""

    def fail(error: OSError) -> NoReturn:
        raise error

    # Path.rglob passes over folders that it cannot read, since Python 3.12.
    found = (Path(parent, name) for parent, _, files in os.walk(folder, onerror=fail) for name in files)
    names = [path.relative_to(folder) for path in sorted(found) if path.is_file()]
    return {
        name.as_posix(): (folder / name).read_bytes().replace(b"\r\n", b"\n")
        for name in names
        if name.name != STAMP and not any(part[0] == "." or part == "__pycache__" for part in name.parts)
    }


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _print_edits(target: Path, stamp: Stamp, kept: Mapping[str, str]) -> bool:
    """Print the edits of a copy, except those that are kept. Return whether there are any."""
    found, copied = _digests(_read(target)), stamp.files
    edits = [
        ("missing" if name not in found else "extra" if name not in copied else "edited", name)
        for name in sorted({*found, *copied})
        if found.get(name) not in (copied.get(name), kept.get(name))
    ]
    if edits:
        print(f"{target} is not {NAME} {stamp.version} as it was copied:")
    for kind, name in edits:
        print(f"    {kind:7}  {name}")
    return bool(edits)


def _write(place: Path, stamp: Stamp, files: Mapping[str, bytes], renew: bool) -> None:
    """Put a folder with these files in its place, all or nothing."""
    new, old = _beside(place, "new"), _beside(place, "old")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        for folder in sorted({folder for name in files for folder in Path(name).parents}):
            (new / folder).mkdir()
        for name, content in files.items():
            (new / name).write_bytes(content)
        (new / STAMP).write_text(json.dumps(stamp._asdict(), indent=2) + "\n", encoding="utf-8")
        if renew:
            place.rename(old)
        new.rename(place)  # fails where another run has put a copy
    except OSError as error:
        raise VendorError(f"nothing was written, perhaps because of another run: {error}") from error
    finally:
        if old.exists() and not place.exists():
            old.rename(place)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _tidy(place: Path) -> None:
    """Put back a copy that a killed run moved away, and remove its other files."""
    moved = [*place.parent.glob(_beside(place, "old", "*").name)]
    if moved and not place.exists():
        moved.pop().rename(place)
    for left in [*moved, *place.parent.glob(_beside(place, "new", "*").name)]:
        # If its run goes on after all, that run fails: its folder has another name now.
        shutil.rmtree(left.rename(_beside(place, "new")), ignore_errors=True)


def _beside(place: Path, kind: str, token: str = "") -> Path:
    return place.with_name(f".{place.name}.vendor-{kind}-{token or token_hex(4)}")


if __name__ == "__main__":
    sys.exit(main())
