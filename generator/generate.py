"""Emit exec_api_client/generated from openapi.yaml: `python -m generator.generate [--check]`."""

from __future__ import annotations

import argparse
import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .normalise import normalise
from .overlay import apply
from .texts import clean_line
from .walk import Json
from .yaml12 import load_file

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "openapi.yaml"
OVERLAY = Path(__file__).parent / "overlay.yaml"
TEMPLATES = Path(__file__).parent / "templates"
CONFIG = ROOT / "generator-config.yaml"
OUTPUT = ROOT / "exec_api_client" / "generated"


def corrected(document: Json, overlay: Json) -> Json:
    """The document as the generator gets it."""
    return normalise(apply(document, overlay))


def emit(
    document: Json, output: Path, *, templates: Path | None = TEMPLATES, config: Path | None = CONFIG
) -> None:
    """Run the generator on a document; `output` must not exist yet.

    Raises:
        subprocess.CalledProcessError: the generator failed or warned; it has said why on stderr.
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
        subprocess.run(command, check=True, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL)


def source(document: Path) -> str:
    """The module that says what the code was generated from, for a vendored copy that has no document."""
    published: Any = load_file(document)
    said = {
        "DOCUMENT_SHA256": hashlib.sha256(document.read_bytes()).hexdigest(),
        "DOCUMENT_VERSION": clean_line(str(published["info"]["version"])).replace("\\", "/"),
        "GENERATOR": f"openapi-python-client {version('openapi-python-client')}",
    }
    lines = [f'{name} = "{value}"\n' for name, value in said.items()]
    return "".join(['"""What this code was generated from."""\n\n', *lines])


def replace(output: Path, fresh: Path) -> None:
    """Put the fresh folder in the place of the old one, of which nothing stays.

    Both stand side by side at first, so that the exchange is two renames.
    """
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}-") as beside:
        new, old = Path(beside) / "new", Path(beside) / "old"
        shutil.move(fresh, new)
        try:
            if output.exists():
                output.rename(old)
            new.rename(output)
        except BaseException:
            if old.exists() and not output.exists():
                old.rename(output)
            raise


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
        or not filecmp.cmp(left / file, right / file, shallow=False)
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
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / options.output.name
        try:
            emit(corrected(load_file(options.document), load_file(options.overlay)), fresh)
            (fresh / "_source.py").write_text(source(options.document), encoding="utf-8")
        except ValueError as error:
            print(f"generate: {error}", file=sys.stderr)
            return 1
        except subprocess.CalledProcessError:
            print("generate: the generator failed; nothing was changed", file=sys.stderr)
            return 1
        if options.check:
            changed = differences(fresh, options.output)
            for file in changed:
                print(
                    f"generate: {options.output.name}/{file} is not what `make generate` writes",
                    file=sys.stderr,
                )
            return 1 if changed else 0
        replace(options.output, fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
