"""What the document calls deprecated is told where it is used, and in the report of an update."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from generator.document.openapi import Node as Json
from generator.emit.generate import emit
from generator.normalise import normalise

from ..growing import answering, document_of, taking
from ..normalise.normalising import TEXT, operation_of, ref, schemas_of, thing

OLD: Json = {"type": "string", "deprecated": True}


def docstring(path: Path, name: str) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    [found] = [node for node in ast.walk(tree) if getattr(node, "name", "") == name][:1]
    assert isinstance(found, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return ast.get_docstring(found) or ""


def test_docstrings_tell(tmp_path: Path) -> None:
    parameter = {"in": "query", "schema": {"type": "string"}}
    document = document_of(
        {
            "method": "post",
            "operationId": "make",
            "tags": ["Things"],
            "summary": "Make a thing",
            "description": "It is made at once.",
            "deprecated": True,
            "parameters": [
                {"name": "a", "description": "The first.", "deprecated": True, **parameter},
                {"name": "b", **parameter, "schema": OLD},
                {"name": "c", **parameter},
            ],
            "requestBody": taking(thing(d={**OLD, "description": "The fourth."})),
            "responses": answering(ref("Thing")),
        },
        Thing={"deprecated": True, **thing(e={**OLD, "description": "The fifth."}, f={"type": "string"})},
    )
    emit(normalise(document).value, tmp_path / "generated")
    method = docstring(tmp_path / "generated/api/things/__init__.py", "make").splitlines()
    assert method[:5] == ["Make a thing", "", "Deprecated by the API.", "", "It is made at once."]
    assert [line.strip() for line in method if line.startswith("    ")][:4] == [
        "d: Deprecated. The fourth.",
        "a: Deprecated. The first.",
        "b: Deprecated.",
        "c: Of type `str`.",
    ]
    model = docstring(tmp_path / "generated/models/thing.py", "Thing")
    assert model.splitlines()[0] == "Deprecated."
    assert "e: Deprecated. The fifth.\n" in model
    assert "f: Of type `str`." in model


@pytest.mark.parametrize("text", ["Deprecated: write b.", "**DEPRECATED** since May."])
def test_what_says_so_itself_is_left(text: str) -> None:
    parameter = {"name": "p", "in": "query", "deprecated": True, "description": text, "schema": TEXT}
    found = operation_of({"deprecated": True, "description": text, "parameters": [parameter]})
    assert found["description"] == found["parameters"][0]["description"] == text


def test_what_is_referred_to_is_deprecated_where_that_is_said() -> None:
    uses = thing(
        a={"allOf": [ref("A"), {"deprecated": True}]}, b={**ref("A"), "deprecated": True}, c=ref("A")
    )
    fields = schemas_of(A=thing(d=OLD), B=uses)["B"]["properties"]
    assert [field.get("description") for field in fields.values()] == ["Deprecated.", "Deprecated.", None]
