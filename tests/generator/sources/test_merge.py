"""Pages, merged into one document."""

from __future__ import annotations

import random
from typing import Any

import pytest
from openapi_spec_validator import validate

from generator.checkout import Checkout
from generator.document.openapi import Document
from generator.sources.merge import canonical, merge, render
from generator.sources.pages import read_page

from ..exactly import exactly
from ..growing import published
from .made_pages import PUBLISHED, at, document, merged, page, problems


def test_operations_stand_in_their_natural_order() -> None:
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
    paths = merged(**pages)["paths"]
    assert [(path, method) for path, item in paths.items() for method in item] == places


def test_components_are_sorted_and_their_keys_are_not() -> None:
    schema = {"type": "object", "properties": {"b": {}, "a": {}}, "description": "x"}
    one = document(components={"schemas": {"B": schema, "A": {}}, "x-note": 1}, tags=[{"name": "T"}])
    two = at("/other") | {"components": {"schemas": {"AB": {}}, "parameters": {"P": {}}}, "servers": []}
    two |= {"tags": [{"name": "S"}, {"name": "T"}], "x-one": 1}
    whole = merged(one=page(one), two=page(two))
    assert list(whole) == ["openapi", "info", "servers", "tags", "x-one", "paths", "components"]
    assert list(whole["components"]) == ["parameters", "schemas", "x-note"]
    assert list(whole["components"]["schemas"]) == ["A", "AB", "B"]
    assert exactly(whole["components"]["schemas"]["B"]) == exactly(schema)
    assert [tag["name"] for tag in whole["tags"]] == ["S", "T"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (
            {"info": {"title": "B", "version": "1.0"}},
            'info differs at title: "A" on the first, "B" on the second',
        ),
        ({"openapi": "3.0.1"}, 'openapi differs at its root: "3.0.3" on'),
        ({"tags": [{"name": "T", "x-group": "H"}]}, "tags.T differs at x-group"),
        (
            {"components": {"schemas": {"User": {"type": "string"}}}},
            "components.schemas.User differs at type",
        ),
        ({"paths": at("/things", "put", summary="Other")["paths"]}, "paths./things differs at summary"),
        ({"paths": at("/things", operationId="x")["paths"]}, "paths./things.get differs at operationId"),
    ],
)
def test_all_pages_have_to_agree(fields: dict[str, Any], where: str) -> None:
    one = document(tags=[{"name": "T", "x-group": "G"}], components={"schemas": {"User": {"type": "object"}}})
    [message] = problems(one=page(one), two=page({**at("/other"), **fields}))
    assert message.startswith(f"one.md and two.md: {where}")
    assert message.endswith(
        "; fetch both pages again; if they still differ, only the publisher can say which is right"
    )


def test_all_problems_are_said_at_once() -> None:
    found = problems(
        a=page(document(openapi="3.1.0"), "get /other"),
        b=b"",
        c=page(document()),
        d=page({**at("/other"), "info": {}}),
    )
    assert [line.split(":")[0] for line in found] == ["a.md", "a.md", "b.md", "c.md and d.md"]


# --- the published pages


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return merge(PUBLISHED)


def test_the_document_in_the_repository_is_what_its_source_gives(whole: dict[str, Any]) -> None:
    checkout = Checkout()
    text = checkout.document.read_text(encoding="utf-8")
    assert text == checkout.merged()
    validate(published())
    mixed = {key: whole[key] for key in sorted(whole, reverse=True)}
    mixed["paths"] = {path: whole["paths"][path] for path in reversed(whole["paths"])}
    assert render(canonical(mixed)) == text


def test_everything_that_a_page_publishes_stands_in_the_document(whole: dict[str, Any]) -> None:
    for name, text in PUBLISHED.items():
        read = read_page(name, text)
        assert read
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


def test_the_order_and_the_line_ends_of_pages_do_not_matter(whole: dict[str, Any]) -> None:
    names = list(PUBLISHED)
    random.Random(1).shuffle(names)
    dos = {name: PUBLISHED[name].replace(b"\n", b"\r\n") for name in names}
    assert exactly(merge(dos)) == exactly(whole)
    assert len(Document(whole).operations) == len(PUBLISHED)
