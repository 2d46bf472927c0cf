"""The numbers of a limit: which are taken, and how they are shown."""

import math
import traceback
from pathlib import Path
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, ConfigurationError, RateLimit, RetryPolicy
from tests.fakes import KEY, Two


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"requests": 0}, "requests must be a whole number from 1, not 0"),
        ({"requests": True}, "requests must be a whole number from 1, not True"),
        ({"requests": None}, "requests must be a whole number from 1, not None"),
        ({"requests": KEY}, "requests must be a whole number from 1, not '[key]'"),
        ({"per_day": 0}, "per_day must be a whole number from 1, not 0"),
        ({"day_ceiling": -1}, "day_ceiling must be a whole number from 0, not -1"),
        ({"per": 0}, "per must be a number of seconds above 0, not 0"),
        ({"per": 10**400}, f"per must be a number of seconds above 0, not 1{'0' * 76}..."),
        ({"per": -1.0}, "per must be a number of seconds above 0, not -1.0"),
        ({"per": math.inf}, "per must be a number of seconds above 0, not inf"),
        ({"per": math.nan}, "per must be a number of seconds above 0, not nan"),
    ],
)
def test_a_number_out_of_its_range_is_refused(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        RateLimit(**wrong)
    assert str(caught.value) == f"RateLimit: {problem}"
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "RateLimit(" in shown


def test_whole_numbers_of_other_libraries_are_taken() -> None:
    two: Any = Two()
    limit = RateLimit(two, two, per_day=two, day_ceiling=two)
    assert repr(limit) == "RateLimit(2, 2, per_day=2, day_ceiling=2)"
    client = AsyncExecClient(KEY, timeout=two, deadline=two, max_connections=two, max_response_bytes=two)
    assert repr(client)
    assert RetryPolicy(two, two, two, two) == RetryPolicy(2, 2, 2, 2)


def test_a_limit_shows_its_numbers() -> None:
    assert repr(RateLimit()) == "RateLimit(60, 60.0, per_day=1000, day_ceiling=None)"
    assert repr(RateLimit(2, 0.5, day_ceiling=9)) == "RateLimit(2, 0.5, per_day=1000, day_ceiling=9)"


def test_a_store_is_opened_at_its_path(tmp_path: Path) -> None:
    for path in (tmp_path / "a.db", str(tmp_path / "b.db")):
        assert RateLimit(store=path)
        assert Path(path).exists()


def test_a_path_that_no_file_can_have_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="store must be a file that can be written"):
        RateLimit(store="a\0b")


@pytest.mark.parametrize("wrong", ["redis://:secret@quota", 5])
def test_another_kind_of_store_is_an_error(wrong: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        RateLimit(store=wrong)
    assert str(caught.value) == "RateLimit: store must be a path, RedisStore(url) or None"
