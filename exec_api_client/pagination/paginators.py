"""The next requests for a list, from the pages read so far. No I/O.

A list moves while it is read: new rows push others to later pages, removed rows pull them to earlier ones.
`KeysetPaginator` goes by creation time and is not misled. `NumberPaginator` serves any other list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from ..errors import ConfigurationError, PaginationError
from .bookmark import read_time

if TYPE_CHECKING:
    from .._runtime.operations import Keyset, Operation
    from .page import Page

T = TypeVar("T")

# The query parameters of one request that differ from the caller's. `None` leaves one out.
Changes = dict[str, Any]

REMEMBERED_PAGES = 5
MAX_IDLE_PAGES = 4

# A count that falls by more between two requests looks like rows that a bound has left out.
MAX_REMOVED = 50

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
        exact: Whether it is shown that no item was repeated, and none missed that was there all the time.
    """

    expected: int | None = None
    seen: int = 0
    duplicates: int = 0
    total_changed: bool = False
    requests: int = 0
    exact: bool = True


class Key(NamedTuple):
    """Facts about an item that outlive it.

    Attributes:
        id: The text that identifies it. None where nothing does.
        time: Its creation time, in a list by creation time.
        place: Its place on the page, from 0.
    """

    id: str | None
    time: datetime | None
    place: int


class NumberPaginator(Generic[T]):
    """Pages by number.

    | the last response | the next request |
    |---|---|
    | a page | the page of the first row that is not read yet |
    | a count that fell by k | k rows may have moved up unread: ⌈k / page size⌉ pages back |
    | an item of the last five pages | none for it: the item is dropped |
    | 400 or 404 for a page after the first | the page before it, for the new count |
    | a page that completes the count; without a count, a page that is not full | none |

    More than one page is never shown to be exact: a row that goes and one that comes leave the count alone.
    A wrong page number, or four pages without new items, raise `PaginationError`, so each iteration ends.

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
        self._total: int | None = None
        self._responses = self._idle = self._furthest = 0
        self._over = self._shrinks = False
        self._identified = True
        # `_read` rows from the top are read, `_earlier` of them before this iteration. Pages before row
        # `_floor` are never read again. `_beyond` are the rows (low, high) that are read after a gap.
        self._read = self._floor = self._earlier = (start - 1) * size
        self._beyond = 0, 0
        self._again: int | None = None
        self._refused: tuple[int, int] | None = None
        self._recent: dict[int, dict[str, None]] = {}
        self._resumed: dict[str, None] = {}
        self._skip = 0
        # The new items of the last response, where its page began, and how much was read before it.
        self._batch: list[Key] = []
        self._began = self._before = 0
        if position is not None:
            self._read, self._total = position["offset"], position["total"]
            self._resumed = dict.fromkeys(position["ids"])
            # No page is read again whose rows are not known.
            self._floor = -(-max(0, self._read - len(self._resumed)) // size) * size
            self._skip = 0 if self._resumed else self._read % size
            self._suspect("a bookmark by page number cannot tell which rows have moved since")

    def requests(self, most: int = 1) -> list[Changes]:
        """Return the next requests, the next page first; none at the end.

        Args:
            most: The number to return if nothing moves. There are none beyond the last page or the limit.
        """
        if self._over:
            return []
        if self._limit is not None:
            most = min(most, -(-(self._limit - self.report.seen) // self._size))
        if self._responses == 0 or not self._may_look_ahead():
            most = 1
        first = self._again or self._read // self._size + 1
        last = min(-(-(self._total or 0) // self._size), first + most - 1)
        return [self._request(page) for page in range(first, max(first, last) + 1)]

    def accept(self, request: Changes, page: Page[T]) -> list[T]:
        """Return the new items of a response, in order.

        Raises:
            PaginationError: The pages contradict each other.
        """
        number = request["page"] or 1
        if page.page != number:
            raise PaginationError(f"page {number} was requested, and the API returned page {page.page}")
        self._responses += 1
        self._again = None
        if self._responses == 1:
            self.report.expected = page.total_count
            self._measure(page)
        items = self._accept(page)
        self.report.seen += len(items)
        self._idle = 0 if items else self._idle + 1
        if self._over:
            self._end()
        elif self._idle >= MAX_IDLE_PAGES + self._known_pages():
            said = page.total_pages and f"{page.total_pages} pages"
            counted = said if page.total_count is None else f"{page.total_count}"
            raise PaginationError(
                f"{self._idle} pages without a new item: the list ended after {self.report.seen} items, "
                f"and the API counts {counted or 'none'}"
            )
        return items

    def accept_refusal(self, request: Changes) -> bool:
        """Return whether a refused page (400, 404) only means that the list has become shorter."""
        page = request["page"] or 1
        if page == 1 or self._total is None or self._responses == 0:
            return False
        self._batch = []
        if (page - 1) * self._size >= self._total:
            self._end()
        elif not self._restart():
            if self._refused == (page, self._total) or (page - 2) * self._size < self._floor:
                return False
            self._refused, self._again, self._shrinks = (page, self._total), page - 1, True
            return self._identified
        return True

    def position(self, returned: int) -> dict[str, Any] | None:
        """Return where to go on, as JSON.

        Args:
            returned: The number of the last new items that the caller has.
        """
        rest = self._batch[returned:]
        offset = self._read
        if rest:
            offset = self._before if self._began > self._before else self._began + rest[0].place
        ids = [*self._resumed, *(known for page in sorted(self._recent) for known in self._recent[page])]
        pending = {key.id for key in rest}
        ids = [known for known in ids if known not in pending]
        # Only pages that may be read again need more than one page of ids.
        ids = ids if self._shrinks else ids[-self._size :]
        return {"offset": offset, "size": self._size, "ids": ids, "total": self._total}

    def _request(self, page: int) -> Changes:
        return {"page": page if page > 1 else None, "page_size": self._page_size}

    def _accept(self, page: Page[T]) -> list[T]:
        items = self._take(page, [Key(identity(item), None, index) for index, item in enumerate(page)])
        if self._responses > 1 or not self._over:
            self._suspect("by page number, only a list of one page can be shown to be complete")
        return items

    def _take(self, page: Page[T], keys: list[Key]) -> list[T]:
        """Return the new items of a page, and note which rows are read now."""
        self._identified &= all(key.id is not None for key in keys)
        self._advance(page)
        here = self._recent.setdefault(page.page, {})
        self._batch = []
        for key in keys[self._skip :]:
            if key.id is None or not self._is_known(key.id):
                self._batch.append(key)
            else:
                self.report.duplicates += key.id not in self._resumed
        here.update(dict.fromkeys(key.id for key in keys if key.id is not None))
        self._recent.pop(max(self._recent) - REMEMBERED_PAGES, None)
        self._skip = 0
        return [page.items[key.place] for key in self._batch]

    def _advance(self, page: Page[T]) -> None:
        size, total = self._size, self._count(page)
        start = (page.page - 1) * size
        end = start + len(page)
        change = 0 if total is None or self._total is None else total - self._total
        self.report.total_changed |= change != 0
        low, high = self._beyond
        self._total, self._furthest = total, max(self._furthest, end)
        if change > 0:
            low += change
        elif change < 0 and self._identified:
            self._shrinks = True
            least = max(self._floor, self._furthest - REMEMBERED_PAGES * size)
            self._read = max(self._read + change, min(self._read, least))
            high += change
        self._began, self._before = start, self._read
        if start <= self._read:
            self._read = max(self._read, end)
        else:
            low, high = start, end
        if low <= self._read:
            self._read = max(self._read, high)
        self._beyond = low, high
        pages = page.total_pages or 0
        if total is not None:
            self._over = self._read >= total and (len(page) < size or self._read > (pages - 1) * size)
        else:
            self._over = page.page >= pages if pages else len(page) < size

    def _end(self) -> None:
        self._over = True
        expected, seen = self.report.expected, self._earlier + self.report.seen
        if expected is not None and not self.report.total_changed and seen < expected:
            self._suspect(f"the API counts {expected} items and gave {seen} different ones")

    def _measure(self, page: Page[T]) -> None:
        """Learn the server's page size, which may be less than was asked for."""
        size = min(self._size, page.page_size or self._size)
        follows = page.page < (page.total_pages or 0) or (
            page.total_count is not None and (page.page - 1) * size + len(page) < page.total_count
        )
        if follows and 0 < len(page) < size:
            size = len(page)
        if size != self._size and not self._resumed:
            self._read = self._floor = self._earlier = (page.page - 1) * size
        self._size = size

    def _count(self, page: Page[T]) -> int | None:
        """Return the API's count, or None where it cannot be true."""
        total, rows = page.total_count, (page.page - 1) * self._size + len(page)
        return None if total is None or (page.items and total < rows) else total

    def _suspect(self, reason: str) -> None:
        self.report.exact = False
        self.doubt = self.doubt or reason

    def _is_known(self, known: str) -> bool:
        return known in self._resumed or any(known in ids for ids in self._recent.values())

    def _known_pages(self) -> int:
        """Return how many pages may bring nothing new because they are read again."""
        return REMEMBERED_PAGES if self._shrinks else 0

    def _may_look_ahead(self) -> bool:
        return not self._shrinks

    def _restart(self) -> bool:
        """Go on by time, where that is possible."""
        return False


class KeysetPaginator(NumberPaginator[T]):
    """Pages by creation time, within a bound that is one second wider than the time.

    | the list | the next request |
    |---|---|
    | newest first, and the count stays | bound: the time of the first item. The next page number |
    | newest first, from the first change of the count on | bound: the time of the last item. Page 1 |
    | oldest first | bound: the time of the last item. Page 1 |
    | rows of one second fill a page (newest first: half of it) | the same bound, as `NumberPaginator` |
    | without ids or times, or in another order | as `NumberPaginator` |

    The page that shows a change is dropped. Known ids within the second are dropped.
    New rows must come with the newest time.

    Args:
        size: As for `NumberPaginator`, and so are `page_size`, `limit` and `position`.
        keyset: The arguments that bound and sort the list.
        newest_first: Whether the newest items come first.
        own: The caller's own bound, which is never widened.
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
        self._field = keyset.field
        self._argument = keyset.before if newest_first else keyset.after
        self._newest_first, self._own = newest_first, own
        self._by_time, self._usable = not newest_first, True
        last = None if position is None else read_time(position["time"])
        self._bound = self._last = self._newest = last
        # The ids of the last second, with their times; they may come again.
        self._near: dict[str, datetime] = {}
        if position is not None and last is not None:
            self._near = dict.fromkeys(position["ids"], last)
        self._previous = self._last, self._near
        # The count that the next bound should show, without the known rows.
        self._left: int | None = None

    def position(self, returned: int) -> dict[str, Any] | None:
        """Return where to go on, as JSON."""
        if not self._usable:
            return super().position(returned)
        last, near = self._last, self._near
        if returned < len(self._batch):
            last, near = self._after(*self._previous, self._batch[:returned])
        return None if last is None else {"time": last.isoformat(), "ids": list(near)}

    def _request(self, page: int) -> Changes:
        changes, reach = super()._request(page), self._reach()
        return changes if reach is None else {**changes, self._argument: reach}

    def _accept(self, page: Page[T]) -> list[T]:
        keys = [Key(identity(item), self._time(item), index) for index, item in enumerate(page)]
        self._check(keys)
        known = sum(key.id is not None and self._is_known(key.id) for key in keys)
        count = self._count(page)
        before = self._total
        if page.page == 1:
            before = self._left + known if self._left is not None and known < len(keys) else None
        if before is not None and count is not None and before != count:
            self.report.total_changed = True
            if before - count > MAX_REMOVED:
                self._suspect(f"the API's count fell from {before} to {count} at once")
        if page.page > 1:
            if count != before or known:
                self._by_time = True
                if self._restart():
                    self._batch, self._left = [], None
                    return []
                self._suspect("rows moved among more rows of one second than fit on a page")
            elif not self._newest_first or self._last == self._newest:
                self._suspect("more rows of one second than fit on a page may hide rows that move")
        if self._responses == 1:
            self._earlier = known
        items = self._take(page, keys)
        self._previous = self._last, self._near
        self._last, self._near = self._after(self._last, self._near, self._batch)
        self._newest = self._newest or next((key.time for key in keys if key.time), None)
        if self._usable and not self._over:
            if self._by_time or count is None:
                self._restart()
            elif self._bound is None:
                self._bound = self._newest
        return items

    def _restart(self) -> bool:
        last, (_, high) = self._last, self._beyond
        if not self._usable or last is None or last == self._bound or self._read < high:
            return False
        again = sum(abs(moment - last) <= SECOND for moment in self._near.values())
        if again >= self._size or (self._newest_first and again > self._size // 2):
            return False
        self._left = None if self._total is None else self._total - self._read
        self._bound, self._total, self._again, self._refused = last, None, None, None
        self._read, self._furthest, self._beyond, self._recent = 0, 0, (0, 0), {}
        return True

    def _check(self, keys: list[Key]) -> None:
        """Look for what the rule needs: ids, times, their order, and the bound."""
        times = [key.time for key in keys if key.time is not None]
        if len(times) < len(keys) or any(key.id is None for key in keys):
            self._suspect("items have no id or no creation time")
            self._usable &= bool(times) and all(key.id is not None for key in keys)
        if any(self._precedes(later, earlier) for earlier, later in pairwise(times)):
            self._suspect("the items are not in order of their creation times")
            self._usable = False
        reach = self._reach()
        if reach is not None:
            limit = shift(reach, SECOND if self._newest_first else -SECOND)
            for moment in times:
                if self._precedes(moment, limit):
                    raise PaginationError(f"items up to {reach} were requested, and one of {moment} came")

    def _precedes(self, moment: datetime, other: datetime) -> bool:
        return moment > other if self._newest_first else moment < other

    def _reach(self) -> datetime | None:
        """Return the bound to send."""
        if self._bound is None:
            return self._own
        # A server may show its times rounded.
        reach = shift(self._bound, SECOND if self._newest_first else -SECOND)
        return self._own if self._own is not None and self._precedes(reach, self._own) else reach

    def _time(self, item: T) -> datetime | None:
        return read_time(getattr(item, self._field, None))

    def _after(
        self, last: datetime | None, near: dict[str, datetime], keys: list[Key]
    ) -> tuple[datetime | None, dict[str, datetime]]:
        """Return the last time and the ids near it, after some more items."""
        near = dict(near)
        for key in keys:
            if key.time is not None and (last is None or self._precedes(last, key.time)):
                last = key.time
            if key.id is not None and last is not None:
                near[key.id] = key.time or last
        return last, {known: at for known, at in near.items() if last and abs(at - last) <= 2 * SECOND}

    def _is_known(self, known: str) -> bool:
        return known in self._near or super()._is_known(known)

    def _known_pages(self) -> int:
        return super()._known_pages() + len(self._near) // self._size

    def _may_look_ahead(self) -> bool:
        return not self._by_time and super()._may_look_ahead()


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


def identity(item: Any) -> str | None:
    """Return the text that identifies an item.

    It is the item's id, or a digest of all of it where it is about something that has an id.
    """
    own = _id_of(item)
    if own is None and any(_id_of(field) is not None for field in _fields(item)):
        return hashlib.sha256(repr(item).encode()).hexdigest()[:16]
    return own


def _id_of(item: Any) -> str | None:
    own = cast(dict[str, Any], item).get("id") if isinstance(item, dict) else getattr(item, "id", None)
    return str(own) if isinstance(own, str | int) else None


def _fields(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return [*cast(dict[str, Any], item).values()]
    return [getattr(item, name, None) for name in getattr(item, "__slots__", ())]


def shift(moment: datetime, by: timedelta) -> datetime:
    """Return a time earlier or later, or the same one where the calendar ends."""
    try:
        return moment + by
    except OverflowError:
        return moment
