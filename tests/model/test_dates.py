"""Dates and UUIDs: every form is read, what is none stays as it came."""

import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client._runtime.models import (
    format_datetime,
    parse_date,
    parse_datetime,
    parse_uuid,
    read_datetime,
)
from tests.model.samples import MARCH

CET = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", MARCH),
        ("2026-03-01T10:00:00.000Z", MARCH),
        ("2026-03-01T11:00:00+01:00", MARCH),
        ("2026-03-01T05:00:00-0500", MARCH),
        ("20260301T100000Z", MARCH),
        ("2026-03-01 10:00:00+00:00", MARCH),
        ("2026-03-01T10:00:00", MARCH),  # no offset: the API means UTC
        ("2026-03-01", MARCH.replace(hour=0)),
        ("2026-03-01T10:00:00.1234567Z", MARCH.replace(microsecond=123456)),
        ("2026-03-01T10:00:00,5Z", MARCH.replace(microsecond=500000)),
        # these only python-dateutil reads
        ("2026-03-01t10:00:00z", MARCH),
        ("2026-02-28T24:00:00Z", MARCH.replace(hour=0)),
        ("2026-060", MARCH.replace(hour=0)),
        ("2026-03", MARCH.replace(hour=0)),
    ],
)
def test_dates_are_read_in_every_form_of_iso_8601(text: str, moment: datetime) -> None:
    parsed = parse_datetime(text)
    assert parsed == moment
    assert parsed.tzinfo is not None


@pytest.mark.parametrize(
    "garbage",
    [
        *(None, 5, 1.5, True, [], {}, b"2026"),
        *("", "soon", "2026-13-01T00:00:00Z", "9999-12-31T24:00:00Z", "2026-03-01T10:00:60Z", "٢٠٢٦"),
    ],
)
def test_what_is_no_date_stays_as_it_came(garbage: Any) -> None:
    assert parse_datetime(garbage) is garbage
    assert parse_date(garbage) is garbage
    assert parse_uuid(garbage) is garbage


@given(st.text("0123456789-:.,TWZtz+ ", max_size=30))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    assert isinstance(parse_datetime(text), datetime | str)


@given(st.datetimes(timezones=st.timezones()))
def test_dates_survive_being_written(moment: datetime) -> None:
    assert moment.utcoffset() is not None
    assert parse_datetime(format_datetime(moment)) == datetime.fromisoformat(moment.isoformat())


def test_an_offset_is_kept_and_utc_is_z() -> None:
    assert read_datetime("2026-03-01T10:00:00").tzinfo is None
    assert format_datetime(MARCH) == "2026-03-01T10:00:00Z"
    assert format_datetime(MARCH.astimezone(CET)) == "2026-03-01T11:00:00+01:00"
    assert format_datetime(MARCH.replace(microsecond=5)) == "2026-03-01T10:00:00.000005Z"
    assert format_datetime(MARCH.replace(tzinfo=timezone(timedelta(0), "GMT"))) == "2026-03-01T10:00:00Z"


def test_a_naive_moment_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"datetime\(2026, 3, 1, 10, 0\) must be aware; give it a tzinfo"):
        format_datetime(MARCH.replace(tzinfo=None))


def test_nulls_do_not_load_dateutil() -> None:
    program = (
        "import sys; from exec_api_client._runtime.models import parse_datetime; "
        "parse_datetime(None); parse_datetime('2026-03-01T00:00:00Z'); assert 'dateutil' not in sys.modules; "
        "parse_datetime('2026-060'); assert 'dateutil' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_days_and_uuids() -> None:
    number = "12345678-1234-5678-1234-567812345678"
    assert parse_date("2026-03-01") == date(2026, 3, 1)
    assert parse_uuid(number) == UUID(number)
    assert parse_date("2026-03-01T10:00:00Z") == "2026-03-01T10:00:00Z"


def test_without_dateutil_a_date_that_only_it_reads_stays_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dateutil", None)
    monkeypatch.delitem(sys.modules, "dateutil.parser", raising=False)
    assert parse_datetime("2026-03-01T10:00:00Z") == MARCH
    assert parse_datetime("2026-03-01t10:00:00z") == "2026-03-01t10:00:00z"
