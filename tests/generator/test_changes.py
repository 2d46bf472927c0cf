from __future__ import annotations

import pytest

from generator.changes import Role, Rule, both, verb_of
from generator.document.compare import ABSENT

ASKED = Rule("fine", request="refused")
ANSWERED = Rule("fine", answer="fails")
HARMLESS = Rule("fine")


@pytest.mark.parametrize(
    ("rule", "roles", "judged"),
    [
        (ASKED, {"request"}, (True, "refused")),
        (ASKED, {"answer"}, (False, "fine")),
        (ASKED, {"request", "answer"}, (True, "refused")),
        (ANSWERED, {"answer", "error"}, (True, "fails")),
        (ANSWERED, {"request"}, (False, "fine")),
        (HARMLESS, {"request", "answer"}, (False, "fine")),
        (HARMLESS, set(), (False, "fine")),
        (both("gone"), {"answer"}, (True, "gone")),
        (both("gone"), {"request"}, (True, "gone")),
        (both("gone"), set(), (False, "no operation uses it")),
    ],
)
def test_the_direction_decides(rule: Rule, roles: set[Role], judged: tuple[bool, str]) -> None:
    assert rule.judge(frozenset(roles)) == judged


def test_an_error_answer_breaks_nothing() -> None:
    breaking, reason = both("gone").judge(frozenset(["error"]))
    assert not breaking
    assert "exceptions" in reason


def test_what_came_and_went_is_told_by_what_is_absent() -> None:
    assert [verb_of(ABSENT, None), verb_of(None, ABSENT), verb_of(None, 1)] == ["came", "went", "changed"]
