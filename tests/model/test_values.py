"""Models as values: made, copied, pickled, compared, and the one absent value."""

import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from exec_api_client import UNSET, Unset
from exec_api_client._runtime.models import Model
from exec_api_client.models import ScenarioRef, SessionDetail, SessionListItem, User
from exec_api_client.sandbox import Sandbox
from tests.model.samples import DETAIL, USER, detail

# --- models as values


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
@pytest.mark.parametrize("model", [detail(extra={"a": [1]}), SessionDetail.from_dict({"id": "x"})])
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


def test_a_traceback_can_show_an_object_that_is_not_made() -> None:
    nothing: Any = None
    for make in (lambda: SessionDetail.from_dict(nothing), lambda: Sandbox(sessions=-1)):
        with pytest.raises(Exception, match=r"must|object") as caught:
            make()
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert "Traceback" in "".join(shown.format())


def test_repr_shows_what_is_there() -> None:
    assert repr(User.from_dict(USER)) == (
        "User(id='u1a2b3c4d5e6', email='jane@acme.com', first_name='Jane', last_name='Smith')"
    )
    assert repr(User.from_dict({"id": "u", "team": None})) == (
        "User(id='u', additional_properties={'team': None})"
    )
    assert "transcript" not in repr(SessionListItem.from_dict(DETAIL).user)
    assert eval(repr(User.from_dict(USER)), {"User": User}) == User.from_dict(USER)


def test_of_two_models_the_one_that_fits_best_is_read() -> None:
    def read(value: Any) -> Any:
        return Model.either(value, User, ScenarioRef)

    assert isinstance(read(USER), User)
    assert isinstance(read(DETAIL["scenario"]), ScenarioRef)
    assert isinstance(read({"email": "jane@acme.com", "new": 1}), User)
    assert read({"odd": "neither"}) == {"odd": "neither"}
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


@pytest.mark.parametrize("use", [iter, len, lambda value: value[0]], ids=["iter", "len", "index"])
def test_a_field_that_was_not_asked_for_says_so(use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"field is UNSET.* requested in the call, as with include="):
        use(UNSET)


def test_a_part_of_a_field_that_was_not_asked_for_says_so() -> None:
    with pytest.raises(AttributeError, match=r"field is UNSET.* requested in the call, as with include="):
        _ = UNSET.lines  # type: ignore[attr-defined]
    assert not hasattr(UNSET, "lines")
    assert copy.deepcopy(UNSET) is UNSET
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET
