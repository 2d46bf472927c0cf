"""Snapshots for tests: documents, and packages that are generated from them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.emit.generate import emit
from generator.normalise import normalise
from generator.report import Change, Snapshot

from ..growing import published

# What the document held when these tests were written: operations that it gains later change none of them.
_PATHS = (
    "/scenarios/assignments",
    "/scenarios/{scenario_id}/analytics/participants",
    "/scenarios/{scenario_id}/analytics/summary",
    "/sessions",
    "/sessions/{session_id}",
)


def present() -> Any:
    """Return the part of today's document that the tests are about."""
    document = published()
    return {**document, "paths": {path: document["paths"][path] for path in _PATHS}}


def generated(document: Any, folder: Path) -> Snapshot:
    """Generate the code of a document into a folder that does not exist yet."""
    emit(normalise(copy.deepcopy(document)).value, folder)
    return Snapshot(document, folder)


def lines(changes: Sequence[Change]) -> list[str]:
    """Return the text of each change, after an exclamation mark where it is breaking."""
    return [f"{'! ' if change.breaking else ''}{change.text}" for change in changes]
