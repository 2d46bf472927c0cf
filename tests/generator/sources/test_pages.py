"""Published pages: what is read of one, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.sources.pages import read_index, read_page

from .made_pages import document, merged, page, problems


def test_a_page_may_have_other_blocks_and_texts(tmp_path: Path) -> None:
    quoted = b"`````\n````yaml /api-reference/openapi.yaml get /no\n````\n`````\n"
    before = b"```json\n{}\n```\n\n```yaml An example request\n```\n" + quoted + b"~~~\n```\n~~~\n"
    assert merged(tmp_path, a=before + page(document(), after="\n\nMore.\n")) == document()


def test_a_block_may_hold_shorter_fences(tmp_path: Path) -> None:
    body = document(info={"title": "A", "version": "1", "description": "```\ncode\n```\n"})
    assert merged(tmp_path, a=page(body))["info"] == body["info"]


@pytest.mark.parametrize("text", [b"# Guide\n", b"```yaml\na: 1\n```", b"    ```yaml /o.yaml get /x"])
def test_a_page_without_a_block_is_none_of_ours(text: bytes) -> None:
    assert read_page(text) is None


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (page(document()) + page(document()), "must have one OpenAPI block, not 2; remove the others"),
        (page(document())[:-5], "line 3: the block has no end; fetch the page again"),
        (page(document())[:-6], "line 3: the block has no end; fetch the page again"),
        (b"\xff" + page(document()), "'utf-8' codec can't decode byte 0xff in position 0"),
        (page("a: 1\nb: [\n", "get /things"), "line 6: "),
        (page("a:\n\tb: 1\n", "get /things"), "line 5: "),
        (page("b:\n  c: 1\n  c: 2\n", "get /x").replace(b"\n", b"\r\n"), 'line 6: found duplicate key "c"'),
        (page("- a\n", "get /things"), "must hold an OpenAPI document"),
        (page("", "get /things"), "must hold an OpenAPI document"),
        (page(document(openapi="3.1.0")), "`openapi` must be a version such as 3.0.3, not 3.1.0"),
        (page(document(openapi=None)), "`openapi` must be a version such as 3.0.3, not None"),
        (page(document(), "get /other"), "the block must have get /other, as its fence says"),
        (page(document(), "put /things"), "the block must have put /things, as its fence says"),
        (page("openapi: 3.0.3\n", "get /things"), "`paths` must be a mapping of mappings"),
        (page(document(components={"schemas": []})), "`components` must be a mapping of mappings"),
    ],
)
def test_what_is_wrong_with_a_page_is_said(source: bytes, problem: str, tmp_path: Path) -> None:
    [message] = problems(tmp_path, broken=source)
    assert message.startswith(f"broken.md: {problem}")


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
    pages, _ = read_index("https://docs.exec.test/api/llms.txt", f"1. **[A]({link})**: about it")
    assert pages == ([address] if address else [])
