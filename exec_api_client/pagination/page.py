"""One page of a list, and facts that can be read from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .._runtime.models import expect_array, expect_object

if TYPE_CHECKING:
    from .._runtime.operations import Operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Page(Generic[T]):
    """One page of a list. Iterating it gives its items. API reference: the schema `Pagination`.

    Attributes:
        items: The items of this page, in the API's order.
        page: Its number, from 1.
        page_size: The number of items on a full page.
        total_count: The number of items on all pages. None where the API gave none.
        total_pages: The number of pages. None where the API gave none.
    """

    items: list[T]
    page: int
    page_size: int
    total_count: int | None
    total_pages: int | None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]

    def __repr__(self) -> str:
        first = f"{self.items[0]!r:.200}, ..." if self.items else ""
        number = f"<Page {self.page} of {self.total_pages}"
        return f"{number}, {len(self)} of {self.total_count} items: [{first}]>"


def read_page(operation: Operation[list[T]], envelope: Any, page: int, page_size: int) -> Page[T]:
    """Return the page in a response.

    Args:
        operation: The list.
        envelope: The decoded JSON.
        page: The page that was requested, where the response has no number.
        page_size: The page size that was requested, where the response has none.
    """
    fields = expect_object(envelope)
    items = operation.read(200, expect_array(fields.get("data"), "$.data"))
    said: Any = fields.get("pagination")
    numbers: dict[str, Any] = said if said.__class__ is dict else {}
    return Page(
        items,
        _number(numbers, "page") or page,
        _number(numbers, "page_size") or page_size,
        _number(numbers, "total_count"),
        _number(numbers, "total_pages"),
    )


def _number(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def size_of(page: Page[Any], asked: int) -> int:
    """Return the server's page size, which may be less than was asked for, from its first page."""
    size = min(asked, page.page_size or asked)
    end = (page.page - 1) * size + len(page)
    more = page.page < (page.total_pages or 0) or end < (page.total_count or 0)
    return len(page) if more and 0 < len(page) < size else size


def disproves_count(page: Page[Any], size: int) -> bool:
    """Return whether the API counts fewer items than it has given."""
    rows = (page.page - 1) * size + len(page)
    return len(page) > 0 and page.total_count is not None and page.total_count < rows


def is_last(page: Page[Any], size: int, read: int) -> bool:
    """Return whether nothing follows a page up to which some rows are read."""
    said, short = page.total_pages or 0, len(page) < size
    if page.total_count is None:
        return page.page >= said if said else short
    return read >= page.total_count and (short or read > (said - 1) * size)


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
