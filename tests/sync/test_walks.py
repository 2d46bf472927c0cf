"""Lists of the synchronous client, walked with plain `for`."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from exec_api_client import (
    ClientClosedError,
    ConfigurationError,
    InternalServerError,
    Page,
    PaginationError,
)
from exec_api_client.models import SessionListItem
from exec_api_client.sandbox import Sandbox
from exec_api_client.sync import ExecClient, Items, Pager
from tests.fakes import ONCE, Api, page_of, refusal
from tests.sync.clients import client_of


def test_a_walk_asks_for_a_page_when_it_is_needed(client: ExecClient, sandbox: Sandbox) -> None:
    walk = iter(client.sessions.list())
    assert not sandbox.requests
    for number, _ in enumerate(walk, 1):
        assert len(sandbox.requests) == (number + 99) // 100
        if number == 130:
            break
    assert len(sandbox.requests) == 2
    assert len([*walk]) == 120


def test_after_a_break_the_bookmark_goes_on_with_the_next_item(client: ExecClient) -> None:
    everything = [session.id for session in client.sessions.list()]
    assert len(set(everything)) == 250
    for given in (0, 1, 99, 100, 101, 250):
        pager = client.sessions.list()
        walk = iter(pager)
        first = [next(walk).id for _ in range(given)]
        rest = pager.resume(pickle.loads(pickle.dumps(pager.bookmark)))
        assert isinstance(rest, Pager)
        assert first + [session.id for session in rest] == everything
    assert pager.report.exact
    assert pager.report.expected == 250


def test_the_parts_of_a_list(client: ExecClient, sandbox: Sandbox) -> None:
    page = client.sessions.list(page=2, page_size=10).page()
    assert isinstance(page, Page)
    assert (page.page, len(page), page.total_count) == (2, 10, 250)
    assert client.sessions.list().count() == 250
    assert len(sandbox.requests) == 2
    assert sum(len(page) for page in client.sessions.list().pages()) == 250
    sandbox.requests.clear()
    assert len(client.sessions.list().collect(limit=150)) == 150
    assert len(sandbox.requests) == 2
    with client.sessions.list().prefetch(2) as ahead:
        assert isinstance(ahead, Items)
        assert len({session.id for session in ahead}) == 250
    with (
        pytest.raises(ConfigurationError, match="pages=0"),
        client.sessions.list().prefetch(0),
    ):
        raise AssertionError("the number was taken")


def test_a_prefetch_that_is_left_ends_its_requests(client: ExecClient) -> None:
    with client.sessions.list().prefetch(2) as ahead:
        first = next(ahead)
        assert isinstance(first, SessionListItem)
    with pytest.raises(ConfigurationError, match="has ended with its `with` block; walk inside it"):
        list(ahead)


def test_a_walk_goes_on_after_a_failure() -> None:
    items: list[dict[str, Any]] = [{"id": str(number)} for number in range(2)]
    pages = [page_of(items[:1], 1, 2, 1), refusal(500), page_of(items[1:], 2, 2, 1)]
    for walk_of in (Pager.items, Pager.pages):
        with client_of(Api(*pages), retry=ONCE) as client:
            walk: Iterator[Any] = walk_of(client.scenarios.list_assignments(page_size=1))
            next(walk)
            with pytest.raises(InternalServerError) as failed:
                next(walk)
            assert failed.value.bookmark is not None
            assert len([*walk]) == 1


def test_a_strict_walk_is_strict() -> None:
    changed = [
        page_of([{"id": "a"}], 1, 2, 1),
        page_of([{"id": "b"}], 2, 3, 1),
        page_of([{"id": "c"}], 3, 3, 1),
    ]
    for walk in (
        lambda pager, **how: [*pager.items(**how)],
        lambda pager, **how: [*pager.pages(**how)],
        lambda pager, **how: pager.collect(**how),
        prefetched,
    ):
        with client_of(Api(*changed)) as client:
            assert len(walk(client.scenarios.list_assignments(page_size=1))) == 3
        with client_of(Api(*changed)) as client, pytest.raises(PaginationError, match="cannot be shown"):
            walk(client.scenarios.list_assignments(page_size=1), strict=True)


def prefetched(pager: Pager[Any], **how: Any) -> list[Any]:
    with pager.prefetch(1, **how) as items:
        return [*items]


def test_what_is_here_is_given_without_the_thread(client: ExecClient) -> None:
    walk = iter(client.sessions.list())
    first = next(walk)
    client.close()
    rest = [next(walk) for _ in range(99)]
    assert len({session.id for session in (first, *rest)}) == 100
    with pytest.raises(ClientClosedError):
        next(walk)
