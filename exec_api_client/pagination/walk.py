"""How a list is walked: what to ask next, given what came; pure.

Rows move while a list is walked: new ones push the others to later pages, removed ones pull them to
earlier pages. `_pagewalk.py` has the walk that every list allows, `_keyset.py` the one that is not misled
at all. What both stand on is here: what was seen, when a walk ends, and that it ends.
"""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import PaginationError

if TYPE_CHECKING:
    from .page import Page

T = TypeVar("T")

Ask = dict[str, Any]

# A row that moves to a later page is known again while no more rows come before it, between two
# requests, than stand on this many pages; so many are read again at most where rows were removed.
REMEMBERED_PAGES = 5

# How many answers in a row may bring nothing new before the walk is given up.
PATIENCE = 3

# What a walk keeps of an item: what it is known by, and its time where the walk goes by time.
Key = tuple[str | None, datetime | None]


@dataclass(slots=True)
class Report:
    """What a walk has seen so far.

    Attributes:
        expected: How many items the API counted at the first request; None where it did not say. After
            `resume` that can count some, or all, of those that were given before.
        seen: How many items the walk gave.
        duplicates: How many items it dropped because it had given them before.
        total_changed: Whether the API's count changed between two requests.
        requests: How many requests were begun for it, also those that it dropped, because the list had
            moved or the caller left, and those that failed or were cut off.
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

    It ends by itself only where what the API says of the list is not contradicted: its count is reached, or
    it has none and the page is not full; and `total_pages` does not say more, or the page after is empty.
    Else it goes on, and raises `PaginationError` where that leads nowhere. Where a server shows fewer rows
    than it has, and its count and `total_pages` agree with that, or it says neither, nothing can be known.

    Args:
        arguments: What each request has, without the page.
        size: How many items a page shall have.
        start: The first page, from 1.
        limit: How many items are wanted; all by default.

    Attributes:
        report: What it has seen.
        answers: How many answers it took.
    """

    def __init__(
        self, arguments: Mapping[str, Any], size: int, start: int = 1, limit: int | None = None
    ) -> None:
        self.report = Report()
        self.answers = 0
        self._arguments = arguments
        self._size = size
        self._page = start
        self._limit = limit
        self._fresh: list[Key] = []
        self._total: int | None = None
        self._over = False
        self._idle = 0
        # How many rows the largest page had: a server may give fewer than were asked for, and say otherwise.
        self._full = 0
        # The page furthest down, as a digest, and whether it is the one before it once more.
        self._last = ""
        self._again = False
        self._circle = Circle()

    def ask(self) -> Ask | None:
        """The arguments of the next request; None at the end."""
        return None if self._over else self._asking(self._page)

    def ahead(self, most: int) -> list[Ask]:
        """The next requests if nothing moves, the first one first; none beyond the last page or the limit."""
        if self._over:
            return []
        if self._limit is not None:
            most = min(most, math.ceil((self._limit - self.report.seen) / self._size))
        last = math.ceil(self._total / (self._full or self._size)) if self._total else 0
        pages = range(self._page, max(self._page, min(last, self._page + most - 1)) + 1)
        return [self._asking(page) for page in pages]

    def take(self, asked: Ask, page: Page[T]) -> list[T]:
        """The new items of an answer, in order.

        Raises:
            PaginationError: The answers contradict each other, so that going on would lead nowhere.
        """
        if self.answers == 0:
            self.report.expected = page.total_count
        self.answers += 1
        if page.page != (asked["page"] or 1):
            raise PaginationError(f"page {asked['page'] or 1} was asked for, and page {page.page} came")
        self._full = max(self._full, len(page))
        forward, shown = self._is_forward(page), digest([id_of(item) or digest(item) for item in page])
        if forward:
            self._again = page.page > 1 and bool(page.items) and shown == self._last
            self._last = shown
        fresh = self._taken(page)
        self._fresh = [self._key(item) for item in fresh]
        self.report.seen += len(fresh)
        if fresh and forward and self._circle.closes(shown):
            self.report.exact = False
            raise PaginationError(f"the pages come in a circle: page {page.page} is an earlier one again")
        self._idle = 0 if fresh else self._idle + forward
        if self._idle >= self._patience() and not self._over:
            raise PaginationError(self._in_vain(page))
        return fresh

    @abstractmethod
    def mark(self, given: int) -> dict[str, Any]:
        """Where to go on, as JSON, for a caller who got this many of the new items of the last answer."""

    @abstractmethod
    def _taken(self, page: Page[T]) -> list[T]:
        """The new items of an answer to the last request."""

    @abstractmethod
    def _patience(self) -> int:
        """How many answers in a row may bring nothing new: more, where known items are to come again."""

    def _is_forward(self, page: Page[T]) -> bool:
        """Whether a page is no earlier one that is read again."""
        return page.page > 0

    def _key(self, item: T) -> Key:
        return id_of(item), None

    def _asking(self, page: int) -> Ask:
        return {**self._arguments, "page": page if page > 1 else None}

    def _size_of(self, page: Page[T]) -> int:
        """How many items a full page has, as the server says."""
        return min(self._size, page.page_size or self._size)

    def _ends(self, page: Page[T], rows: int, twice: int = 0) -> bool:
        """Whether nothing follows a page up to which the list has `rows` rows, and `twice` that came twice.

        Only a count that can be true is believed.
        """
        if page.page < (page.total_pages or 0):
            # Two against one: the count is reached, and nothing stands where there should be more.
            ends = not page.items and page.total_count is not None and rows == page.total_count > 0
        elif page.total_count is None or page.total_count < rows:
            ends = len(page) < self._size_of(page)
        else:
            ends = rows == page.total_count or (not page.items and rows + twice >= page.total_count)
        if not page.items and not ends:
            # What an empty page in the middle holds back is not seen.
            self.report.exact = False
        return ends

    def _in_vain(self, page: Page[T]) -> str:
        if page.items or (self.report.expected is None and not page.total_pages):
            return f"{self._idle} answers in a row brought nothing new, and yet the list goes on"
        pages = self.report.expected is None or self.report.seen >= self.report.expected
        counted = f"{page.total_pages} pages" if pages else str(self.report.expected)
        return f"the list ended after {self.report.seen} items, and the API counts {counted}"


class Circle:
    """Brent's search for a circle: one earlier page is kept, another one after 1, 2, 4, 8 ... pages."""

    def __init__(self) -> None:
        self._kept = ""
        self._since = 0
        self._until: int = 1

    def closes(self, page: str) -> bool:
        """Whether a page is the earlier one again."""
        if page == self._kept:
            return True
        self._since += 1
        if self._since == self._until:
            self._kept, self._since = page, 0
            self._until *= 2
        return False


def id_of(item: Any) -> str | None:
    """What an item is known by: its id, or all of it where it is about something that has one; else None."""
    known = getattr(item, "id", None)
    if isinstance(known, str):
        return known
    fields = (getattr(item, name, None) for name in getattr(item, "__slots__", ()))
    return digest(item) if any(isinstance(getattr(field, "id", None), str) for field in fields) else None


def digest(item: Any) -> str:
    """A short text that tells an item from others with other fields."""
    return hashlib.sha256(repr(item).encode()).hexdigest()[:16]
