"""One run of openapi-python-client, and its templates."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import openapi_python_client
import pytest

from generator.checkout import ROOT, Checkout, changed_files, read_files
from generator.document.openapi import Document
from generator.document.yaml import dump
from generator.emit.generate import TEMPLATES, generate
from generator.errors import GeneratorError

from ..growing import answering, document_of

STOCK = Path(openapi_python_client.__file__).parent / "templates"
OWN = sorted(TEMPLATES.glob("**/*.jinja"))
THING = {"$ref": "#/components/schemas/Thing"}
ODD = {"properties": {"a": {"type": "strng"}}}


def made(document: Any, folder: Path, *actions: Any) -> Document:
    """Generate the code of a document, with other corrections than ours."""
    overlay = {"overlay": "1.1.0", "info": {"title": "None", "version": "1"}, "actions": list(actions)}
    for name, value in (("openapi.yaml", document), ("overlay.yaml", overlay)):
        (folder / name).write_text(dump(value), encoding="utf-8")
    return generate(folder / "openapi.yaml", folder / "generated", folder / "overlay.yaml")


def test_what_is_checked_in_is_what_the_document_gives_again(tmp_path: Path) -> None:
    generate(Checkout().document, tmp_path / "generated")
    assert changed_files(read_files(tmp_path / "generated"), read_files(Checkout().generated)) == []


def test_the_code_says_what_it_was_generated_from(tmp_path: Path) -> None:
    document = document_of(
        {"operationId": "getThings", "tags": ["Things"], "responses": answering(THING)}, Thing={}
    )
    document["info"]["version"] = 'a"b\\\n{{ 1 }}\u202e'
    said: dict[str, str] = {}
    made(document, tmp_path)
    exec((tmp_path / "generated/_source.py").read_text(encoding="utf-8"), said)
    assert said["DOCUMENT_VERSION"] == "a'b/ {{ 1 }}"
    assert said["DOCUMENT_SHA256"] == hashlib.sha256((tmp_path / "openapi.yaml").read_bytes()).hexdigest()
    assert said["GENERATOR"] == f"openapi-python-client {openapi_python_client.__version__}"


@pytest.mark.parametrize(
    ("document", "places"),
    [
        (
            document_of(*({"path": path, "responses": answering(THING)} for path in ("/a", "/b")), Thing=ODD),
            "GET /a, GET /b",
        ),
        (document_of({"responses": answering({"type": "strng"})}), "GET /things"),
    ],
)
def test_what_is_no_openapi_is_named_with_its_operations_and_its_place(
    document: Any, places: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(GeneratorError) as caught:
        made(document, tmp_path)
    [problem] = caught.value.problems
    assert problem.startswith(f"{places}: $.")
    assert problem.endswith("; correct it in overlay.yaml")
    assert "'strng' is not one of" in problem
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("template", OWN, ids=lambda path: path.name)
def test_every_template_says_what_it_changes_and_why_and_when_it_can_go(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    head = " ".join(text[: text.index("#}")].split())
    assert re.match(r"\{# Changes: .+ Why: .+ Goes when .+\.", head), head
    imported = any(f'from "{template.name}" import' in other.read_text(encoding="utf-8") for other in OWN)
    assert (STOCK / template.name).exists() != imported


def test_the_generator_is_pinned() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"openapi-python-client=={openapi_python_client.__version__}"' in project


def test_what_has_no_method_and_what_has_no_name_is_noted(tmp_path: Path) -> None:
    alternatives = [{"type": "object", "properties": {name: {"type": "string"}}} for name in "ab"]
    document = document_of(
        {"operationId": "getThing", "responses": answering({"oneOf": alternatives})},
        {"operationId": "addFile", "path": "/files", "method": "post"},
    )
    found = made(document, tmp_path, {"target": "$.paths['/files']", "remove": True})
    assert [each.request for each in found.operations] == ["GET /things"]
    assert found.notes == [
        "POST /files (addFile): no method, since generator/overlay.yaml removes it",
        *(
            f"{name}: a number in its name; to give it another, make this alternative a component"
            for name in ("GetThingResponse200Type0", "GetThingResponse200Type1")
        ),
    ]
