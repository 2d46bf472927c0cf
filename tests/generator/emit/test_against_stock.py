"""Faults of the generator's own output that the templates and the overlay mend.

Each is shown on the code that the plain command makes of openapi.yaml. Where a test fails, the generator
has mended the fault, and what we do about it can go. That ours is right is shown in the other folders.
"""

from __future__ import annotations

import asyncio
import copy
import importlib
import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from generator.emit.generate import emit
from tests import schemas

from ..growing import KEY, importable, published

PACKAGE = "stock_client"
PAGINATION = {"page": 1, "page_size": 50, "total_count": 1, "total_pages": 1}
PUBLISHED = published()
FIELDS = schemas.flat(PUBLISHED["components"]["schemas"]["SessionListItem"], PUBLISHED)["properties"]
SESSION: dict[str, Any] = {name: schemas.sample(field, PUBLISHED) for name, field in FIELDS.items()} | {
    "user": {"id": "u", "email": "jane@acme.com", "first_name": "Jane", "last_name": "Smith"},
    "scenario": {"id": "c", "name": "Discovery", "slug": "discovery"},
    "score": 82.5,
    "created_at": "2026-03-15T14:30:00Z",
}
RANKS = {"gold", "silver", "bronze", "unranked"}


class Stock:
    """What the plain command makes of openapi.yaml, and how its users call it."""

    def __init__(self) -> None:
        self.models = importlib.import_module(f"{PACKAGE}.models")
        self.paths: list[str] = []

    def client(self, status: int = 200, body: Any = None) -> Any:
        def answer(request: httpx.Request) -> httpx.Response:
            self.paths.append(request.url.raw_path.decode())
            return httpx.Response(status, json=body)

        stock = importlib.import_module(f"{PACKAGE}.client")
        arguments = {"transport": httpx.MockTransport(answer)}
        return stock.AuthenticatedClient("https://api.test/rest/v1", KEY, httpx_args=arguments)

    def list(self, *sessions: Any, **arguments: Any) -> Any:
        client = self.client(body={"data": list(sessions), "pagination": PAGINATION})
        module = importlib.import_module(f"{PACKAGE}.api.sessions.list_sessions")
        return asyncio.run(module.asyncio(client=client, **arguments)).data

    def get(self, session_id: str, status: int, body: Any) -> Any:
        module = importlib.import_module(f"{PACKAGE}.api.sessions.get_session")
        return asyncio.run(module.asyncio(session_id, client=self.client(status, body)))


@pytest.fixture(scope="module")
def stock_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("stock") / PACKAGE
    emit(published(), folder, templates=None, config=None)
    with importable(folder):
        yield


@pytest.fixture
def stock(stock_folder: None) -> Stock:
    return Stock()


def test_it_reads_what_needs_no_mending(stock: Stock) -> None:
    [session] = stock.list(SESSION)
    assert session.to_dict()["score"] == 82.5


@pytest.mark.parametrize(
    ("call", "failure", "match"),
    [
        (
            lambda stock: stock.list({**SESSION, "rank": None}),
            ValueError,
            "None is not a valid SessionListItemRank",
        ),
        (lambda stock: stock.list({**SESSION, "rank": "new"}), ValueError, "'new' is not a valid"),
        (lambda stock: stock.get("s", 520, {}), ValueError, "520"),
        *(
            (lambda stock, copied=copied: json.dumps(copied(stock).to_dict()), TypeError, "Unset is not JSON")
            for copied in (
                lambda stock: copy.deepcopy(stock.models.SessionDetail.from_dict({"id": "s"})),
                lambda stock: pickle.loads(pickle.dumps(stock.models.SessionDetail.from_dict({"id": "s"}))),
            )
        ),
    ],
)
def test_it_fails(stock: Stock, call: Callable[[Stock], Any], failure: type[Exception], match: str) -> None:
    with pytest.raises(failure, match=match):
        call(stock)


def test_it_returns_an_error_as_a_value(stock: Stock) -> None:
    refusal = {"error": {"type": "not_found", "message": "No such session"}}
    assert "error" in stock.get("s", 404, refusal).to_dict()


def test_it_repeats_a_list_instead_of_joining_it_by_commas(stock: Stock) -> None:
    stock.list(rank=[stock.models.ListSessionsRankItem(value) for value in ("gold", "silver")])
    assert "rank=gold&rank=silver" in stock.paths[0]


def test_it_lets_an_argument_out_of_its_path(stock: Stock) -> None:
    stock.get("..", 404, {"error": {"type": "t", "message": "m"}})
    assert stock.paths == ["/rest/v1"]


def test_it_shows_the_key(stock: Stock) -> None:
    assert KEY in repr(stock.client())


def test_its_enums_have_values_without_names_and_are_many(stock: Stock) -> None:
    assert stock.models.ListSessionsSorting.VALUE_1.value == "-created_at"
    kinds = [getattr(getattr(stock.models, name), "__members__", {}) for name in stock.models.__all__]
    ranks = [kind for kind in kinds if {each.value for each in kind.values()} >= RANKS]
    assert len(ranks) >= 9
