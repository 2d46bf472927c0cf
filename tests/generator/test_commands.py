"""The generator's commands: what they write, print and return."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.checkout import Checkout

from .growing import answering, document_of


def test_fetch_takes_the_pages_and_says_which(
    checkout: Path, source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = sorted(source.rglob("*.md"))
    first.rename(source / "moved.md")
    second.write_bytes(second.read_bytes() + b"\n")
    (source / "guide.md").write_text("# Guide")
    monkeypatch.setenv("SOURCE", str(source))
    assert main(["fetch"], checkout) == 0
    assert capsys.readouterr().out.splitlines() == [
        "added    moved.md",
        f"removed  {first.relative_to(source)}",
        f"changed  {second.relative_to(source)}",
        "left     guide.md: no OpenAPI block",
    ]
    assert main(["fetch", str(source)], checkout) == 0
    assert capsys.readouterr().out.splitlines()[0] == "no page has changed"


def test_spec_and_generate_write_and_check(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = Checkout(checkout)
    assert main(["spec", "--check"], checkout) == main(["generate", "--check"], checkout) == 0
    text = here.document.read_text(encoding="utf-8")
    here.document.write_text(text.replace("title: Exec API", "title: Other"), encoding="utf-8")
    edited, missing, extra = (here.generated / name for name in ("types.py", "models/user.py", "api/old.py"))
    edited.write_text("x = 1\n", encoding="utf-8")
    missing.unlink()
    extra.touch()
    assert main(["spec", "--check"], checkout) == 1
    assert "spec: -  title: Other\nspec: +  title: Exec API\n" in capsys.readouterr().err
    assert main(["spec"], checkout) == 0
    assert here.document.read_text(encoding="utf-8") == text
    assert main(["generate", "--check"], checkout) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"generate: exec_api_client/generated/{name} is not what the document gives; run `make generate`"
        for name in ("api/old.py", "models/user.py", "types.py")
    ]
    assert main(["generate"], checkout) == 0
    assert main(["generate", "--check"], checkout) == 0
    assert not extra.exists()


def test_spec_has_nothing_to_do_without_pages(checkout: Path) -> None:
    here = Checkout(checkout)
    before = here.document.read_bytes()
    here.write_pages({})
    assert main(["spec"], checkout) == main(["spec", "--check"], checkout) == 0
    assert here.document.read_bytes() == before


def test_an_operation_that_cannot_be_made_comes_with_a_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "o.json"
    source.write_text(
        str(document_of({"path": "/files", "method": "post", "responses": {}})).replace("'", '"')
    )
    assert main(["fetch", str(source)], tmp_path) == 0
    document = (tmp_path / "openapi.yaml").read_text(encoding="utf-8")
    nullable = str(answering({"type": "string", "nullable": True, "enum": ["a"]})["200"]).replace(
        "True", "true"
    )
    on_request = "{type: object, properties: {a: {description: Included when requested}}}"
    extra = f"components:\n  responses: {{R: {nullable}}}\n  schemas: {{S: {on_request}}}\n"
    (tmp_path / "openapi.yaml").write_text(document.split("components:")[0] + extra, encoding="utf-8")
    assert main(["generate"], tmp_path) == 1
    assert capsys.readouterr().err.splitlines() == [
        "generate: POST /files: documents no 2xx response, so its result has no type; "
        "add one in overlay.yaml",
        "generate: to go on without POST /files, add an action to generator/overlay.yaml: "
        "target: \"$.paths['/files'].post\", remove: true",
    ]


def test_a_console_that_lacks_a_character_gets_its_code(
    checkout: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in source.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(
            text.replace("description: User's email address", "description: '→ \U0001f4e7'"), "utf-8"
        )
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", narrow)
    assert main(["update", str(source)], checkout) == 0
    said = narrow.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    assert said.endswith("Replaced: generator/pages, openapi.yaml, exec_api_client/generated\n")
