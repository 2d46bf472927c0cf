"""What a maintainer is told where openapi-python-client refuses a document: of what in it, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import generate
from generator.refusal import RefusalError
from generator.yaml12 import dump

from .growing import answering, document_of

THING = {"$ref": "#/components/schemas/Thing"}
TWICE = {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "integer"}}}]}
WARNING = """\
Warning(s) encountered while generating. Client was generated, but some pieces may be missing
WARNING parsing POST /a/{b} within things. Endpoint will not be generated.

Something about it


If you believe this was a mistake or this tool is missing a feature you need, please open an issue at https://x.test
"""
INVALID = """\
Error(s) encountered while generating, client was not created
Failed to parse OpenAPI document

1 validation error for OpenAPI
paths./a/{b}.post.responses.200
  Input should be another [type=enum, input_value='strng', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/enum
"""
NO_CODE = "openapi-python-client makes no code of this"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (WARNING, [WARNING.splitlines()[1], "Something about it"]),
        (INVALID, INVALID.splitlines()[1:2] + INVALID.splitlines()[3:6]),
    ],
)
def test_the_operation_is_named_and_the_reason_kept(said: str, reason: list[str]) -> None:
    error = RefusalError(said, document_of())
    assert str(error) == f"POST /a/{{b}}: {NO_CODE}"
    assert error.operations == ["POST /a/{b}"]
    assert error.reason == reason


def test_a_schema_is_named_with_the_operations_that_use_it() -> None:
    using = [{"path": path, "responses": answering(THING)} for path in ("/a", "/b")]
    document = document_of(*using, {"path": "/c"}, Thing={})
    for said in (
        "Unable to parse schema /components/schemas/Thing",
        "x\ncomponents.schemas.Thing.other.type\n",
    ):
        error = RefusalError(said, document)
        assert str(error) == f"the schema Thing: {NO_CODE}"
        assert error.operations == ["GET /a", "GET /b"]


def test_what_names_nothing_is_said_as_it_is() -> None:
    error = RefusalError("ruff failed\n", document_of())
    assert str(error) == f"the document: {NO_CODE}"
    assert (error.operations, error.reason) == ([], ["ruff failed"])


def test_the_command_says_what_to_do(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    using = [{"path": f"/{name}", "responses": answering(THING)} for name in "abcdef"]
    (tmp_path / "document.yaml").write_text(dump(document_of(*using, Thing=TWICE)), encoding="utf-8")
    (tmp_path / "overlay.yaml").write_text(
        "overlay: 1.1.0\ninfo: {title: None, version: '1'}\n"
        "actions: [{target: $.info, description: Why., update: {x-a: 1}}]\n",
        encoding="utf-8",
    )
    arguments = [f"--{name}={tmp_path}/{name}.yaml" for name in ("document", "overlay")]
    assert generate.main([*arguments, f"--output={tmp_path}/generated"]) == 1
    said = capfd.readouterr().err.splitlines()
    assert said[0].endswith(f"the schema Thing: {NO_CODE}; nothing was changed. It says:")
    assert all(line.startswith("  ") for line in said[1:-2])
    assert said[-2:] == [
        "generate: correct the document in generator/overlay.yaml and try again",
        "generate: to go on without what uses it, add an action there for each of "
        "GET /a, GET /b, GET /c, GET /d and 2 more",
    ]
    assert not any("github.com" in line for line in said)
