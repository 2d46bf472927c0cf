"""Pages, merged into one document."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from generator.__main__ import main
from generator.checkout import Checkout
from generator.document.openapi import Document
from generator.sources.fetch import fetch
from generator.sources.merge import canonical, merge, render
from generator.sources.pages import read_page

from ..exactly import exactly
from ..growing import published
from .made_pages import PUBLISHED, at, document, merged, page, problems, write


def test_operations_stand_in_their_natural_order(tmp_path: Path) -> None:
    places = [
        *(
            ("/things", "get"),
            ("/things", "post"),
            ("/things/recent", "get"),
            ("/things/recent/first", "get"),
        ),
        *(("/things/{id}", "get"), ("/things/{id}", "put"), ("/things/{id}", "delete")),
        *(("/things/{id}/parts", "get"), ("/things-of-old", "get")),
    ]
    pages = {f"p{99 - index}": page(at(*place)) for index, place in enumerate(places)}
    paths = merged(tmp_path, **pages)["paths"]
    assert [(path, method) for path, item in paths.items() for method in item] == places


def test_components_are_sorted_and_their_keys_are_not(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"b": {}, "a": {}}, "description": "x"}
    one = document(components={"schemas": {"B": schema, "A": {}}}, tags=[{"name": "T"}])
    two = at("/other") | {"components": {"schemas": {"AB": {}}, "parameters": {"P": {}}}, "servers": []}
    two |= {"tags": [{"name": "S"}, {"name": "T"}], "x-one": 1}
    whole = merged(tmp_path, one=page(one), two=page(two))
    assert list(whole) == ["openapi", "info", "servers", "tags", "x-one", "paths", "components"]
    assert list(whole["components"]) == ["parameters", "schemas"]
    assert list(whole["components"]["schemas"]) == ["A", "AB", "B"]
    assert exactly(whole["components"]["schemas"]["B"]) == exactly(schema)
    assert [tag["name"] for tag in whole["tags"]] == ["S", "T"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"info": {"title": "B", "version": "1.0"}}, 'info differs: - "title": "A", + "title": "B",'),
        ({"openapi": "3.0.1"}, 'openapi differs: - "3.0.3" + "3.0.1"'),
        ({"tags": [{"name": "T", "x-group": "H"}]}, 'tags.T differs: - "x-group": "G" + "x-group": "H"'),
        (
            {"components": {"schemas": {"User": {"maxProperties": 1, "description": "Long.\n\nB."}}}},
            'components.schemas.User differs: - A.", + B.",; fetch',
        ),
        (
            {"components": {"schemas": {"User": {"maxProperties": 1.0, "description": "Long.\n\nA."}}}},
            'components.schemas.User differs: - "maxProperties": 1 + "maxProperties": 1.0; fetch',
        ),
        (
            {"paths": at("/things", "put", summary="Other")["paths"]},
            'paths./things differs: - {} + { + "summary": "Other" + }',
        ),
        ({"paths": at("/things", operationId="x")["paths"]}, "paths./things.get differs: - "),
    ],
)
def test_all_pages_have_to_agree(fields: dict[str, Any], where: str, tmp_path: Path) -> None:
    user = {"description": "Long.\n\nA.", "maxProperties": 1}
    one = document(tags=[{"name": "T", "x-group": "G"}], components={"schemas": {"User": user}})
    [message] = problems(tmp_path, one=page(one), two=page({**at("/other"), **fields}))
    assert message.startswith(f"one.md (-) and two.md (+): {where}")
    assert message.endswith(
        "; fetch both pages again; if they still differ, only the publisher can say which is right"
    )


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, a=page(document(openapi="3.1.0")), b=b"", c=b"\xff", d=page(document()))
    assert [line.split(":")[0] for line in found] == ["a.md", "b.md", "c.md"]
    pages = {name: page(at(f"/{name}") | {"info": {"title": name}}) for name in ("a", "b", "c")}
    assert len(problems(tmp_path / "other", **pages)) == 2


# --- the published pages


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return fetch(str(write(PUBLISHED, tmp_path_factory.mktemp("pages"))), PUBLISHED).document


def test_the_document_in_the_repository_is_what_its_source_gives(whole: dict[str, Any]) -> None:
    text = Checkout().document.read_text(encoding="utf-8")
    assert main(["spec", "--check"]) == 0
    validate(published())
    mixed = {key: whole[key] for key in sorted(whole, reverse=True)}
    mixed["paths"] = {path: whole["paths"][path] for path in reversed(whole["paths"])}
    assert render(canonical(mixed)) == text


def test_everything_that_a_page_publishes_stands_in_the_document(whole: dict[str, Any]) -> None:
    for name, text in PUBLISHED.items():
        read = read_page(text)
        assert read, name
        block = read.document
        for path, item in block.pop("paths").items():
            for key, value in item.items():
                assert exactly(whole["paths"][path][key]) == exactly(value)
        for section, members in block.pop("components").items():
            for component, value in members.items():
                assert exactly(whole["components"][section][component]) == exactly(value)
        for tag in block.pop("tags", []):
            assert exactly(tag) in map(exactly, whole["tags"])
        for key, value in block.items():
            assert exactly(whole[key]) == exactly(value)


def test_the_order_of_pages_does_not_matter(whole: dict[str, Any]) -> None:
    pages = {name: page for name, text in PUBLISHED.items() if (page := read_page(text))}
    names = [*pages]
    random.Random(1).shuffle(names)
    assert exactly(merge({name: pages[name].document for name in names})) == exactly(whole)
    assert len(Document(whole).operations) == len(PUBLISHED)
