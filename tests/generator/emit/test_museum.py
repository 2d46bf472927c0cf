"""The package from museum.yaml, as its users see it."""

from __future__ import annotations

import datetime
import inspect
import re
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from generator.document.yaml import load_file
from generator.normalise import normalise

from ..growing import HERE, Server

MUSEUM = normalise(load_file(HERE / "museum.yaml"))
LOAN = {"id": "l1", "state": "waiting", "papers": {"contract": "c1"}, "asked_at": "2026-01-01T00:00:00Z"}
EXHIBIT = {"id": "e1", "title": "Vase", "label": {"text": "A vase"}, "lighting": "dark", "owners": ["me"]}


def said(method: Any) -> str:
    return " ".join(inspect.getdoc(method).split())  # type: ignore[union-attr]


async def test_responses_that_differ_in_texts_only_are_one_model(
    client: Any, server: Server, grown: ModuleType
) -> None:
    for status in (200, 201):
        server.answer(LOAN, status)
        loan = await client.loans.create(object_url="https://a")
        assert type(loan) is grown.models.Loan
    assert [name for name in grown.models.__all__ if name.startswith("CreateLoan")] == ["CreateLoanKind"]


async def test_the_only_value_of_a_required_enum_is_its_default(client: Any, server: Server) -> None:
    server.answer(LOAN)
    await client.loans.create(object_url="https://a")
    assert server.sent == {"object_url": "https://a", "kind": "temporary"}


async def test_a_patch_with_nothing_but_its_only_value_changes_nothing(
    client: Any, server: Server, grown: ModuleType
) -> None:
    with pytest.raises(grown.ConfigurationError, match="pass at least one field to change"):
        await client.exhibits.update("e1")
    server.answer(EXHIBIT)
    await client.exhibits.update("e1", title="T")
    assert server.sent == {"title": "T", "kind": "exhibit"}


async def test_a_map_of_texts_is_sent_and_checked(client: Any, server: Server, grown: ModuleType) -> None:
    server.answer(LOAN)
    await client.loans.create(object_url="https://a", notify_headers={"x-a": "b"})
    assert server.sent["notify_headers"] == {"x-a": "b"}
    with pytest.raises(grown.ConfigurationError, match=r"notify_headers\['x-a'\] must be a string"):
        await client.loans.create(object_url="https://a", notify_headers={"x-a": 1})
    assert len(server.requests) == 1


PIECE = {"kind": "piece", "grams": 5}


@pytest.mark.parametrize(
    ("pieces", "problem"),
    [
        ([], "pieces must have at least 1 item, not 0"),
        ([PIECE] * 3, "pieces must have at most 2 items, not 3"),
        ([{"kind": "piece"}], "pieces[0]['grams'] is required"),
        ([{**PIECE, "grams": 0}], "pieces[0]['grams'] must be at least 1"),
        ([PIECE, {**PIECE, "kind": "part"}], "pieces[1]['kind'] must be one of 'piece'"),
        ([{**PIECE, "grams": None}], "pieces[0]['grams'] is required"),
        ([{**PIECE, "name": ""}], "pieces[0]['name'] must have at least 1 character, not 0"),
        (
            [{**PIECE, "labels": {"a": ["dry"]}}],
            "pieces[0]['labels']['a'][0] must be one of 'fragile', 'wet'",
        ),
        ([{**PIECE, "parts": ["lid"]}], "pieces[0]['parts'][0] must be an object"),
    ],
)
async def test_an_object_in_a_body_is_checked(
    client: Any, server: Server, grown: ModuleType, pieces: Any, problem: str
) -> None:
    with pytest.raises(grown.ConfigurationError, match=re.escape(problem)):
        await client.loans.create(object_url="https://a", pieces=pieces)
    assert not server.requests


async def test_an_object_in_a_body_is_sent_with_what_is_new_or_null(
    client: Any, server: Server, grown: ModuleType
) -> None:
    server.answer(LOAN)
    packed = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    pieces = [
        {**PIECE, "name": None, "packed_at": packed, "color": "red", "labels": {"a": ["wet"]}, "parts": [{}]},
        grown.models.Piece(id="p", grams=5, name=None, packed_at=packed, labels={}, parts=[]),
    ]
    await client.loans.create(object_url="https://a", pieces=pieces)
    sent = {**PIECE, "name": None, "packed_at": "2026-01-01T00:00:00Z"}
    assert server.sent["pieces"] == [
        {**sent, "color": "red", "labels": {"a": ["wet"]}, "parts": [{}]},
        {**sent, "id": "p", "labels": {}, "parts": []},
    ]


async def test_the_rules_of_all_parts_of_a_body_count(client: Any, server: Server, grown: ModuleType) -> None:
    for weeks, problem in ((0, "must be at least 1"), ("a", "must be a whole number")):
        with pytest.raises(grown.ConfigurationError, match=problem):
            await client.loans.extend("l1", weeks=weeks)
    assert not server.requests


@pytest.mark.parametrize(
    ("method", "arguments", "status", "body", "read"),
    [
        ("extend", {"weeks": 1}, 204, None, None),
        ("extend", {"weeks": 1}, 200, LOAN, "l1"),
        ("create", {"object_url": "https://a"}, 204, None, None),
        ("get", {}, 204, None, None),
        ("end", {}, 200, LOAN, None),
        ("end", {}, 204, None, None),
    ],
)
async def test_a_call_that_succeeded_is_read_with_and_without_body(
    client: Any, server: Server, method: str, arguments: Any, status: int, body: Any, read: Any
) -> None:
    server.answer(body, status)
    path = [] if method == "create" else ["l1"]
    found = await getattr(client.loans, method)(*path, **arguments)
    assert getattr(found, "id", None) == read


async def test_a_composed_model_extends_its_base(client: Any, server: Server, grown: ModuleType) -> None:
    server.answer({**EXHIBIT, "hall": {"id": "h1", "main_exhibit": EXHIBIT}})
    found = await client.exhibits.get("e1")
    models = grown.models
    assert isinstance(found, models.ExhibitDetail)
    assert isinstance(found, models.Exhibit)
    assert (found.title, found.owners, found.label.text) == ("Vase", ["me"], "A vase")
    assert found.to_dict() == server.body
    assert repr(found).startswith("ExhibitDetail(id='e1', title='Vase', ")
    assert found.hall.main_exhibit.additional_properties == {"owners": ["me"]}
    assert "lighting: Light on it at night" in said(models.ExhibitDetail)
    assert "lighting: Light on it" in said(models.Exhibit)
    assert "label: The label beside it" in said(models.Exhibit)
    assert said(models.Label).startswith("Text beside an exhibit")


def test_each_module_can_be_imported_first(grown_folder: Path) -> None:
    """A model that holds itself, two that hold each other, and a base that holds its subclass."""
    code = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"grown_client.generated.models.{name}")
    for module in [module for module in sys.modules if module.startswith("grown_client.generated")]:
        del sys.modules[module]
"""
    command = [sys.executable, "-c", code, "exhibit_detail", "note_detail", "note", "wing"]
    done = subprocess.run(command, cwd=grown_folder.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_field_that_an_example_lacks_may_be_absent(grown: ModuleType) -> None:
    may_be_absent = {
        f"{name}.{field}"
        for name in MUSEUM.schemas
        if inspect.isclass(model := getattr(grown.models, name))
        for field, kind in typing.get_type_hints(model).items()
        if grown.Unset in get_args(kind)
    }
    assert may_be_absent == {"LoanPapers.insurance", "Visitor.email", "Visitor.left_at"}


def test_names_of_enums(grown: ModuleType) -> None:
    enums = {name: get_args(kind) for name in MUSEUM.schemas if get_args(kind := getattr(grown.models, name))}
    assert enums == {
        "AccessLevel": ("look", "touch"),
        "CreateLoanKind": ("temporary",),
        "ExhibitLighting": ("dark", "bright", "daylight"),
        "UpdateExhibitKind": ("exhibit",),
        "HallLighting": ("dark", "bright"),
        "ListVisitorsType": ("member", "guest"),
        "LoanState": ("waiting", "granted", "denied"),
        "PieceKind": ("piece",),
        "PieceLabels": ("fragile", "wet"),
    }


def test_docstrings(client: Any) -> None:
    created = said(client.loans.create)
    for text in (
        "Poll `client.loans.get()` until it is granted.",
        "object_url: Page of the object (at most 500 characters; format: uri; "
        "for example `https://museum.example/vase`)",
        "access_level: Access of visitors. Values: `look`, `touch`.",
        "weeks: Length of the loan (1 to 52; for example `4`)",
        "Returns: The loan was asked for before (200). The loan is asked for (201).",
        "pieces: Of type `Sequence[Piece | Mapping[str, Any]]` (1 to 2 items).",
        "BadRequestError: The request cannot be right. Its `code` can be `object_not_found`.",
        "UnprocessableEntityError: The loan is too long. Its `code` can be `too_many_weeks`, `closed`.",
    ):
        assert text in created
    piece = said(client.loans.create.__globals__["Piece"])
    for text in (
        "grams: Of type `int` (at least 1).",
        "name: Name of it (at least 1 character)",
        "labels: Of type `dict[str, list[PieceLabels]]`.",
    ):
        assert text in piece
    assert "Returns:" not in said(client.loans.end)
    assert "hall_ids: Hall IDs to filter by type:" in said(client.visitors.list)
    changed = said(client.exhibits.update)
    assert (
        "To send it back use `client.loans.extend()`, to lose it `DELETE /exhibits/{exhibit_id}`." in changed
    )


def test_a_hidden_operation_has_no_method(client: Any) -> None:
    assert [name for name in dir(client.exhibits) if not name.startswith("_")] == ["get", "update"]
