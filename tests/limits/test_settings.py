"""The numbers of a limit: which are refused, and how they are shown."""

import math
from typing import Any

import pytest

from exec_api_client import ConfigurationError, RateLimit


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests": 0},
        {"requests": -1},
        {"per": 0},
        {"per": -1.0},
        {"per": math.inf},
        {"per": math.nan},
        {"per_day": 0},
        {"day_ceiling": -1},
    ],
)
def test_a_number_that_cannot_be_right_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^RateLimit: requests and per_day from 1, per above 0, day_ceiling from 0$"
    ):
        RateLimit(**wrong)


def test_a_limit_shows_its_numbers() -> None:
    assert repr(RateLimit()) == "RateLimit(60, 60, per_day=1000, day_ceiling=None)"
    assert repr(RateLimit(2, 0.5, day_ceiling=9)) == "RateLimit(2, 0.5, per_day=1000, day_ceiling=9)"
