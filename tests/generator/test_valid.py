from __future__ import annotations

from typing import Any

import pytest

from generator import overlay
from generator.generate import DOCUMENT
from generator.valid import problems
from generator.yaml12 import load_file

PUBLISHED: Any = load_file(DOCUMENT)
EMAIL, GET = "$.components.schemas.User.properties.email", "$.paths['/sessions'].get"


def test_the_published_document_is_valid() -> None:
    assert problems(PUBLISHED) == []


@pytest.mark.parametrize(
    ("target", "update", "said"),
    [
        (EMAIL, {"nullabel": True}, f"{EMAIL}: OpenAPI 3.0 has no 'nullabel' here; write nullable"),
        (EMAIL, {"nullable": "yes please"}, f"{EMAIL}.nullable: 'yes please' is not of type 'boolean'"),
        (EMAIL, {"colour": 1}, f"{EMAIL}: OpenAPI 3.0 has no 'colour' here; write x-… for an extension"),
        (GET, {"operationID": "x"}, f"{GET}: OpenAPI 3.0 has no 'operationID' here; write operationId"),
        (f"{GET}.parameters[0]", {"in": "url"}, f"{GET}.parameters[0].in: 'url' is not one of"),
        ("$.paths['/sessions']", {"gets": {}}, "$.paths['/sessions']: OpenAPI 3.0 has no 'gets' here; "),
        (EMAIL, {"x-colour": 1}, ""),
        (f"{EMAIL}.description", "Another", ""),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(target: str, update: Any, said: str) -> None:
    action = {"target": target, "description": "Because.", "update": update}
    info = {"title": "T", "version": "1"}
    changed = overlay.apply(PUBLISHED, {"overlay": "1.1.0", "info": info, "actions": [action]})
    found = problems(changed)
    assert len(found) == bool(said)
    assert all(problem.startswith(said) for problem in found)
