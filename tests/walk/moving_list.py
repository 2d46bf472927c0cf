"""A list in memory whose rows move while it is walked, and the walks over it."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from exec_api_client import Page
from exec_api_client._runtime.operations import Keyset, Operation
from exec_api_client.pagination.choice import walk_of
from exec_api_client.pagination.keyset import KeyWalk
from exec_api_client.pagination.pagewalk import PageWalk
from exec_api_client.pagination.walk import Walk

KEYSET = Keyset("made_at", "since", "until", "order", "made_at", "-made_at", "-made_at")
LIST: Operation[list[Any]] = Operation(
    "rows.list",
    "GET",
    "/rows",
    lambda _status, rows: rows,
    page_size=100,
    default_page_size=50,
    keyset=KEYSET,
)
START = datetime(2026, 3, 1, tzinfo=UTC)

Asked = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """What the list gives; `made_at` is shown in the server's unit, `instant` is what the server knows."""

    id: str | None
    made_at: datetime | None
    instant: datetime = START


@dataclass(frozen=True, slots=True)
class Entry:
    """A row without an id of its own, about something that has one."""

    row: Row
    score: int = 0


class Server:
    """Rows in order of their times, paged and bounded as the API does.

    Args:
        rows: How many there are at first.
        gaps: What the milliseconds between two rows are chosen from.
        seed: What chance follows, for the gaps, for the order of equal times, and for what is deleted.
        unit: The milliseconds that times are shown in.

    Attributes:
        stayed: The ids of the first rows, less those that were deleted.
    """

    def __init__(
        self,
        rows: int = 0,
        *,
        gaps: tuple[int, ...] = (1_000, 60_000, 600_000),
        seed: int = 0,
        unit: int = 1_000,
    ) -> None:
        self.random = random.Random(seed)
        self.gaps = gaps
        self.unit = unit
        self.clock = START
        self.rows: list[Row] = []
        self.made = 0
        for _ in range(rows):
            self.insert()
        self.stayed = {row.id for row in self.rows}

    def insert(self, gap: int | None = None) -> None:
        self.clock += timedelta(milliseconds=self.random.choice(self.gaps) if gap is None else gap)
        self.made += 1
        shown = self.clock.replace(
            microsecond=self.clock.microsecond // (self.unit * 1_000) * self.unit * 1_000
        )
        self.rows.append(Row(f"{self.random.randrange(10):x}{self.made:05}", shown, self.clock))

    def delete(self, index: int | None = None) -> None:
        index = self.random.randrange(len(self.rows)) if index is None else index
        self.stayed.discard(self.rows.pop(index).id)

    def churn(self) -> None:
        """Three more and three fewer."""
        for _ in range(3):
            self.insert()
            self.delete(self.random.randrange(len(self.rows) - 1))

    def in_order(self, *, descending: bool = True) -> list[Row]:
        return sorted(self.rows, key=lambda row: (row.instant, row.id), reverse=descending)

    def answer(self, asked: Asked, *, descending: bool = True) -> Page[Row]:
        page, size = asked["page"] or 1, asked["page_size"]
        since, until = asked.get("since") or START, asked.get("until")
        rows = [
            row
            for row in self.in_order(descending=descending)
            if since <= row.instant and (until is None or row.instant <= until)
        ]
        total = len(rows)
        return Page(rows[(page - 1) * size : page * size], page, size, total, math.ceil(total / size))


def by_key(size: int = 100, *, descending: bool = True, **more: Any) -> KeyWalk[Row]:
    return KeyWalk({"page_size": size}, size, KEYSET, descending=descending, **more)


def gone_on(mark: dict[str, Any], size: int = 100, *, descending: bool = True, **more: Any) -> Walk[Row]:
    """The walk over the list by time that goes on from a mark."""
    order = KEYSET.descending if descending else KEYSET.ascending
    return walk_of(LIST, {"page_size": size, "order": order}, mark=mark, **more)


def by_page(size: int = 100, *mark: Any) -> PageWalk[Row]:
    return PageWalk({"page_size": size}, size, *mark)


def by_page_from(mark: dict[str, Any], size: int = 100) -> PageWalk[Row]:
    """The walk by page number that goes on from a mark."""
    return by_page(size, mark["page"], mark["ids"], mark["given"], mark["total"])


def step(walk: Walk[Row], answer: Callable[[Asked], Page[Row]]) -> list[Row]:
    """What one more request of a walk gives."""
    asked = walk.ask()
    assert asked is not None
    return walk.take(asked, answer(asked))


def walked(
    walk: Walk[Row], answer: Callable[[Asked], Page[Row]], change: Callable[[], object] | None = None
) -> list[Row]:
    """Everything that a walk gives; the list changes between any two requests."""
    found: list[Row] = []
    while (asked := walk.ask()) is not None:
        if change is not None and walk.answers:
            change()
        found += walk.take(asked, answer(asked))
        assert walk.answers < 500, "an endless loop"
    return found


def harm(server: Server, found: list[Row]) -> tuple[int, int]:
    """How many rows were repeated, and how many missed of those that were there all the time."""
    given = [row.id for row in found]
    return len(given) - len(set(given)), len(server.stayed - set(given))


def without(page: Page[Row], **fields: None) -> Page[Row]:
    """A page whose rows lack these fields."""
    return replace(page, items=[replace(row, **fields) for row in page])
