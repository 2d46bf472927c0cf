"""The walk by page number, which every list allows; pure.

It drops what it sees twice, reads again where rows were removed, and reports what it saw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .walk import PATIENCE, REMEMBERED_PAGES, Ask, Walk, id_of

if TYPE_CHECKING:
    from .page import Page

T = TypeVar("T")


class PageWalk(Walk[T]):
    """Page after page, by number.

    Promise: it ends, and gives no item twice that stood on one of the last `REMEMBERED_PAGES` pages. Where
    rows are only added, or only removed, between two requests, and no more than those pages hold, it misses
    none: where the API's count falls, it reads the pages again to which unread rows may have moved.
    Of rows removed and rows added at once it sees but the difference, and nothing where they are as many.
    A walk that is resumed sees that the count has changed meanwhile, but reads no page before its first.

    Items that are known by nothing could only be repeated: where there are any, no page is read again. Nor is
    any once twice as many have been as there are others, as where a count swings.

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
        bound: str | None = None,
    ) -> None:
        super().__init__(arguments, size, start, limit)
        self._total = total
        # Which part of a list by time it walks, for the mark.
        self._bound = bound
        # The ids on each of the last pages, and those that an earlier walk gave of the first one.
        self._recent = {start - 1: set(known)}
        self._given = frozenset(known)
        self._known = len(known)
        self._skip = given
        self._start = start
        self._front, self._removed, self._shrinks = start - 1, 0, False
        self._held: _Held[T] | None = None
        # Whether pages may be read again, and how many more often than others were.
        self._goes_back, self._read_again = True, -REMEMBERED_PAGES
        # The page furthest down: its number, how many rows it has and how many stand before it; how many of
        # them came twice.
        self._furthest = start - 1
        self._length = self._twice = 0
        self._rows: int | None = None
        # Where the new items of the last answer stood: the first page, and how many were skipped on it.
        self._from = start
        self._skipped = 0

    def ahead(self, most: int) -> list[Ask]:
        """Return the next requests."""
        # What is asked ahead is of no use where pages have to be read again.
        return super().ahead(1 if self._shrinks else most)

    def mark(self, given: int) -> dict[str, Any]:
        """Return the position after some items."""
        rest = self._fresh[given:]
        page = self._from if rest else self._page
        # What is read again is known from the pages before.
        again = page < self._front or (page == self._front and not rest)
        pages = self._recent.values() if again else [self._recent[self._front]]
        ids = sorted(set[str]().union(*pages) - {known for known, _ in rest if known is not None})
        skipped = self._skipped + given if rest and not ids else 0
        place = {"page": page, "size": self._size, "bound": self._bound}
        return {**place, "ids": ids, "given": skipped, "total": self._total}

    def _taken(self, page: Page[T]) -> list[T]:
        fell = self._notice(page.total_count)
        if self.report.total_changed or page.total_count is None:
            self.report.exact = False
        self._from, self._skipped = page.page, self._skip
        is_last = self._place(page)
        self._goes_back &= self._read_again <= 0 and all(map(id_of, page))
        if self._goes_back:
            self._removed += max(0, fell)
            self._shrinks |= fell > 0
        else:
            self._removed = 0
        if self._held is not None:
            self._held.removed += max(0, fell)
            self._held.is_pushed |= fell < 0
        self._page = self._next()
        if page.page > self._page:
            self._held = _Held(page.page, page.items, is_last)
            return []
        if self._again:
            self.report.exact = False
        fresh = self._new(page.page, [] if self._again else page.items)
        self._front, self._removed, self._over = page.page, 0, is_last
        held = self._held
        if held is not None and (held.page == page.page + 1 or not self._goes_back):
            fresh += self._new(held.page, held.items)
            self._held = None
            # What was added since has pushed rows to the held page that it did not have yet.
            if not held.is_pushed or not self._goes_back:
                self._front, self._over = held.page, held.is_last
                self._removed = held.removed if self._goes_back else 0
        self._page = self._next()
        return fresh

    def _notice(self, total: int | None) -> int:
        """How many rows fewer there are than before, below zero if there are more; any change is noted."""
        before, self._total = self._total, total
        if before is None or total is None or before == total:
            return 0
        self.report.total_changed = True
        return before - total

    def _is_forward(self, page: Page[T]) -> bool:
        return page.page > self._furthest

    def _place(self, page: Page[T]) -> bool:
        """Whether a page is the last."""
        if self._rows is None:
            self._rows = (page.page - 1) * self._size_before(page)
        self._read_again += -2 if self._is_forward(page) else 1
        if page.page < self._furthest:
            self._again = False
            return False
        if self._is_forward(page):
            self._rows += self._length
        else:
            self._again = False
        self._length = 0 if self._again else len(page)
        self._twice += len(page) - self._length
        self._furthest = page.page
        return self._ends(page, self._rows + self._length, self._twice)

    def _size_before(self, page: Page[T]) -> int:
        """How many rows a page before the first one has: as many as that shows, if it is not the last."""
        size = self._size_of(page)
        if page.total_count is None:
            is_last = page.page >= (page.total_pages or 0)
        else:
            is_last = (page.page - 1) * size + len(page) == page.total_count
        return size if is_last or not page.items else min(size, len(page))

    def _next(self) -> int:
        """The page after the front, or the first one to which unread rows may have moved."""
        back = min(REMEMBERED_PAGES, math.ceil(self._removed / (self._full or 1)))
        return max(self._start, self._front + 1 - back)

    def _patience(self) -> int:
        return PATIENCE + self._known // (self._full or 1)

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
