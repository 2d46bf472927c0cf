from __future__ import annotations

import pytest

from generator.annotations import covers, literal_values

RANKS: dict[str, frozenset[object]] = {"Rank": frozenset(["gold", "silver"]), "Level": frozenset([1, 2])}


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("str", "str"),
        ("str | None", "str"),
        ("str | None", "None | str"),
        ("float | None", "int | None"),
        ("str", "Rank"),
        ("int | None", "Level"),
        ("float | int", "Level"),
        ("Sequence[str] | None", "Sequence[Rank]"),
        ("Sequence[Rank | None]", "Sequence[Rank]"),
        ("datetime.datetime | str", "datetime.datetime"),
        ("Awaitable[str | None]", "Awaitable[str]"),
        ("list[str]", "list[str]"),
    ],
)
def test_a_type_covers_what_is_the_same_or_narrower(wide: str, narrow: str) -> None:
    assert covers(wide, narrow, RANKS)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("str", "str | None"),
        ("int", "float"),
        ("Rank", "str"),
        ("int", "Rank"),
        ("None", "Rank"),
        ("list[str]", "list[Rank]"),
        ("list[str | None]", "list[str]"),
        ("AsyncPager[User]", "AsyncPager[Scenario]"),
        ("Sequence[str]", "list[str]"),
        ("datetime.datetime", "datetime.date"),
    ],
)
def test_a_type_does_not_cover_others(wide: str, narrow: str) -> None:
    assert not covers(wide, narrow, RANKS)


def test_the_values_of_a_literal() -> None:
    assert literal_values("Literal['a', 1]") == {"a", 1}
    assert literal_values("Literal['a']") == {"a"}
    assert literal_values("str | None") is None
