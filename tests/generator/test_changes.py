from __future__ import annotations

import pytest

from generator.changes import Role, Rule, both, verb_of
from generator.compare import ABSENT, leaves, same, side_by_side

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


def test_what_is_the_same() -> None:
    assert same({"a": 1, "b": [None]}, {"b": [None], "a": 1})
    assert same(ABSENT, ABSENT)
    assert not same(1, 1.0)
    assert not same(True, 1)
    assert not same(["a", "b"], ["b", "a"])
    assert not same(None, ABSENT)


def test_the_leaves_are_what_differs_and_no_more() -> None:
    old = {"a": {"b": [1, 2], "c": "x"}, "went": {"d": 1}}
    new = {"a": {"b": [1, 3, 4], "c": "x"}, "came": []}
    assert list(leaves(old, new)) == [
        (("a", "b", 1), 2, 3),
        (("a", "b", 2), ABSENT, 4),
        (("went",), {"d": 1}, ABSENT),
        (("came",), ABSENT, []),
    ]


def test_each_key_stands_beside_what_it_was() -> None:
    assert list(side_by_side({"a": 1, "b": 2}, {"c": 3, "b": 4})) == [
        ("a", 1, ABSENT),
        ("b", 2, 4),
        ("c", ABSENT, 3),
    ]


def test_what_came_and_went_is_told_by_what_is_absent() -> None:
    assert [verb_of(ABSENT, None), verb_of(None, ABSENT), verb_of(None, 1)] == ["came", "went", "changed"]
