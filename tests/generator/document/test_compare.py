from __future__ import annotations

from typing import Any

import pytest

from generator.document.compare import difference


@pytest.mark.parametrize(
    ("one", "other", "path", "shown"),
    [
        ({"a": 1}, {"a": 1.0}, "a", ("1", "1.0")),
        ({"a": True}, {"a": 1}, "a", ("true", "1")),
        ({"a": 1}, {}, "a", ("1", "absent")),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "a[1].b", ("2", "3")),
        ([1], [1, 2], "[1]", ("absent", "2")),
        (["y" * 300], [], "[0]", (f'"{"y" * 199}…', "absent")),
    ],
)
def test_the_first_difference(one: Any, other: Any, path: str, shown: tuple[str, str]) -> None:
    assert difference(one, other) == (path, *shown)


def test_the_order_of_keys_is_no_difference() -> None:
    assert difference({"a": 1, "b": [{}]}, {"b": [{}], "a": 1}) is None
