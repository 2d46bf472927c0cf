from __future__ import annotations

from typing import Any

import pytest

from generator.document.compare import ABSENT, difference, leaves, same, side_by_side


@pytest.mark.parametrize(
    ("one", "other", "path", "shown"),
    [
        ({"a": 1}, {"a": 1.0}, "a", ("1", "1.0")),
        ({"a": True}, {"a": 1}, "a", ("true", "1")),
        ({"a": 1}, {}, "a", ("1", "absent")),
        ({}, {"a": None}, "a", ("absent", "null")),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "a[1].b", ("2", "3")),
        ([1], [1, 2], "[1]", ("absent", "2")),
        ({"a": 1, "b": 2}, {"b": 3, "a": 2}, "a", ("1", "2")),
        ({"a": {}}, {"a": []}, "a", ("{}", "[]")),
        ("x" * 200 + "é", "x" * 200, "", (f'…"{"x" * 20}é"', f'…"{"x" * 20}"')),
        (["y" * 200], [], "[0]", (f'"{"y" * 79}…', "absent")),
    ],
)
def test_the_first_difference(one: Any, other: Any, path: str, shown: tuple[str, str]) -> None:
    assert difference(one, other) == (path, *shown)


def test_the_order_of_keys_is_no_difference() -> None:
    assert difference({"a": 1, "b": [{}]}, {"b": [{}], "a": 1}) is None


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
