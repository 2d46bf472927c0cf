"""Read the checkout as a commit of its Git repository has it, whatever stands in the working tree."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

GIT = "git"


def extract(root: Path, paths: Iterable[Path], ref: str, folder: Path) -> None:
    """Write files and folders of a commit into a folder, where they stand as they do below `root`.

    Args:
        root: The checkout.
        paths: What to write, relative to the checkout.
        ref: The commit, by any name that Git knows: HEAD, a tag, a branch.
        folder: Where to write it.

    Raises:
        ValueError: There is no Git here, or no such commit, or it does not have all of the paths.
    """
    commit = _git(root, "rev-parse", "--verify", f"{ref}^{{commit}}").decode().strip()
    archive = _git(root, "archive", "--format=zip", commit, "--", *(path.as_posix() for path in paths))
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(folder)


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run([GIT, *arguments], cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise ValueError(f"Git cannot be run: {error}") from error
    if done.returncode:
        raise ValueError(done.stderr.decode(errors="replace").strip().removeprefix("fatal: "))
    return done.stdout
