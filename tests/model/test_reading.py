"""Models are read whatever a server sends, and written as they came."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import UNSET
from exec_api_client._runtime.models import to_json
from exec_api_client.models import SessionDetail, User
from tests.fakes import examples
from tests.model.samples import DETAIL, USER, detail

ALL_EXAMPLES = [pytest.param(operation, answer, id=name) for name, operation, answer in examples()]

# Whatever JSON can hold in a place where something else was documented.
ODD = [None, True, 0, -1.5, "", "purple", "2026", [], [None, {}, [1]], {}, {"a": {"b": None}}]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


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


def test_null_is_none_and_a_missing_field_is_unset() -> None:
    assert detail(rank=None, score=None).rank is None
    lean = SessionDetail.from_dict({"id": "x"})
    assert lean.id == "x"
    assert lean.rank is UNSET
    assert lean.transcript is UNSET
    assert lean.to_dict() == {"id": "x"}


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
