"""What people write by mistake with the synchronous client, and what they are told to write instead."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest

from exec_api_client import ConfigurationError, Page, _mistakes
from exec_api_client.sandbox import Sandbox
from exec_api_client.sync import Pager


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(sessions=120, limits=None)


async def awaited(what: Any) -> None:
    await what


async def walked(what: Any) -> None:
    async for _ in what:
        pass


async def entered(what: Any) -> None:
    async with what:
        pass


def held(what: Any) -> None:
    with what:
        pass


@pytest.mark.parametrize(
    ("write", "instead"),
    [
        (lambda client: len(client.sessions.list()), "`pager.count()`, or `len(pager.collect())`"),
        (lambda client: bool(client.sessions.list()), "`pager.count()`"),
        (lambda client: client.sessions.list()[0], "`pager.page()[index]`"),
        (lambda client: client.sessions.list()[:5], "`pager.collect(limit=...)`"),
        (lambda client: asyncio.run(awaited(client.sessions.list())), "`pager.page()`, or `pager.collect()`"),
        (lambda client: asyncio.run(walked(client.sessions.list())), "`for item in pager`"),
        (lambda client: asyncio.run(walked(client.sessions.list().pages())), "`for ...`, not `async for"),
        (lambda client: asyncio.run(walked(client.sessions.list().items())), "`for ...`, not `async for"),
        (lambda client: client.sessions.list().items[0], "`for item in pager`, or `pager.page().items`"),
        (lambda client: list(client.sessions.list().pages), "`for page in pager.pages()`"),
        (lambda client: held(client.sessions.list()), "`with pager.prefetch() as items`"),
        (lambda client: list(client.sessions.list().prefetch(3)), "`with pager.prefetch() as items:`"),
        (lambda client: asyncio.run(entered(client.sessions.list().prefetch(3))), "`with pager.prefetch()`"),
        (lambda client: aiter(client.sessions.list().prefetch(3)), "`with pager.prefetch() as items:`"),
        (lambda client: asyncio.run(entered(client)), "`with ExecClient(...) as client:`"),
    ],
)
def test_what_is_written_as_elsewhere(
    client: Any, sandbox: Sandbox, write: Callable[[Any], object], instead: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(instead)):
        write(client)
    assert not sandbox.requests


@pytest.mark.parametrize("name", ["data", "page_size", "total_count", "total_pages"])
def test_the_fields_of_a_page_are_those_of_a_page(client: Any, name: str) -> None:
    field = "items" if name == "data" else name
    with pytest.raises(AttributeError, match=rf"`page = pager\.page\(\)`, then `page\.{field}`"):
        getattr(client.sessions.list(), name)
    assert hasattr(client.sessions.list().page(), field)


def test_there_is_no_aclose(client: Any) -> None:
    with pytest.raises(AttributeError, match=r"`client\.close\(\)`"):
        client.aclose()
    assert not client.closed


def test_other_names_are_not_there_as_usual(client: Any) -> None:
    for owner, name in ((client, "sesions"), (client.sessions.list(), "colect")):
        said = f"'{type(owner).__name__}' object has no attribute '{name}'"
        with pytest.raises(AttributeError, match=said):
            getattr(owner, name)


def test_what_takes_any_iterable_takes_a_pager(client: Any) -> None:
    for made in (list, tuple, set[Any]):
        assert len(made(session.id for session in client.sessions.list())) == 120
    assert len([*client.sessions.list()]) == len(list(client.sessions.list())) == 120


@pytest.mark.parametrize("walk_of", [Pager.items, Pager.pages, Pager.__iter__])
def test_a_walk_that_has_ended_is_not_silently_empty(
    client: Any, sandbox: Sandbox, walk_of: Callable[[Any], Iterator[Any]]
) -> None:
    walk = walk_of(client.sessions.list())
    assert [*walk]
    with pytest.raises(ConfigurationError, match=r"begin another with `for \.\.\. in pager`"):
        list(walk)
    with pytest.raises(StopIteration):
        next(walk)
    assert len(sandbox.requests) == 2


def test_a_thread_that_comes_late_to_a_shared_walk_gets_nothing(client: Any) -> None:
    walk, late = client.sessions.list().items(), list[list[Any]]()
    assert len([*walk]) == 120
    thread = threading.Thread(target=lambda: late.append([*walk]))
    thread.start()
    thread.join()
    assert late == [[]]


def test_each_field_of_a_page_is_known_to_its_mistakes() -> None:
    assert {field.name for field in fields(Page)} == set(_mistakes._OF_A_PAGE.values())
