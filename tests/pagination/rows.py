"""A list of 250 rows, paged as the API does."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.fakes import Api

ROWS = [{"id": f"s{number}"} for number in range(250)]
EVERY_ID = [row["id"] for row in ROWS]


def rows_api(rows: Sequence[Mapping[str, Any]] = ROWS) -> Api:
    """An API with these rows, paged as the real one does."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", 1))
        size = int(request.url.params.get("page_size", 50))
        data = rows[(page - 1) * size : page * size]
        total = {"total_count": len(rows), "total_pages": -(-len(rows) // size)}
        said = {"page": page, "page_size": size, **total}
        return httpx.Response(200, json={"data": data, "pagination": said})

    return Api(answer)


def ids(items: Any) -> list[str]:
    return [item.id for item in items]
