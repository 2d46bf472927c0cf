"""The published pages, merged into the document in the repository."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from generator import merge, yaml12
from generator.pages import METHODS, read_page

from .exactly import exactly

SOURCES = merge.read_sources(merge.PAGES)


def test_the_document_in_the_repository_is_what_the_pages_give() -> None:
    assert merge.OUTPUT.read_bytes() == merge.render(merge.merge(SOURCES)).encode()
    assert merge.main(["--check"]) == 0


def test_the_document_is_valid_openapi() -> None:
    validate(merge.merge(SOURCES))


@pytest.mark.parametrize("name", SOURCES)
def test_everything_that_a_page_publishes_stands_in_the_document(name: str) -> None:
    # Read without generator.pages: what stands between the fences of four backticks.
    text = SOURCES[name].decode()
    block: Any = yaml12.load(re.findall(r"^````yaml[^\n]*\n(.*?)^````", text, re.DOTALL | re.MULTILINE)[-1])
    merged: Any = yaml12.load(merge.OUTPUT.read_text(encoding="utf-8"))

    for path, item in block.pop("paths").items():
        for key, value in item.items():
            assert exactly(merged["paths"][path][key]) == exactly(value)
    for section, members in block.pop("components").items():
        for component, value in members.items():
            assert exactly(merged["components"][section][component]) == exactly(value)
    for tag in block.pop("tags", []):
        assert exactly(tag) in map(exactly, merged["tags"])
    for field, value in block.items():
        assert exactly(merged[field]) == exactly(value)


def test_nothing_stands_in_the_document_that_no_page_publishes() -> None:
    document: Any = merge.merge(SOURCES)
    pages = [read_page(name, source) for name, source in SOURCES.items()]
    operations = {(page.path, page.method) for page in pages}
    components = {
        (section, name)
        for page in pages
        for section, members in page.document["components"].items()
        for name in members
    }

    merged = {
        (path, method) for path, item in document["paths"].items() for method in METHODS if method in item
    }
    assert merged == operations
    assert {
        (section, name) for section, members in document["components"].items() for name in members
    } == components


def test_the_order_in_which_pages_are_read_does_not_matter() -> None:
    expected = merge.render(merge.merge(SOURCES))
    names = list(SOURCES)
    for seed in range(20):
        random.Random(seed).shuffle(names)
        assert merge.render(merge.merge({name: SOURCES[name] for name in names})) == expected


def test_line_ends_do_not_matter() -> None:
    dos = {name: source.replace(b"\n", b"\r\n") for name, source in SOURCES.items()}
    assert merge.merge(dos) == merge.merge(SOURCES)


def test_the_document_reads_well() -> None:
    text = merge.OUTPUT.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "python -m generator.merge" in text.partition("\nopenapi:")[0]
    assert "  description: |\n    REST API for programmatic access to your Exec workspace.\n\n" in text
    published = {line.strip() for source in SOURCES.values() for line in source.decode().splitlines()}
    ours = [line for line in text.splitlines() if line.strip() not in published]
    assert "\\n" not in "".join(ours)
    assert max(map(len, ours)) <= 110
