"""Each exception survives pickling and copying."""

import copy
import pickle

import pytest

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    ExecError,
    PaginationError,
    RateLimitError,
    ResponseDecodeError,
)
from tests.errors.kinds import TREE

MADE = [
    ExecError("plain"),
    ConfigurationError("bad argument"),
    ClientClosedError("closed"),
    PaginationError("circles"),
    APIError("failed", method="GET", path="/x"),
    APIConnectionError("refused", method="GET", path="/x", sent=False, transient=False),
    APITimeoutError("slow", method="POST", path="/y"),
    ResponseDecodeError(
        "odd", method="GET", path="/x", status_code=200, content_type="text/html", snippet="<", field="$"
    ),
    *(
        kind("said: this", method="GET", path="/x", status_code=418, type="t", code="c", headers={"a": "b"})
        for kind in TREE
        if issubclass(kind, APIStatusError)
    ),
]


def assert_same(one: BaseException, other: BaseException) -> None:
    assert type(other) is type(one)
    assert str(other) == str(one)
    assert other.args == one.args
    assert vars(other) == vars(one)


def test_each_class_is_pickled_below() -> None:
    assert {type(error) for error in MADE} == set(TREE)


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", [0, pickle.DEFAULT_PROTOCOL, pickle.HIGHEST_PROTOCOL])
def test_each_class_survives_pickling_and_copying(error: ExecError, protocol: int) -> None:
    if isinstance(error, RateLimitError):
        error.retry_after = 7.5
    error.add_note("while testing")
    assert_same(error, pickle.loads(pickle.dumps(error, protocol)))
    assert_same(error, pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error, protocol)), protocol)))
    assert_same(error, copy.copy(error))


def test_a_message_that_ends_in_a_colon_survives() -> None:
    error = APIStatusError("expected one of:", method="GET", path="/x", status_code=400)
    assert error.message == "expected one of:"
    assert_same(error, pickle.loads(pickle.dumps(error)))
