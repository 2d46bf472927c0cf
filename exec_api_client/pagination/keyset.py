"""The walk from creation time to creation time, which rows that move do not mislead; pure.

A `KeyWalk` does not count rows but goes on from the creation time of the last one, so that it neither
repeats nor misses any.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._runtime.models import format_datetime
from ..errors import PaginationError
from .bookmark import SECOND, moment_of, unit_of, unit_written, written
from .walk import PATIENCE, REMEMBERED_PAGES, Ask, Key, Walk, id_of

if TYPE_CHECKING:
    from .._runtime.operations import Keyset
    from .page import Page

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

    Where items come in another order, or a page is empty before the count is reached, time leads nowhere:
    from there on it goes by number, and raises `PaginationError` when something has moved. So it does among
    the items of one instant that are more than `REMEMBERED_PAGES` pages hold: no more ids are kept. Where it
    is resumed there, it goes by number to the end, with the promise of a `PageWalk`.

    Args:
        arguments: What each request has, without the page.
        size: How many items a page shall have.
        keyset: How the list can be walked by time.
        descending: Whether the newest come first.
        concurrent: Whether requests are made ahead of the answers, which only page numbers allow: then
            newest-first lists go by them as long as nothing moves.
        mark: What `mark` gave: the time of the last item that an earlier walk gave, and the ids around it.
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
        mark: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(arguments, size, limit=limit)
        self._keyset = keyset
        self._descending = descending
        self._concurrent = concurrent
        self._still = descending
        # Whether each item has had an id and a time, and whether time can lead through them.
        self._keyed = self._led = True
        # The finest unit that a time was shown in; a time that is written in it carries it on.
        self._unit = SECOND
        at = None
        if mark is not None and mark["at"] is not None:
            at, self._unit = moment_of(mark["at"]), unit_written(mark["at"])
        self._seen = _Seen(at, {} if mark is None else dict.fromkeys(mark["ids"], at))
        self._before = self._seen
        self._newest = at
        self._bound: datetime | None = None
        self._reach: datetime | None = None
        self._bind(at)
        self._rows = 0
        # The page above the next one, where it is asked for by number: its ids and the time of its end.
        self._above: tuple[set[str | None], datetime | None] = set(), None
        # How many rows follow those that were read; None where the count cannot be true.
        self._left: int | None = None

    def ahead(self, most: int) -> list[Ask]:
        """Return the next requests."""
        return super().ahead(most if self._still and self._concurrent else 1)

    def mark(self, given: int) -> dict[str, Any]:
        """Return the position after some items."""
        seen = self._after(self._before, self._fresh[:given])
        if not self.report.seen or (self._seen.last is not None and not self._numbered()):
            return {
                "at": None if seen.last is None else written(seen.last, self._unit),
                "ids": list(seen.ids),
            }
        rest = given < len(self._fresh)
        ids = [*{**seen.ids, **{known: moment for known, moment in self._fresh[:given] if known is not None}}]
        return {
            "page": self._page - 1 if rest else self._page,
            "size": self._size,
            "ids": ids,
            "given": given if rest and not ids else 0,
            "total": self._total,
            "bound": None if self._reach is None else format_datetime(self._reach),
        }

    def _key(self, item: T) -> Key:
        return id_of(item), self._moment_of(item)

    def _asking(self, page: int) -> Ask:
        return bounded(super()._asking(page), self._keyset, self._reach, descending=self._descending)

    def _taken(self, page: Page[T]) -> list[T]:
        new = [item for item in page.items if id_of(item) not in self._seen.ids]
        if self._has_moved(page, len(new)):
            self._still = False
            if page.page > 1:
                self._go_by_time()
                self._before = self._seen
                return []
        fresh = [] if self._again else new
        if (page.page > 1 and self._can_hide()) or self._again:
            self.report.exact = False
        if self._newest is None and page.items:
            self._newest = self._moment_of(page.items[0])
        self._check(fresh)
        self._before = self._seen
        self._seen = self._after(self._seen, [self._key(item) for item in fresh])
        self._rows += 0 if self._again else len(page)
        self._above = {id_of(item) for item in page}, self._moment_of(page.items[-1]) if page.items else None
        self._total = page.total_count
        left = -1 if page.total_count is None else page.total_count - self._rows
        self._left = None if left < 0 else left
        self._over = self._ends(page, self._rows)
        self._led &= self._over or bool(page.items)
        if self._by_number():
            if self._led and self._bound is None:
                self._bind(self._newest)
            self._page = page.page + 1
        else:
            self._go_by_time()
        return fresh

    def _patience(self) -> int:
        # Where the items of one instant have moved, those that are known are read again.
        return PATIENCE + len(self._seen.ids) // (self._full or 1)

    def _numbered(self) -> bool:
        """Whether time cannot lead on from here."""
        return not self._led or self._seen.forgotten is not None

    def _bind(self, moment: datetime | None) -> None:
        """Ask for no more than the items from a time on, inclusively and as wide as times are shown."""
        self._bound = moment
        self._reach = moment + self._unit if moment is not None and self._descending else moment

    def _go_by_time(self) -> None:
        if self._numbered() or self._seen.last is None:
            why = (
                "are out of order or too many at one time"
                if self._seen.last
                else "have no time to go on from"
            )
            raise PaginationError(
                f"the list has moved, and its items {why}: walk it by number, with `page=1`"
            )
        self._bind(self._seen.last)
        self._page, self._rows = 1, 0

    def _by_number(self) -> bool:
        """Whether to go on by number: time makes no progress, or it costs more and nothing has moved."""
        if self._numbered() or self._seen.last in (None, self._bound):
            return True
        if not self._still or (self._left is None and self._keyed):
            return False
        room = -(self._left or 0) % (self._full or 1)
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
        ids, last = self._above
        moment = self._moment_of(item)
        if moment is not None and last is not None and moment != last and self._led:
            return (moment > last) is self._descending
        known = id_of(item)
        return known is not None and known in ids

    def _can_hide(self) -> bool:
        """Whether a page by number may hide a removed item behind one that was added to the same instant."""
        return self._seen.last == self._bound and (not self._descending or self._bound == self._newest)

    def _check(self, items: list[T]) -> None:
        """Whether the promise has what it rests on: ids, times, in order, within the bound."""
        # What came by a bound is in order as far as the bound was wide.
        last, unit = self._seen.last, self._unit
        for item in items:
            moment = self._moment_of(item)
            if moment is None or id_of(item) is None:
                self.report.exact = self._keyed = False
            if moment is None:
                continue
            if self._bound is not None and self._reach is not None and self._precedes(moment, self._reach):
                raise PaginationError(f"items until {self._bound} were asked for, and one of {moment} came")
            self._unit = min(self._unit, unit_of(moment))
            if last is not None and self._precedes(moment, last + unit if self._descending else last):
                self.report.exact = self._led = False
            last = moment

    def _precedes(self, moment: datetime, other: datetime) -> bool:
        return moment > other if self._descending else moment < other

    def _after(self, seen: _Seen, keys: list[Key]) -> _Seen:
        # Without a time only the last page can be recognised, so no more is kept.
        last, ids = seen.last, {} if seen.last is None else dict(seen.ids)
        for known, moment in keys:
            if moment is not None and (last is None or (moment < last) is self._descending):
                # One that was added within the unit of the bound does not lead back.
                last = moment
            if known is not None:
                ids[known] = moment or last

        def is_near(moment: datetime | None) -> bool:
            return last is None or moment is None or abs(moment - last) <= self._unit

        near = [(known, moment) for known, moment in ids.items() if is_near(moment)]
        most = REMEMBERED_PAGES * self._size
        forgotten = [moment for _, moment in near[:-most]] or [seen.forgotten]
        return _Seen(last, dict(near[-most:]), forgotten[-1] if is_near(forgotten[-1]) else None)

    def _moment_of(self, item: T) -> datetime | None:
        return moment_of(getattr(item, self._keyset.field, None))


def bounded(ask: Ask, keyset: Keyset, reach: datetime | None, *, descending: bool) -> Ask:
    """A request for the items from a time on; a bound of the caller's own is never widened."""
    if reach is None:
        return ask
    name = keyset.before if descending else keyset.after
    own = moment_of(ask.get(name))
    return {**ask, name: reach if own is None else min(reach, own) if descending else max(reach, own)}


class _Seen(NamedTuple):
    """The last creation time that was given, and the ids of what was given with it, which can come again."""

    last: datetime | None
    ids: Mapping[str, datetime | None]
    # The time of the last of them whose id is not kept, because they are too many.
    forgotten: datetime | None = None
