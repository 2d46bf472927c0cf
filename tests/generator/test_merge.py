from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from generator import merge, yaml12
from generator.pages import METHODS, PageError, read_page
from generator.references import references

# --- the published pages

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
    assert "\\n" not in text
    assert max(map(len, text.splitlines())) <= 110


# --- pages made for one case each


def document(**fields: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1.0"},
        "paths": {"/things": {"get": operation("listThings")}},
        **fields,
    }


def operation(name: Any, **fields: Any) -> dict[str, Any]:
    return {"operationId": name, "responses": {"200": {"description": "OK"}}, **fields}


def at(path: str, method: str = "get", **fields: Any) -> dict[str, Any]:
    """A document with one operation, named after its place."""
    name = fields.pop("operationId", f"{method}{path}")
    return document(paths={path: {method: operation(name, **fields.pop("operation", {})), **fields}})


def page(body: dict[str, Any] | str, fence: str = "", after: str = "\n") -> bytes:
    if isinstance(body, dict):
        [(path, item)] = list(body["paths"].items())[:1]
        method = next((method for method in METHODS if method in item), "get")
        fence = fence or f"{method} {path}"
        body = yaml12.dump(body)
    return f"# A page\n\n````yaml /api-reference/openapi.yaml {fence}\n{body}````{after}".encode()


def problems(**pages: bytes) -> list[str]:
    with pytest.raises(merge.MergeError) as caught:
        merge.merge({f"{name}.md": source for name, source in pages.items()})
    assert all("\n" not in problem for problem in caught.value.problems)
    return caught.value.problems


def problem(**pages: bytes) -> str:
    [only] = problems(**pages)
    return only


def merged(**pages: bytes) -> Any:
    return merge.merge({f"{name}.md": source for name, source in pages.items()})


def exactly(value: Any) -> str:
    """Tells 1, 1.0 and True apart, and sees the order of keys."""
    return repr(value)


# --- the order


def test_operations_stand_in_their_natural_order() -> None:
    places = [
        ("/things", "get"),
        ("/things", "post"),
        ("/things/recent", "get"),
        ("/things/recent/first", "get"),
        ("/things/~mine", "get"),
        ("/things/{id}", "get"),
        ("/things/{id}", "put"),
        ("/things/{id}", "patch"),
        ("/things/{id}", "delete"),
        ("/things/{id}/parts", "get"),
        ("/things-of-old", "get"),
    ]
    pages = {f"p{99 - index}": page(at(*place)) for index, place in enumerate(places)}
    paths = merged(**pages)["paths"]
    assert [(path, method) for path, item in paths.items() for method in item] == places


def test_components_are_sorted_and_their_keys_are_not() -> None:
    schema = {"type": "object", "properties": {"b": {}, "a": {}}, "description": "x"}
    one = document(components={"schemas": {"B": schema, "A": {}}, "responses": {}, "x-note": 1})
    two = at("/other") | {"components": {"schemas": {"AB": {}}, "parameters": {"P": {}}}}
    components = merged(one=page(one), two=page(two))["components"]
    assert list(components) == ["parameters", "responses", "schemas", "x-note"]
    assert list(components["schemas"]) == ["A", "AB", "B"]
    assert exactly(components["schemas"]["B"]) == exactly(schema)


def test_root_fields_have_their_place_wherever_they_come_from() -> None:
    one = document(components={"schemas": {}}, **{"x-one": 1})
    two = at("/other") | {"tags": [{"name": "T"}], "servers": [], "externalDocs": {"url": "u"}}
    assert list(merged(one=page(one), two=page(two))) == (
        ["openapi", "info", "servers", "tags", "externalDocs", "x-one", "paths", "components"]
    )


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (["B", "A"], [], ["B", "A"]),
        (["C", "A"], ["A", "B"], ["C", "A", "B"]),
        (["A", "B"], ["B", "A"], ["A", "B"]),
        (["B"], ["A"], ["A", "B"]),
    ],
)
def test_tags_are_a_union_in_the_published_order(one: list[str], two: list[str], expected: list[str]) -> None:
    first = page(document(tags=[{"name": name} for name in one]))
    second = page(at("/other") | {"tags": [{"name": name} for name in two]})
    for pages in ({"a": first, "b": second}, {"a": second, "b": first}):
        assert [tag["name"] for tag in merged(**pages)["tags"]] == expected


# --- what several pages say


def test_a_component_that_differs_is_named_with_its_pages_and_both_values() -> None:
    one = document(components={"schemas": {"User": {"properties": {"id": {"type": "string"}}}}})
    two = at("/other") | {"components": {"schemas": {"User": {"properties": {"id": {"type": "integer"}}}}}}
    assert problem(one=page(one), two=page(two)).startswith(
        "one.md and two.md: components.schemas.User differs at properties.id.type: "
        '"string" on the first, "integer" on the second; fetch both pages again'
    )


@pytest.mark.parametrize(
    ("one", "other", "path", "shown"),
    [
        ({"a": 1}, {"a": 1.0}, "a", ("1", "1.0")),
        ({"a": True}, {"a": 1}, "a", ("true", "1")),
        ({"a": 1}, {}, "a", ("1", "absent")),
        ({}, {"a": None}, "a", ("absent", "null")),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "a[1].b", ("2", "3")),
        ([1], [1, 2], "[1]", ("absent", "2")),
        ({"a": 1, "b": 2}, {"b": 3, "a": 2}, "a", ("1", "2")),
        ({"a": {}}, {"a": []}, "a", ("{}", "[]")),
        ("x" * 200 + "é", "x" * 200, "", (f'…"{"x" * 20}é"', f'…"{"x" * 20}"')),
        (["y" * 200], [], "[0]", (f'"{"y" * 79}…', "absent")),
    ],
)
def test_the_first_difference(one: Any, other: Any, path: str, shown: tuple[str, str]) -> None:
    assert merge.difference(one, other) == (path, *shown)


def test_the_order_of_keys_is_no_difference() -> None:
    assert merge.difference({"a": 1, "b": [{}]}, {"b": [{}], "a": 1}) is None


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("info", {"title": "B", "version": "1.0"}, "info differs at title"),
        ("openapi", "3.0.1", "openapi differs:"),
        ("servers", [{"url": "https://other"}], "servers differs at [0].url"),
        ("tags", [{"name": "T", "x-group": "H"}], "tags.T differs at x-group"),
    ],
)
def test_a_root_field_must_be_equal_on_all_pages(field: str, value: Any, where: str) -> None:
    one = document(servers=[{"url": "https://one"}], tags=[{"name": "T", "x-group": "G"}])
    two = at("/other") | {field: value}
    message = problem(one=page(one), two=page(two))
    assert "one.md and two.md" in message
    assert where in message


def test_a_path_field_must_be_equal_on_all_pages_of_the_path() -> None:
    get = page(at("/things", summary="Things"))
    assert merged(get=get, put=page(at("/things", "put", summary="Things")))["paths"]["/things"].keys() == {
        "summary",
        "get",
        "put",
    }
    for other in (at("/things", "put", summary="Other"), at("/things", "put")):
        assert "get.md and put.md: paths./things differs at summary" in problem(get=get, put=page(other))


def test_an_operation_is_published_once() -> None:
    message = problem(one=page(at("/things", operationId="a")), two=page(at("/things", operationId="b")))
    assert "one.md and two.md: both have the operation get /things" in message


def test_an_operation_id_is_used_once() -> None:
    one, two = (page(at(path, operationId="same")) for path in ("/one", "/two"))
    assert "one.md and two.md: both have the operationId same" in problem(one=one, two=two)


# --- references


def test_a_reference_must_lead_somewhere() -> None:
    refs = ["#/components/schemas/No", "other.yaml#/A", "#/components/schemas/A~1B/no", "#/info/title/x", ""]
    schema = {"oneOf": [{"$ref": ref} for ref in [*refs, refs[0]]]}
    found = problems(a=page(document(components={"schemas": {"A/B": schema}})))
    assert [line.partition(" leads nowhere; ")[0] for line in found] == [
        f"a.md: the $ref {ref}" for ref in refs
    ]


def test_a_reference_may_lead_to_any_place_of_the_merged_document() -> None:
    refs = ["#/components/schemas/A~1B", "#/components/schemas/A%7E0C", "#/paths/~1things/get/tags/0"]
    schemas = {"A/B": {}, "Refs": {"oneOf": [{"$ref": ref} for ref in refs]}}
    one = at("/things", operation={"tags": ["T"]}) | {"components": {"schemas": schemas}}
    two = at("/other") | {"components": {"schemas": {"A~C": {}}}}
    assert merged(one=page(one), two=page(two))["components"]["schemas"]["Refs"] == schemas["Refs"]


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


# --- one page


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


def test_all_problems_are_said_at_once() -> None:
    pages = {
        "a": page(document(openapi="3.1.0"), "get /other"),
        "b": b"",
        "c": page(document(components={"schemas": {"A": {"$ref": "#/no"}}})),
        "d": page(document(info={})),
    }
    found = problems(**pages)
    assert [line.split(":")[0] for line in found] == [
        *("a.md", "a.md", "b.md", "c.md and d.md", "c.md and d.md", "c.md and d.md", "c.md")
    ]


# --- YAML


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        *(
            (word, word)
            for word in ("yes", "No", "on", "OFF", "y", "n", "1_000", "12:30", "0b1", "<<", "=", "nan")
        ),
        ("'1.0'", "1.0"),
        ("1.0", 1.0),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("+1", 1),
        ("-.5e3", -500.0),
        ("1e3", 1000.0),
        ("0.1", 0.1),
        ("1.10", 1.1),
        ("12345678901234567890123", 12345678901234567890123),
        ("~", None),
        ("Null", None),
        ("", None),
        ("TRUE", True),
        ("false", False),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ('"\\u2028"', "\u2028"),
        ("x\u2028y\x85z", "x\u2028y\x85z"),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(text: str, value: Any) -> None:
    assert exactly(yaml12.load(f"a: {text}\n")) == exactly({"a": value})


def test_keys_are_strings() -> None:
    assert yaml12.load("{200: a, on: b, null: c, 2026-01-01: d}") == {
        "200": "a",
        "on": "b",
        "null": "c",
        "2026-01-01": "d",
    }


def test_an_anchor_may_be_used_often() -> None:
    """Each use counts, and a list of 999 with what is in it is 1,000 values."""
    used = f"a: &x [{', '.join('1' * 999)}]\nb: [{', '.join(['*x'] * 100)}]\n"
    loaded: Any = yaml12.load(used)
    assert len(loaded["b"]) == 100
    with pytest.raises(yaml12.YamlError, match="line 3, column 4: aliases stand for more than 100,000"):
        yaml12.load(f"{used}c: *x\n")


def test_an_alias_is_a_copy() -> None:
    loaded: Any = yaml12.load("a: &x [1]\nb: *x\n")
    loaded["a"].append(2)
    assert loaded == {"a": [1, 2], "b": [1]}


ODD = (
    "".join(map(chr, range(0x20)))
    + " #:-?'\"|>&*!%@`{}[],ab01.~<=\\\x7f\x85\xa0\u2028\u2029\ufeff\ufffe\ud800é😀"
)
WORDS = ["word", "a", "#", "- x", ": y", "   ", "\n", "\n\n", " \n", "https://x/y?z#f", "'q'", "w" * 50]
TEXTS = st.one_of(
    # Noncharacters that Unicode keeps for internal use; yaml12 uses them so.
    st.text(st.characters(exclude_characters="\ufdd0\ufdd1\ufdd2")),
    st.text(st.sampled_from(ODD), max_size=20),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.sampled_from(
        ["yes", "null", "~", "1.0", "1e5", "0x1", "2026-03-01", "12:30", "---", "...", "<<", "=", ".inf"]
    ),
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
@example({"a": "Line one  \nline two\n\n\n"})
@example({"a": ["  indented\n first\n", "\n\n  x", "x\n  ", "\tx\n", "x " * 99 + "y", "x " * 99, " x" * 99]})
def test_every_document_survives(value: dict[str, Any]) -> None:
    text = yaml12.dump(value)
    assert exactly(yaml12.load(text)) == exactly(value)
    assert yaml12.dump(value) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Two  \nlines\n", "a: |\n  Two  \n  lines\n"),
        ("Two\n\nlines", "a: |-\n  Two\n\n  lines\n"),
        ("Two\nlines\n\n", "a: |+\n  Two\n  lines\n\n"),
        ("  Two\nlines\n", "a: |2\n    Two\n  lines\n"),
        ("word " * 20 + "end", "a: >-\n  " + "word " * 18 + "word\n  word end\n"),
        ("2026-03-01", "a: '2026-03-01'\n"),
        ("it's #1: 'on'", "a: 'it''s #1: ''on'''\n"),
        ("a (b): c", "a: 'a (b): c'\n"),
        ("3.0.3", "a: 3.0.3\n"),
        ("bell\x07", 'a: "bell\\u0007"\n'),
        ("off", "a: 'off'\n"),
        ([], "a: []\n"),
        ([[1, {"b": "c"}], {}], "a:\n  - - 1\n    - b: c\n  - {}\n"),
        (1e22, "a: 1.0e+22\n"),
    ],
)
def test_the_form_that_reads_best(value: Any, written: str) -> None:
    assert yaml12.dump({"a": value}) == written


def test_a_file_that_is_not_a_mapping_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    for text, expected in (("- 1", "a.yaml: not a mapping"), ("a: [", "a.yaml: line 1, column ")):
        file.write_text(text)
        with pytest.raises(ValueError, match=expected):
            yaml12.load_file(file)


# --- the command


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    pages = tmp_path / "pages"
    (pages / "things").mkdir(parents=True)
    (pages / "things" / "list.md").write_bytes(page(document()))
    return lambda *options: merge.main(
        ["--pages", str(pages), "--output", str(tmp_path / "out.yaml"), *options]
    )


def test_the_command_writes_and_checks(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--check") == 1
    assert "+openapi: 3.0.3" in capsys.readouterr().err
    assert run() == run("--check") == 0
    output = tmp_path / "out.yaml"
    assert yaml12.load(output.read_text()) == document()
    assert set(tmp_path.iterdir()) == {tmp_path / "pages", output}

    output.write_text(output.read_text().replace("title: A", "title: B"))
    assert run("--check") == 1
    error = capsys.readouterr().err
    assert "merge: out.yaml is not what the pages give; run `make spec`\n" in error
    assert "-  title: B\n+  title: A\n" in error
    assert "title: B" in output.read_text()

    output.write_bytes(b"x\n" * 1000)
    assert run("--check") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) < 60
    assert lines[-1] == "…"


def test_line_ends_of_the_file_are_no_drift(run: Callable[..., int], tmp_path: Path) -> None:
    """As Git on Windows writes them."""
    run()
    output = tmp_path / "out.yaml"
    output.write_bytes(output.read_bytes().replace(b"\n", b"\r\n"))
    assert run("--check") == 0
    run()
    assert b"\r" not in output.read_bytes()


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_an_error_leaves_the_file_as_it_is(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    run()
    before = (tmp_path / "out.yaml").read_bytes()
    (tmp_path / "pages" / "a.md").write_bytes(b"")
    (tmp_path / "pages" / "b.md").write_bytes(page(document(openapi="3.1.0"), "put /other"))
    assert run(*options) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].strip() for line in lines[:-1]] == ["a.md", "b.md", "b.md"]
    assert (tmp_path / "out.yaml").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_failed_write_leaves_the_file_as_it_is(
    run: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "out.yaml").write_text("before")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full)
    assert run() == 1
    assert "No space left on device; nothing was written" in capsys.readouterr().err
    assert (tmp_path / "out.yaml").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_without_pages_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert merge.main(["--pages", str(tmp_path), "--output", str(tmp_path / "out.yaml")]) == 1
    assert "there are no pages (*.md) here; copy the published ones into it" in capsys.readouterr().err
    assert not (tmp_path / "out.yaml").exists()
