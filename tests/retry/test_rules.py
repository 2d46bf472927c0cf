"""The rules alone: how long a delay is, what is tried again, and what a budget pays for."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import (
    APIError,
    APIStatusError,
    ConfigurationError,
    InternalServerError,
    RateLimitError,
    RetryPolicy,
)
from exec_api_client.retry import Decision, RetryBudget, decide, is_retryable
from tests.fakes import KEY

probability = st.floats(0, 1, exclude_max=True)
seconds = st.floats(0, 1e6)


# --- the policy


@pytest.mark.parametrize(
    ("retries", "bound"), [(0, 0.5), (1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 8.0), (5000, 8.0)]
)
def test_the_bound_doubles_up_to_its_limit_and_chance_spreads_below_it(retries: int, bound: float) -> None:
    assert [RetryPolicy().delay(retries, None, chance) for chance in (0.0, 0.5)] == [0.0, bound / 2]


@given(st.integers(0, 9), seconds, probability, seconds)
def test_the_server_is_never_asked_early_nor_much_later(
    retries: int, asked: float, chance: float, longest: float
) -> None:
    delay = RetryPolicy(max_wait=longest).delay(retries, asked, chance)
    assert asked <= delay <= asked + min(1.0, asked / 10)
    if asked <= longest:
        assert delay <= longest


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"max_retries": -1}, "max_retries must be a whole number from 0, not -1"),
        ({"max_retries": 1.0}, "max_retries must be a whole number from 0, not 1.0"),
        ({"max_retries": KEY}, "max_retries must be a whole number from 0, not '[key]'"),
        ({"backoff": -1}, "backoff must be a number of seconds from 0, not -1"),
        ({"max_backoff": math.nan}, "max_backoff must be a number of seconds from 0, not nan"),
        ({"max_wait": None}, "max_wait must be a number of seconds from 0, not None"),
    ],
)
def test_a_number_out_of_its_range_is_refused(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        RetryPolicy(**wrong)
    assert str(caught.value) == f"RetryPolicy: {problem}"


# --- whether


RETRIED = {408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530}


@pytest.mark.parametrize(("idempotent", "retried"), [(True, RETRIED), (False, {429})])
def test_which_statuses_are_tried_again(idempotent: bool, retried: set[int]) -> None:
    errors = [APIStatusError("x", status_code=status) for status in range(300, 600)]
    assert {error.status_code for error in errors if is_retryable(error, idempotent)} == retried


def down(retry_after: float | None = None) -> InternalServerError:
    return InternalServerError("x", status_code=503, retry_after=retry_after)


def decided(
    error: APIError, retries: int = 0, left: float = math.inf, budget: RetryBudget | None = None
) -> Decision:
    return decide(
        error, RetryPolicy(), retries=retries, idempotent=True, left=left, budget=budget, random=0.5
    )


@pytest.mark.parametrize(
    ("error", "retries", "left", "budget", "decision"),
    [
        (down(), 0, math.inf, RetryBudget(), (True, 0.25, "backoff")),
        (down(1.0), 1, math.inf, RetryBudget(), (True, 1.05, "server")),
        (down(), 2, math.inf, RetryBudget(), (False, 1.0, "backoff")),
        (down(120.0), 0, math.inf, RetryBudget(), (True, 120.0, "server")),
        (down(120.1), 0, math.inf, RetryBudget(), (False, 120.6, "server")),
        (APIError("x"), 0, math.inf, RetryBudget(), (False, 0.25, "backoff")),
        (down(), 0, 0.3, RetryBudget(), (True, 0.25, "backoff")),
        (down(), 0, 0.25, RetryBudget(), (False, 0.25, "deadline")),
        (down(), 0, math.inf, RetryBudget(0.9), (False, 0.25, "budget")),
        (RateLimitError("x", retry_after=1.0), 0, math.inf, None, (True, 1.05, "server")),
    ],
)
def test_one_decision(
    error: APIError, retries: int, left: float, budget: RetryBudget | None, decision: tuple[bool, float, str]
) -> None:
    assert decided(error, retries, left, budget) == decision


def test_only_a_retry_that_is_made_costs() -> None:
    budget = RetryBudget(tokens=1)
    sources = [decided(down(), left=left, budget=budget).source for left in (0.1, math.inf, math.inf)]
    assert sources == ["deadline", "backoff", "budget"]
