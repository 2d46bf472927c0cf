"""Growth of the document costs no hand edit in the tests either: they pass in a copy that has grown."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator import update
from generator.generate import DOCUMENT, ROOT
from generator.yaml12 import load_file

from .growing import answering, taking

TEXT = {"type": "string"}
NODE = {"$ref": "#/components/schemas/TreeNode"}


def path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


# Nothing that an operation may lack is there in all of these, and nothing of today's is missing.
MORE_PATHS: dict[str, Any] = {
    "/archive": {
        "get": {
            "operationId": "listArchive",
            "tags": ["Archive"],
            "parameters": [
                {
                    "name": "include",
                    "in": "query",
                    "description": "Comma-separated list of parts. Available values: `body` (the text).",
                    "schema": TEXT,
                },
                *({"$ref": f"#/components/parameters/{name}"} for name in ("Page", "PageSize")),
            ],
            "responses": answering(
                {
                    "type": "object",
                    "properties": {
                        "data": {"type": "array", "items": NODE},
                        "pagination": {"$ref": "#/components/schemas/Pagination"},
                    },
                }
            ),
        }
    },
    "/users/{user_id}": {
        "get": {
            "operationId": "getUser",
            "tags": ["Users"],
            "parameters": [path_parameter("user_id")],
            "responses": answering({"$ref": "#/components/schemas/User"}),
        }
    },
    "/notes": {
        "post": {
            "operationId": "createNote",
            "tags": ["Notes"],
            "requestBody": taking(
                {"type": "object", "required": ["text"], "properties": {"text": TEXT, "title": TEXT}},
                required=True,
            ),
            "responses": {"201": answering({"type": "object", "properties": {"id": TEXT}})["200"]},
        }
    },
    "/tree": {
        "get": {
            "operationId": "listTreeNodes",
            "tags": ["Tree - Nodes"],
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in ("Page", "PageSize")],
            "responses": answering(
                {
                    "type": "object",
                    "properties": {
                        "data": {"type": "array", "items": NODE},
                        "pagination": {"$ref": "#/components/schemas/Pagination"},
                    },
                }
            ),
        }
    },
    "/tree/{node_id}": {
        "parameters": [path_parameter("node_id")],
        "put": {
            "operationId": "replaceTreeNode",
            "tags": ["Tree - Nodes"],
            "requestBody": taking(NODE, required=True),
            "responses": answering(NODE),
        },
        "delete": {
            "operationId": "deleteTreeNode",
            "tags": ["Tree - Nodes"],
            "responses": {"204": {"description": "Gone"}},
        },
    },
}
MORE_COMPONENTS: dict[str, Any] = {
    "parameters": {
        "Page": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
        "PageSize": {
            "name": "page_size",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": 100},
        },
    },
    "schemas": {
        "TreeNode": {
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": TEXT,
                "parent": {"allOf": [NODE], "nullable": True},
                "children": {"type": "array", "items": NODE},
            },
        }
    },
}

# The files whose tests go through the document or the published pages, and of a long one what does so.
TESTS = (
    "tests/benchmarks/test_measure.py::test_the_document_is_grown_to_some_40_operations_with_names_of_their_own",
    "tests/generator/test_choose.py::test_the_published_pages_are_called_so_from_the_first_time",
    "tests/generator/test_document.py",
    "tests/generator/test_growth.py::test_an_addition_takes_no_name_away",
    "tests/generator/test_index.py",
    "tests/generator/test_python_api.py",
    "tests/main/test_command.py::test_one_small_call",
    "tests/main/test_command.py::test_a_quota_that_is_used_up",
    "tests/sandbox/test_api.py",
    "tests/sandbox/test_params.py",
    "tests/client/test_requests.py::test_every_published_operation_has_its_method",
    "tests/model/test_reading.py::test_published_examples_survive_unchanged",
    "tests/operation/test_arguments.py::test_every_list_is_sent_as_the_corrected_document_says",
    "tests/operation/test_refused_calls.py",
    "tests/test_package.py::test_no_hand_written_line_names_an_operation_a_path_or_a_field",
    "tests/pagination/test_every_list.py::test_every_list_is_a_pager_of_the_largest_pages",
)


def grown() -> Any:
    document: Any = copy.deepcopy(load_file(DOCUMENT))
    document["paths"] = {**MORE_PATHS, **document["paths"]}
    add_a_rank(document)
    for section, components in MORE_COMPONENTS.items():
        document["components"][section] = {**components, **document["components"].get(section, {})}
    return document


def add_a_rank(node: Any) -> None:
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        add_a_rank(value)
    if isinstance(node, dict) and "gold" in node.get("enum", ()):
        node["enum"].insert(0, "platinum")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that was updated from the larger document."""
    folder = tmp_path_factory.mktemp("growing")
    root = folder / "project"
    shutil.copytree(ROOT, root, ignore=no_part)
    (folder / "larger.json").write_text(json.dumps(grown()), encoding="utf-8")
    assert "operation came" in update.update([str(folder / "larger.json")], root)
    return root


def no_part(_folder: str, names: list[str]) -> set[str]:
    """What is made on the way, and no part of the project."""
    hidden = {name for name in names if name.startswith(".") and name != ".github"}
    return hidden | {"__pycache__", "build", "dist", "node_modules", "site"} & {*names}


def pytest_in(root: Path, *arguments: str) -> str:
    """What pytest prints in another checkout, whose package is the one that is imported there."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    return done.stdout


def test_every_file_can_still_be_collected(project: Path) -> None:
    listed = pytest_in(project, "--collect-only")
    for operation in (
        "archive.list",
        "users.get",
        "notes.create",
        "tree_nodes.list",
        "tree_nodes.replace",
        "tree_nodes.delete",
    ):
        assert f"[{operation}]" in listed


def test_what_goes_through_the_document_passes(project: Path) -> None:
    assert " passed" in pytest_in(project, *TESTS)
