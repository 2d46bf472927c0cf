"""What the templates and the overlay mend, each shown on our code and on the generator's own output.

Every assertion holds for ours and fails for stock output. Where the stock side no longer fails, the
generator has mended it, and what we do about it can go. How long parsing takes is shown by counting
calls, which is the same on every machine.
"""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, get_args

import attrs
import httpx
import pytest
from openapi_python_client.strings import PythonIdentifier

import exec_api_client
from generator.checkout import ROOT, Checkout
from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY, emit
from tests import schemas

from ..growing import KEY, check_types, importable
from .sides import PACKAGE, PAGINATION, Ours, Side, Stock

USER = {"id": "u", "email": "jane@acme.com", "first_name": "Jane", "last_name": "Smith"}
SESSION: dict[str, Any] = {
    "id": "s",
    "user": USER,
    "scenario": {"id": "c", "name": "Discovery", "slug": "discovery"},
    "score": 82.5,
    "rank": "gold",
    "duration_seconds": 347,
    "is_valid_attempt": True,
    "created_at": "2026-03-15T14:30:00Z",
}
DOCUMENT = Checkout().document
PUBLISHED: Any = apply(load_file(DOCUMENT), load_file(OVERLAY))
SCHEMAS: Any = PUBLISHED["components"]["schemas"]
RANKS = {*get_args(Ours.models.Rank)}
REFUSAL = {"error": {"type": "not_found", "message": "No such session"}}


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    """What the plain command makes of openapi.yaml: no templates, no configuration."""
    folder = tmp_path_factory.mktemp("stock")
    emit(load_file(DOCUMENT), folder / PACKAGE, templates=None, config=None)
    with importable(folder / PACKAGE):
        yield Stock(folder / PACKAGE)


Assertion = Callable[[Side], None]


def only_ours(
    assertion: Assertion, stock: Side, failure: type[Exception] = AssertionError, match: str = ""
) -> None:
    """The assertion holds for our code, and stock output fails it in the way that is known."""
    assertion(Ours())
    try:
        assertion(stock)
    except failure as error:
        assert match in str(error)  # noqa: PT017 (another failure than the known one is passed on)
    else:
        pytest.fail("stock output can do this by now: what we do about it can go")


def answering(body: Any, status: int = 200) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, json=body))


def page_of(*sessions: dict[str, Any]) -> httpx.MockTransport:
    return answering({"data": list(sessions), "pagination": PAGINATION})


def test_both_read_what_needs_no_mending(stock: Side) -> None:
    for side in (Ours(), stock):
        (session,) = side.list_sessions(page_of(SESSION))
        assert session.user.email == "jane@acme.com"
        assert session.to_dict()["score"] == 82.5


def test_a_null_rank_is_none(stock: Side) -> None:
    def holds(side: Side) -> None:
        found = side.list_sessions(page_of({**SESSION, "rank": None}, SESSION))
        assert [session.rank for session in found] == [None, "gold"]

    only_ours(holds, stock, ValueError, "None is not a valid SessionListItemRank")


def test_an_unknown_rank_is_kept(stock: Side) -> None:
    def holds(side: Side) -> None:
        found = side.list_sessions(page_of({**SESSION, "rank": "not-a-rank"}, SESSION))
        assert [session.rank for session in found] == ["not-a-rank", "gold"]

    only_ours(holds, stock, ValueError, "not-a-rank")


def test_a_list_is_sent_joined_by_commas(stock: Side) -> None:
    def holds(side: Side) -> None:
        queries: list[bytes] = []

        def answer(request: httpx.Request) -> httpx.Response:
            queries.append(request.url.query)
            return httpx.Response(200, json={"data": [], "pagination": PAGINATION})

        side.list_sessions(httpx.MockTransport(answer), rank=["gold", "silver"])
        assert b"rank=" in queries[0]
        joined = queries[0].replace(b"&page=1&page_size=50", b"")
        joined = joined.replace(b"&exclude_system_users=false&sorting=-created_at", b"")
        assert joined == b"rank=gold,silver"

    only_ours(holds, stock, AssertionError, "rank=gold&rank=silver")


def test_the_sorting_is_a_plain_string(stock: Side) -> None:
    def holds(side: Side) -> None:
        assert "-created_at" in get_args(side.models.ListSessionsSorting)

    only_ours(holds, stock)
    assert stock.models.ListSessionsSorting.VALUE_1.value == "-created_at"


def test_there_is_one_rank(stock: Side) -> None:
    def holds(side: Side) -> None:
        found = [name for name in side.models.__all__ if values_of(getattr(side.models, name)) == RANKS]
        assert found == ["Rank"]

    only_ours(holds, stock, AssertionError)
    ranks = [name for name in stock.models.__all__ if values_of(getattr(stock.models, name)) == RANKS]
    assert len(ranks) >= 9


def values_of(kind: Any) -> set[Any]:
    if inspect.isclass(kind):
        return {getattr(member, "value", None) for member in getattr(kind, "__members__", {}).values()}
    return set(get_args(kind))


def completed(value: Any, schema: Any) -> Any:
    """An object with all the fields that its schema has by now, and so are the objects in it."""
    if not isinstance(value, dict):
        return value
    fields = schemas.flat(schema, PUBLISHED)["properties"]
    return value | {name: completed(value.get(name, least(field)), field) for name, field in fields.items()}


def least(schema: Any) -> Any:
    """The smallest value that fits a schema."""
    schema = schemas.flat(schema, PUBLISHED)
    if schema.get("nullable"):
        return None
    return [] if schema.get("type") == "array" else schemas.sample(schema, PUBLISHED)


def calls_for_a_page(side: Side) -> int:
    """How many functions, of Python and of C, are called to read the 100 sessions of a page."""
    read = side.models.SessionListItem.from_dict
    session = completed(SESSION, SCHEMAS["SessionListItem"])
    page = [copy.deepcopy(session) for _ in range(100)]
    read(copy.deepcopy(page[0]))  # what is imported or made at the first call does not count
    called = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for session in page:
            read(session)
    finally:
        sys.setprofile(before)
    return called


def test_a_page_is_read_in_fewer_than_half_of_the_calls(stock: Side) -> None:
    most = calls_for_a_page(stock) / 2

    def holds(side: Side) -> None:
        assert calls_for_a_page(side) < most

    only_ours(holds, stock)


def test_only_what_can_be_absent_is_typed_so(stock: Side) -> None:
    fields = schemas.flat(SCHEMAS["SessionDetail"], PUBLISHED)["properties"].items()
    on_request = {PythonIdentifier(name, prefix="") for name, field in fields if "x-on-request" in field}

    def holds(side: Side) -> None:
        types = {field.name: str(field.type) for field in attrs.fields(side.models.SessionDetail)}
        may_be_absent = {name for name, kind in types.items() if "Unset" in kind}
        assert {"transcript", "evaluations"} <= may_be_absent == on_request

    only_ours(holds, stock)


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (404, REFUSAL, AssertionError),
        (520, {}, ValueError),
    ],
)
def test_an_error_is_raised(status: int, body: Any, failure: type[Exception], stock: Side) -> None:
    def holds(side: Side) -> None:
        try:
            returned = side.get_session(answering(body, status), "s")
        except exec_api_client.APIStatusError as error:
            assert error.status_code == status  # noqa: PT017
        else:
            raise AssertionError(f"{returned!r} is returned")

    only_ours(holds, stock, failure, "520" if status == 520 else "is returned")


def test_the_key_is_not_shown(stock: Side) -> None:
    def holds(side: Side) -> None:
        assert KEY not in repr(side.client(answering({})))

    only_ours(holds, stock)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["deepcopy", "pickle"]
)
def test_a_copy_is_as_good_as_its_original(copied: Callable[[Any], Any], stock: Side) -> None:
    def holds(side: Side) -> None:
        detail = side.models.SessionDetail.from_dict({"id": "s", "score": 1.5})
        assert json.loads(json.dumps(copied(detail).to_dict())) == {"id": "s", "score": 1.5}

    only_ours(holds, stock, TypeError, "Unset is not JSON serializable")


def test_nothing_climbs_out_of_its_path(stock: Side) -> None:
    def holds(side: Side) -> None:
        paths: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            paths.append(request.url.path)
            return httpx.Response(200, json={**SESSION, "outcome_feedback": None})

        with suppress(exec_api_client.ConfigurationError):
            side.get_session(httpx.MockTransport(answer), "..")
        assert not paths

    only_ours(holds, stock, AssertionError, "/rest/v1")


def test_mypy_finds_errors_in_stock_output(stock: Side, tmp_path: Path) -> None:
    """`make types` checks ours."""
    with pytest.raises(AssertionError, match=" errors in "):
        check_types([str(stock.folder)], ROOT, tmp_path)
