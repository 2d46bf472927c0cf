"""What the versions of a copy and of the package that is to take its place say about edits."""

from __future__ import annotations

import re

from ._places import HERE, VendorError


def is_older(version: str, other: str) -> bool:
    """Whether a version comes before another; a release like "1.0rc1" counts as 1.0."""
    ours, theirs = (re.split(r"[^\d.]", each)[0].strip(".").split(".") for each in (version, other))
    return [int(number or 0) for number in ours] < [int(number or 0) for number in theirs]


def loses_edition(before: str, after: str) -> bool:
    """Whether a version with edits, which the word after its `+` names, gives way to one without."""
    return _edition(before) not in ("", _edition(after))


def _edition(version: str) -> str:
    return version.partition("+")[2].partition(".")[0]


def check_version(before: str, after: str) -> None:
    """Refuse a version without edits, or with others, in the place of one with edits that are kept."""
    if loses_edition(before, after):
        raise VendorError(
            f"the copy is of {before}, with edits that {after} may not have: upgrade from the branch that "
            "they are kept on, or throw them away with --force"
        )


def check_edition(before: str, after: str) -> None:
    """Refuse to take over edits of the copy in a version that does not show that it has them."""
    if hides_edition(before, after):
        raise VendorError(
            f"this package has the edits of the copy, and is {after} all the same: write '{after}+acme', "
            f"for example, in {HERE / '_version.py'}, so that no other {after} takes its place, and try again"
        )


def hides_edition(before: str, after: str) -> bool:
    """Whether packages that differ have the same version, which does not show that one has edits."""
    return before == after and "+" not in after
