"""Models: tolerant reading, faithful writing, one absent value, dates."""

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import UNSET, Unset
from exec_api_client._model import (
    Model,
    UnexpectedShapeError,
    expect_array,
    expect_object,
    format_datetime,
    parse_date,
    parse_datetime,
    parse_uuid,
    read_datetime,
    to_json,
)
from exec_api_client.models import ScenarioRef, SessionDetail, SessionListItem, TranscriptLine, User
from tests.fakes import example, examples

DETAIL: dict[str, Any] = example("sessions.get")
USER = DETAIL["user"]
ALL_EXAMPLES = [pytest.param(operation, answer, id=name) for name, operation, answer in examples()]
CET = timezone(timedelta(hours=1))

# Whatever JSON can hold in a place where something else was documented.
ODD = [None, True, 0, -1.5, "", "purple", "2026", [], [None, {}, [1]], {}, {"a": {"b": None}}]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def detail(**changes: Any) -> SessionDetail:
    return SessionDetail.from_dict({**DETAIL, **changes})


def written(value: Any) -> Any:
    """What reading gave, turned into JSON again."""
    return json.loads(json.dumps(to_json(value)))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a JSON value, however deep."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, content in inner:
        yield (*path, step)
        yield from places(content, (*path, step))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def changed(value: Any, path: tuple[Any, ...], *replacement: Any) -> Any:
    """A copy with another value in one place, or without that place."""
    result = copy.deepcopy(value)
    target = at(result, path[:-1])
    if replacement:
        target[path[-1]] = replacement[0]
    else:
        del target[path[-1]]
    return result


# --- reading what nobody foresaw


@pytest.mark.parametrize(("operation", "answer"), ALL_EXAMPLES)
def test_published_examples_survive_unchanged(operation: Any, answer: Any) -> None:
    assert written(operation.read(200, answer)) == answer


@pytest.mark.parametrize(("operation", "answer"), ALL_EXAMPLES)
def test_any_odd_value_in_any_place_is_kept_as_it_came(operation: Any, answer: Any) -> None:
    for path in places(answer):
        for odd in ODD:
            spoilt = changed(answer, path, odd)
            result = written(operation.read(200, spoilt))
            if odd != "2026":  # which some readers of dates take for the first of January
                assert result == spoilt, path


@pytest.mark.parametrize(("operation", "answer"), ALL_EXAMPLES)
def test_any_missing_field_stays_missing(operation: Any, answer: Any) -> None:
    for path in places(answer):
        without = changed(answer, path)
        assert written(operation.read(200, without)) == without, path


@pytest.mark.parametrize(("operation", "answer"), ALL_EXAMPLES)
def test_a_new_field_in_any_object_survives(operation: Any, answer: Any) -> None:
    for path in [(), *places(answer)]:
        if isinstance(at(answer, path), dict):
            new = at(changed([answer], (0, *path, "added_later"), {"deep": [1, None]}), (0,))
            assert written(operation.read(200, new)) == new, path


@given(st.data())
def test_reading_never_fails(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(DETAIL))))
    spoilt = changed(DETAIL, path, data.draw(json_values))
    assert SessionDetail.from_dict(spoilt).to_dict().keys() == spoilt.keys()


def test_an_unknown_enum_value_stays_a_string() -> None:
    assert detail(rank="platinum").rank == "platinum"


def test_null_is_none_and_a_missing_field_is_unset() -> None:
    assert detail(rank=None, score=None).rank is None
    lean = SessionDetail.from_dict({"id": "x"})
    assert lean.id == "x"
    assert lean.rank is UNSET
    assert lean.transcript is UNSET
    assert lean.to_dict() == {"id": "x"}


def test_nested_values_of_a_wrong_type_are_left_alone() -> None:
    session = detail(user="u1", transcript=[None, "text", {"text": "Hi"}], evaluations=3)
    assert session.user == "u1"
    assert session.transcript == [None, "text", TranscriptLine.from_dict({"text": "Hi"})]
    assert session.evaluations == 3


def test_a_missing_and_an_unknown_field_together() -> None:
    user = User.from_dict({"id": "u", "email": "e", "first_name": "f", "nickname": "n"})
    assert user.last_name is UNSET
    assert user.additional_properties == {"nickname": "n"}


# --- fields that this version does not know


def test_unknown_fields_can_be_read_and_written() -> None:
    user = User.from_dict({**USER, "team": {"id": 7}})
    assert user.additional_properties == {"team": {"id": 7}}
    user.additional_properties["team"] = None
    assert user.to_dict() == {**USER, "team": None}


def test_a_model_without_unknown_fields_offers_an_empty_place_for_them() -> None:
    user = User.from_dict(USER)
    assert user.additional_properties == {}
    assert user == User.from_dict(USER)
    user.additional_properties["shoe_size"] = 38
    assert user.to_dict() == {**USER, "shoe_size": 38}
    assert user != User.from_dict(USER)


def test_what_is_written_shares_nothing_with_the_model() -> None:
    session = detail(labels=["a"], user=["odd"])
    session.to_dict()["labels"].append("b")
    session.to_dict()["user"].append("b")
    assert session.to_dict()["labels"] == ["a"]
    assert session.user == ["odd"]


# --- models as values


def test_models_are_made_with_their_fields() -> None:
    assert ScenarioRef(id="s", name="Renewal", slug="renewal").to_dict() == {
        "id": "s",
        "name": "Renewal",
        "slug": "renewal",
    }


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
@pytest.mark.parametrize("model", [detail(), detail(extra={"a": [1]}), SessionDetail.from_dict({})])
def test_copies_and_pickles_are_equal(again: Any, model: SessionDetail) -> None:
    other = again(model)
    assert other is not model
    assert other == model
    assert other.to_dict() == model.to_dict()
    assert other.additional_properties == model.additional_properties


def test_a_deep_copy_is_independent() -> None:
    first = detail(extra=[1])
    second = copy.deepcopy(first)
    second.additional_properties["extra"].append(2)
    second.user.email = "other@acme.com"
    assert first.user.email == USER["email"]
    assert first.additional_properties == {"extra": [1]}
    assert first != second


def test_models_differ_by_any_field_and_by_class() -> None:
    assert detail() == detail()
    assert detail() != detail(score=1)
    assert detail() != detail(new=1)
    assert detail(new=1) != detail(new=2)
    assert SessionListItem.from_dict({}) != SessionDetail.from_dict({})


def test_models_take_no_misspelt_attribute() -> None:
    with pytest.raises(AttributeError):
        User.from_dict(USER).mail = "x"


def test_repr_shows_what_is_there() -> None:
    assert repr(User.from_dict(USER)) == (
        "User(id='u1a2b3c4d5e6', email='jane@acme.com', first_name='Jane', last_name='Smith')"
    )
    assert repr(User.from_dict({"id": "u", "team": None})) == (
        "User(id='u', additional_properties={'team': None})"
    )
    assert "transcript" not in repr(SessionListItem.from_dict(DETAIL).user)
    assert eval(repr(User.from_dict(USER)), {"User": User}) == User.from_dict(USER)


def test_the_base_reads_and_writes_nothing() -> None:
    with pytest.raises(NotImplementedError):
        Model.from_dict({})
    with pytest.raises(NotImplementedError):
        Model().to_dict()


def test_of_two_models_the_first_that_fits_is_read() -> None:
    def read(value: Any) -> Any:
        return Model.either(value, User, ScenarioRef)

    assert isinstance(read(USER), User)
    assert isinstance(read(DETAIL["scenario"]), ScenarioRef)
    assert read({"id": "neither"}) == {"id": "neither"}
    assert read(None) is None
    assert read("text") == "text"


# --- the absent value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_unset_is_one_object(protocol: int) -> None:
    assert copy.copy(UNSET) is UNSET
    assert copy.deepcopy(UNSET) is UNSET
    assert copy.deepcopy([UNSET])[0] is UNSET
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET
    assert Unset["UNSET"] is UNSET


def test_unset_is_false_and_not_none() -> None:
    assert not UNSET
    assert UNSET is not None
    assert repr(UNSET) == "UNSET"


def test_copies_leave_absent_fields_out_of_what_they_write() -> None:
    lean = SessionDetail.from_dict({"id": "x"})
    assert copy.deepcopy(lean).to_dict() == {"id": "x"}
    assert pickle.loads(pickle.dumps(lean)).to_dict() == {"id": "x"}


# --- dates

MARCH = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


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
    with pytest.raises(
        ValueError, match=r"datetime\(2026, 3, 1, 10, 0\) has no offset from UTC: give it a tzinfo"
    ):
        format_datetime(MARCH.replace(tzinfo=None))


def test_nulls_do_not_load_dateutil() -> None:
    program = (
        "import sys; from exec_api_client._model import parse_datetime; "
        "parse_datetime(None); parse_datetime('2026-03-01T00:00:00Z'); assert 'dateutil' not in sys.modules; "
        "parse_datetime('2026-060'); assert 'dateutil' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_days_and_uuids() -> None:
    number = "12345678-1234-5678-1234-567812345678"
    assert parse_date("2026-03-01") == date(2026, 3, 1)
    assert parse_uuid(number) == UUID(number)
    assert parse_date("2026-03-01T10:00:00Z") == "2026-03-01T10:00:00Z"


# --- writing


def test_everything_that_a_body_may_hold_becomes_json() -> None:
    number = UUID(int=1)
    value = {
        "model": User.from_dict({"id": "u"}),
        "moment": MARCH,
        "day": date(2026, 3, 1),
        "number": number,
        "list": [1, (MARCH,), {"x"}, frozenset({2})],
        "map": {"absent": UNSET, "null": None},
        "absent": UNSET,
    }
    assert to_json(value) == {
        "model": {"id": "u"},
        "moment": "2026-03-01T10:00:00Z",
        "day": "2026-03-01",
        "number": str(number),
        "list": [1, ["2026-03-01T10:00:00Z"], ["x"], [2]],
        "map": {"null": None},
    }


def test_the_outermost_shape_is_checked() -> None:
    assert expect_object({}) == {}
    assert expect_array([]) == []
    with pytest.raises(UnexpectedShapeError, match=r"^\$ is list, not an object$") as caught:
        expect_object([])
    assert caught.value.field == "$"
    with pytest.raises(UnexpectedShapeError, match=r"^\$\.data is NoneType, not an array$") as caught:
        expect_array(None, "$.data")
    assert caught.value.field == "$.data"
