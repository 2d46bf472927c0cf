"""Annotations compared by their members: what one takes of another."""

from __future__ import annotations

import pytest

from generator.report.annotations import members, refused

ENUMS = {"Rank": "Literal['gold', 'silver']", "Level": "Literal['gold', 'silver', 'bronze']"}


@pytest.mark.parametrize(
    ("given", "taken", "expected"),
    [
        ("int", "int | None", []),
        ("int | None", "int", ["None"]),
        ("int", "float", []),
        ("float", "int", ["float"]),
        ("str", "Any", []),
        ("list[str]", "Any", []),
        ("Any", "str", ["Any"]),
        ("Rank", "Level", []),
        ("Level", "Rank", ["'bronze'"]),
        ("Level", "str", []),
        ("str", "Level", ["str"]),
        ("Literal[1]", "int", []),
        ("Sequence[Rank]", "Sequence[Level | None] | None", []),
        ("Sequence[int]", "Sequence[float]", []),
        ("Sequence[int]", "Iterable[int]", ["int"]),
        ("Mapping[str, int]", "Mapping[str, Any]", []),
        ("Mapping[str, Any]", "Mapping[str, int]", ["Any"]),
        ("list[Level]", "list[Rank]", ["'bronze'"]),
        # What can be written to is exactly of its type.
        ("list[int]", "list[float]", ["int"]),
        ("list[int]", "list[int | None]", ["int"]),
        ("list[int | None]", "list[int]", ["int", "None"]),
        ("AsyncPager[Any]", "AsyncPager[User]", ["Any"]),
        ("", "int", []),
    ],
)
def test_a_member_is_refused_where_no_other_takes_it(given: str, taken: str, expected: list[str]) -> None:
    found = refused(members(given, ENUMS), members(taken, ENUMS))
    assert [member.type for member in found] == expected
