"""A copy of this package in another project: what is in it, its stamp, and how it is replaced as a whole.

A copy is built in a folder beside it, `.NAME.vendor-new`, which then takes its place: only a folder on
the same file system can be renamed to it. Whatever happens, that folder is removed again, so that in the
end nothing is written outside the copy.

Line endings do not count, because Git may change them: a digest is that of the file with LF.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from ._places import HERE, STAMP, VendorError, beside, check_not_killed

NAME = "exec-api-client"
REQUIRES_PYTHON = ">=3.11"
REQUIREMENTS = ["attrs>=22.2.0", "httpx>=0.28,<1", "python-dateutil>=2.9.0"]
ELSEWHERE = f"an installed {NAME}, or a checkout of it"

# ruff goes by the nearest ruff.toml. A project's own rules and line length are not meant for this code,
# and a fixer or formatter that had its way with it would edit every file. The names of files and rules on
# a command line count for more than what is excluded here, unless that is enforced.
RUFF = b"""\
# Copied code is checked where it is written.
force-exclude = true
line-length = 110
target-version = "py311"

[lint]
exclude = ["**"]
select = []

[format]
exclude = ["**"]
"""

# What tools write beside the code that they read. Where Python compiles to, only what it compiled is one.
_CACHES = {".mypy_cache", ".pytest_cache", ".ruff_cache"}
_COMPILED = re.compile(r"\.pyc(\.\d+)?$")
_MERGING = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
# What file managers leave there. `add` does not take it for nothing: it is a sign of somebody's files.
_DEBRIS = ".DS_Store"


class Stamp(NamedTuple):
    """What a copy was made from, and the digests of its files."""

    version: str
    document_version: str
    document_sha256: str
    generator: str
    sandbox: bool
    requires_python: str
    requirements: list[str]
    files: dict[str, str]

    @property
    def sha256(self) -> str:
        """The digest of all that it says, so that an edit of the stamp itself is seen."""
        return _digest(json.dumps(self._asdict(), sort_keys=True).encode())


class Changes(NamedTuple):
    """How a copy differs from its stamp."""

    edited: list[str]
    missing: list[str]
    extra: list[str]


def contents(sandbox: bool) -> dict[str, bytes]:
    """The files of a copy of this package, less the stamp, by their names in it."""
    if (HERE / STAMP).exists() and any(changes_of(HERE, read_stamp(HERE))):
        raise VendorError(f"{HERE} is itself a copy, and was changed: run this from {ELSEWHERE}")
    found = {
        name: _lf(path.read_bytes())
        for name, path in files_of(HERE).items()
        if (path.suffix == ".py" or path.name in ("LICENSE", "py.typed"))
        and (sandbox or not name.startswith("sandbox/"))
        # What a generator that was killed leaves in a checkout is in a hidden folder.
        and not any(part.startswith(".") for part in Path(name).parts)
    }
    if unmerged := [name for name, content in found.items() if _MERGING.search(content)]:
        raise VendorError(f"{HERE / unmerged[0]} has the marks of a merge: resolve it first")
    if sandbox and "sandbox/__init__.py" not in found:
        raise VendorError(f"{HERE} has no sandbox: run this from {ELSEWHERE}")
    return {**found, "ruff.toml": RUFF}


def stamp_of(files: Mapping[str, bytes], sandbox: bool) -> Stamp:
    """The stamp of a copy that is made now."""
    from ._version import __version__  # noqa: PLC0415 (a copy is verified without it)
    from .generated._source import DOCUMENT_SHA256, DOCUMENT_VERSION, GENERATOR  # noqa: PLC0415 (likewise)

    digests = {name: _digest(files[name]) for name in sorted(files)}
    source = (__version__, DOCUMENT_VERSION, DOCUMENT_SHA256, GENERATOR)
    return Stamp(*source, sandbox, REQUIRES_PYTHON, REQUIREMENTS, digests)


def read_stamp(target: Path) -> Stamp:
    """The stamp in a folder."""
    check_not_killed(target)
    if not target.exists():
        raise VendorError(f"{target} is not there, seen from {Path.cwd()}: name the folder of the copy")
    try:
        values: Any = json.loads(seen(target / STAMP))
        stamp = Stamp(*(values[fact] for fact in Stamp._fields))
    except (FileNotFoundError, NotADirectoryError):
        if all((target / name).exists() for name in ("vendor.py", "ruff.toml")):
            why = f"git -C {shlex.quote(str(target))} check-ignore -v --no-index {STAMP}"
            again = f"take it from version control again; if Git lacks it, see what ignores it:\n    {why}"
            raise VendorError(f"{target / STAMP} is missing: {again}") from None
        raise VendorError(
            f"{target} is no copy that this command made, it has no {STAMP}: name one that has"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(target, f"{type(error).__name__}: {error}") from error
    if [type(fact) for fact in stamp] != [type(fact) for fact in Stamp("", "", "", "", False, "", [], {})]:
        raise _damaged(target, "a value is of the wrong kind")
    if values.get("sha256") != stamp.sha256:
        raise _damaged(target, "it was edited")
    return stamp


def _damaged(target: Path, problem: str) -> VendorError:
    git = f"git -C {shlex.quote(str(target))}"
    return VendorError(
        f"{target / STAMP} is damaged ({problem}): take it from version control again, as it last was right, "
        f"in a merge that of one side:\n    {git} log -- {STAMP}\n    {git} checkout --ours {STAMP}"
    )


def changes_of(target: Path, stamp: Stamp) -> Changes:
    """Compare a copy with its stamp."""
    found = files_of(target)
    extra = found.keys() - stamp.files.keys() - {STAMP}
    return Changes(
        [name for name in stamp.files if name in found and _digest(seen(found[name])) != stamp.files[name]],
        [name for name in stamp.files if name not in found],
        [name for name in found if name in extra and Path(name).name != _DEBRIS],
    )


def lost_changes(target: Path, changes: Changes, files: Mapping[str, bytes]) -> Changes:
    """Those changes that are not in the files which are to take the place of the copy."""
    edited, extra = (
        [name for name in names if files.get(name) != seen(path := target / name) or path.is_symlink()]
        for names in (changes.edited, changes.extra)
    )
    return Changes(edited, [name for name in changes.missing if name in files], extra)


def no_part_of_a_package(target: Path, changes: Changes) -> list[str]:
    """Those changed files that a checkout of this package cannot have."""
    made = [name for name in (*changes.edited, *changes.missing) if name == "ruff.toml"]
    links = [name for name in (*changes.edited, *changes.extra) if (target / name).is_symlink()]
    other = [name for name in changes.extra if not name.endswith(".py")]
    return sorted({*made, *links, *other})


def files_of(folder: Path) -> dict[str, Path]:
    """What is below a folder, less caches; symbolic links to folders are not followed."""
    found = dict[str, Path]()
    for parent, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if name not in _CACHES)
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for path in (Path(parent, name) for name in sorted(names) + links):
            if path.parent.name != "__pycache__" or not _COMPILED.search(path.name):
                found[path.relative_to(folder).as_posix()] = path
    return found


def _raise(error: OSError) -> NoReturn:
    raise error


def seen(path: Path) -> bytes:
    """A file of a copy as it is compared; a symbolic link is never one of those that were copied."""
    if path.is_symlink():
        return f"symbolic link to {os.readlink(path)}\n".encode()
    if path.exists() and not path.is_file():  # what has no end, or waits for a writer, is not read
        return b"a folder, a pipe, a socket or a device\n"
    return _lf(path.read_bytes())


def _lf(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def replace(target: Path, files: Mapping[str, bytes], stamp: Stamp) -> list[str]:
    """Have a folder with these files in the place of TARGET; if that fails, what was there before.

    Returns what is to be told of folders that could not be removed.
    """
    # By its whole path: it may be the working directory, which moves when it is renamed.
    place, new, old = target.resolve(), beside(target, "new"), beside(target, "old")
    absent = [folder for folder in new.parents if not folder.exists()]
    about = f"Written by {NAME}, whose vendor command goes by it; not to be edited by hand."
    written = json.dumps({"about": about, **stamp._asdict(), "sha256": stamp.sha256}, indent=2) + "\n"
    with ExitStack() as at_the_end:  # it goes on to the next when one of these is interrupted
        for folder in reversed(absent):
            at_the_end.callback(_remove_empty, folder)
        at_the_end.callback(_remove, old)
        at_the_end.callback(_remove, new)
        at_the_end.callback(_put_back, old, place)
        try:
            for name, content in {**files, STAMP: written.encode()}.items():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).write_bytes(content)
            if place.exists():
                place.rename(old)
            new.rename(place)
        except OSError as error:
            raise VendorError(f"{error}. {target} is as it was before") from error
    left = [folder for folder in (new, old) if folder.exists()]
    return [f"{folder} could not be removed: remove it, nothing in it is needed" for folder in left]


def _put_back(old: Path, place: Path) -> None:
    if old.exists() and not place.exists():
        old.rename(place)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _remove(folder: Path) -> None:
    """Remove a folder, even if it holds what is read-only, and even if that is interrupted once."""
    try:
        for parent, _, names in os.walk(folder):
            for path in (Path(parent), *(Path(parent, name) for name in names)):
                if not path.is_symlink() and not path.stat().st_mode & 0o200:
                    path.chmod(path.stat().st_mode | 0o200)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
