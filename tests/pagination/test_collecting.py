"""Collecting a list: how many pages a limit takes."""

from typing import Any

import pytest

from exec_api_client import ConfigurationError
from tests.pagination.rows import EVERY_ID, ids, rows_api


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        (1, [1]),
        (30, [30]),
        (100, [100]),
        (101, [100, 100]),
        (250, [100] * 3),
        (999, [100] * 3),
        (None, [100] * 3),
    ],
)
async def test_collecting_asks_for_no_more_than_the_limit_needs(limit: int | None, sizes: list[int]) -> None:
    api = rows_api()
    async with api.client() as client:
        assert ids(await client.sessions.list().collect(limit=limit)) == EVERY_ID[:limit]
    assert [int(request.url.params["page_size"]) for request in api.requests] == sizes


async def test_collecting_in_a_size_that_is_named() -> None:
    api = rows_api()
    async with api.client() as client:
        assert ids(await client.sessions.list(page_size=20).collect(limit=30)) == EVERY_ID[:30]
    assert [request.url.params["page_size"] for request in api.requests] == ["20", "20"]


async def test_collecting_nothing_asks_nothing() -> None:
    api = rows_api()
    async with api.client() as client:
        assert await client.sessions.list().collect(limit=0) == []
    assert api.requests == []


@pytest.mark.parametrize("limit", [-1, 2.5, "5", True])
async def test_a_wrong_limit(limit: Any) -> None:
    api = rows_api()
    async with api.client() as client:
        with pytest.raises(ConfigurationError, match="limit must be a whole number from 0"):
            await client.sessions.list().collect(limit=limit)
    assert api.requests == []


async def test_arguments_are_checked_at_the_call() -> None:
    async with rows_api().client() as client:
        with pytest.raises(ConfigurationError, match="page_size must be at most 100"):
            client.sessions.list(page_size=101)
        with pytest.raises(TypeError):
            client.sessions.list(limit=5)  # the limit belongs to collect
