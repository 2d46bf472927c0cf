"""What people write by mistake with the synchronous client, and what they are told to write instead.

Each class stands among the bases of what it is about. Type checkers refuse these mistakes by themselves
and see nothing of this.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from .pagination import Page

# What is asked of a page, by the names of its fields and of those in JSON.
_OF_A_PAGE = {"data", *(field.name for field in fields(Page))}


class ClientMistakes:
    """A client that is used as the asynchronous one is."""

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
    """A pager that is taken for a list, for a page or for an asynchronous pager."""

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in _OF_A_PAGE:
                field = "items" if name == "data" else name
                raise AttributeError(
                    f"a pager has no {name} before it is asked: `page = pager.page()`, then `page.{field}`"
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
    """A walk that is walked as an asynchronous one."""

    if not TYPE_CHECKING:

        def __aiter__(self):
            raise TypeError("an ExecClient's walk is iterated without async: `for ...`, not `async for ...`")


class PrefetchMistakes:
    """A prefetch that is taken for its items."""

    if not TYPE_CHECKING:

        def __iter__(self):
            raise TypeError("a prefetch is used as `with pager.prefetch() as items:`, then iterate the items")

        def __aenter__(self):
            raise TypeError("an ExecClient's prefetch is entered without async: `with pager.prefetch()`")

        __aexit__ = __aenter__
