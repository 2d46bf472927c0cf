"""The report on a change of the document: what users of the package feel, and what is left to do.

Whether a change is breaking is decided on the Python API. The document adds what Python cannot show.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..document.yaml import load_file
from ..errors import GeneratorError
from . import python_api, render, wire
from .changes import Change, code, prose, some

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


@dataclass(frozen=True, slots=True)
class Report:
    """The differences between two snapshots.

    Attributes:
        python: The changes of the Python API.
        wire: The changes of the document.
        prose: The number of places in the document where only a text or an example differs.
        left_to_do: Lines that say what a maintainer still has to do.
    """

    python: tuple[Change, ...] = ()
    wire: tuple[Change, ...] = ()
    prose: int = 0
    left_to_do: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the report for a terminal."""
        return render.text(render.lines(self.python, self.wire, self.prose, self.left_to_do))

    def markdown(self) -> str:
        """Return the report as Markdown, short enough for the text of a pull request."""
        return render.markdown(render.lines(self.python, self.wire, self.prose, self.left_to_do))


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
    on_the_wire, prose = wire.changes(before.document, after.document)
    tasks = [*_tasks(before.document, after.document), *map(_task, left_to_do)]
    if not_served:
        shown = some(not_served, MAX_NOT_SERVED)
        tasks.append(f"The sandbox answers 501 to {shown}. Serve them in `exec_api_client/sandbox/api.py`.")
    in_python = python_api.changes(before.generated, after.generated)
    told = [
        change
        for change in on_the_wire
        if change.text not in ("It is added.", "It is removed.")
        or not any(f"({change.place})" in other.text for other in in_python)
    ]
    return Report(tuple(in_python), tuple(told), prose, tuple(tasks))


def at_revision(root: Path, revision: str, folder: Path) -> Snapshot:
    """Return the snapshot of a checkout as a Git revision has it.

    Args:
        root: The checkout.
        revision: Any name that Git knows for a commit: HEAD, a tag, a branch.
        folder: Receives the files of the revision.

    Raises:
        GeneratorError: Git cannot be run, or the revision does not have the document and the code.
    """
    options = ["--format=zip", "--end-of-options"]
    command = [GIT, "archive", *options, f"{revision}^{{commit}}", DOCUMENT, GENERATED]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise GeneratorError(f"Git cannot be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise GeneratorError(f"{revision} must be a commit of this checkout: {said}")
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as files:
        files.extractall(folder)
    return Snapshot(load_file(folder / DOCUMENT), folder / GENERATED)


def _task(line: str) -> str:
    """Return a line such as `GET /things: no method` with its place as code."""
    place, _, text = line.partition(": ")
    return f"{code(place)}: {prose(text)}" if text else code(line)


def _tasks(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield what the hand-written client has to follow, since it does not read it from the document."""
    if old.get("servers") != new.get("servers"):
        yield "The servers have changed: compare them with `BASE_URL` in `exec_api_client/client.py`."
    if old.get("security") != new.get("security") or _schemes(old) != _schemes(new):
        yield "The security rules have changed: compare them with how the client sends its key."


def _schemes(document: dict[str, Any]) -> dict[str, Any]:
    """Return the security schemes without their texts."""
    schemes: dict[str, Any] = document.get("components", {}).get("securitySchemes", {})
    return {
        name: {key: value for key, value in scheme.items() if key != "description"}
        for name, scheme in schemes.items()
    }
