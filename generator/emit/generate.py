"""One run of openapi-python-client, from the published document to exec_api_client/generated."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

import openapi_python_client
from openapi_python_client.config import Config, ConfigFile, MetaType

from ..document.openapi import Document, Node
from ..document.overlay import apply
from ..document.validation import problems
from ..document.yaml import load_file
from ..errors import GeneratorError, refuse
from ..normalise import normalise
from ..normalise.texts import clean_line

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / "generator" / "overlay.yaml"
TEMPLATES = Path(__file__).parent / "templates"
CONFIG = ROOT / "generator-config.yaml"


def generate(document: Path, output: Path, overlay: Path = OVERLAY) -> Document:
    """Write the code of a document into a folder that does not exist yet.

    Returns:
        The document as the generator got it: its operations have methods, its notes are for a maintainer.

    Raises:
        GeneratorError: The document has something that the SDK cannot do.
    """
    published = load_file(document)
    corrected = apply(published, load_file(overlay))
    made = normalise(corrected)
    kept = {each.request for each in Document(corrected).operations}
    made.notes.extend(
        f"{each.label}: no method, since generator/overlay.yaml removes it"
        for each in Document(published).operations
        if each.request not in kept
    )
    try:
        emit(made.value, output)
    except GeneratorError:
        # What the form of the document breaks is said by its place there, not by that in the normalised one.
        refuse(f"{problem}; correct it in overlay.yaml" for problem in problems(corrected))
        raise
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((output / "models").glob("*.py")))
    made.notes.extend(
        f"{name}: a number in its name; to give it another, make this alternative a component"
        for name in re.findall(r"^class (\w+Type\d+\w*)", code, re.MULTILINE)
        if name not in made.schemas
    )
    (output / "_source.py").write_text(_source(published, document), encoding="utf-8", newline="\n")
    return made


def emit(
    document: Node, output: Path, *, templates: Path | None = TEMPLATES, config: Path | None = CONFIG
) -> None:
    """Run openapi-python-client on a document; without templates and settings of ours, if these are None.

    Raises:
        GeneratorError: It failed or warned; gives its reason.
    """
    settings = ConfigFile.load_from_path(config) if config else ConfigFile()
    search = os.environ.get("PATH", "")
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(None):
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        run = Config.from_sources(
            settings, MetaType.NONE, source, "utf-8", overwrite=False, output_path=output
        )
        # Its hooks call ruff by name: the one beside this interpreter.
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), search])
        try:
            errors = openapi_python_client.generate(config=run, custom_template_path=templates)
        finally:
            os.environ["PATH"] = search
    refuse(
        f"openapi-python-client makes no code of this: {' '.join(f'{error.header} {error.detail}'.split())}; "
        "describe it in another form, or remove it, in overlay.yaml"
        for error in errors
    )


def _source(published: Node, document: Path) -> str:
    """Return the module that says what the code was made from; a vendored copy has no document."""
    said = {
        "DOCUMENT_SHA256": hashlib.sha256(document.read_bytes()).hexdigest(),
        "DOCUMENT_VERSION": clean_line(str(published["info"]["version"])).replace("\\", "/"),
        "GENERATOR": f"openapi-python-client {openapi_python_client.__version__}",
    }
    lines = [f'{name} = "{value}"\n' for name, value in said.items()]
    return "".join(['"""What this code was generated from."""\n\n', *lines])
