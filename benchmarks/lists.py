"""A simulated list of sessions, whose rows can move between any two requests."""

import asyncio
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from random import Random

import httpx

NEWEST_FIRST = "-created_at"
MOVES = 3

Row = tuple[str, datetime]


class SessionList:
    """Sessions in order of their creation, paged and bounded by date as the API does it.

    Args:
        rows: How many there are at first.
        seed: What chance follows.
        latency: Seconds before each answer.
        per_second: How many rows come in each second; 0 for rows that are seconds or minutes apart.

    Attributes:
        stayed: The ids of the first rows, less those that were deleted.
        requests: How many were answered.
    """

    def __init__(self, rows: int, *, seed: int = 0, latency: float = 0.0, per_second: int = 0) -> None:
        self.requests = 0
        self._chance = Random(seed)
        self._latency = latency
        self._per_second = per_second
        self._clock = datetime(2020, 1, 1, tzinfo=UTC)
        self._made = 0
        self._rows: list[Row] = []
        for _ in range(rows):
            self.insert()
        self.stayed = {known for known, _ in self._rows}

    def insert(self) -> None:
        """Add a row, newer than all others."""
        apart = 1 / self._per_second if self._per_second else self._chance.choice((1, 60, 600))
        self._clock += timedelta(seconds=apart)
        self._made += 1
        self._rows.append((f"s{self._made:011}", self._clock))

    def delete(self) -> None:
        """Take some row away."""
        known, _ = self._rows.pop(self._chance.randrange(len(self._rows)))
        self.stayed.discard(known)

    def move(self) -> None:
        """Three rows more and three fewer."""
        for _ in range(MOVES):
            self.insert()
            self.delete()

    def transport(self, between: Callable[[], object] | None = None) -> httpx.MockTransport:
        """What a client talks to; `between` acts before each request but the first."""

        async def answer(request: httpx.Request) -> httpx.Response:
            if between is not None and self.requests:
                between()
            self.requests += 1
            body = self.answer(request.url.params)
            await asyncio.sleep(self._latency)
            return httpx.Response(200, content=body, headers={"content-type": "application/json"})

        return httpx.MockTransport(answer)

    def answer(self, asked: httpx.QueryParams) -> bytes:
        """The page that is asked for."""
        after, before = asked.get("start_date"), asked.get("end_date")
        moment = itemgetter(1)
        low = bisect_left(self._rows, _instant(after), key=moment) if after else 0
        high = bisect_right(self._rows, _instant(before), key=moment) if before else len(self._rows)
        page, size = int(asked.get("page", 1)), int(asked.get("page_size", 50))
        first, last = (page - 1) * size, page * size
        if asked.get("sorting", NEWEST_FIRST) == NEWEST_FIRST:
            rows = self._rows[max(low, high - last) : max(low, high - first)][::-1]
        else:
            rows = self._rows[min(high, low + first) : min(high, low + last)]
        total = max(0, high - low)
        said = {"page": page, "page_size": size, "total_count": total, "total_pages": -(-total // size)}
        return json.dumps({"data": [_session(*row) for row in rows], "pagination": said}).encode()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _session(known: str, created_at: datetime) -> dict[str, object]:
    return {
        "id": known,
        "user": {"id": "u1", "email": "jane@example.com", "first_name": "Jane", "last_name": "Smith"},
        "scenario": {"id": "c1", "name": "Discovery", "slug": "discovery"},
        "score": 82.5,
        "rank": "gold",
        "duration_seconds": 347,
        "is_valid_attempt": True,
        "created_at": f"{created_at:%Y-%m-%dT%H:%M:%SZ}",
    }
