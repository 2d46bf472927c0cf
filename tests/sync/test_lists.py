"""Lists of the synchronous client, read with plain `for`."""

import json

import pytest

from exec_api_client import ClientClosedError
from exec_api_client.sandbox import Sandbox
from exec_api_client.sync import ExecClient


def test_a_page_is_requested_when_its_first_item_is_needed(client: ExecClient, sandbox: Sandbox) -> None:
    items = iter(client.sessions.list())
    assert not sandbox.requests
    for number, _ in enumerate(items, 1):
        assert len(sandbox.requests) == (number + 99) // 100
        if number == 130:
            break
    assert len(sandbox.requests) == 2
    assert len([*items]) == 120


@pytest.mark.parametrize("given", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("ahead", [False, True])
def test_the_bookmark_stands_right_after_each_item(client: ExecClient, given: int, ahead: bool) -> None:
    everything = [session.id for session in client.sessions.list()]
    assert len(set(everything)) == 250
    pager = client.sessions.list()
    if ahead:
        with pager.prefetch(2) as items:
            first = [next(items).id for _ in range(given)]
    else:
        items = iter(pager)
        first = [next(items).id for _ in range(given)]
    rest = pager.resume(json.loads(json.dumps(pager.bookmark)))
    assert first + [session.id for session in rest] == everything
    assert rest.report.exact


def test_the_bookmark_stands_right_after_each_page(client: ExecClient) -> None:
    pager = client.sessions.list()
    pages = pager.pages()
    first = [*next(pages), *next(pages)]
    assert len({item.id for item in [*first, *pager.resume(pager.bookmark)]}) == 250


def test_items_of_a_page_need_no_further_work_of_the_thread(client: ExecClient) -> None:
    items = iter(client.sessions.list())
    first = next(items)
    client.close()
    assert len({first.id, *(next(items).id for _ in range(99))}) == 100
    with pytest.raises(ClientClosedError):
        next(items)


def test_a_prefetch_ends_its_requests_with_its_block(client: ExecClient, sandbox: Sandbox) -> None:
    with client.sessions.list().prefetch(2) as items:
        next(items)
    assert len(sandbox.requests) <= 3
    with client.sessions.list().prefetch() as items:
        next(items)
        client.close()
