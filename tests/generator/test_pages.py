from __future__ import annotations

import re
from typing import Any

import pytest

from generator.pages import PageError, read_page
from generator.references import references

from .made_pages import document, merged, operation, page, problem


def test_what_is_data_or_a_name_is_no_reference() -> None:
    nowhere = {"$ref": "#/nowhere"}
    found = {"$ref": "#/found"}
    media = {"example": nowhere, "examples": {"value": {"value": nowhere}, "example": found}}
    properties = {
        "example": found,
        "default": found,
        "properties": {"properties": {"enum": found}},
        "$ref": {"type": "string"},
    }
    schema = {"enum": [nowhere], "default": nowhere, "x-note": nowhere, "properties": properties}
    body: Any = {"content": {"application/json": media}, "schema": schema}
    assert list(references(body)) == ["#/found"] * 4


def test_a_page_may_have_other_blocks_before_its_own() -> None:
    quoted = b"`````\n````yaml /api-reference/openapi.yaml get /no\n````\n`````\n"
    before = b"```json\n{}\n```\n\n```yaml An example request\n```\n" + quoted + b"~~~\n```\n~~~\n"
    assert merged(a=before + page(document())) == merged(a=page(document(), after=" \n\n\t\n"))


def test_a_block_may_hold_shorter_fences() -> None:
    body = document(info={"title": "A", "version": "1", "description": "```\ncode\n```\n"})
    assert merged(a=page(body))["info"] == body["info"]


BROKEN: dict[str, tuple[bytes, str]] = {
    "no block": (
        b"# A page\n",
        r"no OpenAPI block: the page should end with one that begins ````yaml .*; fetch",
    ),
    "no block of ours": (b"```yaml\na: 1\n```\n", "no OpenAPI block"),
    "two blocks": (page(document()) + page(document()), r"OpenAPI blocks begin on lines 3 and \d+; .* keep"),
    "unclosed": (
        page(document())[:-5],
        r"the fence on line 3 \(````yaml .* get /things\) is never closed; end",
    ),
    "unclosed before": (b"~~~\n" + page(document()), r"the fence on line 1 \(~~~\) is never closed; end"),
    "not UTF-8": (b"\xff" + page(document()), "byte 1 is not UTF-8; save"),
    "text after": (page(document(), after="\nMore.\n"), r"line \d+: text follows the OpenAPI block.*; move"),
    "not YAML": (page("a: 1\nb: [\n", "get /things"), r"line 5, column 5: the block is not YAML: .*; mend"),
    "a tab": (page("a:\n\tb: 1\n", "get /things"), r"line 5, column 1: the block is not YAML: "),
    "a control character": (page("a: \x07\n", "get /things"), r"line 4, column 4: .* U\+0007 is not allowed"),
    "a key twice": (
        page("a: 1\nb:\n  c: 1\n  c: 2\n", "get /things"),
        "line 7, column 3: .* 'c' stands twice",
    ),
    "an unknown tag": (page("a: !!set {}\n", "get /things"), "line 4, column 4: .*the tag .*set"),
    "an unknown alias": (page("a: *b\n", "get /things"), r"line 4, column 4: .* \*b"),
    "an alias of itself": (page("a: &a [*a]\n", "get /things"), r"line 4, column 8: .* \*a"),
    "an infinite number": (page("a: .inf\n", "get /things"), "line 4, column 4: .* not a number"),
    "a number that would change": (
        page("a: 123456789012345678901234567890.5\n", "get /things"),
        r"line 4, column 4: .* 123456789012345678901234567890\.5 has more digits",
    ),
    "a number near nothing": (page("a: 1e-400\n", "get /things"), "line 4, column 4: .* more digits"),
    "a number beyond all": (page("a: 1e-9999999999999999999999\n", "get /things"), "line 4, .* more digits"),
    "an integer without end": (
        page(f"a: {'1' * 5000}\n", "get /things"),
        "line 4, column 4: .* too many digits",
    ),
    "a hexadecimal without end": (page(f"a: 0x{'f' * 5000}\n", "get /things"), "line 4, .* too many digits"),
    **{
        f"U+{ord(character):04X}": (
            page(f"a: b{character}\n", "get /things"),
            rf"line 4, column 5: .* U\+{ord(character):04X}",
        )
        for character in "\ufdd0\ufdd1\ufdd2"
    },
    "an escaped noncharacter": (
        page('a: "\u2028 \\ufdd1"\n', "get /things"),
        "line 4, column 4: .* an escape",
    ),
    "a noncharacter in a key": (page('"\\uFDD0": 1\n', "get /things"), "line 4, column 1: .* an escape"),
    "deep lists": (page(f"a: {'[' * 3000}{']' * 3000}\n", "get /things"), "line 4, column 103: .* 100 deep"),
    "deep mappings": (page(f"a: {'{a: ' * 3000}{'}' * 3000}\n", "get /things"), "line 4, .* 100 deep"),
    "deep aliases": (
        page(
            "".join(f"k{n}: &a{n} {'[' * 60}{f'*a{n - 1}' if n else ''}{']' * 60}\n" for n in range(9)),
            "get /things",
        ),
        "line 5, column .* 100 deep",
    ),
    "aliases of aliases": (
        page(
            "k0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 90)),
            "get /things",
        ),
        "line 9, column .* aliases stand for more than 100,000 values; write out what they repeat",
    ),
    "two documents": (page("a: 1\n---\nb: 1\n", "get /things"), "line 5, column 1: .* second document"),
    "not a mapping": (page("- a\n", "get /things"), "not an OpenAPI document but a list; fetch"),
    "nothing": (page("", "get /things"), "not an OpenAPI document but the value null; fetch"),
    "OpenAPI 3.1": (page(document(openapi="3.1.0")), r"not OpenAPI 3\.0: .* '3\.0\.3', and is \"3\.1\.0\""),
    "a number as version": (page(document(openapi=3.0)), r"not OpenAPI 3\.0: .* and is 3\.0"),
    "no version": (page(document(openapi=None)), r"not OpenAPI 3\.0: .* and is null"),
    "another path": (
        page(document(), "get /other"),
        "the fence says get /other, the block has get /things; make",
    ),
    "another method": (
        page(document(), "put /things"),
        "the fence says put /things, the block has get /things",
    ),
    "no operation": (page(document(paths={"/things": {}})), "the fence says get /things, .* no operation"),
    "no paths": (
        page("openapi: 3.0.3\n", "get /things"),
        "`paths` does not hold the operation get /things; fetch",
    ),
    "two methods": (
        page(document(paths={"/things": {"get": operation("a"), "put": operation("b")}})),
        r"the block has 2 operations \(get /things, put /things\); .* give each its own",
    ),
    "two paths": (
        page(document(paths={"/things": {"get": operation("a")}, "/other": {"get": operation("b")}})),
        r"the block has 2 operations \(get /things, get /other\)",
    ),
    "a path too many": (
        page(document(paths={"/things": {"get": operation("a")}, "/other": {"summary": "x"}})),
        "`paths` has more than /things: /other has no operation; remove",
    ),
    "an empty operation": (
        page(document(paths={"/things": {"get": None}})),
        "get /things should be a mapping",
    ),
    "a numeric name": (
        page(document(paths={"/things": {"get": operation(1)}})),
        "operationId should be a string",
    ),
    "components as list": (
        page(document(components=[])),
        "`components` should be a mapping of mappings; fetch",
    ),
    "a section as list": (page(document(components={"schemas": []})), "`components` should be a mapping of"),
    "tags as names": (page(document(tags=["T"])), "`tags` should be a list of mappings"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_with_a_page_is_said(case: str) -> None:
    source, expected = BROKEN[case]
    message = problem(broken=source)
    assert message.startswith("broken.md: ")
    assert re.search(expected, message), message


def test_lines_are_counted_as_in_the_page_with_dos_line_ends() -> None:
    with pytest.raises(PageError, match=r"line 6, column 3: .*stands twice"):
        read_page("a.md", page("b:\n  c: 1\n  c: 2\n", "get /things").replace(b"\n", b"\r\n"))
