"""What follows from a row's own values."""

import pytest

from exec_api_client.sandbox.rows import rank_of


@pytest.mark.parametrize(
    ("score", "rank"),
    [
        (100, "gold"),
        (90, "gold"),
        (89.9, "silver"),
        (75, "silver"),
        (74.5, "bronze"),
        (50, "bronze"),
        (49.9, "unranked"),
        (0, "unranked"),
    ],
)
def test_ranks_begin_at_the_published_scores(score: float, rank: str) -> None:
    assert rank_of(score) == rank
