"""The order of a list, and its pages: stable, whatever the rows are."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .params import Paging

T = TypeVar("T")


def sortings(names: Iterable[str]) -> tuple[str, ...]:
    """Return what `sorting` takes: each name, and with `-` before it for the highest first."""
    return tuple(sign + name for name in names for sign in ("", "-"))


def arrange(
    rows: Iterable[T],
    sorting: str,
    values: Mapping[str, Callable[[T], float | None]],
    identity: Callable[[T], str],
) -> list[T]:
    """Return the rows in order.

    Args:
        rows: What to sort.
        sorting: One of `sortings(values)`.
        values: Name → what to sort by. Rows without a value come last in both directions.
        identity: What decides between equals, always ascending, so that pages are stable.
    """
    value = values[sorting.removeprefix("-")]
    known: list[tuple[float, T]] = []
    unknown: list[T] = []
    for row in sorted(rows, key=identity):
        number = value(row)
        if number is None:
            unknown.append(row)
        else:
            known.append((number, row))
    known.sort(key=lambda pair: pair[0], reverse=sorting.startswith("-"))
    return [row for _, row in known] + unknown


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows, and what the answer says of the whole."""

    rows: Sequence[T]
    paging: Paging
    total_count: int

    @property
    def total_pages(self) -> int:
        """The number of pages of this size; 0 where there are no rows."""
        return math.ceil(self.total_count / self.paging.size)


def cut_page(rows: Sequence[T], paging: Paging) -> Page[T]:
    """Return that page of the rows; beyond the last one it is empty."""
    start = (paging.number - 1) * paging.size
    return Page(rows[start : start + paging.size], paging, len(rows))
