"""Which walk a list allows, from its description, the caller's arguments and a bookmark; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .bookmark import moment_of
from .keyset import KeyWalk, bounded
from .pagewalk import PageWalk

if TYPE_CHECKING:
    from .._runtime.operations import Operation
    from .walk import Walk

T = TypeVar("T")


def walk_of(
    operation: Operation[list[T]],
    arguments: Mapping[str, Any],
    *,
    concurrent: bool = False,
    limit: int | None = None,
    mark: Mapping[str, Any] | None = None,
) -> Walk[T]:
    """Choose how to walk a list.

    Args:
        operation: The list.
        arguments: The caller's. One that names a page is walked by number from there.
        concurrent: Whether requests are made ahead of the answers.
        limit: How many items are wanted; all by default.
        mark: Where an earlier walk stopped.
    """
    start, named = arguments.get("page"), arguments.get("page_size")
    size = named or (start and operation.default_page_size) or operation.page_size or 1
    if limit is not None and named is None and start is None and mark is None:
        size = min(size, limit)
    by_page = mark is not None and "page" in mark
    if mark is not None and by_page:
        if start is None and mark["page"] == 2 and len(mark["ids"]) == mark["size"] < size:
            # A limit made the first page smaller: it is known, and the rest comes in larger ones.
            mark = {**mark, "page": 1}
        else:
            size = mark["size"]
    # A page that is named without a size means the API's own size, also where the document does not tell it.
    others = {**arguments, "page_size": named if start else size}
    keyset = operation.keyset
    order = None if keyset is None else (others.get(keyset.order) or keyset.default)
    if keyset is None or start or by_page or order not in (keyset.ascending, keyset.descending):
        if mark is None:
            return PageWalk(others, size, start or 1, limit=limit)
        bound = mark["bound"]
        if keyset is not None:
            others = bounded(others, keyset, moment_of(bound), descending=order == keyset.descending)
        return PageWalk(others, size, mark["page"], mark["ids"], mark["given"], mark["total"], limit, bound)
    return KeyWalk(
        others,
        size,
        keyset,
        descending=order == keyset.descending,
        concurrent=concurrent,
        mark=mark,
        limit=limit,
    )
