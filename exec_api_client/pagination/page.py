"""One page of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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
