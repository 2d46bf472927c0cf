"""The next requests for a list, from the pages read so far. No I/O.

A list moves while it is read: new rows push others to later pages, removed rows pull them to earlier ones.

`NumberPaginator` serves any list. It drops each item that it knows.

| the last response | the next request |
|---|---|
| a page, also with a count that rose | the next page |
| a count that fell by k | the pages of the last k rows again, at most five: unread rows may be there now |
| 404 or 400 for a page that the count still has | the page before it, for the new count |
| 404 or 400 for another page after the first | none |
| a page that completes the count | none |
| without a count: the last of `total_pages`, or a page that is not full | none |

`KeysetPaginator` serves a list by creation time. It bounds the list by a time, a second wider. A *restart*
moves the bound to the time of the last item, and goes on with page 1.

| the list | the next request |
|---|---|
| nothing is read yet | page 1, with the caller's own bound or none |
| newest first, while the count stays and all items are new | bound: the first item's time. The next page |
| newest first, after that | a restart |
| oldest first, or without a count | a restart |
| a page after the first is refused with 404 or 400 | a restart |
| over four fifths of a page are within a second of the last time | the same bound. As `NumberPaginator` |
| without ids or times, or in another order | the same bound. As `NumberPaginator` |

A wrong page number, an item beyond the bound, or some pages without a new item raise `PaginationError`. So an
iteration ends, except over a list that grows as fast as it is read: there the caller's limit ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from ..errors import ConfigurationError, PaginationError
from .bookmark import read_time
from .page import Page, disproves_count, identity, is_last, size_of

if TYPE_CHECKING:
    from .._runtime.operations import Keyset, Operation

T = TypeVar("T")

# The query parameters of one request that differ from the caller's. `None` leaves one out.
Changes = dict[str, Any]

# Pages whose ids are kept in memory. No page before them is read again.
REMEMBERED_PAGES = 5

# Pages without a new item that are an error, on top of those that are read again.
MAX_IDLE_PAGES = 4

# A count that falls by more is a doubt. If the server sorts by something else first, such as a state, a
# bound leaves out unread rows of the next state, and the count falls by as many.
MAX_REMOVED = 50

# A bound moves where at least one row in so many is new on the next page.
NEW_PART = 5

# A bound is wider than its time by this, since a server may show its times rounded.
SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Report:
    """Facts about an iteration so far.

    Attributes:
        expected: The API's count in its first response. None where it gave none. After `resume` it may
            include items from before.
        seen: The number of items returned.
        duplicates: The number of items dropped because they had been returned before.
        total_changed: Whether the API's count changed between two requests.
        requests: The number of requests begun, with those that failed, were cancelled or dropped.
        exact: Whether it is shown that no item was repeated, and none missed that was there all the time. In
            a list by creation time, this takes for granted that new rows have the newest time.
    """

    expected: int | None = None
    seen: int = 0
    duplicates: int = 0
    total_changed: bool = False
    requests: int = 0
    exact: bool = True


class Key(NamedTuple):
    """Facts about an item that outlive it: its id and time, if it has them, and its place on the page."""

    id: str | None
    time: datetime | None
    place: int


@dataclass(slots=True)
class ReadRows:
    """The rows that are read: those before `low`, and those from `high` to `end`.

    The rows of the gap between `low` and `high` may be unread. Without a gap the three are one.

    A gap is read from its end backwards. While more rows are removed, its unread rows move to earlier pages,
    which are then still to be read. Forwards, they would move to pages that are read already.
    """

    low: int = 0
    high: int = 0
    end: int = 0

    def shift(self, change: int, least: int) -> None:
        """Note a change of the count. Rows before `least` never become unread."""
        fallen, risen = max(0, -change), max(0, change)
        self.low = max(self.low - fallen, least)
        self.end = max(self.end - fallen, least)
        self.high = min(self.high + risen, self.end)

    def add(self, start: int, stop: int) -> None:
        """Note a page with the rows from `start` to `stop`."""
        if start > self.end:  # removed rows have pulled unread ones before this page
            self.high = start
        elif start <= self.low:  # it goes on from the rows before the gap
            self.low = max(self.low, stop)
        elif stop >= self.high:  # it holds the end of the gap
            self.high = start
        self.end = max(self.end, stop)
        if self.low >= self.high:
            self.low = self.high = self.end

    def next_page(self, size: int) -> int:
        """Return the number of the last page of the gap, or of the page after all that is read."""
        return pages(self.high, size) if self.low < self.high else self.end // size + 1


class NumberPaginator(Generic[T]):
    """Pages by number.

    More than one page is never shown to be exact: a row that goes and one that comes leave the count alone.

    Args:
        size: The number of rows on a full page.
        page_size: The argument to send. `None` sends none.
        start: The first page, from 1.
        limit: The number of items that the caller wants. Default: all.
        position: The position to resume from.

    Attributes:
        report: Facts so far.
        doubt: The first reason against `report.exact`.
    """

    def __init__(
        self,
        size: int,
        page_size: int | None,
        *,
        start: int = 1,
        limit: int | None = None,
        position: Mapping[str, Any] | None = None,
    ) -> None:
        self.report = Report()
        self.doubt = ""
        self._size, self._page_size, self._limit = size, page_size, limit
        # No response has come yet, or nothing follows.
        self._first, self._over = True, False
        # Rows are seen to move. Then one request follows the other.
        self._moves = False
        self._identified = True
        # The number of items before the first new one, and of pages in a row without a new one.
        self._earlier = self._idle = 0
        # Where a page has more items than the API counts, the list ends with a page that is not full.
        self._counted = True
        # The new items of the last response, and the row that its page begins with.
        self._batch: list[Key] = []
        self._start = 0
        self._begin((start - 1) * size)
        if position is not None:
            self._begin(position["offset"], position["ids"], position["total"])
            self._suspect("a bookmark by page number cannot tell which rows have moved since")

    def _begin(self, row: int, known: Iterable[str] = (), total: int | None = None) -> None:
        """Read a list from a row on, where some ids are known."""
        self._rows, self._total = ReadRows(row, row, row), total
        self._known = dict.fromkeys(known)
        # The number of known rows that may come again, so pages of them without a new item are no error.
        self._again = len(self._known)
        # The first row of the pages that may be read again: before it, no ids are known.
        self._floor = pages(max(0, row - self._again), self._size) * self._size

    def requests(self, most: int = 1) -> list[Changes]:
        """Return the next requests, the next page first; none at the end.

        Args:
            most: The number to return if nothing moves. There are none beyond the last page or the limit.
        """
        if self._over:
            return []
        if self._limit is not None:
            most = min(most, pages(self._limit - self.report.seen, self._size))
        if self._first or self._moves:
            most = 1
        page = self._rows.next_page(self._size)
        last = min(pages(self._total or 0, self._size), page + most - 1)
        return [self._request(number) for number in range(page, max(page, last) + 1)]

    def accept(self, request: Changes, page: Page[T]) -> list[T]:
        """Return the new items of a response, in order.

        Raises:
            PaginationError: The pages contradict each other.
        """
        number = request["page"] or 1
        if page.page != number:
            raise self._contradiction(f"page {number} was requested, and the API returned page {page.page}")
        if self._first:
            self.report.expected = page.total_count
            self._resize(size_of(page, self._size), number)
        if disproves_count(page, self._size):
            self._suspect(f"the API counts {page.total_count} items and gave more")
            self._counted = False
        if not self._counted:
            page = replace(page, total_count=None, total_pages=None)
        self._batch = self._accept(page, [self._key(item, place) for place, item in enumerate(page)])
        self._first = False
        return [page.items[key.place] for key in self._batch]

    def accept_refusal(self, request: Changes) -> bool:
        """Return whether a refused page (400, 404) only means that the list has become shorter."""
        page = request["page"] or 1
        if page == 1 or self._total is None:
            return False
        self._batch = []
        if (page - 1) * self._size >= self._total:
            self._end()
        elif not self._restart():
            before = (page - 2) * self._size
            # The page before it tells the new count. Where it has just come and brought nothing new, the
            # list is no shorter, so the refusal is an error. Rows without an id are never read again.
            if self._idle or not self._identified:
                return False
            if before < self._least:
                self._end()
            self._rows.low, self._rows.high = min(self._rows.low, before), before + self._size
            self._moves = True
        return True

    def position(self, returned: int) -> dict[str, Any] | None:
        """Return where to go on, as JSON.

        Args:
            returned: The number of the last new items that the caller has.
        """
        rest = self._batch[returned:]
        pending = {key.id for key in rest}
        ids = [known for known in self._known if known not in pending]
        # Two pages: the one that is read again, and as many rows as may be added above meanwhile.
        ids = ids[-self._size * (REMEMBERED_PAGES if self._moves else 2) :]
        offset = min([self._rows.low, *(self._start + key.place for key in rest)])
        return {"offset": offset, "size": self._size, "ids": ids, "total": self._total}

    def _resize(self, size: int, page: int) -> None:
        """Note the server's page size, from the first page that is read."""
        if size != self._size:
            self._size = size
            if not self._known:
                self._begin((page - 1) * size)

    def _request(self, page: int) -> Changes:
        return {"page": page if page > 1 else None, "page_size": self._page_size}

    def _key(self, item: T, place: int) -> Key:
        return Key(identity(item), None, place)

    def _accept(self, page: Page[T], keys: list[Key]) -> list[Key]:
        new = self._take(page, keys)
        if not (self._first and self._over):
            self._suspect("by page number, only a list of one page can be shown to be complete")
        return new

    def _restart(self) -> bool:
        """Go on from the last item, where that is possible."""
        return False

    def _take(self, page: Page[T], keys: list[Key]) -> list[Key]:
        """Return the new items of a page, and note which rows are read now."""
        start, count = (page.page - 1) * self._size, page.total_count
        self._identified &= all(key.id is not None for key in keys)
        self._note_change(0 if count is None or self._total is None else count - self._total)
        low = self._rows.low
        new = [
            key for key in keys if (start + key.place >= low if key.id is None else key.id not in self._known)
        ]
        known = len(keys) - len(new)
        if self._first:
            self._earlier = start + known
        self._start, self._total = start, count
        # An empty page after the end of a list tells where the list ends.
        row = start if count is None else min(start, count)
        self._rows.add(row, row + len(keys))
        self._known.update(dict.fromkeys(key.id for key in new if key.id is not None))
        for forgotten in [*self._known][: -max(self._again, REMEMBERED_PAGES * self._size)]:
            del self._known[forgotten]
        self.report.seen += len(new)
        self.report.duplicates += known
        self._idle = 0 if new else self._idle + 1
        self._finish(page)
        return new

    @property
    def _least(self) -> int:
        """The first row that may be read again."""
        return max(self._floor, self._rows.end - REMEMBERED_PAGES * self._size)

    def _note_change(self, change: int) -> None:
        self.report.total_changed |= change != 0
        if -change > MAX_REMOVED:
            self._suspect(f"the API's count fell by {-change} between two requests")
        if change != 0 and self._identified:
            self._rows.shift(change, min(self._least, self._rows.low))
            if change < 0:
                self._moves, self._again = True, max(self._again, REMEMBERED_PAGES * self._size)

    def _finish(self, page: Page[T]) -> None:
        """End where the count is complete, or nothing new comes."""
        if is_last(page, self._size, self._rows.low):
            self._end()
        elif self._idle >= MAX_IDLE_PAGES + self._again // self._size:
            counted = f"{page.total_pages or 'no'} pages" if page.total_count is None else page.total_count
            raise self._contradiction(
                f"{self._idle} pages without a new item: the list ended after {self.report.seen} items, "
                f"and the API counts {counted}"
            )

    def _end(self) -> None:
        self._over = True
        expected, seen = self.report.expected, self._earlier + self.report.seen
        if expected is not None and not self.report.total_changed and seen < expected:
            self._suspect(f"the API counts {expected} items and gave {seen} different ones")

    def _contradiction(self, text: str) -> PaginationError:
        self._suspect(text)
        return PaginationError(text)

    def _suspect(self, reason: str) -> None:
        self.report.exact = False
        self.doubt = self.doubt or reason


class KeysetPaginator(NumberPaginator[T]):
    """Pages by creation time. New rows must come with the newest time.

    `own` is the caller's own bound, which is never widened.
    """

    def __init__(
        self,
        size: int,
        page_size: int | None,
        keyset: Keyset,
        *,
        newest_first: bool,
        own: datetime | None = None,
        limit: int | None = None,
        position: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(size, page_size, limit=limit)
        self._field, self._newest_first, self._own = keyset.field, newest_first, own
        self._argument, self._wider = (keyset.before, SECOND) if newest_first else (keyset.after, -SECOND)
        self._moves, self._usable = not newest_first, True
        # The last time, and the ids within a second of it, which may come again.
        self._last: datetime | None = None
        self._near: dict[str, datetime] = {}
        if position is not None:
            self._last = cast(datetime, read_time(position["time"]))
            self._near = dict.fromkeys(position["ids"], self._last)
            self._begin(0, self._near)
        self._bound = self._newest = self._last
        # The same before the last response.
        self._previous = self._last, self._near
        # After a restart: the number of rows that should be new. With the known rows of its first page it
        # is the count to expect, which shows whether rows moved meanwhile.
        self._left: int | None = None

    def position(self, returned: int) -> dict[str, Any] | None:
        """Return where to go on, as JSON."""
        if not self._usable:
            return super().position(returned)
        last, near = self._last, self._near
        if returned < len(self._batch):
            last, near = self._after(*self._previous, self._batch[:returned])
        return None if last is None else {"time": last.isoformat(), "ids": [*near]}

    def _request(self, page: int) -> Changes:
        changes, reach = super()._request(page), self._reach()
        return changes if reach is None else {**changes, self._argument: reach}

    def _key(self, item: T, place: int) -> Key:
        return Key(identity(item), read_time(getattr(item, self._field, None)), place)

    def _accept(self, page: Page[T], keys: list[Key]) -> list[Key]:
        self._check(keys)
        if page.page > 1 and not self._holds_still(page, keys):
            return []
        if self._left is not None:
            known = sum(key.id in self._known for key in keys)
            # Where the whole page is known, more known rows may follow, so no count can be expected.
            self._total = self._left + known if known < self._size else None
            self._left = None
        new = self._take(page, keys)
        self._previous = self._last, self._near
        self._last, self._near = self._after(self._last, self._near, new)
        # Without a count, no change of it can tell that rows move.
        self._moves |= self._total is None
        if self._moves and not self._over:
            self._restart()
        elif self._bound is None and self._usable:
            self._bound = self._newest = next((key.time for key in keys), None)
        return new

    def _holds_still(self, page: Page[T], keys: list[Key]) -> bool:
        """Return whether page numbers lead on. Otherwise drop the page and restart."""
        changed = self._total is not None and page.total_count != self._total
        moved = changed or any(key.id in self._known for key in keys)
        if moved:
            self.report.total_changed |= changed
            self._moves = True
            if self._restart():
                self._left, self._idle = None, self._idle + 1
                return False
            self._suspect("rows moved among more rows of one second than fit on a page")
        elif not self._newest_first or self._last == self._newest:
            self._suspect("more rows of one second than fit on a page may hide rows that move")
        return True

    def _restart(self) -> bool:
        """Bound the list by the last time, if page 1 then has room for new rows."""
        # A page whose rows are nearly all known would cost a request for nothing.
        room = pages(self._size, NEW_PART)
        still = self._last in (None, self._bound) or self._rows.low < self._rows.high
        if still or not self._usable or len(self._near) + room > self._size:
            return False
        self._left = None if self._total is None else self._total - self._rows.end
        self._bound = self._last
        self._begin(0, self._near)
        return True

    def _check(self, keys: list[Key]) -> None:
        """Look for what the rule needs: ids, times, their order, and the bound."""
        times = [key.time for key in keys if key.time is not None]
        if len(times) < len(keys) or any(key.id is None for key in keys):
            self._suspect("items have no id or no creation time")
            self._usable = False
        if any(self._precedes(later, earlier) for earlier, later in pairwise(times)):
            self._suspect("the items are not in order of their creation times")
            self._usable = False
        reach = self._reach()
        limit = None if reach is None else shift(reach, self._wider)
        for moment in times:
            if limit is not None and self._precedes(moment, limit):
                raise self._contradiction(f"items up to {reach} were requested, and one of {moment} came")

    def _precedes(self, moment: datetime, other: datetime) -> bool:
        return moment > other if self._newest_first else moment < other

    def _reach(self) -> datetime | None:
        """Return the bound to send."""
        if self._bound is None:
            return self._own
        reach = shift(self._bound, self._wider)
        return self._own if self._own is not None and self._precedes(reach, self._own) else reach

    def _after(
        self, last: datetime | None, near: dict[str, datetime], keys: list[Key]
    ) -> tuple[datetime | None, dict[str, datetime]]:
        """Return the last time and the ids near it, after some more items."""
        near = dict(near)
        for key in keys:
            if key.id is not None and key.time is not None:
                near[key.id] = key.time
                last = key.time if last is None or self._precedes(last, key.time) else last
        return last, {known: at for known, at in near.items() if last and abs(at - last) <= SECOND}


def choose_paginator(
    operation: Operation[list[T]],
    arguments: Mapping[str, Any],
    *,
    limit: int | None = None,
    position: Mapping[str, Any] | None = None,
) -> NumberPaginator[T]:
    """Return the paginator of a list.

    Args:
        operation: The list.
        arguments: The caller's. A named page is the first of a list by number.
        limit: The number of items that the caller wants. Default: all.
        position: The position to resume from.
    """
    start, named = (_number(operation, name, arguments.get(name)) for name in ("page", "page_size"))
    page_size = named or (None if start else operation.page_size)
    if limit is not None and page_size is not None and named is None and position is None:
        page_size = min(page_size, limit)
    by_number = position is not None and "offset" in position
    if position is not None and by_number and len(position["ids"]) < position["offset"]:
        # The pages before it had this size. Where each id is known, the size may change.
        page_size = position["size"]
    size = page_size or operation.default_page_size or operation.page_size or 1
    keyset = operation.keyset
    order = None if keyset is None else (arguments.get(keyset.order) or keyset.default)
    if keyset is None or start or by_number or order not in (keyset.ascending, keyset.descending):
        return NumberPaginator(size, page_size, start=start or 1, limit=limit, position=position)
    newest_first = order == keyset.descending
    own = read_time(arguments.get(keyset.before if newest_first else keyset.after))
    return KeysetPaginator(
        size, page_size, keyset, newest_first=newest_first, own=own, limit=limit, position=position
    )


def _number(operation: Operation[Any], name: str, value: Any) -> int | None:
    try:
        number = None if value is None else int(value)
    except (TypeError, ValueError):
        number = 0
    if number is not None and number < 1:
        raise ConfigurationError(f"{operation.name}: {name} must be a whole number from 1, not {value!r}")
    return number


def pages(rows: int, size: int) -> int:
    """Return the number of pages that some rows take."""
    return -(-rows // size)


def shift(moment: datetime, by: timedelta) -> datetime:
    """Return a time earlier or later, or the same one where the calendar ends."""
    try:
        return moment + by
    except OverflowError:
        return moment
