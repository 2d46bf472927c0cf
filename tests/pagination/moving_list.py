"""A list in memory whose rows move while it is read, behind the public pager."""

import asyncio
import random
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from exec_api_client import AsyncPager, Response
from exec_api_client._runtime.operations import Keyset, Operation, Parameter
from exec_api_client._runtime.requests import Request

START = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEWEST_FIRST, OLDEST_FIRST, BY_SCORE = "-made_at", "made_at", "score"

# Milliseconds between two rows.
APART = (1_000, 60_000, 600_000)
SEVERAL_A_SECOND = (0, 0, 0, 1_000, 60_000)


@dataclass(frozen=True)
class Row:
    """One item of the list."""

    id: str | None
    made_at: datetime | None


def _read(_status: int, rows: list[Any]) -> list[Row]:
    return [
        Row(row["id"], datetime.fromisoformat(row["made_at"]) if row["made_at"] else None) for row in rows
    ]


LIST: Operation[list[Any]] = Operation(
    "rows.list",
    "GET",
    "/rows",
    _read,
    {
        "page": Parameter("page", "integer", location="query"),
        "page_size": Parameter("page_size", "integer", location="query"),
        "order": Parameter("order", "string", location="query"),
        "since": Parameter("since", "date-time", location="query"),
        "until": Parameter("until", "date-time", location="query"),
    },
    page_size=100,
    default_page_size=50,
    keyset=Keyset("made_at", "since", "until", "order", OLDEST_FIRST, NEWEST_FIRST, NEWEST_FIRST),
)


class Stored(NamedTuple):
    """A row as the server knows it, in the order of creation."""

    instant: datetime
    id: str


@dataclass
class Said:
    """One response, before it becomes JSON."""

    rows: list[dict[str, Any]]
    page: int
    page_size: int | None
    total_count: Any
    total_pages: Any


def truncated(instant: datetime) -> datetime:
    """Return a time as most servers show it: without its fraction."""
    return instant.replace(microsecond=0)


def rounded(instant: datetime) -> datetime:
    """Return a time as a database casts it: to the nearest second."""
    return truncated(instant + timedelta(milliseconds=500))


class Server:
    """Rows by creation time, paged and bounded as the API does.

    Attributes:
        stayed: The ids of the first rows, without those that were deleted.
        requests: The query of each request.
        between: Changes the list before each request except the first.
        says: Changes a response.
        sort: Changes the order.
        cap: The largest page.
        scrambled: Whether requests at once are answered in any order.
        latency: The seconds that a page takes.
        under_way: How many requests are not answered yet.
        most: The largest number of these.
    """

    def __init__(
        self,
        rows: int = 0,
        *,
        gaps: tuple[int, ...] = APART,
        seed: int = 0,
        shown: Callable[[datetime], datetime] = truncated,
        between: Callable[["Server"], object] | None = None,
        says: Callable[[Said], object] | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.gaps, self.shown, self.between, self.says = gaps, shown, between, says
        self.clock, self.made = START, 0
        self.rows: list[Stored] = []
        self.sort: Callable[[list[Stored]], list[Stored]] = lambda rows: rows
        self.cap, self.scrambled = 100, False
        self.latency: Callable[[int], float] | None = None
        self.under_way = self.most = 0
        for _ in range(rows):
            self.insert()
        self.settle()
        self.requests: list[dict[str, str]] = []

    def settle(self) -> None:
        """Take the present rows for those that a reader must get."""
        self.stayed = {row.id for row in self.rows}

    def insert(self, gap: int | None = None) -> None:
        """Add a row with the newest time."""
        self.clock += timedelta(milliseconds=self.random.choice(self.gaps) if gap is None else gap)
        self.made += 1
        insort(self.rows, Stored(self.clock, f"{self.random.randrange(10):x}{self.made:05}"))

    def delete(self, index: int | None = None) -> None:
        """Remove a row; some row by default."""
        index = self.random.randrange(len(self.rows)) if index is None else index
        self.stayed.discard(self.rows.pop(index).id)

    def churn(self) -> None:
        """Add three rows and remove three."""
        for _ in range(3):
            self.insert()
            self.delete(self.random.randrange(len(self.rows) - 1))

    def ids(self, order: str = NEWEST_FIRST) -> list[str]:
        """Return the ids in order."""
        return [row.id for row in (self.rows if order == OLDEST_FIRST else self.rows[::-1])]

    async def send(self, request: Request, _timeout: float | None, /) -> Response:
        """Answer a request, after some time."""
        if self.latency is None:
            return await self.reply(request)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            response = await self.reply(request)
            await asyncio.sleep(self.latency(int(self.requests[-1].get("page", 1))))
        finally:
            self.under_way -= 1
        return response

    async def reply(self, request: Request) -> Response:
        """Answer a request."""
        if self.scrambled:
            for _ in range(self.random.randrange(4)):
                await asyncio.sleep(0)
        if self.between is not None and self.requests:
            self.between(self)
        asked = dict(unquote(text).split("=", 1) for text in request.query.values())
        self.requests.append(asked)
        said = self.answer(asked)
        if self.says is not None:
            self.says(said)
        numbers = {
            "page": said.page,
            "page_size": said.page_size,
            "total_count": said.total_count,
            "total_pages": said.total_pages,
        }
        return Response(
            request.method, request.path, 200, {}, orjson.dumps({"data": said.rows, "pagination": numbers})
        )

    def answer(self, asked: dict[str, str]) -> Said:
        """Return what an honest server says."""
        page, size = int(asked.get("page", 1)), min(int(asked.get("page_size", 50)), self.cap)
        since, until = asked.get("since"), asked.get("until")
        moment = lambda row: row.instant  # noqa: E731
        low = bisect_left(self.rows, datetime.fromisoformat(since), key=moment) if since else 0
        high = len(self.rows)
        if until:
            high = max(low, bisect_right(self.rows, datetime.fromisoformat(until), key=moment))
        rows = self.rows[low:high]
        rows = self.sort(rows if asked.get("order") == OLDEST_FIRST else rows[::-1])
        shown = [
            {"id": row.id, "made_at": self.shown(row.instant).isoformat()}
            for row in rows[(page - 1) * size : page * size]
        ]
        return Said(shown, page, size, len(rows), -(-len(rows) // size))

    def pager(self, **arguments: Any) -> AsyncPager[Row]:
        """Return a pager over this list."""
        return AsyncPager(self.send, LIST, arguments, None)

    def harm(self, found: list[str | None]) -> tuple[int, int]:
        """Return how many rows were repeated, and how many missed of those that were there all the time."""
        return len(found) - len(set(found)), len(self.stayed - set(found))


async def read(pager: AsyncPager[Row], ahead: int = 1) -> list[str | None]:
    """Return the ids of all items, with so many pages requested at once."""
    if ahead == 1:
        return [row.id async for row in pager]
    async with pager.prefetch(ahead) as rows:
        return [row.id async for row in rows]


async def read_some(pager: AsyncPager[Row], number: int) -> list[str | None]:
    """Return the ids of the first items. The pager's bookmark is after them."""
    items = aiter(pager)
    return [(await anext(items)).id for _ in range(number)]
