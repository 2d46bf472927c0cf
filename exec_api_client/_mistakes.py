"""What people write by mistake, and what they are told to write instead.

Each class stands among the bases of what it is about, and `to_be_called` before a method. Type checkers
refuse these mistakes by themselves and see nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from types import MethodType
from typing import TYPE_CHECKING, TypeVar

Method = TypeVar("Method", bound=Callable[..., object])

# What is asked of a page, by the names of its fields and of those in JSON, and a field that tells it.
_OF_A_PAGE = {
    "data": "items",
    "page": "page",
    "page_size": "page_size",
    "pagination": "total_count",
    "total_count": "total_count",
    "total_pages": "total_pages",
}


def _then(name: str) -> str:
    """What to write once the page is there; it is what was asked for where that was the page."""
    return "" if name == "page" else f", then `page.{_OF_A_PAGE[name]}`"


def to_be_called(instead: str) -> Callable[[Method], Method]:
    """For a method that is easily taken for what it gives: says what to write where it is not called."""

    def decorate(method: Method) -> Method:
        if not TYPE_CHECKING:
            method = _ToBeCalled(method, instead)
        return method

    return decorate


if not TYPE_CHECKING:

    class _ToBeCalled:
        def __init__(self, function, instead):
            update_wrapper(self, function)
            self._instead = instead

        def __get__(self, instance, owner=None):
            if instance is None:
                return self.__wrapped__
            return _NotCalled(MethodType(self.__wrapped__, instance), self._instead)

    class _NotCalled:
        __doc__ = property(lambda self: self.__wrapped__.__doc__)

        def __init__(self, method, instead):
            self.__wrapped__ = method
            self._instead = instead

        def __call__(self, *arguments, **named):
            return self.__wrapped__(*arguments, **named)

        def __getattr__(self, name):
            return getattr(self.__wrapped__, name)

        def __iter__(self):
            raise TypeError(self._instead)

        __aiter__ = __len__ = __iter__

        def __getitem__(self, index):
            raise TypeError(self._instead)


class AsyncClientMistakes:
    """A client that is entered without async."""

    if not TYPE_CHECKING:

        def __enter__(self):
            raise TypeError(
                "write `async with AsyncExecClient(...) as client:`; for code without await, ExecClient"
            )

        __exit__ = __enter__

        def __getattr__(self, name):
            if name == "close":
                raise AttributeError("an AsyncExecClient is closed with await: `await client.aclose()`")
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class AsyncPagerMistakes:
    """A pager that is taken for a list or for a page."""

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in _OF_A_PAGE:
                raise AttributeError(
                    f"a pager has no {name} before it is asked: "
                    f"`page = await client.{self._operation.name}(...)`{_then(name)}"
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

        def __iter__(self):
            raise TypeError("a pager makes requests: `async for item in pager`, or `await pager.collect()`")

        def __len__(self):
            raise TypeError("a pager is not here yet: `await pager.count()`, or `len(await pager.collect())`")

        def __getitem__(self, index):
            raise TypeError(
                "a pager is not here yet: `(await pager)[index]` for the first page, `await pager.first()`, "
                "or `await pager.collect(limit=...)`"
            )

        def __contains__(self, item):
            raise TypeError("a pager is not here yet: `item in await pager.collect()`")

        def __aenter__(self):
            raise TypeError(
                "a pager holds nothing open: `async for item in pager`; "
                "only a prefetch does: `async with pager.prefetch() as items`"
            )

        __aexit__ = __enter__ = __exit__ = __aenter__


class PageMistakes:
    """A page that is walked as a pager is."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __aiter__(self):
            raise TypeError("a page is here already: `for item in page`; for all pages iterate the pager")


class AsyncWalkMistakes:
    """A walk that is walked without async."""

    if not TYPE_CHECKING:

        def __iter__(self):
            raise TypeError("a walk makes requests: write `async for ...` instead of `for ...`")

        def __await__(self):
            raise TypeError("a walk is iterated: `async for ...`; `await pager.collect()` gives a list")


class AsyncPrefetchMistakes:
    """A prefetch that is taken for its items."""

    if not TYPE_CHECKING:

        def __aiter__(self):
            raise TypeError(
                "a prefetch is used as `async with pager.prefetch() as items:`, then iterate the items"
            )

        __iter__ = __enter__ = __exit__ = __await__ = __aiter__


class ClientMistakes:
    """A synchronous client that is used as the asynchronous one is."""

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name == "aclose":
                raise AttributeError("an ExecClient is closed without await: `client.close()`")
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

        def __aenter__(self):
            raise TypeError(
                "write `with ExecClient(...) as client:`; for code with await there is AsyncExecClient"
            )

        __aexit__ = __aenter__


class PagerMistakes:
    """A synchronous pager that is taken for a list, for a page or for an asynchronous pager."""

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in _OF_A_PAGE:
                raise AttributeError(
                    f"a pager has no {name} before it is asked: `page = pager.page()`{_then(name)}"
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

        def __len__(self):
            raise TypeError("a pager is not here yet: `pager.count()`, or `len(pager.collect())`")

        def __getitem__(self, index):
            raise TypeError(
                "a pager is not here yet: `pager.page()[index]` for the first page, `pager.first()`, "
                "or `pager.collect(limit=...)`"
            )

        def __await__(self):
            raise TypeError("an ExecClient's pager is not awaited: `pager.page()`, or `pager.collect()`")

        def __aiter__(self):
            raise TypeError("an ExecClient's pager is iterated without async: `for item in pager`")

        def __enter__(self):
            raise TypeError(
                "a pager holds nothing open: `for item in pager`; "
                "only a prefetch does: `with pager.prefetch() as items`"
            )

        __exit__ = __enter__


class WalkMistakes:
    """A synchronous walk that is walked as an asynchronous one."""

    if not TYPE_CHECKING:

        def __aiter__(self):
            raise TypeError("an ExecClient's walk is iterated without async: `for ...`, not `async for ...`")


class PrefetchMistakes:
    """A synchronous prefetch that is taken for its items or for an asynchronous one."""

    if not TYPE_CHECKING:

        def __iter__(self):
            raise TypeError("a prefetch is used as `with pager.prefetch() as items:`, then iterate the items")

        __aiter__ = __iter__

        def __aenter__(self):
            raise TypeError("an ExecClient's prefetch is entered without async: `with pager.prefetch()`")

        __aexit__ = __aenter__
