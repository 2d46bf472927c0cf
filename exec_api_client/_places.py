"""Where a copy can be, and what its name and the folders around it mean for its owner."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
STAMP = "vendored.json"

# By what names the requirements are imported, with what is used where it is installed.
_IMPORTED = ("attr", "attrs", "dateutil", "httpx", "orjson")


class VendorError(Exception):
    """Something cannot be done as it was asked for; the text says why, and what to do instead."""


def check_name(target: Path) -> None:
    """Refuse a name by which nothing can be imported."""
    name = target.resolve().name
    if not _importable(name):
        parts = name.split(".")
        better = target.parent.joinpath(*parts) if all(map(_importable, parts)) else "exec_api, for example"
        raise VendorError(f"nothing can be imported by the name {name!r}: name the folder {better}")


def _importable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def warnings_of(target: Path) -> Iterator[str]:
    """What the place of a copy does that its owner may not want."""
    name, parent = target.resolve().name, target.resolve().parent
    if (parent / "__init__.py").exists():
        return
    if name in {*sys.stdlib_module_names, *_IMPORTED}:
        found = f"with {target.parent} on Python's path, `import {name}` finds this copy"
        yield f"{found}: better name it exec_api"
    if (parent.parent / "__init__.py").exists():
        yield f"add {target.parent / '__init__.py'}: setuptools' find_packages leaves the copy out without it"


def check_place(target: Path) -> None:
    """Refuse a folder that cannot be replaced."""
    package, place = HERE.resolve(), target.resolve()
    if place.is_relative_to(package) or package.is_relative_to(place):
        raise VendorError(f"{target} is this package itself, in it or around it: name another folder")
    for folder in place.parents:
        if all((folder / name).exists() for name in (STAMP, "vendor.py")):
            raise VendorError(f"{target} is in a copy, {folder}: name a folder outside it")
    if target.is_symlink():
        raise VendorError(f"{target} is a symbolic link: name the folder that it stands for, {place}")
    if not (nearest := next(folder for folder in place.parents if folder.exists())).is_dir():
        raise VendorError(f"{nearest} is a file, which can hold no folder: name another one")
    check_not_killed(target)
    for left in (beside(target, "new"), beside(target, "old")):
        if left.exists():
            raise VendorError(f"{left} is of a run that is under way; if that was killed, remove it")


def check_not_killed(target: Path) -> None:
    """Refuse a folder that an upgrade has renamed and not replaced."""
    old, new = beside(target, "old"), beside(target, "new")
    if not target.exists() and old.exists():
        also = f", remove {new}" if new.exists() else ""
        raise VendorError(f"an upgrade was killed half way: rename {old} to {target}{also}, and try again")


def beside(target: Path, kind: str) -> Path:
    """The folder next to a copy in which the `new` one is built, or the `old` one kept meanwhile."""
    place = target.resolve()
    return place.with_name(f".{place.name}.vendor-{kind}")
