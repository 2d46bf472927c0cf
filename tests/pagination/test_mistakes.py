"""What people write by mistake with pagers, pages and walks, and what they are told to write instead."""

import asyncio
import inspect
import re
from collections.abc import AsyncIterable, Callable
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncPager, ConfigurationError
from tests.pagination.rows import EVERY_ID, ids, rows_api


def pager() -> Any:
    """A pager that sends nothing: what is tried here is refused before."""
    return rows_api().client().sessions.list()


async def awaited(walk: Any) -> None:
    await walk


def held(holder: Any) -> None:
    with holder:
        pass


@pytest.mark.parametrize(
    ("write", "instead"),
    [
        (iter, "`async for item in pager`, or `await pager.collect()`"),
        (list, "`async for item in pager`, or `await pager.collect()`"),
        (lambda pager: [*pager], "`async for item in pager`"),
        (len, "`await pager.count()`"),
        (bool, "`await pager.count()`"),
        (lambda pager: pager[0], "`await pager.first()`"),
        (lambda pager: pager[:5], "`await pager.collect(limit=...)`"),
        *(
            (
                lambda pager, write=write: write(pager.items),
                "`async for item in pager`, or `(await pager).items`",
            )
            for write in (iter, aiter, len, list, bool, lambda items: items[0])
        ),
        (lambda pager: aiter(pager.pages), "`async for page in pager.pages()`"),
        (held, "only a prefetch does"),
        (lambda pager: "x" in pager, "`item in await pager.collect()`"),
        (lambda pager: asyncio.run(awaited(pager.items())), "a walk is iterated: `async for ...`"),
        (lambda pager: asyncio.run(awaited(pager.pages())), "a walk is iterated: `async for ...`"),
        (lambda pager: iter(pager.items()), "`async for ...` instead of `for ...`"),
        (lambda pager: iter(pager.pages()), "`async for ...` instead of `for ...`"),
        *(
            (lambda pager, write=write: write(pager.prefetch()), "`async with pager.prefetch() as items:`")
            for write in (aiter, iter, held, lambda prefetch: asyncio.run(awaited(prefetch)))
        ),
    ],
)
def test_a_pager_is_no_list(write: Callable[[Any], object], instead: str) -> None:
    with pytest.raises(TypeError, match=re.escape(instead)):
        write(pager())


@pytest.mark.parametrize("name", ["items", "pages"])
def test_a_method_that_is_to_be_called_is_a_method_all_the_same(name: str) -> None:
    of = pager()
    method, function = getattr(of, name), getattr(type(of), name)
    assert inspect.isfunction(function)
    assert inspect.signature(method) == inspect.signature(function.__get__(of))
    assert (inspect.getdoc(method), method.__name__) == (inspect.getdoc(function), name)
    assert method.__self__ is of


@pytest.mark.parametrize("name", ["data", "page", "page_size", "pagination", "total_count", "total_pages"])
def test_the_fields_of_a_page_are_there_after_an_await(name: str) -> None:
    field = {"data": "items", "pagination": "total_count"}.get(name, name)
    then = "" if name == "page" else f", then `page.{field}`"
    with pytest.raises(AttributeError, match=rf"`page = await client\.sessions\.list\(\.\.\.\)`{then}$"):
        getattr(pager(), name)
    assert not hasattr(pager(), name)


def test_other_names_are_not_there_as_usual() -> None:
    with pytest.raises(AttributeError, match="'AsyncPager' object has no attribute 'totals'"):
        _ = pager().totals


async def test_a_pager_holds_nothing_open() -> None:
    with pytest.raises(TypeError, match=r"async with pager\.prefetch\(\) as items"):
        async with pager():
            pass


async def test_a_page_is_iterated_without_async() -> None:
    async with rows_api().client() as client:
        page: Any = await client.sessions.list(page_size=3)
        with pytest.raises(TypeError, match="`for item in page`; for all pages iterate the pager"):
            [item async for item in page]
        assert len(page) == 3


# --- walking twice, and in several tasks


@pytest.mark.parametrize("walk_of", [AsyncPager.items, AsyncPager.pages, AsyncPager.__aiter__])
async def test_a_walk_that_has_ended_is_not_silently_empty(
    walk_of: Callable[[Any], AsyncIterable[Any]],
) -> None:
    api = rows_api()
    async with api.client() as client:
        walk = walk_of(client.sessions.list())
        assert [step async for step in walk]
        with pytest.raises(ConfigurationError, match="begin another"):
            [step async for step in walk]
        with pytest.raises(StopAsyncIteration):
            await anext(walk)
    assert len(api.requests) == 3


async def test_a_walk_that_was_left_goes_on() -> None:
    async with rows_api().client() as client:
        walk = client.sessions.list().items()
        found: list[str] = []
        async for session in walk:
            found.append(session.id)
            if len(found) == 120:
                break
        found += [session.id async for session in walk]
    assert found == EVERY_ID


@pytest.mark.parametrize("how", ["items", "pages", "prefetch"])
async def test_several_tasks_share_a_walk_and_each_item_goes_to_one_of_them(how: str) -> None:
    api, given = rows_api(), dict[str, list[str]]()

    async def work(name: str, walk: AsyncIterable[Any]) -> None:
        async for step in walk:
            given.setdefault(name, []).extend(ids(step) if how == "pages" else [step.id])
            await asyncio.sleep(0)

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)  # the others ask meanwhile
        return api._answer(request)

    async with api.client(transport=httpx.MockTransport(answer)) as client:
        pager: Any = client.sessions.list(page_size=10)
        if how == "prefetch":
            async with pager.prefetch(3) as items:
                await asyncio.gather(*(work(name, items) for name in "abc"))
        else:
            walk = getattr(pager, how)()
            await asyncio.gather(*(work(name, walk) for name in "abc"))
        assert pager.report.seen == 250
    assert len(given) == 3
    everything = [known for each in given.values() for known in each]
    assert sorted(everything) == sorted(EVERY_ID)
    assert len(api.requests) == 25
