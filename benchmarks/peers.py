"""What users would pick instead: pydantic models, msgspec structs, the stock generator's client."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import msgspec
import pydantic

from exec_api_client.sandbox import SANDBOX_KEY, Request, Sandbox
from generator.checkout import Checkout
from generator.document.yaml import load_file
from generator.emit.generate import emit

STOCK = "stock_client"

Rank = Literal["gold", "silver", "bronze", "unranked"]


def page_of_sessions(number: int = 100) -> bytes:
    """What the API answers to a request for so many sessions; none lacks a rank, which stock cannot read."""
    sandbox = Sandbox(sessions=number, limits=None)
    asked = Request(
        "GET",
        "/rest/v1/sessions",
        query=f"page_size={number}",
        headers={"authorization": f"Bearer {SANDBOX_KEY}"},
    )
    return sandbox.exchange(asked).response.body.replace(b'"rank":null', b'"rank":"unranked"')


class PydanticUser(pydantic.BaseModel):
    """A user, for pydantic."""

    id: str
    email: str
    first_name: str | None
    last_name: str | None


class PydanticScenario(pydantic.BaseModel):
    """A scenario, for pydantic."""

    id: str
    name: str
    slug: str


class PydanticSession(pydantic.BaseModel):
    """A session, for pydantic."""

    id: str
    user: PydanticUser
    scenario: PydanticScenario
    score: float | None
    rank: Rank | None
    duration_seconds: float | None
    is_valid_attempt: bool
    created_at: datetime


class PydanticPagination(pydantic.BaseModel):
    """Where a page stands, for pydantic."""

    page: int
    page_size: int
    total_count: int
    total_pages: int


class PydanticPage(pydantic.BaseModel):
    """A page, for pydantic."""

    data: list[PydanticSession]
    pagination: PydanticPagination


class MsgspecUser(msgspec.Struct):
    """A user, for msgspec."""

    id: str
    email: str
    first_name: str | None
    last_name: str | None


class MsgspecScenario(msgspec.Struct):
    """A scenario, for msgspec."""

    id: str
    name: str
    slug: str


class MsgspecSession(msgspec.Struct):
    """A session, for msgspec."""

    id: str
    user: MsgspecUser
    scenario: MsgspecScenario
    score: float | None
    rank: Rank | None
    duration_seconds: float | None
    is_valid_attempt: bool
    created_at: datetime


class MsgspecPagination(msgspec.Struct):
    """Where a page stands, for msgspec."""

    page: int
    page_size: int
    total_count: int
    total_pages: int


class MsgspecPage(msgspec.Struct):
    """A page, for msgspec."""

    data: list[MsgspecSession]
    pagination: MsgspecPagination


@contextmanager
def stock_client() -> Iterator[Path]:
    """What the generator makes of the same document by itself, importable as `stock_client`."""
    with tempfile.TemporaryDirectory() as folder:
        emit(load_file(Checkout().document), Path(folder) / STOCK, templates=None, config=None)
        sys.path.insert(0, folder)
        try:
            yield Path(folder)
        finally:
            sys.path.remove(folder)
            for name in [name for name in sys.modules if name.partition(".")[0] == STOCK]:
                del sys.modules[name]


def stock_page() -> Any:
    """The stock client's model of a page of sessions."""
    return import_module(f"{STOCK}.models.list_sessions_response_200").ListSessionsResponse200
