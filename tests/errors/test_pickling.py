"""Each exception survives pickling and copying."""

import copy
import pickle

import pytest

from exec_api_client import (
    APIConnectionError,
    APIStatusError,
    ExecError,
    RateLimitError,
    ResponseDecodeError,
)
from tests.errors.kinds import TREE

MADE = [
    *(kind("plain") for kind in TREE),
    APIConnectionError("refused", method="GET", path="/x", sent=False, transient=False),
    ResponseDecodeError(
        "odd", method="GET", path="/x", status_code=200, content_type="text/html", snippet="<", field="$"
    ),
    RateLimitError(
        "said: this", method="GET", path="/x", type="t", code="c", headers={"a": "b"}, retry_after=7.5
    ),
]


def assert_same(one: BaseException, other: BaseException) -> None:
    assert type(other) is type(one)
    assert str(other) == str(one)
    assert other.args == one.args
    assert vars(other) == vars(one)


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", [0, pickle.DEFAULT_PROTOCOL, pickle.HIGHEST_PROTOCOL])
def test_each_class_survives_pickling_and_copying(error: ExecError, protocol: int) -> None:
    error.add_note("while testing")
    assert_same(error, pickle.loads(pickle.dumps(error, protocol)))
    assert_same(error, pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error, protocol)), protocol)))
    assert_same(error, copy.copy(error))


def test_a_message_that_ends_in_a_colon_survives() -> None:
    error = APIStatusError("expected one of:", method="GET", path="/x", status_code=400)
    assert error.message == "expected one of:"
    assert_same(error, pickle.loads(pickle.dumps(error)))
