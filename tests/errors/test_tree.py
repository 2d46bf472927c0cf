"""The tree of the exceptions, and what each knows of its attempts."""

import exec_api_client
from exec_api_client import (
    APIConnectionError,
    APIStatusError,
    Attempt,
    ConfigurationError,
    NotFoundError,
    RateLimitError,
    ResponseDecodeError,
    errors,
)
from tests.errors.kinds import TREE

# --- the tree


def test_the_tree() -> None:
    assert {kind: kind.__bases__[0] for kind in TREE} == TREE
    assert issubclass(ConfigurationError, ValueError)


def test_the_tree_is_whole_and_public() -> None:
    defined = {
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
    }
    assert defined == set(TREE)
    assert {kind.__name__ for kind in TREE} <= set(exec_api_client.__all__)
    assert all(kind.__doc__ for kind in TREE)


# --- attempts


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
