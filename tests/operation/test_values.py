"""Which values each kind of parameter takes, and what is said of the others."""

import enum
from datetime import timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from exec_api_client import UNSET, ConfigurationError
from exec_api_client._runtime.operations import Parameter
from exec_api_client._runtime.requests import build_request
from tests.fakes import KEY
from tests.operation.building import DAY, NOON, operation, path_of, query, refused

# --- kinds


class Level(int, enum.Enum):
    HIGH = 3


class Name(enum.StrEnum):
    GOLD = "gold"


class Ratio(float):
    """As the numbers of numeric libraries, it does not look like a plain one."""

    def __repr__(self) -> str:
        return f"Ratio({float(self)})"


NUMBER = UUID("12345678-1234-5678-1234-567812345678")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("string", "x", "x"),
        ("string", Name.GOLD, "gold"),
        ("integer", 5, "5"),
        ("integer", -5, "-5"),
        ("integer", Level.HIGH, "3"),
        ("number", 5, "5"),
        ("number", 0.1, "0.1"),
        ("number", Ratio(1.5), "1.5"),
        ("number", 10**400, str(10**400)),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("date", DAY, "2026-03-01"),
        ("date", "2026-03-01", "2026-03-01"),
        ("date", "20260301", "2026-03-01"),
        ("uuid", NUMBER, str(NUMBER)),
        ("uuid", str(NUMBER), str(NUMBER)),
        ("date-time", NOON, "2026-03-01T12%3A00%3A00Z"),
        ("date-time", NOON.astimezone(ZoneInfo("Asia/Kolkata")), "2026-03-01T17%3A30%3A00%2B05%3A30"),
        ("date-time", NOON.astimezone(timezone(timedelta(hours=-8))), "2026-03-01T04%3A00%3A00-08%3A00"),
        ("date-time", "2026-03-01T12:00:00Z", "2026-03-01T12%3A00%3A00Z"),
        ("date-time", "2026-03-01T12:00:00+00:00", "2026-03-01T12%3A00%3A00Z"),
        ("date-time", "2026-03-01 12:00:00.25-0800", "2026-03-01T12%3A00%3A00.250000-08%3A00"),
        ("date-time", "2026-03-01t12:00:00z", "2026-03-01T12%3A00%3A00Z"),
        ("date-time", "2026-02-28T24:00:00Z", "2026-03-01T00%3A00%3A00Z"),
        ("date-time", "2026060T12Z", "2026-03-01T12%3A00%3A00Z"),
    ],
)
def test_right_values(kind: str, value: Any, text: str) -> None:
    assert query(value, kind) == f"a={text}"


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        ("string", [5, b"x", ["x"], True, NUMBER], "must be a string"),
        ("integer", ["5", 5.0, True, float("nan"), Name.GOLD], "must be a whole number"),
        ("number", ["5", True, float("nan"), float("inf"), -float("inf")], "must be a finite number"),
        ("boolean", ["true", 1, 0, "False"], "must be True or False"),
        ("date", [NOON, "2026-03-01T00:00:00Z", "soon", 5], "must be a date or an ISO 8601 string such as"),
        ("uuid", [5, b"x"], "must be a UUID or its text"),
    ],
)
def test_values_of_another_kind_are_refused(kind: str, values: list[Any], problem: str) -> None:
    for value in values:
        assert problem in refused(value, kind), value


@pytest.mark.parametrize(
    "value",
    [
        NOON.replace(tzinfo=None),
        "2026-03-01T12:00:00",
        "2026-03-01",
        "2026-03-01-05:00",  # no time: 05:00 would be read as one
        "2026-03-01+05:00",
        "2026-W10-1T12:00",
        "soon",
        "",
        DAY,
        1772366400,
    ],
)
def test_a_moment_needs_an_offset(value: Any) -> None:
    assert refused(value, "date-time").endswith(
        "a must be an aware datetime or an ISO 8601 string with an offset, such as "
        "datetime(2026, 3, 1, tzinfo=timezone.utc) or '2026-03-01T00:00:00Z'"
    )


def test_half_a_surrogate_pair_is_refused() -> None:
    assert refused("\ud800").endswith("a must not hold half of a surrogate pair, which UTF-8 cannot encode")


# --- bounds and choices


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert "must be a value that fits in a URL" in refused(10**5000, kind="integer")


def test_bounds() -> None:
    bounds = {"kind": "integer", "minimum": 1, "maximum": 100}
    assert [query(value, **bounds) for value in (1, 100)] == ["a=1", "a=100"]
    assert refused(0, **bounds) == "things.find(a=0): a must be at least 1"
    assert refused(101, **bounds) == "things.find(a=101): a must be at most 100"


def test_lengths() -> None:
    lengths = {"min_length": 2, "max_length": 3}
    assert [query(text, **lengths) for text in ("ab", "王b🙂")] == ["a=ab", "a=%E7%8E%8Bb%F0%9F%99%82"]
    assert refused("a", **lengths) == "things.find(a='a'): a must have at least 2 characters, not 1"
    assert refused(["ab", "abcd"], many=True, **lengths) == (
        "things.find(a[1]='abcd'): a[1] must have at most 3 characters, not 4"
    )


def test_choices() -> None:
    assert query("-score", choices=("score", "-score")) == "a=-score"
    assert refused("Score", choices=("score", "-score")) == (
        "things.find(a='Score'): a must be one of 'score', '-score'"
    )
    assert "a[1] must be one of 'gold'" in refused(["gold", "purple"], many=True, choices=("gold",))


def test_a_required_argument() -> None:
    for nothing in (None, UNSET):
        assert refused(nothing, required=True).endswith(": a is required")


@pytest.mark.parametrize("text", ["", " ", ".", "..", " .. ", "\t"])
def test_what_would_change_the_path_is_refused(text: str) -> None:
    problem = "must not change the path" if text.strip() else "must not be empty"
    with pytest.raises(ConfigurationError, match=f"id {problem}; pass an identifier"):
        path_of(text)


def test_a_path_may_hold_what_looks_like_a_step() -> None:
    assert path_of("../admin") == "/things/..%2Fadmin/parts"
    assert path_of("...") == "/things/.../parts"
    several = Parameter("ids", "string", "path", many=True)
    assert build_request(operation(several, path="/things/{ids}"), {"ids": ["a", "b"]}).path == "/things/a,b"
    assert path_of("%2e%2e") == "/things/%252e%252e/parts"


def test_a_long_value_is_shown_in_part_and_a_key_not_at_all() -> None:
    assert f"a='{'x' * 78}')" in refused("x" * 78, choices=("y",))
    long = refused("x" * 79, choices=("y",))
    assert "a='" + "x" * 76 + "...)" in long
    assert KEY not in refused([KEY, 5], many=True)
    assert "[key]" in refused(f"Bearer {KEY}", choices=("y",))
