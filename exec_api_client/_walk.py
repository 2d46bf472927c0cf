"""How a list is walked: what to ask next, given what came; pure.

Rows move while a list is walked: new ones push the others to later pages, removed ones pull them to
earlier pages. A `KeyWalk` does not count rows but goes on from the creation time of the last one, so
that it neither repeats nor misses any. A `PageWalk` is what other lists allow: it drops what it sees
twice, reads again where rows were removed, and reports what it saw.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ._model import format_datetime, parse_datetime
from .errors import PaginationError

if TYPE_CHECKING:
    from ._operation import Keyset, Operation
    from .pagination import Page

T = TypeVar("T")

Ask = dict[str, Any]

# A row that moves to a later page is known again while no more rows come before it, between two
# requests, than stand on this many pages.
REMEMBERED_PAGES = 5

# How many answers in a row may bring nothing new before the walk is given up.
PATIENCE = 3


@dataclass(slots=True)
class Report:
    """What a walk has seen so far.

    Attributes:
        expected: How many items the API counted at the first request; None where it did not say.
        seen: How many items the walk gave.
        duplicates: How many items it dropped because it had given them before.
        total_changed: Whether the API's count changed between two requests.
        requests: How many requests it made.
        exact: Whether it is shown that no item was repeated, and none missed that was there all the time.
    """

    expected: int | None = None
    seen: int = 0
    duplicates: int = 0
    total_changed: bool = False
    requests: int = 0
    exact: bool = True


class Walk(Generic[T]):
    """One walk over a list: `ask` names the next request, `take` gets its answer.

    Args:
        arguments: What each request has, without the page.
        size: How many items a page shall have.
        start: The first page, from 1.
        limit: How many items are wanted; all by default.
    """

    def __init__(
        self, arguments: Mapping[str, Any], size: int, start: int = 1, limit: int | None = None
    ) -> None:
        self.report = Report()
        self._arguments = arguments
        self._size = size
        self._page = start
        self._limit = limit
        self._fresh: list[T] = []
        self._total: int | None = None
        self._over = False
        self._idle = 0
        # Pages to be read again before the items of the last answer are given.
        self._again: list[int] = []

    def ask(self) -> Ask | None:
        """The arguments of the next request; None at the end."""
        return None if self._over else self._asking(self._page)

    def ahead(self, most: int) -> list[Ask]:
        """The next requests if nothing moves, the first one first; none beyond the last page or the limit."""
        if self._over:
            return []
        if self._limit is not None:
            most = min(most, math.ceil((self._limit - self.report.seen) / self._size))
        last = math.ceil(self._total / self._size) if self._total else 0
        pages = range(self._page, max(self._page, min(last, self._page + most - 1)) + 1)
        return [self._asking(page) for page in pages]

    def take(self, asked: Ask, page: Page[T]) -> list[T]:
        """The new items of an answer, in order.

        Raises:
            PaginationError: The answers contradict each other, so that going on would lead nowhere.
        """
        self.report.requests += 1
        if page.page != (asked["page"] or 1):
            raise PaginationError(f"page {asked['page'] or 1} was asked for, and page {page.page} came")
        if self.report.requests == 1:
            self.report.expected = page.total_count
        self._fresh = fresh = self._taken(page)
        self.report.seen += len(fresh)
        if fresh or not self._again:
            self._idle = 0 if fresh else self._idle + 1
        if not page.items and not self._over:
            # What an empty page in the middle holds back is not seen.
            self.report.exact = False
        if self._idle >= PATIENCE and not self._over:
            raise PaginationError(
                f"{PATIENCE} answers in a row brought nothing new, and yet the list goes on"
            )
        return fresh

    def mark(self, given: int) -> dict[str, Any]:
        """Where to go on, as JSON, for a caller who got this many of the new items of the last answer."""
        raise NotImplementedError

    def _asking(self, page: int) -> Ask:
        return {**self._arguments, "page": page if page > 1 else None}

    def _taken(self, page: Page[T]) -> list[T]:
        raise NotImplementedError

    def _notice(self, total: int | None) -> int:
        """How many rows fewer there are than before; any change is noted."""
        before, self._total = self._total, total
        if before is None or total is None or before == total:
            return 0
        self.report.total_changed = True
        return max(0, before - total)

    def _size_of(self, page: Page[T]) -> int:
        """How many items a full page has: a server may give fewer than were asked for."""
        return min(self._size, page.page_size or self._size)

    def _is_last(self, page: Page[T], rows: int) -> bool:
        """Whether nothing follows a page up to which the list has `rows` rows.

        The count decides where it can be true. Else a page that is not full is the last, unless `total_pages`
        says that there are more.
        """
        size = self._size_of(page)
        if page.total_count is not None and page.total_count >= rows:
            return rows >= page.total_count or (not page.items and page.page * size >= page.total_count)
        return len(page) < size and page.page >= (page.total_pages or 0)


class PageWalk(Walk[T]):
    """Page after page, by number.

    Promise: it ends, and gives no item twice that stood on one of the last `REMEMBERED_PAGES` pages.
    Where the API's count falls, it reads those pages again whose rows may have moved up unread.
    What it cannot see: as many rows removed as added between two requests, which leaves the count equal.
    """

    def __init__(
        self,
        arguments: Mapping[str, Any],
        size: int,
        start: int = 1,
        known: Iterable[str] = (),
        given: int = 0,
        limit: int | None = None,
    ) -> None:
        super().__init__(arguments, size, start, limit)
        self._rows: int | None = None
        self._recent = deque([set(known)], maxlen=REMEMBERED_PAGES + 1)
        self._skip = given
        self._last: list[T] = []
        # Where the new items of the last answer stood: the first page, and how many were skipped on it.
        self._from = start
        self._skipped = 0

    def ask(self) -> Ask | None:
        return self._asking(self._again[0]) if self._again else super().ask()

    def ahead(self, most: int) -> list[Ask]:
        return [self._asking(page) for page in self._again[:most]] if self._again else super().ahead(most)

    def mark(self, given: int) -> dict[str, Any]:
        rest = self._fresh[given:]
        page = self._from if rest else (self._again or [self._page])[0]
        # What is read again, beyond the last page, is known from the pages before.
        pages = self._recent if self._page - page > 1 else [self._recent[-1]]
        ids = sorted(set[str]().union(*pages) - {_id(item) for item in rest})
        return {"page": page, "ids": ids, "given": self._skipped + given if rest and not ids else 0}

    def _taken(self, page: Page[T]) -> list[T]:
        fell = self._notice(page.total_count)
        if fell or self.report.total_changed or page.total_count is None:
            self.report.exact = False
        self._from, self._skipped = page.page, self._skip
        if self._again:
            del self._again[0]
            return self._new(page.items) + ([] if self._again else self._new(self._last))
        repeated = page.items == self._last and page.page > 1
        self._last = page.items
        if self._rows is None:
            self._rows = (page.page - 1) * self._size_of(page)
        self._rows += 0 if repeated else len(page)
        self._over = self._is_last(page, self._rows)
        self._page = page.page + 1
        if fell and page.page > 1:
            # What was removed pulled as many rows up to pages that have been read.
            pages = min(REMEMBERED_PAGES, math.ceil(fell / self._size))
            self._again = list(range(max(1, page.page - pages), page.page))
            return []
        return [] if repeated else self._new(page.items)

    def _new(self, items: list[T]) -> list[T]:
        """The items that the last pages did not hold; one without an id is new each time."""
        fresh: list[T] = []
        ids: set[str] = set()
        for item in items[self._skip :]:
            known = _id(item)
            if known is not None and (known in ids or any(known in page for page in self._recent)):
                self.report.duplicates += 1
                self.report.exact = False
            else:
                fresh.append(item)
            if known is not None:
                ids.add(known)
        self._skip = 0
        self._recent.append(ids)
        return fresh


class KeyWalk(Walk[T]):
    """From creation time to creation time.

    Promise: each item that is there from the first request to the last is given once, in order.

    The next request is bounded by the creation time of the last item, inclusively and as wide as the
    precision that it is shown in, so that nothing of the same instant is lost; what is known is dropped.
    That reads one row twice. Newest-first lists go on with the next page instead, below the time of the
    first item, where new rows do not get, until something has moved: the count of what is below has
    changed, or an item comes again. From there on time decides.
    """

    def __init__(
        self,
        arguments: Mapping[str, Any],
        size: int,
        keyset: Keyset,
        *,
        descending: bool,
        at: datetime | None = None,
        known: Iterable[str] = (),
        limit: int | None = None,
    ) -> None:
        super().__init__(arguments, size, limit=limit)
        self._keyset = keyset
        self._descending = descending
        self._still = descending
        self._bound = at
        self._seen = _Seen(at, dict.fromkeys(known, at))
        self._before = self._seen
        self._rows = 0

    def ahead(self, most: int) -> list[Ask]:
        return super().ahead(most if self._still else 1)

    def mark(self, given: int) -> dict[str, Any]:
        seen = self._after(self._before, self._fresh[:given])
        if seen.last is None and self.report.seen:
            rest = given < len(self._fresh)
            page = self._page - 1 if rest else self._page
            return {"page": page, "ids": list(seen.ids), "given": given if rest and not seen.ids else 0}
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
        if page.page > 1 and self._has_moved(page):
            if self._seen.last is None:
                raise PaginationError("the list has moved, and its items have no time to go on from")
            self._bound, self._page, self._rows, self._still = self._seen.last, 1, 0, False
            self._before = self._seen
            return []
        self._total = page.total_count
        fresh = [item for item in page.items if _id(item) not in self._seen.ids]
        self._check(fresh)
        self._before = self._seen
        self._seen = self._after(self._seen, fresh)
        self._rows += len(page)
        self._over = self._is_last(page, self._rows)
        if self._by_number():
            if self._bound is None and page.items:
                self._bound = self._moment_of(page.items[0])
            self._page = page.page + 1
        else:
            self._bound, self._page, self._rows = self._seen.last, 1, 0
        return fresh

    def _has_moved(self, page: Page[T]) -> bool:
        """Whether rows were added or removed above a page that was asked for by its number.

        Then either the count has changed, or as many came as went, which brings the last item again.
        """
        if page.total_count != self._total:
            self.report.total_changed = True
            return True
        return any(_id(item) in self._seen.ids for item in page.items)

    def _check(self, items: list[T]) -> None:
        """Whether the promise has what it rests on: ids, times, in order, within the bound."""
        last = self._seen.last
        for item in items:
            moment = self._moment_of(item)
            if moment is None or _id(item) is None:
                self.report.exact = False
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
            known, moment = _id(item), self._moment_of(item)
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

    def _by_number(self) -> bool:
        """Whether to go on by number: where nothing has moved, or time makes no progress."""
        can_tell = self._still and self._total is not None and self._total >= self._rows
        return can_tell or self._seen.last is None or self._seen.last == self._bound


def walk_of(
    operation: Operation[list[T]],
    arguments: Mapping[str, Any],
    *,
    limit: int | None = None,
    mark: Mapping[str, Any] | None = None,
) -> Walk[T]:
    """Choose how to walk a list.

    Args:
        operation: The list.
        arguments: The caller's. One that names a page is walked by number from there.
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
        return PageWalk(others, size, mark["page"], mark["ids"], mark["given"], limit)
    at = None if mark is None else _moment(mark["at"])
    known = () if mark is None else mark["ids"]
    return KeyWalk(
        others,
        size,
        keyset,
        descending=order == keyset.descending,
        at=at,
        known=known,
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


def _id(item: Any) -> str | None:
    known = getattr(item, "id", None)
    return known if isinstance(known, str) else None
