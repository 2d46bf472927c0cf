"""Emit exec_api_client/generated from openapi.yaml: `python -m generator.generate [--check]`."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .command import Stops, complain, say
from .exchange import check_leftovers, exchange, nothing
from .files import unix
from .normalise import normalise
from .odd_names import odd_names
from .overlay import apply
from .pages import METHODS
from .refusal import RefusalError
from .texts import clean_line, visible
from .valid import problems
from .walk import Json
from .yaml12 import load_file

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "openapi.yaml"
OVERLAY = Path(__file__).parent / "overlay.yaml"
TEMPLATES = Path(__file__).parent / "emit" / "templates"
CONFIG = ROOT / "generator-config.yaml"
OUTPUT = ROOT / "exec_api_client" / "generated"

_CORRECT = "generate: correct the document in generator/overlay.yaml and try again"
_WITHOUT = "generate: to go on without the operation, add an action there: target: %s, remove: true"
_WITHOUT_ALL = "generate: to go on without what uses it, add an action there for each of %s"
_NAME_IT = "generate: give each an operationId in generator/overlay.yaml, while no release has its name"
_MEANING = "`make update SOURCE=generator/pages` says what that means for users"
_MOST_NAMES = 4


def corrected(document: Json, overlay: Json) -> Json:
    """The document as the generator gets it."""
    return normalise(apply(document, overlay, problems))


def emit(
    document: Json, output: Path, *, templates: Path | None = TEMPLATES, config: Path | None = CONFIG
) -> None:
    """Run the generator on a document; `output` must not exist yet.

    Raises:
        RefusalError: The generator failed or warned.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "openapi_python_client",
            "generate",
            "--meta",
            "none",
            "--fail-on-warning",
        ]
        command += ["--path", str(source), "--output-path", str(output)]
        command += ["--custom-template-path", str(templates)] if templates else []
        command += ["--config", str(config)] if config else []
        # The generator's hooks call ruff by its name: the one beside this interpreter.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        # Wide, so that it breaks no line of what it says.
        variables = {**os.environ, "PATH": path, "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "1000"}
        done = subprocess.run(command, check=False, env=variables, capture_output=True)
        if done.returncode:
            raise RefusalError(done.stderr.decode(errors="replace"), document)


def source(document: Path) -> str:
    """The module that says what the code was generated from, for a vendored copy that has no document."""
    published: Any = load_file(document)
    said = {
        "DOCUMENT_SHA256": hashlib.sha256(unix(document.read_bytes())).hexdigest(),
        "DOCUMENT_VERSION": clean_line(str(published["info"]["version"])).replace("\\", "/"),
        "GENERATOR": f"openapi-python-client {version('openapi-python-client')}",
    }
    lines = [f'{name} = "{value}"\n' for name, value in said.items()]
    return "".join(['"""What this code was generated from."""\n\n', *lines])


def replace(output: Path, fresh: Path, settled: Callable[[], None] = nothing) -> None:
    """Put the fresh folder in the place of the old one, of which nothing stays."""
    exchange([(output, fresh)], output.parent, settled)


def differences(left: Path, right: Path) -> list[str]:
    """The files, relative to both folders, that only one has or that differ."""
    files = {
        path.relative_to(folder)
        for folder in (left, right)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return sorted(
        str(file)
        for file in files
        if not ((left / file).exists() and (right / file).exists())
        or unix((left / file).read_bytes()) != unix((right / file).read_bytes())
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m generator.generate", description=__doc__)
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    parser.add_argument("--overlay", type=Path, default=OVERLAY)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the code is not what would be written"
    )
    options = parser.parse_args(arguments)
    with Stops() as stops:
        try:
            return _generate(options.document, options.overlay, options.output, options.check, stops.ignore)
        except OSError as error:
            complain(f"generate: {error}; nothing was changed")
        except RefusalError as error:
            reason = [f"  {visible(line)}" for line in error.reason]
            complain(f"generate: {error}; nothing was changed. It says:", *reason, _CORRECT)
            complain(*_ways_out(error.operations))
        except ValueError as error:
            complain(f"generate: {error}; nothing was changed", _CORRECT, *_way_out(str(error)))
        except KeyboardInterrupt:
            complain("generate: interrupted; nothing was changed")
            return stops.status
    return 1


def _generate(document: Path, overlay: Path, output: Path, check: bool, settled: Callable[[], None]) -> int:
    check_leftovers(output.parent, [output])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fresh = Path(folder) / output.name
        overlaid = apply(load_file(document), load_file(overlay), problems)
        normalised = normalise(overlaid)
        emit(normalised, fresh)
        (fresh / "_source.py").write_text(source(document), encoding="utf-8", newline="\n")
        before = output.exists()
        changed = differences(fresh, output)
        if not check:
            replace(output, fresh, settled)
            odd = list(odd_names(overlaid, normalised))
            say(*(f"generate: {visible(line)}" for line in odd), *([_NAME_IT] if odd else []))
            say(*([f"generate: {_told(changed)}"] if before else []))
            return 0
        if changed:
            complain(
                *(f"generate: {_shown(output / file)} is not what the document gives" for file in changed)
            )
            complain("generate: run `make generate`; what was written there by hand is lost")
        return 1 if changed else 0


def _told(changed: list[str]) -> str:
    """What generating has changed, in a line."""
    if not changed:
        return "nothing has changed"
    return f"changed {_some(changed)}; {_MEANING}"


def _some(names: Sequence[str]) -> str:
    left = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {left} more" if left > 0 else "")


def _way_out(error: str) -> list[str]:
    """How to do without the operation that an error begins with, if it does."""
    found = re.match(r"([A-Z]+ /\S*?)(?: \(.*?\))?: ", error)
    return _ways_out([found[1]] if found and found[1].split()[0].lower() in METHODS else [])


def _ways_out(operations: Sequence[str]) -> list[str]:
    if len(operations) > 1:
        return [_WITHOUT_ALL % _some(operations)]
    pairs = [operation.split(" ", 1) for operation in operations]
    return [_WITHOUT % f"\"$.paths['{path}'].{method.lower()}\"" for method, path in pairs]


def _shown(path: Path) -> Path:
    """The path as it is typed here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
