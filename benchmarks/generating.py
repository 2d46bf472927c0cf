"""What `make generate` takes for a document of some 40 operations, against the generator by itself."""

import copy
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from generator.checkout import Checkout
from generator.document.openapi import Document
from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY, emit
from generator.normalise import normalise

from .measure import Sample, against, paired

ROUNDS = 3
OPERATIONS = 40

OURS = "make generate"
STOCK = "stock generator"


def grown() -> Any:
    """The document with its operations so many times, each under other paths, names and tags."""
    document: Any = load_file(Checkout().document)
    paths = dict(document["paths"])
    for number in range(2, max(1, round(OPERATIONS / count(document))) + 1):
        for path, item in paths.items():
            twin = copy.deepcopy(item)
            for operation in twin.values():
                if isinstance(operation, dict):
                    if "operationId" in operation:
                        operation["operationId"] += str(number)
                    operation["tags"] = [f"{tag} {number}" for tag in operation.get("tags", ["default"])]
            document["paths"][f"/copy{number}{path}"] = twin
    return document


def count(document: Any) -> int:
    """How many operations a document has."""
    return len(Document(document).operations)


def samples() -> dict[str, Sample]:
    """Seconds for a run."""
    document = grown()
    overlay: Any = load_file(OVERLAY)

    def ours(output: Path) -> None:
        emit(normalise(apply(document, overlay)).value, output)

    def stock(output: Path) -> None:
        emit(document, output, templates=None, config=None)

    return paired({OURS: _timed(ours), STOCK: _timed(stock)}, ROUNDS)


def _timed(run: Callable[[Path], None]) -> Callable[[], float]:
    def measure() -> float:
        with tempfile.TemporaryDirectory() as folder:
            start = perf_counter()
            run(Path(folder) / "generated")
            return perf_counter() - start

    return measure


def report(found: dict[str, Sample]) -> str:
    """The table of the two."""
    return f"""## Generating {count(grown())} operations

{against(found, STOCK, scale=1, unit="s")}
"""
