"""The rows of docs/comparison.md about httpx. tests/generator/emit has those of the stock client."""

from __future__ import annotations

import httpx
import pytest

from exec_api_client.generated._source import GENERATOR
from tests.fakes import ROOT

TEXT = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")


def row(beginning: str) -> list[str]:
    """The cells of the one row that begins so: what, httpx, stock, ours."""
    [found] = [line for line in TEXT.splitlines() if line.startswith(f"| {beginning}")]
    return [cell.strip() for cell in found.strip("|").split("|")]


async def sent(url: str, params: dict[str, list[str]] | None = None) -> httpx.Request:
    """What httpx sends for a path below a base URL."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503)

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="https://api.test/rest/v1") as client:
        response = await client.get(url, params=params)
    with pytest.raises(httpx.HTTPStatusError):
        response.raise_for_status()
    return seen[0]


def test_the_versions_are_those_that_are_compared() -> None:
    """A newer generator means that each row is looked at again."""
    assert f"httpx {httpx.__version__.rpartition('.')[0]} and {GENERATOR}" in TEXT


async def test_the_rows_of_httpx_are_so() -> None:
    request = await sent("/sessions", {"rank": ["gold", "silver"]})
    assert f"`{request.url.query.decode()}`" == row("`rank=[")[1]
    request = await sent("/sessions/..")
    assert "sessions" not in request.url.path
    assert row("an id of")[1] == "climbs out of its path"
    assert row("time limit")[1].startswith("5 seconds")
    async with httpx.AsyncClient(headers={"authorization": "secret"}) as client:
        assert client.timeout == httpx.Timeout(5)
        assert "secret" not in repr(client)
