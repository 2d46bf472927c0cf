"""The walk from creation time to creation time, which rows that move do not mislead; pure.

A `KeyWalk` does not count rows but goes on from the creation time of the last one, so that it neither
repeats nor misses any. `walk_of` chooses it where the list allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._model import format_datetime, parse_datetime
from ._walk import Ask, PageWalk, Walk, id_of
from .errors import PaginationError

if TYPE_CHECKING:
    from ._operation import Keyset, Operation
    from .pagination import Page

T = TypeVar("T")


class KeyWalk(Walk[T]):
    """From creation time to creation time.

    Promise: each item that is there from the first request to the last is given once, in the order of their
    times, as long as new items come with the newest time and a page holds more items than share an
    instant. Where it does not, the items of that instant are walked by number: none is given twice,
    `report.exact` is false where one that was added to the instant could hide one that was missed, and the
    walk ends with a `PaginationError` if they move with each request.

    The next request is bounded by the creation time of the last item, inclusively and as wide as the
    precision that it is shown in, so that nothing of the same instant is lost; what is known is dropped.
    That reads one row a page twice, for which the last page mostly has room. Where it has none, newest-first
    lists go on with the next page instead, below the time of the first item, where new rows do not get, until
    something has moved. The page that shows that is dropped, and from there on time decides. So 1,000 rows
    that move cost 11 requests of 100: ten have no room for a row that would show that none was missed.
    Oldest-first lists go by time from the start, since a row that is added at their end can hide one that
    was removed: that is one request more where there is no room.

    Several requests at once are only possible by number, so a concurrent walk goes by number until
    something has moved. Then what was asked ahead is dropped, once in a walk.

    Args:
        arguments: What each request has, without the page.
        size: How many items a page shall have.
        keyset: How the list can be walked by time.
        descending: Whether the newest come first.
        concurrent: Whether requests are made ahead of the answers, which only page numbers allow: then
            newest-first lists go by them as long as nothing moves.
        at: The time of the last item that an earlier walk gave.
        known: The ids of what it gave at that time.
        limit: How many items are wanted; all by default.
    """

    def __init__(
        self,
        arguments: Mapping[str, Any],
        size: int,
        keyset: Keyset,
        *,
        descending: bool,
        concurrent: bool = False,
        at: datetime | None = None,
        known: Iterable[str] = (),
        limit: int | None = None,
    ) -> None:
        super().__init__(arguments, size, limit=limit)
        self._keyset = keyset
        self._descending = descending
        self._concurrent = concurrent
        self._still = descending
        # Whether each item has had an id and a time.
        self._keyed = True
        self._newest = at
        self._bound = at
        self._seen = _Seen(at, dict.fromkeys(known, at))
        self._before = self._seen
        self._rows = 0
        # The page above the next one, where it is asked for by number.
        self._above: list[T] = []
        # How many rows follow those that were read; None where the count cannot be true.
        self._left: int | None = None

    def ahead(self, most: int) -> list[Ask]:
        return super().ahead(most if self._still and self._concurrent else 1)

    def mark(self, given: int) -> dict[str, Any]:
        seen = self._after(self._before, self._fresh[:given])
        if self._seen.last is None and self.report.seen:
            rest = given < len(self._fresh)
            page = self._page - 1 if rest else self._page
            skipped = given if rest and not seen.ids else 0
            return {"page": page, "ids": list(seen.ids), "given": skipped, "total": self._total}
        return {"at": None if seen.last is None else format_datetime(seen.last), "ids": list(seen.ids)}

    def _asking(self, page: int) -> Ask:
        ask = super()._asking(page)
        if self._bound is not None:
            # A wider bound than the caller's own would bring items that were not asked for.
            name = self._keyset.before if self._descending else self._keyset.after
            bound = self._bound + precision(self._bound) if self._descending else self._bound
            own = _moment(ask.get(name))
            ask[name] = bound if own is None else (min(bound, own) if self._descending else max(bound, own))
        return ask

    def _taken(self, page: Page[T]) -> list[T]:
        fresh = [item for item in page.items if id_of(item) not in self._seen.ids]
        if self._has_moved(page, len(fresh)):
            self._still = False
            if page.page > 1:
                self._go_by_time()
                self._before = self._seen
                return []
        if page.page > 1 and self._can_hide():
            self.report.exact = False
        if self._newest is None and page.items:
            self._newest = self._moment_of(page.items[0])
        self._check(fresh)
        self._before = self._seen
        self._seen = self._after(self._seen, fresh)
        self._rows += len(page)
        self._above = page.items
        self._total = page.total_count
        left = -1 if page.total_count is None else page.total_count - self._rows
        self._left = None if left < 0 else left
        self._over = self._ends(page, self._rows)
        if self._by_number(page):
            self._bound = self._bound or self._newest
            self._page = page.page + 1
        else:
            self._go_by_time()
        return fresh

    def _patience(self) -> int:
        # Where the items of one instant have moved, those that are known are read again.
        return super()._patience() + len(self._seen.ids) // self._size

    def _go_by_time(self) -> None:
        if self._seen.last is None:
            raise PaginationError("the list has moved, and its items have no time to go on from")
        self._bound, self._page, self._rows = self._seen.last, 1, 0

    def _by_number(self, page: Page[T]) -> bool:
        """Whether to go on by number: time makes no progress, or it costs more and nothing has moved."""
        if self._seen.last in (None, self._bound):
            return True
        if not self._still or self._left is None:
            return False
        room = -self._left % self._size_of(page)
        return self._concurrent or not self._keyed or room < len(self._seen.ids)

    def _has_moved(self, page: Page[T], new: int) -> bool:
        """Whether the list has changed where that matters to the numbers of its pages.

        Then either the count has changed, or as many rows came above a page as went, which pushes those of
        the page before it down to it.
        """
        if page.page > 1:
            changed = page.total_count != self._total
            moved = changed or any(map(self._stood_before, page.items))
        else:
            left = self._left if new else None
            moved = changed = left is not None and page.total_count != left + len(page) - new
        self.report.total_changed |= changed
        return moved

    def _stood_before(self, item: T) -> bool:
        """Whether an item was on the page before, or belongs above its end."""
        moment, last = self._moment_of(item), self._moment_of(self._above[-1]) if self._above else None
        if moment is not None and last is not None and moment != last:
            return (moment > last) is self._descending
        known = id_of(item)
        return known is not None and known in map(id_of, self._above)

    def _can_hide(self) -> bool:
        """Whether a page by number may hide a removed item behind one that was added to the same instant."""
        return self._seen.last == self._bound and (not self._descending or self._bound == self._newest)

    def _check(self, items: list[T]) -> None:
        """Whether the promise has what it rests on: ids, times, in order, within the bound."""
        last = self._seen.last
        for item in items:
            moment = self._moment_of(item)
            if moment is None or id_of(item) is None:
                self.report.exact = self._keyed = False
            if moment is None:
                continue
            if self._bound is not None and self._beyond(moment, self._bound):
                raise PaginationError(f"items until {self._bound} were asked for, and one of {moment} came")
            if last is not None and self._beyond(moment, last):
                self.report.exact = False
            last = moment

    def _beyond(self, moment: datetime, bound: datetime) -> bool:
        return moment > bound + precision(bound) if self._descending else moment < bound

    def _after(self, seen: _Seen, items: list[T]) -> _Seen:
        # Without a time only the last page can be recognised, so no more is kept.
        last, ids = seen.last, {} if seen.last is None else dict(seen.ids)
        for item in items:
            known, moment = id_of(item), self._moment_of(item)
            if moment is not None and (last is None or (moment < last) is self._descending):
                # One that was added within the precision of the bound does not lead back.
                last = moment
            if known is not None:
                ids[known] = moment or last
        near = {
            known: moment
            for known, moment in ids.items()
            if last is None or moment is None or abs(moment - last) <= precision(last)
        }
        return _Seen(last, near)

    def _moment_of(self, item: T) -> datetime | None:
        return _moment(getattr(item, self._keyset.field, None))


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
    # A page that is named without a size means the API's own size, also where the document does not tell it.
    others = {**arguments, "page_size": named if start else size}
    keyset = None if start else operation.keyset
    order = None if keyset is None else (others.get(keyset.order) or keyset.default)
    if keyset is None or order not in (keyset.ascending, keyset.descending) or (mark and "page" in mark):
        if mark is None:
            return PageWalk(others, size, start or 1, limit=limit)
        return PageWalk(others, size, mark["page"], mark["ids"], mark["given"], mark["total"], limit)
    return KeyWalk(
        others,
        size,
        keyset,
        descending=order == keyset.descending,
        concurrent=concurrent,
        at=None if mark is None else _moment(mark["at"]),
        known=() if mark is None else mark["ids"],
        limit=limit,
    )


class _Seen(NamedTuple):
    """The last creation time that was given, and the ids of what was given with it, which can come again."""

    last: datetime | None
    ids: Mapping[str, datetime | None]


def precision(moment: datetime) -> timedelta:
    """The finest unit that a time is shown in: a second, a millisecond or a microsecond."""
    if moment.microsecond == 0:
        return timedelta(seconds=1)
    return timedelta(milliseconds=1) if moment.microsecond % 1000 == 0 else timedelta(microseconds=1)


def _moment(value: Any) -> datetime | None:
    moment = parse_datetime(value) if isinstance(value, str) else value
    return moment if isinstance(moment, datetime) and moment.utcoffset() is not None else None
