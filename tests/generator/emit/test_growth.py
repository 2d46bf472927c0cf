"""Documents unlike the published one are generated, checked and called without a hand edit."""

from __future__ import annotations

import copy
from pathlib import Path
from types import ModuleType
from typing import get_args

from generator.checkout import Checkout
from generator.document.openapi import Document
from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY, emit
from generator.normalise import normalise

from ..growing import HERE, Server, answering, client_of, modules, published


def test_every_module_can_be_imported(grown: ModuleType) -> None:
    assert len(list(modules(grown))) > 40


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
            *("check", "get_due", "get_ids", "get_names", "list_times", "things", "touch"),
        ],
        "evaluations": ["bulk", "put_settings", "search"],
    }


def test_growth_can_come_to_what_is_published() -> None:
    document, growth = published(), load_file(HERE / "growth.yaml")
    for section, members in growth["components"].items():
        present = document["components"].setdefault(section, {})
        present |= {name: member for name, member in members.items() if name not in present}
    document["paths"] |= growth["paths"]
    ours = normalise(apply(document, load_file(OVERLAY)))
    assert len(ours.operations) > len(growth["paths"])
    assert set(ours.schemas["Tier"]) == {"type", "enum", "example"}


def test_no_class_is_called_after_a_status(grown: ModuleType) -> None:
    assert {"BulkEvaluationsResult", "CreateScenarioJobResult"} <= {*grown.models.__all__}
    assert not [name for name in grown.models.__all__ if "Response" in name]


def test_enums(grown: ModuleType) -> None:
    assert get_args(grown.models.Level) == (1, 2, 3)
    assert get_args(grown.models.PageKind) == ("article", "video")
    assert get_args(grown.models.OperationStatus) == ("running", 'it\'s "done"')


def test_an_addition_takes_no_name_away(tmp_path: Path) -> None:
    document = published()
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
    emit(normalise(apply(document, load_file(OVERLAY))).value, tmp_path / "generated")
    folders = (Checkout().generated, tmp_path / "generated")
    present, grown = ({path.name for path in folder.glob("models/*.py")} for folder in folders)
    assert present <= grown
