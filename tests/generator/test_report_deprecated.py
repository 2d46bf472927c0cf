"""What the report of an update says of what became deprecated."""

from __future__ import annotations

import pytest

from .comparing import POST, Edit, operation, short, small, told


def deprecate(field: str, value: bool = True) -> Edit:
    return lambda new: new["components"]["schemas"]["Answered"]["properties"][field].update(deprecated=value)


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (lambda new: operation(new).update(deprecated=True), POST),
        (lambda new: operation(new)["parameters"][0].update(deprecated=True), f"{POST} ← dry in query"),
        (deprecate("score"), "Answered.score"),
    ],
)
def test_the_report_tells_what_became_deprecated(edit: Edit, place: str) -> None:
    [change] = told(small(), edit)
    assert (change.place, change.kind, change.verb, change.breaking) == (place, "deprecation", "came", False)
    assert change.reason == "it works until the API drops it, and its docstring says so"


def test_the_report_tells_what_is_no_longer_deprecated() -> None:
    before = small()
    deprecate("score")(before)
    assert short(told(before, deprecate("score", False))) == [
        ("Answered.score", "deprecation", "went", False)
    ]
    assert short(told(small(), deprecate("score", False))) == [
        ("Answered.score", "deprecation", "changed", False)
    ]


def test_an_example_that_says_so_is_a_text() -> None:
    [change] = told(small(), lambda new: operation(new).update(example={"deprecated": True}))
    assert change.reason == "only documentation"
