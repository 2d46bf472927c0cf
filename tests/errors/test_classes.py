"""Classes of exceptions: public, made with little, pickled, copied. docs/errors.md shows their tree."""

import copy
import pickle

import pytest

import exec_api_client
from exec_api_client import (
    APIConnectionError,
    APIStatusError,
    Attempt,
    ExecError,
    NotFoundError,
    RateLimitError,
    ResponseDecodeError,
    errors,
)

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ExecError)]
MADE = [
    *(kind("plain") for kind in KINDS),
    APIConnectionError("refused", method="GET", path="/x", sent=False, transient=False),
    APIStatusError("expected one of:", method="GET", path="/x", status_code=400),
    ResponseDecodeError(
        "odd", method="GET", path="/x", status_code=200, content_type="text/html", snippet="<", field="$"
    ),
    RateLimitError(
        "said: this", method="GET", path="/x", type="t", code="c", headers={"a": "b"}, retry_after=7.5
    ),
]


def test_each_is_public() -> None:
    assert {kind.__name__ for kind in KINDS} <= set(exec_api_client.__all__)


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", [0, pickle.DEFAULT_PROTOCOL, pickle.HIGHEST_PROTOCOL])
def test_each_survives_pickling_and_copying(error: ExecError, protocol: int) -> None:
    error.add_note("while testing")
    pickled = pickle.loads(pickle.dumps(error, protocol))
    for other in (pickled, pickle.loads(pickle.dumps(pickled, protocol)), copy.copy(error)):
        assert type(other) is type(error)
        assert (str(other), other.args, vars(other)) == (str(error), error.args, vars(error))


def test_a_failure_says_how_often_it_was_tried_if_more_than_once() -> None:
    error, once = APIConnectionError("lost"), Attempt("APITimeoutError", None, 0.5, "backoff")
    assert (error.attempts, str(error)) == ((), "lost")
    error.attempts = (once,)
    assert str(error) == "lost"
    error.attempts = (once, Attempt("InternalServerError", 503, None, "backoff"))
    assert str(error) == "lost (after 2 attempts)"


def test_what_an_exception_knows_at_first() -> None:
    error = APIConnectionError("lost")
    assert (error.method, error.path, error.sent, error.transient) == ("", "", True, True)
    assert ResponseDecodeError("odd").status_code == APIStatusError("x").status_code == 0
    assert RateLimitError("x").retry_after is None
    assert NotFoundError("x").status_code == 404
