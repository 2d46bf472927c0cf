"""A list by creation time that changes between any two requests: nothing repeated, nothing missed."""

import math

import pytest

from tests.pagination.moving_list import (
    APART,
    NEWEST_FIRST,
    OLDEST_FIRST,
    SEVERAL_A_SECOND,
    Server,
    read,
)


@pytest.mark.thorough
@pytest.mark.parametrize("rows", [1_000, 950, 437, 400])
@pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST])
@pytest.mark.parametrize("ahead", [1, 10])
@pytest.mark.parametrize("gaps", [APART, SEVERAL_A_SECOND], ids=["apart", "several a second"])
async def test_nothing_is_repeated_or_missed_while_rows_come_and_go(
    rows: int, order: str, ahead: int, gaps: tuple[int, ...]
) -> None:
    requests: list[int] = []
    for seed in range(50 if rows == 1_000 else 10):
        server = Server(rows, gaps=gaps, seed=seed, between=Server.churn)
        server.scrambled = ahead > 1
        pager = server.pager(order=order)
        found = await read(pager, ahead)
        assert server.harm(found) == (0, 0)
        # Fewer rows than a count that never changed are not exact, also where rows came and went in step.
        assert pager.report.exact or (ahead > 1 and not pager.report.total_changed)
        assert pager.report.seen == len(found)
        requests.append(pager.report.requests)
    # What was asked ahead is dropped once.
    wasted = 9 if order == NEWEST_FIRST and ahead > 1 else 0
    assert max(requests) <= math.ceil(rows / 100) + 2 + min(wasted, math.ceil(rows / 100) - 2)
