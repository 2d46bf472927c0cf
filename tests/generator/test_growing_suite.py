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
                {
                    "type": "object",
                    "required": ["text"],
                    "properties": {
                        "text": TEXT,
                        "title": TEXT,
                        "reader": {**TEXT, "format": "email"},
                        "about": {**TEXT, "format": "uri"},
                        "remind_at": {**TEXT, "format": "date-time"},
                    },
                },
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
# What operations that are there already get.
FIRST_PARAMETER = {"name": "spoken_in", "in": "query", "schema": TEXT}
MORE_FIELDS: dict[str, Any] = {
    "SessionListItem": {"spoken_in": {**TEXT, "nullable": True}},
    "SessionDetail": {
        "recording": {
            "type": "object",
            "description": "The recording (only included when requested via `?include=recording`)",
            "properties": {"seconds": {"type": "number"}},
        }
    },
}

# The files whose tests go through the document or the published pages, and of a long one what does so.
TESTS = (
    "tests/benchmarks/test_measure.py::test_the_document_is_grown_to_some_40_operations_with_names_of_their_own",
    "tests/contract/test_sdk_against_prism.py"
    "::test_prism_has_nothing_against_any_operation_with_every_argument",
    "tests/generator/fetch/test_fetch.py::test_an_unchanged_source_changes_nothing[page]",
    "tests/generator/fetch/test_fetch.py::test_nothing_is_asked_for_twice",
    "tests/generator/fetch/test_fetch.py::test_a_page_that_fails_leaves_everything",
    "tests/generator/fetch/test_fetch.py::test_another_host_is_never_asked",
    "tests/generator/fetch/test_fetch.py::test_pages_and_documents_of_an_index_have_to_agree",
    "tests/generator/report/test_report.py",
    "tests/generator/test_against_stock.py::test_a_page_is_read_in_fewer_than_half_of_the_calls",
    "tests/generator/test_against_stock.py::test_only_what_can_be_absent_is_typed_so",
    "tests/generator/test_choose.py::test_the_published_pages_are_called_so_from_the_first_time",
    "tests/generator/test_document.py",
    "tests/generator/test_growth.py::test_an_addition_takes_no_name_away",
    "tests/generator/test_index.py",
    "tests/sandbox/test_api.py",
    "tests/sandbox/test_params.py",
    "tests/client/test_requests.py::test_every_published_operation_has_its_method",
    "tests/model/test_reading.py::test_published_examples_survive_unchanged",
    "tests/operation/test_arguments.py::test_every_list_is_sent_as_the_corrected_document_says",
    "tests/operation/test_refused_calls.py",
    "tests/test_main.py::test_a_ping_is_one_small_call",
    "tests/test_package.py::test_no_hand_written_line_names_an_operation_a_path_or_a_field",
    "tests/pagination/test_every_list.py::test_every_list_is_a_pager_of_the_largest_pages",
)
# What fails until the sandbox has the fields and the parameter too, which are written by hand.
BY_HAND = (
    "tests/sandbox/test_api.py::test_every_row_is_as_documented[listSessions]",
    "tests/sandbox/test_api.py::test_every_detail_is_as_documented",
    "tests/sandbox/test_api.py::test_it_takes_exactly_the_documented_parameters[listSessions]",
)


def grown() -> Any:
    document: Any = copy.deepcopy(load_file(DOCUMENT))
    document["paths"] = {**MORE_PATHS, **document["paths"]}
    add_a_rank(document)
    document["paths"]["/sessions"]["get"]["parameters"].insert(0, FIRST_PARAMETER)
    for name, fields in MORE_FIELDS.items():
        document["components"]["schemas"][name]["properties"] |= fields
    for section, components in MORE_COMPONENTS.items():
        document["components"][section] = {**components, **document["components"].get(section, {})}
    return document


def add_a_rank(node: Any) -> None:
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        add_a_rank(value)
    if isinstance(node, dict) and "gold" in node.get("enum", ()):
        node["enum"].insert(0, "one_more_rank")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that was updated from the larger document."""
    folder = tmp_path_factory.mktemp("growing")
    root = folder / "project"
    shutil.copytree(ROOT, root, ignore=no_part)
    (folder / "larger.json").write_text(json.dumps(grown()), encoding="utf-8")
    assert "` is added.\n" in update.update([str(folder / "larger.json")], root)
    (root / ".cache").mkdir()
    (root / ".cache" / "prism").symlink_to(ROOT / ".cache" / "prism")
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
    by_hand = [f"--deselect={test}" for test in BY_HAND]
    assert f"{len(BY_HAND)} deselected" in pytest_in(project, *TESTS, *by_hand)


def test_the_type_check_passes(project: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), "tests/typing"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
