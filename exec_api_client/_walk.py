"""How a list is walked: what to ask next, given what came; pure.

Rows move while a list is walked: new ones push the others to later pages, removed ones pull them to
earlier pages. A `PageWalk` is what every list allows: it drops what it sees twice, reads again where
rows were removed, and reports what it saw. `_keyset.py` has the walk that is not misled at all.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .errors import PaginationError

if TYPE_CHECKING:
    from .pagination import Page

T = TypeVar("T")

Ask = dict[str, Any]

# A row that moves to a later page is known again while no more rows come before it, between two
# requests, than stand on this many pages; so many are read again at most where rows were removed.
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
        requests: How many requests it made: those whose answers it took, and those ahead of it that it
            dropped because the list had moved or the caller left.
        exact: Whether it is shown that no item was repeated, and none missed that was there all the time.
    """

    expected: int | None = None
    seen: int = 0
    duplicates: int = 0
    total_changed: bool = False
    requests: int = 0
    exact: bool = True


class Walk(ABC, Generic[T]):
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
        if self.report.requests == 0:
            self.report.expected = page.total_count
        self.report.requests += 1
        if page.page != (asked["page"] or 1):
            raise PaginationError(f"page {asked['page'] or 1} was asked for, and page {page.page} came")
        self._fresh = fresh = self._taken(page)
        self.report.seen += len(fresh)
        self._idle = 0 if fresh else self._idle + 1
        if self._idle >= self._patience() and not self._over:
            raise PaginationError(
                f"{self._idle} answers in a row brought nothing new, and yet the list goes on"
            )
        return fresh

    @abstractmethod
    def mark(self, given: int) -> dict[str, Any]:
        """Where to go on, as JSON, for a caller who got this many of the new items of the last answer."""

    @abstractmethod
    def _taken(self, page: Page[T]) -> list[T]:
        """The new items of an answer to the last request."""

    def _patience(self) -> int:
        return PATIENCE

    def _asking(self, page: int) -> Ask:
        return {**self._arguments, "page": page if page > 1 else None}

    def _size_of(self, page: Page[T]) -> int:
        """How many items a full page has: a server may give fewer than were asked for."""
        return min(self._size, page.page_size or self._size)

    def _ends(self, page: Page[T], rows: int) -> bool:
        """Whether nothing follows a page up to which the list has `rows` rows.

        The count decides where it can be true. Else a page that is not full is the last, unless `total_pages`
        says that there are more.
        """
        size = self._size_of(page)
        if page.total_count is not None and page.total_count >= rows:
            ends = rows >= page.total_count or (not page.items and page.page * size >= page.total_count)
        else:
            ends = len(page) < size and page.page >= (page.total_pages or 0)
        if not page.items and not ends:
            # What an empty page in the middle holds back is not seen.
            self.report.exact = False
        return ends


class PageWalk(Walk[T]):
    """Page after page, by number.

    Promise: it ends, and gives no item twice that stood on one of the last `REMEMBERED_PAGES` pages. Where
    rows are only added, or only removed, between two requests, and no more than those pages hold, it misses
    none: where the API's count falls, it reads the pages again to which unread rows may have moved.
    Of rows removed and rows added at once it sees but the difference, and nothing where they are as many.
    A walk that is resumed sees that the count has changed meanwhile, but reads no page before its first.

    Once rows have been removed, no more is asked ahead: what was under way is dropped, once in a walk.

    Up to the front page all has been read, but for the rows that were removed since: as many unread ones
    may have moved up. A page beyond them is held until they are read.
    """

    def __init__(
        self,
        arguments: Mapping[str, Any],
        size: int,
        start: int = 1,
        known: Sequence[str] = (),
        given: int = 0,
        total: int | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(arguments, size, start, limit)
        self._total = total
        # The ids on each of the last pages, and those that an earlier walk gave of the first one.
        self._recent = {start - 1: set(known)}
        self._given = frozenset(known)
        self._patient = bool(known)
        self._skip = given
        self._start = start
        self._front, self._removed, self._shrinks = start - 1, 0, False
        self._held: _Held[T] | None = None
        # The page furthest down: its number, its items, how many rows it has and how many stand before it.
        self._furthest = start - 1
        self._last: list[T] = []
        self._length = 0
        self._rows: int | None = None
        # Where the new items of the last answer stood: the first page, and how many were skipped on it.
        self._from = start
        self._skipped = 0

    def ahead(self, most: int) -> list[Ask]:
        # What is asked ahead is of no use where pages have to be read again.
        return super().ahead(1 if self._shrinks else most)

    def mark(self, given: int) -> dict[str, Any]:
        rest = self._fresh[given:]
        page = self._from if rest else self._page
        # What is read again is known from the pages before.
        again = page < self._front or (page == self._front and not rest)
        pages = self._recent.values() if again else [self._recent[self._front]]
        ids = sorted(set[str]().union(*pages) - set(map(id_of, rest)))
        skipped = self._skipped + given if rest and not ids else 0
        return {"page": page, "ids": ids, "given": skipped, "total": self._total}

    def _taken(self, page: Page[T]) -> list[T]:
        fell = self._notice(page.total_count)
        if self.report.total_changed or page.total_count is None:
            self.report.exact = False
        self._from, self._skipped = page.page, self._skip
        is_new, is_last = self._place(page)
        self._removed += max(0, fell)
        self._shrinks |= fell > 0
        if self._held is not None:
            self._held.removed += max(0, fell)
            self._held.is_pushed |= fell < 0
        self._page = self._next(page)
        if page.page > self._page:
            self._held = _Held(page.page, page.items, is_last)
            return []
        if not is_new:
            self.report.exact = False
        fresh = self._new(page.page, page.items if is_new else [])
        self._front, self._removed, self._over = page.page, 0, is_last
        held = self._held
        if held is not None and held.page == page.page + 1:
            fresh += self._new(held.page, held.items)
            self._held = None
            # What was added since has pushed rows to the held page that it did not have yet.
            if not held.is_pushed:
                self._front, self._removed, self._over = held.page, held.removed, held.is_last
        self._page = self._next(page)
        return fresh

    def _notice(self, total: int | None) -> int:
        """How many rows fewer there are than before, below zero if there are more; any change is noted."""
        before, self._total = self._total, total
        if before is None or total is None or before == total:
            return 0
        self.report.total_changed = True
        return before - total

    def _place(self, page: Page[T]) -> tuple[bool, bool]:
        """Whether a page is another one than that before it, and whether it is the last."""
        if self._rows is None:
            self._rows = (page.page - 1) * self._size_of(page)
        if page.page < self._furthest:
            return True, False
        is_new = page.page in (1, self._furthest) or not page.items or page.items != self._last
        if page.page > self._furthest:
            self._rows += self._length
        self._furthest, self._last, self._length = page.page, page.items, len(page) if is_new else 0
        return is_new, self._ends(page, self._rows + self._length)

    def _next(self, page: Page[T]) -> int:
        """The page after the front, or the first one to which unread rows may have moved."""
        back = min(REMEMBERED_PAGES, math.ceil(self._removed / self._size_of(page)))
        return max(self._start, self._front + 1 - back)

    def _patience(self) -> int:
        # Pages that are read again may hold nothing new.
        return PATIENCE + (REMEMBERED_PAGES if self.report.total_changed or self._patient else 0)

    def _new(self, page: int, items: list[T]) -> list[T]:
        """The items that the last pages did not hold; one without an id is new each time."""
        fresh: list[T] = []
        here = self._recent.setdefault(page, set())
        for item in items[self._skip :]:
            known = id_of(item)
            if known is not None and any(known in ids for ids in self._recent.values()):
                if known not in self._given:
                    self.report.duplicates += 1
                    self.report.exact = False
            else:
                fresh.append(item)
            if known is not None:
                here.add(known)
        self._skip, self._given = 0, frozenset[str]()
        self._recent.pop(page - REMEMBERED_PAGES - 1, None)
        return fresh


@dataclass(slots=True)
class _Held(Generic[T]):
    """A page whose items wait for those before them.

    With how many rows were removed since it came, and whether some were added.
    """

    page: int
    items: list[T]
    is_last: bool
    removed: int = 0
    is_pushed: bool = False


def id_of(item: Any) -> str | None:
    """What an item is known by, where it has an id."""
    known = getattr(item, "id", None)
    return known if isinstance(known, str) else None
