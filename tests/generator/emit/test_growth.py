"""Documents unlike the published one are generated, checked and called without a hand edit."""

from __future__ import annotations

import ast
import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from exec_api_client.generated import models
from generator.checkout import ROOT, Checkout
from generator.document.openapi import Document
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY, correct, emit
from generator.normalise import normalise

from ..growing import HERE, Server, answering, check_types, client_of, modules


def test_every_module_can_be_imported(grown: ModuleType) -> None:
    assert len(list(modules(grown))) > 40


def test_mypy_is_strict_and_content(grown_folder: Path, hostile_folder: Path, tmp_path: Path) -> None:
    for folder in (grown_folder, hostile_folder):
        check_types(f"{folder.name}/generated", folder.parent, tmp_path / "cache")


@pytest.mark.skipif(shutil.which("npx") is None, reason="pyright needs Node.js")
def test_pyright_is_strict_and_content(grown_folder: Path, hostile_folder: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pyright = next(word for word in makefile.split() if word.startswith("pyright@"))
    for folder in (grown_folder, hostile_folder):
        config = folder.parent / "pyrightconfig.json"
        settings = {"include": [f"{folder.name}/generated"], "typeCheckingMode": "strict"}
        config.write_text(json.dumps({**settings, "pythonVersion": "3.11"}), encoding="utf-8")
        command = ["npx", "--yes", pyright, "--pythonpath", sys.executable]
        done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
        if "errors" not in done.stdout and "rror:" not in done.stdout:
            pytest.skip(f"pyright could not be run: {done.stderr[-300:]}")
        assert done.returncode == 0, done.stdout


def test_ruff_is_content(grown_folder: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(grown_folder / "generated", tmp_path / "exec_api_client/generated")
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_resources(grown: ModuleType) -> None:
    client = client_of(grown, Server())
    methods = {
        resource: sorted(name for name in dir(getattr(client, resource)) if not name.startswith("_"))
        for resource in (
            "default",
            "knowledge_hub_pages",
            "operations",
            "scenario_jobs",
            "things",
            "evaluations",
        )
    }
    assert methods == {
        "default": ["get_status_from"],
        "knowledge_hub_pages": ["create", "delete", "get", "list", "list_versions", "replace", "update"],
        "operations": ["run"],
        "scenario_jobs": ["create"],
        "things": [
            *("check", "get_due", "get_ids", "get_labels", "get_names", "list_times", "things", "touch"),
        ],
        "evaluations": ["bulk", "put_settings", "search"],
    }


def test_growth_can_come_to_what_is_published() -> None:
    document, growth = load_file(Checkout().document), load_file(HERE / "growth.yaml")
    for section, members in growth["components"].items():
        present = document["components"].setdefault(section, {})
        present |= {name: member for name, member in members.items() if name not in present}
    document["paths"] |= growth["paths"]
    ours = normalise(correct(document, load_file(OVERLAY)))
    assert len(ours.operations) > len(growth["paths"])
    assert set(ours.schemas["Tier"]) == {"type", "enum", "example"}


def test_enums(grown: ModuleType) -> None:
    assert get_args(grown.models.Level) == (1, 2, 3)
    assert get_args(grown.models.PageKind) == ("article", "video")
    assert get_args(grown.models.OperationStatus) == ("running", 'it\'s "done"')


def test_an_addition_takes_no_name_away(tmp_path: Path) -> None:
    document = load_file(Checkout().document)
    assignment = document["components"]["schemas"]["Assignment"]["properties"]
    tiers = {"type": "string", "nullable": True, "enum": copy.deepcopy(assignment["best_rank"]["enum"])}
    statuses = copy.deepcopy(assignment["status"]["enum"])
    grades = copy.deepcopy(document["components"]["schemas"]["EvaluationItem"]["properties"]["grade"]["enum"])
    document["paths"]["/teams"] = {
        "get": {
            "operationId": "getTeams",
            "tags": ["Teams"],
            "parameters": [
                {"name": "status", "in": "query", "schema": {"type": "string", "enum": ["open", "closed"]}},
                {"name": "sorting", "in": "query", "schema": {"type": "string", "enum": ["name", "-name"]}},
            ],
            "responses": answering(
                {
                    "type": "object",
                    "properties": {
                        "best": tiers,
                        "best_tier": tiers,
                        "rank": {"type": "string", "enum": ["first", "second"]},
                        "status": {"type": "string", "enum": statuses},
                        "best_grade": {"type": "string", "enum": grades},
                        "quality": {"type": "string", "enum": grades},
                        "salience": {"type": "string", "enum": ["loud", "quiet"]},
                    },
                }
            ),
        }
    }
    schemas = document["components"]["schemas"]
    schemas["Assignment"]["properties"]["status"]["enum"].insert(1, "paused")
    listed = next(
        parameter
        for operation in Document(document).operations
        for parameter in operation.value.get("parameters", [])
        if parameter.get("name") == "status" and "items" in parameter["schema"]
    )
    listed["schema"]["items"]["enum"].append("paused")
    schemas["Aardvark"] = {
        "type": "object",
        "properties": {"best": tiers, "rank_before": tiers, "status": {"type": "string", "enum": statuses}},
    }
    schemas["User"]["properties"] |= {
        "aardvark": {"$ref": "#/components/schemas/Aardvark"},
        "best_tier": tiers,
    }
    emit(normalise(correct(document, load_file(OVERLAY))).value, tmp_path / "generated")
    text = (tmp_path / "generated/models/__init__.py").read_text(encoding="utf-8")
    names = set(ast.literal_eval(text.split("__all__ = ")[1].split("]")[0] + "]"))
    assert set(models.__all__) <= names
