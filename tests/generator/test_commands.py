"""The generator's commands: what they write, print and return."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.checkout import Checkout, changed_files, read_files, replace_files
from generator.document.yaml import dump

from .growing import published


def test_spec_and_generate_write_and_check(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = Checkout(checkout)
    text = here.document.read_text(encoding="utf-8")
    here.document.write_text(text.replace("title: Exec API", "title: Other"), encoding="utf-8")
    edited, missing, extra = (here.generated / name for name in ("types.py", "models/user.py", "api/old.py"))
    edited.write_text("x = 1\n", encoding="utf-8")
    missing.unlink()
    extra.touch()
    (here.generated / "__pycache__").mkdir()
    (here.generated / "__pycache__/types.pyc").touch()
    assert main(["spec", "--check"], checkout) == 1
    assert "spec: openapi.yaml is not what its source gives; run `make spec`" in capsys.readouterr().err
    assert main(["spec"], checkout) == 0
    assert here.document.read_text(encoding="utf-8") == text
    assert main(["generate", "--check"], checkout) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"generate: exec_api_client/generated/{name} is not what the document gives; run `make generate`"
        for name in ("api/old.py", "models/user.py", "types.py")
    ]
    assert main(["generate"], checkout) == 0
    assert changed_files(read_files(here.generated), read_files(Checkout().generated)) == []


def test_spec_has_nothing_to_do_without_pages(checkout: Path) -> None:
    here = Checkout(checkout)
    before = here.document.read_bytes()
    replace_files(here.pages, {})
    assert main(["spec"], checkout) == main(["spec", "--check"], checkout) == 0
    assert here.document.read_bytes() == before


def test_an_operation_that_cannot_be_made_comes_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A console that lacks a character gets its code."""
    document = published()
    document["paths"]["/files/→"] = {"post": {"responses": {}}}
    (tmp_path / "openapi.yaml").write_text(dump(document), encoding="utf-8")
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stderr", narrow)
    assert main(["generate"], tmp_path) == 1
    said = narrow.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    assert said.splitlines() == [
        "generate: POST /files/\\u2192: documents no 2xx response, so its result has no type; "
        "add one in overlay.yaml",
        "generate: to go on without POST /files/\\u2192, add an action to generator/overlay.yaml: "
        "target: \"$.paths['/files/\\u2192'].post\", remove: true",
    ]
