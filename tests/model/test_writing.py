"""What a body may hold becomes JSON, and the outermost shape of an answer is checked."""

from datetime import date
from uuid import UUID

from exec_api_client import UNSET
from exec_api_client._runtime.models import to_json
from exec_api_client.models import User
from tests.model.samples import MARCH


def test_everything_that_a_body_may_hold_becomes_json() -> None:
    number = UUID(int=1)
    value = {
        "model": User.from_dict({"id": "u"}),
        "moment": MARCH,
        "day": date(2026, 3, 1),
        "number": number,
        "list": [1, (MARCH,), {"x"}, frozenset({2})],
        "map": {"absent": UNSET, "null": None},
        "absent": UNSET,
    }
    assert to_json(value) == {
        "model": {"id": "u"},
        "moment": "2026-03-01T10:00:00Z",
        "day": "2026-03-01",
        "number": str(number),
        "list": [1, ["2026-03-01T10:00:00Z"], ["x"], [2]],
        "map": {"null": None},
    }
