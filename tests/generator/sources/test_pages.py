"""Published pages: what is read of one, and what is wrong with it."""

from __future__ import annotations

import pytest

from generator.sources.pages import read_page

from .made_pages import document, merged, operation, page, problems


def test_a_page_may_have_other_blocks_and_texts() -> None:
    quoted = b"`````\n````yaml /api-reference/openapi.yaml get /no\n````\n`````\n"
    before = b"```json\n{}\n```\n\n```yaml An example request\n```\n" + quoted + b"~~~\n```\n~~~\n"
    assert merged(a=before + page(document(), after="\n\nMore.\n")) == merged(a=page(document()))


def test_a_block_may_hold_shorter_fences() -> None:
    body = document(info={"title": "A", "version": "1", "description": "```\ncode\n```\n"})
    assert merged(a=page(body))["info"] == body["info"]


@pytest.mark.parametrize("text", [b"# Guide\n", b"```yaml\na: 1\n```", b"    ```yaml /o.yaml get /x"])
def test_a_page_without_a_block_is_none_of_ours(text: bytes) -> None:
    assert read_page("a.md", text) is None
    assert problems(a=text) == ["a.md: must have an OpenAPI block; fetch the page again, or remove it"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (page(document()) + page(document()), "must have one OpenAPI block, not 2; remove the others"),
        (page(document())[:-5], "line 3: the block has no end; fetch the page again"),
        (b"\xff" + page(document()), "must be text in UTF-8"),
        (page("a: 1\nb: [\n", "get /things"), "line 6: "),
        (page("a:\n\tb: 1\n", "get /things"), "line 5: "),
        (page("b:\n  c: 1\n  c: 2\n", "get /x").replace(b"\n", b"\r\n"), 'line 6: found duplicate key "c"'),
        (page("- a\n", "get /things"), "the block must hold a mapping"),
        (page("", "get /things"), "the block must hold a mapping"),
        (page(document(openapi="3.1.0")), "`openapi` must be a version such as 3.0.3, not 3.1.0"),
        (page(document(openapi=None)), "`openapi` must be a version such as 3.0.3, not None"),
        (page(document(), "get /other"), "the fence names get /other, but the block has get /things"),
        (page(document(), "put /things"), "the fence names put /things, but the block has get /things"),
        (
            page(document(paths={"/things": {}})),
            "the fence names get /things, but the block has no operation",
        ),
        (page("openapi: 3.0.3\n", "get /things"), "`paths` must be a mapping of mappings"),
        (
            page(document(paths={"/things": {"get": operation("a"), "put": operation("b")}})),
            "the fence names get /things, but the block has get /things, put /things",
        ),
        (page(document(components={"schemas": []})), "`components` must be a mapping of mappings"),
    ],
)
def test_what_is_wrong_with_a_page_is_said(source: bytes, problem: str) -> None:
    [message] = problems(broken=source)
    assert message.startswith(f"broken.md: {problem}")
