"""The report on a change of the document: what users of the package feel, and what is left to do.

Whether a change is breaking is decided on the Python API. The document adds what Python cannot show.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..document.yaml import load_file
from ..errors import GeneratorError
from . import python_api, wire
from .changes import Change, code, prose, some
from .render import Report

__all__ = ["Change", "Report", "Snapshot", "at_revision", "report"]

GIT = "git"
DOCUMENT = "openapi.yaml"
GENERATED = "exec_api_client/generated"
MAX_NOT_SERVED = 50


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document, and the code that was generated from it.

    Attributes:
        document: The merged document as JSON values.
        generated: The folder of the generated code.
    """

    document: dict[str, Any]
    generated: Path


def report(
    before: Snapshot, after: Snapshot, left_to_do: Iterable[str] = (), not_served: Sequence[str] = ()
) -> Report:
    """Compare two snapshots.

    Args:
        before: The document and the code as they were.
        after: The document and the code as they are.
        left_to_do: Lines for a maintainer, each of a place and a text, which the report ends with.
        not_served: The operations that the sandbox does not serve.
    """
    in_python = python_api.changes(before.generated, after.generated)
    in_document, texts = wire.changes(before.document, after.document)
    tasks = [*map(_task, left_to_do)]
    if any(change.place == wire.WHOLE for change in in_document):
        tasks.insert(0, "Servers or security have changed: compare them with `exec_api_client/client.py`.")
    if not_served:
        shown = some(not_served, MAX_NOT_SERVED)
        tasks.append(f"The sandbox answers 501 to {shown}. Serve them in `exec_api_client/sandbox/api.py`.")
    # Methods that are new or removed name their operation.
    named = "\n".join(change.text for change in in_python)
    told = [
        change
        for change in in_document
        if change.text not in ("It is added.", "It is removed.") or f"({change.place})" not in named
    ]
    return Report(tuple(in_python), tuple(told), texts, tuple(tasks))


def at_revision(root: Path, revision: str, folder: Path) -> Snapshot:
    """Return the snapshot of a checkout as a Git revision has it.

    Args:
        root: The checkout.
        revision: Any name that Git knows for a commit: HEAD, a tag, a branch.
        folder: Receives the files of the revision.

    Raises:
        GeneratorError: Git cannot be run, or the revision does not have the document and the code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = folder.resolve() / "files.zip"
    options = [f"--output={packed}", "--end-of-options", f"{revision}^{{commit}}"]
    command = [GIT, "archive", *options, DOCUMENT, GENERATED]
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, check=False, text=True, errors="replace"
        )
    except OSError as error:
        raise GeneratorError(f"Git cannot be run: {error}") from error
    if done.returncode:
        said = done.stderr.strip().removeprefix("fatal: ")
        raise GeneratorError(f"{revision} must be a commit of this checkout: {said}")
    shutil.unpack_archive(packed, folder)
    return Snapshot(load_file(folder / DOCUMENT), folder / GENERATED)


def _task(line: str) -> str:
    """Return a line such as `GET /things: no method` with its place as code."""
    place, _, text = line.partition(": ")
    return f"{code(place)}: {prose(text)}" if text else code(line)
