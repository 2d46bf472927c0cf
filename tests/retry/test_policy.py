"""The policy alone: how long a wait is, and what is tried again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    ConfigurationError,
    ResponseDecodeError,
    RetryPolicy,
)
from exec_api_client.retry import RETRIED_STATUSES, may_retry

# --- the policy

probability = st.floats(0, 1, exclude_max=True)
seconds = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("retries", "bound"), [(0, 0.5), (1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 8.0), (60, 8.0)]
)
def test_the_bound_doubles_up_to_its_limit_and_chance_spreads_below_it(retries: int, bound: float) -> None:
    policy = RetryPolicy(max_retries=100)
    assert policy.delay(retries, None, 0.0) == 0.0
    assert policy.delay(retries, None, 0.5) == bound / 2


def test_thousands_of_doublings_do_not_overflow() -> None:
    assert RetryPolicy(max_retries=10**6).delay(5000, None, 0.5) == 4.0


def test_the_defaults() -> None:
    policy = RetryPolicy()
    assert (policy.max_retries, policy.backoff, policy.max_backoff, policy.max_wait) == (2, 0.5, 8.0, 120.0)
    assert policy == RetryPolicy()


def test_after_the_last_retry_there_is_none() -> None:
    assert [RetryPolicy().delay(retries, None, 0.5) is None for retries in range(4)] == [
        False,
        False,
        True,
        True,
    ]
    assert RetryPolicy(max_retries=0).delay(0, 1.0, 0.5) is None


def test_a_longer_wait_than_allowed_is_not_slept() -> None:
    policy = RetryPolicy(max_wait=60)
    assert policy.delay(0, 60.0, 0.0) == 60.0
    assert policy.delay(0, 60.1, 0.0) is None
    assert RetryPolicy(max_wait=math.inf).delay(0, 86400.0, 0.0) == 86400.0


@given(st.integers(0, 9), seconds, probability)
def test_the_server_is_never_asked_early_nor_much_later(retries: int, asked: float, chance: float) -> None:
    delay = RetryPolicy(max_retries=10, max_wait=1e6).delay(retries, asked, chance)
    assert delay is not None
    assert asked <= delay <= asked + min(1.0, asked / 10)


@given(st.integers(0, 99), seconds, seconds, probability)
def test_a_wait_of_its_own_stays_within_both_bounds(
    retries: int, backoff: float, largest: float, chance: float
) -> None:
    delay = RetryPolicy(max_retries=100, backoff=backoff, max_backoff=largest).delay(retries, None, chance)
    assert delay is not None
    assert 0 <= delay <= min(largest, backoff * 2.0**retries)


@pytest.mark.parametrize("setting", ["max_retries", "backoff", "max_backoff", "max_wait"])
def test_negative_settings_are_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="numbers from 0 upwards are wanted"):
        RetryPolicy(**{setting: -1})


@pytest.mark.parametrize("setting", ["backoff", "max_backoff", "max_wait"])
def test_not_a_number_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError):
        RetryPolicy(**{setting: math.nan})


# --- whether


@pytest.mark.parametrize("status", range(300, 600))
def test_which_statuses_are_tried_again(status: int) -> None:
    error = APIStatusError("x", status_code=status)
    assert may_retry(error, idempotent=True) is (status in {408, 429, 500, 502, 503, 504})
    assert may_retry(error, idempotent=False) is (status == 429)


def test_the_statuses_are_listed() -> None:
    assert {408, 429, 500, 502, 503, 504} == RETRIED_STATUSES


@pytest.mark.parametrize("kind", [APIConnectionError, APITimeoutError])
@pytest.mark.parametrize(
    ("idempotent", "sent", "transient", "again"),
    [
        (True, True, True, True),
        (True, False, True, True),
        (False, False, True, True),
        (False, True, True, False),  # the server may have acted
        (True, True, False, False),  # it would end in the same way
        (False, False, False, False),
    ],
)
def test_a_lost_connection(
    kind: type[APIConnectionError], idempotent: bool, sent: bool, transient: bool, again: bool
) -> None:
    assert may_retry(kind("x", sent=sent, transient=transient), idempotent) is again


def test_an_answer_that_cannot_be_read_is_not_asked_for_again() -> None:
    assert not may_retry(ResponseDecodeError("x"), idempotent=True)
    assert not may_retry(APIError("x"), idempotent=True)
