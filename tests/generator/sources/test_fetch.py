"""Reading of a SOURCE: an index, a page, a folder of pages, or a whole document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from generator.checkout import Checkout
from generator.errors import GeneratorError
from generator.sources.fetch import Fetched, fetch
from generator.sources.merge import render
from generator.sources.pages import read_index

from ..growing import published
from .made_pages import PUBLISHED, at, page, write

HOST = "https://docs.exec.test"
DETAIL = next(iter(PUBLISHED))


def site(*more: str, **files: bytes) -> dict[str, bytes]:
    """Return the published pages by their addresses, and the index that lists them and some more lines."""
    pages = {f"{HOST}/api-reference/{name}": text for name, text in PUBLISHED.items()}
    lines = ["# Exec", "## Docs", *(f"- [Title]({address}): About it" for address in pages), *more]
    return {f"{HOST}/llms.txt": "\n".join(lines).encode(), **pages, **files}


def fetched(source: str, found: Mapping[str, bytes], present: Mapping[str, bytes] = PUBLISHED) -> Fetched:
    def download(addresses: Collection[str]) -> dict[str, bytes]:
        return {address: found[address] for address in addresses}

    return fetch(source, present, download)


def refused(source: str, found: Mapping[str, bytes], present: Mapping[str, bytes] = PUBLISHED) -> str:
    with pytest.raises(GeneratorError) as caught:
        fetched(source, found, present)
    return str(caught.value)


def test_an_index_gives_its_pages_byte_for_byte_and_says_what_it_left() -> None:
    more = [
        "- [Guide](/guide.md)",
        "- [Blog](https://blog.test/a.md)",
        "## OpenAPI Specs",
        "- [openapi](/openapi.yaml)",
    ]
    result = fetched(f"{HOST}/llms.txt", {**site(*more), f"{HOST}/guide.md": b"# Guide"}, {})
    assert result.pages == PUBLISHED
    assert result.left == [
        "https://blog.test/a.md: on another host; name it as SOURCE to take it",
        "/openapi.yaml: a whole document; name it as SOURCE to take it in the place of the pages",
    ]


def test_a_folder_gives_its_pages(tmp_path: Path) -> None:
    source = write(PUBLISHED, tmp_path / "pages")
    assert fetched(str(source), {}).pages == PUBLISHED
    for file in source.rglob("*.md"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert fetched(str(source), {}).pages == PUBLISHED
    (source / DETAIL).unlink()
    assert fetched(str(source), {}).pages == {name: PUBLISHED[name] for name in PUBLISHED if name != DETAIL}


def test_a_page_replaces_the_one_of_its_operation_or_is_added(tmp_path: Path) -> None:
    changed = b"# Another heading\n\n" + PUBLISHED[DETAIL]
    assert fetched(f"{HOST}/moved/page.md", {f"{HOST}/moved/page.md": changed}).pages == {
        **PUBLISHED,
        DETAIL: changed,
    }
    new = page({**published(), "paths": at("/new")["paths"]})
    (tmp_path / "new.md").write_bytes(new)
    assert fetched(str(tmp_path / "new.md"), {}).pages == {**PUBLISHED, "new.md": new}
    assert "has no others to be added to" in refused(str(tmp_path / "new.md"), {}, {})


@pytest.mark.parametrize("name", ["openapi.yaml", "openapi.json"])
def test_a_whole_document_is_taken_as_it_is(name: str, tmp_path: Path) -> None:
    text = Checkout().document.read_bytes()
    result = fetched(f"{HOST}/{name}", {f"{HOST}/{name}": text})
    assert (result.pages, result.left) == ({}, [])
    assert render(result.document).encode() == text
    (tmp_path / name).write_bytes(text)
    assert fetched(str(tmp_path / name), {}) == result


@pytest.mark.parametrize(
    ("source", "content", "problem"),
    [
        ("/o.yaml", b"a: [", "/o.yaml: line 1: "),
        ("/o.yaml", b"openapi: 3.0.3", "/o.yaml: `paths` must be a mapping of mappings"),
        ("/o.yaml", b"- a", "/o.yaml: must hold an OpenAPI document"),
        (
            "/o.yaml",
            b"openapi: 3.1.0\npaths: {}",
            "/o.yaml: `openapi` must be a version such as 3.0.3, not 3.1.0",
        ),
        ("/a.md", b"# Guide", "no page of the source has an OpenAPI block"),
        ("/a.html", b"", "/a.html: must be a folder of pages that exists, or"),
        ("/llms.txt", b"", "no page of the source has an OpenAPI block"),
        ("/llms.txt", b"- [All](/o.json)", "/o.json: a whole document; name it as SOURCE to take it"),
    ],
)
def test_a_source_that_is_none_is_refused(source: str, content: bytes, problem: str) -> None:
    assert problem in refused(HOST + source, {HOST + source: content})


def test_a_path_that_is_not_there_or_has_no_pages_is_refused(tmp_path: Path) -> None:
    for nowhere in ("nowhere.yaml", "generator/no_pages"):
        assert "must be a folder of pages that exists, or a file or an address" in refused(nowhere, {})
    (tmp_path / "llms.txt").touch()
    assert "an address must be like https://host/path" in refused(str(tmp_path / "llms.txt"), {})
    assert "no page of the source has an OpenAPI block; name another source, such as SOURCE=openapi.yaml" in (
        refused(str(tmp_path), {})
    )


def test_a_page_that_has_lost_its_block_is_refused() -> None:
    found = {**site(), f"{HOST}/api-reference/{DETAIL}": b"# Get session detail"}
    assert refused(f"{HOST}/llms.txt", found) == (
        f"{HOST}/api-reference/{DETAIL}: has lost its OpenAPI block; ask the publisher, or, if the operation "
        f"is gone, remove {DETAIL} from generator/pages"
    )


@pytest.mark.parametrize("name", ["%2e%2e/a.md", "a b.md", "é.md", ".git/a.md", "-rf.md"])
def test_no_page_is_written_outside_the_folder(name: str) -> None:
    index = f"{HOST}/llms.txt"
    address = read_index(index, f"- [A](<{name}>)")[0][0]
    text = refused(index, {index: f"- [A](<{name}>)".encode(), address: page(at("/a"))}, {})
    assert "its name must be of A-Z" in text


def test_two_pages_of_one_name_are_refused() -> None:
    index = f"{HOST}/llms.txt"
    found = {
        index: b"- [A](/a/b.md)\n- [B](/api-reference/a/b.md)",
        f"{HOST}/a/b.md": page(at("/a")),
        f"{HOST}/api-reference/a/b.md": page(at("/b")),
    }
    assert "/api-reference/a/b.md: its name must be of A-Z" in refused(index, found, {})
