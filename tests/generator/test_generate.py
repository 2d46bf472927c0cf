from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import openapi_python_client
import pytest

from generator import generate

STOCK = Path(openapi_python_client.__file__).parent / "templates"
OWN = sorted(generate.TEMPLATES.glob("**/*.jinja"))

BROKEN = """
openapi: 3.0.3
info: {title: Broken, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      responses: {'404': {description: None}}
"""

REFUSED = """
openapi: 3.0.3
info: {title: Refused, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: Things
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      allOf:
        - {type: object, properties: {a: {type: string}}}
        - {type: object, properties: {a: {type: integer}}}
"""

OVERLAY = """
overlay: 1.1.0
info: {title: None, version: '1'}
actions:
  - {target: $.info, description: Says nothing., update: {x-nothing: true}}
"""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("fresh") / "generated"
    assert generate.main(["--output", str(output)]) == 0
    return output


@pytest.fixture
def output(fresh: Path, tmp_path: Path) -> Path:
    shutil.copytree(fresh, tmp_path / "generated")
    return tmp_path / "generated"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_running_twice_changes_nothing(output: Path) -> None:
    before = contents(output)
    assert generate.main(["--output", str(output)]) == 0
    assert contents(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["generated"]


def test_what_is_checked_in_is_what_the_document_gives(fresh: Path) -> None:
    assert generate.differences(fresh, generate.OUTPUT) == []


def test_the_check_passes_and_writes_nothing(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(output)
    assert generate.main(["--check", "--output", str(output)]) == 0
    assert contents(output) == before
    assert capsys.readouterr().err == ""


def test_the_check_notices_edited_missing_and_extra_files(
    output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited, missing, extra = output / "types.py", output / "models/user.py", output / "api/old/__init__.py"
    edited.write_text(edited.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    missing.unlink()
    extra.parent.mkdir()
    extra.touch()
    (output / "models/__pycache__").mkdir()
    (output / "models/__pycache__/user.pyc").touch()
    before = contents(output)
    assert generate.main(["--check", "--output", str(output)]) == 1
    assert contents(output) == before
    complaints = capsys.readouterr().err.splitlines()
    changed = [extra, missing, edited]
    assert complaints[:-1] == [f"generate: {path} is not what the document gives" for path in changed]
    assert "run `make generate`" in complaints[-1]


def test_the_check_names_files_as_they_are_typed(
    output: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(output.parent)
    (output / "types.py").unlink()
    assert generate.main(["--check", "--output", str(output)]) == 1
    assert capsys.readouterr().err.startswith(f"generate: {Path('generated/types.py')} is not")


@pytest.mark.parametrize(
    ("published", "shown"),
    [("'2.1'", "2.1"), ("2.1", "2.1"), ('"a\\"b\\\\\\n{{ 1 }}\\u202e"', "a'b/ {{ 1 }}")],
)
def test_the_code_says_what_it_was_generated_from(published: str, shown: str, tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    document.write_text(REFUSED.replace("'1'", published), encoding="utf-8")
    said: dict[str, str] = {}
    exec(generate.source(document), said)
    assert said["DOCUMENT_VERSION"] == shown
    assert said["DOCUMENT_SHA256"] == hashlib.sha256(document.read_bytes()).hexdigest()
    assert said["GENERATOR"] == f"openapi-python-client {openapi_python_client.__version__}"


def test_ends_of_lines_are_no_drift(output: Path, tmp_path: Path) -> None:
    """As Git on Windows writes them, in the code and in the document."""
    document = tmp_path / "openapi.yaml"
    for path, copied in [*((path, path) for path in output.rglob("*.py")), (generate.DOCUMENT, document)]:
        copied.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    arguments = ["--document", str(document), "--output", str(output)]
    assert generate.main([*arguments, "--check"]) == 0
    assert generate.main(arguments) == 0
    assert not any(b"\r" in content for content in contents(output).values())


def test_generating_leaves_nothing_of_what_was_there_and_says_so(
    output: Path, fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (output / "api/old.py").touch()
    for said in (
        f"changed api/old.py; {generate._MEANING}",
        "nothing has changed",
    ):
        assert generate.main(["--output", str(output)]) == 0
        assert generate.differences(fresh, output) == []
        assert capsys.readouterr().out == f"generate: {said}\n"


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (BROKEN, "generate: GET /things (list_things): documents no 2xx answer"),
        (REFUSED, "generate: GET /things, the schema Thing: openapi-python-client makes no code of this; "),
    ],
    ids=["refused by us", "refused by the generator"],
)
def test_a_failing_generation_leaves_the_old_code(
    document: str, complaint: str, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, overlay = output.parent / "openapi.yaml", output.parent / "overlay.yaml"
    source.write_text(document, encoding="utf-8")
    overlay.write_text(OVERLAY, encoding="utf-8")
    before = contents(output)
    arguments = ["--document", str(source), "--overlay", str(overlay), "--output", str(output)]
    assert generate.main(arguments) == 1
    assert generate.main([*arguments, "--check"]) == 1
    assert contents(output) == before
    err = capsys.readouterr().err
    assert complaint in err
    assert "generate: correct the document in generator/overlay.yaml and try again\n" in err
    way_out = "target: \"$.paths['/things'].get\", remove: true\n"
    assert err.endswith(way_out)
    assert "github.com" not in err


@pytest.mark.parametrize("template", OWN, ids=lambda path: path.name)
def test_every_template_says_what_it_changes_and_why_and_when_it_can_go(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert text.startswith("{# ")
    head = " ".join(text[: text.index("#}")].split())
    assert re.search(r"\{# Changes: .+ Why: .+ Goes when .+\.", head), head
    imported = any(f'from "{template.name}" import' in other.read_text(encoding="utf-8") for other in OWN)
    assert (STOCK / template.name).exists() != imported


def test_there_are_few_templates() -> None:
    assert len(OWN) <= 9


def test_the_generator_is_pinned() -> None:
    project = (generate.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"openapi-python-client=={openapi_python_client.__version__}"' in project


def test_no_generated_line_is_edited_after_the_generator() -> None:
    """Only hooks of the generator's own configuration touch its output."""
    config = generate.CONFIG.read_text(encoding="utf-8")
    hooks = re.findall(r"^  - (\w+)", config.split("post_hooks:")[1], re.MULTILINE)
    assert hooks == ["rm", "ruff", "ruff"]


def test_an_exchange_that_fails_puts_the_old_code_back(
    output: Path, fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(fresh, tmp_path / "fresh")
    before, rename = contents(output), Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name == "generated.new":
            raise OSError("disk full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="disk full"):
        generate.replace(output, tmp_path / "fresh")
    assert contents(output) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "generated"]
