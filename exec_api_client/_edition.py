"""What the versions of a copy and of the package that is to take its place tell of edits."""

from __future__ import annotations

import re

from ._places import HERE, VendorError


def is_older(version: str, other: str) -> bool:
    """Whether a version comes before another; a release like "1.0rc1" counts as 1.0."""
    ours, theirs = (re.split(r"[^\d.]", each)[0].strip(".").split(".") for each in (version, other))
    return [int(number or 0) for number in ours] < [int(number or 0) for number in theirs]


def check_version(before: str, after: str, *, edited: bool) -> None:
    """Refuse that edits which are kept are no longer, or that nobody could see them in the version.

    Args:
        before: The version that the copy is of; what follows a `+` in it stands for edits that are kept.
        after: The version that is to take its place.
        edited: Whether the copy has edits beyond that, all of which this package has as well.
    """
    if "+" in before and "+" not in after:
        raise VendorError(
            f"the copy is of {before}, with edits that {after} may not have: upgrade from the branch that "
            "they are kept on, or throw them away with --force"
        )
    if edited and before == after and "+" not in after:
        raise VendorError(
            f"this package has the edits of the copy, and is {after} all the same: write '{after}+acme', "
            f"for example, in {HERE / '_version.py'}, so that no other {after} takes its place, and try again"
        )
