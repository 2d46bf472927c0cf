"""Documents unlike the published one are generated, checked and called without a hand edit."""

from __future__ import annotations

from types import ModuleType

from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY
from generator.normalise import normalise

from ..growing import HERE, answering, published


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
    assert {"CreateScenarioJobResult"} <= {*grown.models.__all__}
    assert not [name for name in grown.models.__all__ if "Response" in name]


def test_an_addition_takes_no_name_away() -> None:
    document, overlay = published(), load_file(OVERLAY)
    before = normalise(apply(document, overlay)).schemas
    schemas = document["components"]["schemas"]
    tier, status = (schemas["Assignment"]["properties"][name] for name in ("best_rank", "status"))
    grade = schemas["EvaluationItem"]["properties"]["grade"]
    other = {"type": "string", "enum": ["first", "second"]}
    team = {"best": tier, "best_tier": tier, "rank": other, "status": status, "best_grade": grade}
    schemas["Aardvark"] = {"type": "object", "properties": {**team, "rank_before": tier, "salience": other}}
    schemas["User"]["properties"] |= {
        "aardvark": {"$ref": "#/components/schemas/Aardvark"},
        "best_tier": tier,
    }
    answer = answering({"type": "object", "properties": {**team, "quality": grade, "salience": other}})
    document["paths"]["/teams"] = {"get": {"operationId": "getTeams", "tags": ["Teams"], "responses": answer}}
    assert before.keys() < normalise(apply(document, overlay)).schemas.keys()
