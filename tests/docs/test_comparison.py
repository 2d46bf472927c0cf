"""What docs/comparison.md says of others is so: of httpx here, of the stock client elsewhere."""

from __future__ import annotations

import httpx
import pytest

from exec_api_client.generated._source import GENERATOR
from tests.fakes import ROOT

TEXT = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")
STOCK = "".join(
    (ROOT / "tests/generator/emit" / name).read_text(encoding="utf-8")
    for name in ("test_against_stock.py", "test_types.py")
)


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


async def test_httpx_repeats_a_list() -> None:
    request = await sent("/sessions", {"rank": ["gold", "silver"]})
    assert f"`{request.url.query.decode()}`" == row("`rank=[")[1]


async def test_httpx_lets_an_id_climb_out_of_its_path() -> None:
    request = await sent("/sessions/..")
    assert "sessions" not in request.url.path
    assert row("an id of")[1] == "climbs out of its path"


async def test_httpx_gives_up_after_five_seconds_and_shows_no_header() -> None:
    assert row("time limit")[1].startswith("5 seconds")
    async with httpx.AsyncClient(headers={"authorization": "secret"}) as client:
        assert client.timeout == httpx.Timeout(5)
        assert "secret" not in repr(client)


@pytest.mark.parametrize(
    ("beginning", "said", "asserted"),
    [
        ("enums", "a class for each place of one rank; `ListSessionsSorting.VALUE_1`", "len(ranks) >= 9"),
        ("`mypy --strict`", "errors", '== {"stock/client.py"}'),
        ("`rank: null`", "`ValueError`; the page is lost", "None is not a valid SessionListItemRank"),
        ("`rank=[", "`rank=gold&rank=silver`", '"rank=gold&rank=silver"'),
    ],
)
def test_what_is_said_of_the_stock_client_is_asserted(beginning: str, said: str, asserted: str) -> None:
    assert row(beginning)[2] == said
    assert asserted in STOCK
