"""Reading of a SOURCE: an index, a page, a folder of pages, or a whole document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from generator.checkout import Checkout
from generator.errors import GeneratorError
from generator.sources.fetch import Fetched, fetch
from generator.sources.index import origin, read_index
from generator.sources.merge import render

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
    assert result.document is None
    assert result.left == [
        "https://blog.test/a.md: on another host; name it as SOURCE to take it",
        "/openapi.yaml: a whole document; name it as SOURCE to take it in the place of the pages",
    ]


def test_an_index_whose_page_cannot_be_read_says_how_to_go_on() -> None:
    def download(addresses: Collection[str]) -> dict[str, bytes]:
        if f"{HOST}/llms.txt" in addresses:
            return {f"{HOST}/llms.txt": b"- [A](/a.md)"}
        raise GeneratorError(f"{HOST}/a.md: status 404")

    with pytest.raises(GeneratorError) as caught:
        fetch(f"{HOST}/llms.txt", {}, download)
    assert caught.value.problems == (
        f"{HOST}/a.md: status 404",
        "to go on without a page, save the others in a folder and name that as SOURCE",
    )


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
    (tmp_path / "new.md").write_bytes(page(at("/new")))
    assert fetched(str(tmp_path / "new.md"), {}).pages == {**PUBLISHED, "new.md": page(at("/new"))}
    assert "has no other pages to be added to" in refused(str(tmp_path / "new.md"), {}, {})


@pytest.mark.parametrize("name", ["openapi.yaml", "openapi.json"])
def test_a_whole_document_is_taken_as_it_is(name: str, tmp_path: Path) -> None:
    text = Checkout().document.read_bytes()
    result = fetched(f"{HOST}/{name}", {f"{HOST}/{name}": text})
    assert (result.pages, result.left) == ({}, [])
    assert result.document
    assert render(result.document).encode() == text
    (tmp_path / name).write_bytes(text)
    assert fetched(str(tmp_path / name), {}) == result


@pytest.mark.parametrize(
    ("source", "content", "problem"),
    [
        ("/o.yaml", b"a: [", "/o.yaml: line 1: "),
        ("/o.yaml", b"openapi: 3.0.3", "/o.yaml: must be an OpenAPI document with `paths`"),
        ("/o.yaml", b"openapi: 3.1.0\npaths: {}", "/o.yaml: must be OpenAPI 3.0, not 3.1.0"),
        ("/a.md", b"# Guide", "/a.md: must have an OpenAPI block"),
        ("/a.html", b"", "must be a folder, or end in .txt"),
        ("/llms.txt", b"", "no page of the source has an OpenAPI block"),
    ],
)
def test_a_source_that_is_none_is_refused(source: str, content: bytes, problem: str) -> None:
    assert problem in refused(HOST + source, {HOST + source: content})


def test_a_path_that_is_not_there_or_no_index_is_refused(tmp_path: Path) -> None:
    for nowhere in ("nowhere.yaml", "generator/no_pages"):
        assert "there is no such file or folder; write https" in refused(nowhere, {})
    (tmp_path / "llms.txt").touch()
    assert "must be the index's address" in refused(str(tmp_path / "llms.txt"), {})
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
        index: b"- [A](/a/b.md)\n- [B](/a/B.md)",
        f"{HOST}/a/b.md": page(at("/a")),
        f"{HOST}/a/B.md": page(at("/b")),
    }
    assert (
        refused(index, found, {}) == f"{HOST}/a/B.md: another page has the name a/B.md; take only one of them"
    )


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://docs.exec.test/a.md#part", "https://docs.exec.test/a.md"),
        ("/a/b.md", "https://docs.exec.test/a/b.md"),
        ("c.md 'title'", "https://docs.exec.test/api/c.md"),
        ("https://docs.exec.test.evil.test/a.md", None),
        ("https://docs.exec.test:8443/a.md", None),
        ("http://docs.exec.test/a.md", None),
        ("https://user:secret@docs.exec.test/a.md", None),
        ("ftp://docs.exec.test/a.md", None),
        ("/blog", None),
        ("/llms-full.txt", None),
    ],
)
def test_an_index_leads_to_pages_of_its_own_host(link: str, address: str | None) -> None:
    pages, _ = read_index(f"{HOST}/api/llms.txt", f"1. **[A]({link})**: about it")
    assert pages == ([address] if address else [])


@pytest.mark.parametrize(
    "address", ["https:///a.md", "x://host/a.md", "https://host:99999/a.md", "https://["]
)
def test_an_address_that_is_none_says_what_to_write(address: str) -> None:
    with pytest.raises(GeneratorError, match="https://host/path"):
        origin(address)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(GeneratorError, match="without a user or a password") as caught:
        origin("https://user:secret@docs.exec.test/llms.txt")
    assert "secret" not in str(caught.value)
