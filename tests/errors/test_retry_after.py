"""The wait that the server asks for: each form of asking, and what cannot be meant."""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.errors.kinds import NOW, error_of

assert NOW == 1_800_010_000.0  # Fri, 15 Jan 2027 10:46:40 GMT


def wait(body: Any = None, **headers: Any) -> float | None:
    """Seconds that a body, or headers named with underscores, ask for."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return error_of(body, status=503, headers=named).retry_after


@pytest.mark.parametrize(
    ("body", "headers", "asked"),
    [
        ({"retry_after": 30}, {}, 30.0),
        ({"error": {"retry_after": 30}}, {}, 30.0),
        ({"error": {"message": "x"}, "retry_after": 0.5}, {}, 0.5),
        ({"error": "x", "retry_after": "12.5"}, {}, 12.5),
        ({"error": {"retry_after": 5}, "retry_after": 60}, {}, 5.0),
        ({"retry_after": 0}, {"retry_after": 60}, 0.0),
        ({"error": {"retry_after": "soon"}}, {"retry_after": 7}, 7.0),
        ({"retry_after": 30}, {"retry_after": 60}, 30.0),
        ({"retry_after": None}, {"retry_after": 60}, 60.0),
        (None, {"retry_after": " 2.5 "}, 2.5),
        (None, {"retry_after": "Fri, 15 Jan 2027 10:47:25 GMT"}, 45.0),
        (None, {"retry_after": "Fri, 15 Jan 2027 11:47:25 +0100"}, 45.0),
        (None, {"retry_after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),  # over already
        (None, {"retry_after": "Friday, 15-Jan-27 10:47:25 GMT"}, 45.0),
        ({"retry_after": 86400}, {}, 86400.0),
        ({"retry_after": 86401}, {}, 86.401),  # no limit is longer than a day: milliseconds
        ({"retry_after": 86_400_000}, {}, 86400.0),
        (None, {"retry_after": 31 * 86400}, 31 * 86400.0),
        # The clock of the server is an hour ahead of this one.
        (
            None,
            {"retry_after": "Fri, 15 Jan 2027 11:46:42 GMT", "date": "Fri, 15 Jan 2027 11:46:40 GMT"},
            2.0,
        ),
        (None, {"retry_after": "Fri, 15 Jan 2027 10:47:25 GMT", "date": "today"}, 45.0),
        ({"retry_after": 30}, {"date": "Fri, 15 Jan 2027 09:00:00 GMT"}, 30.0),
    ],
)
def test_each_form_of_asking(body: Any, headers: dict[str, Any], asked: float) -> None:
    assert wait(body, **headers) == asked


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("end", ["", " -0000"])
def test_a_date_without_a_zone_is_gmt_wherever_the_clock_hangs(
    zone: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert wait(retry_after=f"Fri, 15 Jan 2027 10:47:25{end}") == 45
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "value", [-1, -0.001, None, [], {}, "", "soon", "-5", "nan", "0x10", 86_400_001, 1e300, 10**400, "12s"]
)
def test_a_body_that_cannot_be_meant_asks_for_nothing(value: Any) -> None:
    assert wait({"retry_after": value}) is None
    assert wait({"error": {"retry_after": value}}, retry_after="7") == 7.0


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "-1", "nan", "inf", "True", "2027-01-15T08:00:00Z", "Fri, 15 Jan 2027"),
        *("Fri, 15 Jan 99999 08:00:00 GMT", "Fri, 99 Foo 2027 08:00:00 GMT"),
    ],
)
def test_a_header_that_cannot_be_meant_asks_for_nothing(text: str) -> None:
    assert wait(retry_after=text) is None


@pytest.mark.parametrize("body", [None, [1], 5, "text", {"error": [1]}])
def test_a_body_in_another_form_asks_for_nothing(body: Any) -> None:
    assert wait(body) is None
    assert wait(body, retry_after=5) == 5.0


@settings(max_examples=50)
@given(st.binary(), st.binary(), st.none() | st.floats() | st.integers())
def test_nothing_that_a_server_says_breaks_the_reading(header: bytes, date: bytes, body: Any) -> None:
    raw = json.dumps({"retry_after": body}).encode()
    seconds = error_of(raw=raw, status=503, headers=[(b"retry-after", header), (b"date", date)]).retry_after
    assert seconds is None or 0 <= seconds < math.inf
