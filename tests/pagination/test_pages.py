"""The first page: what it holds, what is sent for it, and what is read from an answer."""

import json
from typing import Any

import pytest

from exec_api_client import AsyncPager, Page
from exec_api_client.models import SessionListItem
from exec_api_client.pagination.page import read_page
from tests.fakes import operations, page_of
from tests.pagination.rows import EVERY_ID, ROWS, ids, rows_api

# --- the first page


async def test_awaiting_gives_the_first_page_in_the_size_of_the_api() -> None:
    api = rows_api()
    async with api.client() as client:
        page = await client.sessions.list()
    assert isinstance(page, Page)
    assert (page.page, page.page_size, page.total_count, page.total_pages) == (1, 50, 250, 5)
    assert ids(page) == ids(page.items) == EVERY_ID[:50]
    assert (len(page), page[0].id, page[-1].id) == (50, "s0", "s49")
    assert api.targets == ["/sessions"]


async def test_awaiting_takes_the_page_and_the_size_that_are_named() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list(page=3, page_size=10)
        assert ids(await pager) == ids(await pager) == EVERY_ID[20:30]
        assert ids(await client.sessions.list(page=99)) == []
    assert api.targets == [*["/sessions?page=3&page_size=10"] * 2, "/sessions?page=99"]


async def test_nothing_is_sent_before_the_first_await() -> None:
    api = rows_api()
    async with api.client() as client:
        pager = client.sessions.list()
        assert isinstance(pager, AsyncPager)
        aiter(pager)
        aiter(pager.pages())
        assert repr(pager) == "<AsyncPager of sessions.list: iterate it, or collect() it>"
    assert api.requests == []


# --- reading a page

SESSIONS: Any = operations()["GET", "/sessions"]


def read(envelope: Any, page: int = 1, page_size: int = 50) -> Page[SessionListItem]:
    result: Page[SessionListItem] = read_page(SESSIONS, envelope, page, page_size)
    return result


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "x",
        {},
        {"page": None, "total_pages": "3"},
        {"page": True, "total_pages": -1, "page_size": 1.5},
    ],
)
def test_a_page_that_does_not_say_what_it_is_is_what_was_asked_for(said: Any) -> None:
    page = read({"data": [{"id": "s"}], "pagination": said}, page=2, page_size=10)
    assert (page.page, page.page_size, page.total_count, page.total_pages) == (2, 10, None, None)
    assert ids(page) == ["s"]


def test_pages_are_values() -> None:
    envelope = json.loads(page_of(ROWS[:2]).content)
    assert read(envelope) == read(envelope)
    assert read(envelope).items == [SessionListItem.from_dict(row) for row in ROWS[:2]]
    with pytest.raises(AttributeError):
        read(envelope).page = 5


async def test_a_page_of_fifty_fits_on_a_screen() -> None:
    async with rows_api().client() as client:
        shown = repr(await client.sessions.list())
    assert shown.startswith("<Page 1 of 5, 50 of 250 items: [SessionListItem(id='s0'")
    assert len(shown) < 300
    assert repr(read({"data": []})) == "<Page 1 of None, 0 of None items: []>"
