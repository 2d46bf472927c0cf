from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator import yaml12
from generator.compare import difference
from generator.index import FetchError, clashes
from generator.merge import OUTPUT, PAGES, merge, read_sources
from generator.pages import read_page
from generator.split import Split, read_document, split

from .growing import HERE
from .made_pages import document, operation

MEND = "mend the document (a copy of it will do) and name that as SOURCE"


def answering(name: str, schema: dict[str, Any], **fields: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return operation(name, responses={"200": {"description": "OK", "content": content}}, **fields)


def ref(name: str, section: str = "schemas") -> dict[str, Any]:
    return {"$ref": f"#/components/{section}/{name}"}


def merged(whole: Split) -> dict[str, Any]:
    result: dict[str, Any] = merge({part.name: part.source for part in whole.parts})
    return result


def components(whole: Split) -> list[list[str]]:
    """The components on each page."""
    return [
        [f"{section}.{name}" for section, members in within.items() for name in members]
        for part in whole.parts
        for within in [read_page(part.name, part.source).document.get("components", {})]
    ]


def without_extensions(pages: list[list[str]]) -> list[list[str]]:
    return [[name for name in names if not name.startswith("x-")] for names in pages]


def problems(whole: dict[str, Any]) -> list[str]:
    with pytest.raises(FetchError) as caught:
        split("a.yaml", whole)
    return list(caught.value.problems)


@pytest.mark.parametrize("file", [OUTPUT, HERE / "growth.yaml"], ids=lambda file: file.name)
def test_the_pages_of_a_document_merge_to_it_again(file: Path) -> None:
    whole = read_document(file.name, file.read_bytes())
    parts, unused = split(file.name, whole)
    assert difference(whole, merged(Split(parts, unused))) is None
    assert unused == []
    assert list(clashes((part.name, part.path) for part in parts)) == []


def test_the_pages_are_called_like_the_published_ones_and_say_the_same() -> None:
    published = {name: read_page(name, source) for name, source in read_sources(PAGES).items()}
    parts, _ = split("openapi.yaml", read_document("openapi.yaml", OUTPUT.read_bytes()))
    assert sorted(part.name for part in parts) == sorted(published)
    for part in parts:
        one, other = read_page(part.name, part.source).document, published[part.name].document
        assert difference({**one, "tags": []}, {**other, "tags": []}) is None


def test_a_page_reads_like_a_published_one() -> None:
    [part] = split(
        "a.yaml", document(paths={"/a": {"get": operation("x", summary="List\n  all", tags=["My things"])}})
    ).parts
    assert part.name == "my-things/list-all.md"
    assert part.source.decode().startswith(
        "# List all\n\n## OpenAPI\n\n````yaml /openapi.yaml get /a\nopenapi: 3.0.3\n"
    )
    assert part.source.endswith(b"\n\n````\n")


def test_a_page_has_the_components_that_its_operation_leads_to() -> None:
    animal = {
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog"},
        }
    }
    whole = split(
        "a.yaml",
        document(
            security=[{"key": []}],
            paths={
                "/animals": {
                    "parameters": [ref("Page", "parameters")],
                    "get": answering("animals", ref("Animals")),
                    "post": answering("other", {"type": "string"}, security=[{"other": []}]),
                },
                "/none": {"get": operation("none", security=[])},
            },
            components={
                "schemas": {
                    "Unused": ref("UnusedToo"),
                    "Dog": {"properties": {"parent": ref("Animal")}},
                    "Cat": {},
                    "Animal": animal,
                    "Animals": {"items": ref("Animal")},
                    "UnusedToo": {"example": ref("Cat")},
                },
                "parameters": {"Page": {"name": "page", "in": "query", "schema": {}}},
                "securitySchemes": {
                    name: {"type": "http", "scheme": name} for name in ("key", "other", "third")
                },
                "headers": {},
                "x-kept": ["anything"],
            },
        ),
    )
    animals = [*("schemas.Dog", "schemas.Cat", "schemas.Animal", "schemas.Animals", "parameters.Page")]
    assert without_extensions(components(whole)) == [
        [*animals, "securitySchemes.key"],
        ["parameters.Page", "securitySchemes.key", "securitySchemes.other"],
        ["securitySchemes.key"],
    ]
    assert whole.unused == [
        *("components.schemas.Unused", "components.schemas.UnusedToo", "components.securitySchemes.third")
    ]
    assert merged(whole)["components"]["x-kept"] == ["anything"]


def test_a_component_is_found_by_an_escaped_reference_and_by_one_into_it() -> None:
    schemas = {"a/b c": {"properties": {"d": {}}}, "e": {}}
    paths = {
        "/a": {"get": answering("a", ref("a~1b%20c"))},
        "/b": {"get": answering("b", ref("a~1b%20c/properties/d"))},
    }
    assert components(split("a.yaml", document(paths=paths, components={"schemas": schemas}))) == [
        ["schemas.a/b c"],
        ["schemas.a/b c"],
    ]


def test_what_stands_beside_operations_is_kept() -> None:
    whole = document(
        tags=[{"name": "b"}, {"name": "a", "description": "A"}],
        servers=[{"url": "https://a.test"}],
        paths={"/a": {"summary": "S", "parameters": [], "get": operation("x"), "post": operation("y")}},
        externalDocs={"url": "https://docs.test"},
        **{"x-note": "````\n``````\nnot a fence"},
    )
    assert difference(whole, merged(split("a.yaml", whole))) is None


@pytest.mark.parametrize("text", ["one", "one\n", "one\n\n", "\n", "one\n````\n", "````"])
def test_a_page_may_end_with_any_text(text: str) -> None:
    whole = document(components={"x-last": text}) if text else document()
    assert difference(whole, merged(split("a.yaml", whole))) is None
    last = {"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {}, "x-last": text}}}}
    assert difference(last, merged(split("a.yaml", last))) is None


def test_a_path_without_an_operation_is_left() -> None:
    whole = split("a.yaml", document(paths={"/none": {}, "/a": {"get": operation("a")}}, tags=[]))
    assert whole.unused == ["paths./none"]
    assert list(merged(whole)["paths"]) == ["/a"]


def test_two_operations_with_one_summary_are_called_by_their_paths() -> None:
    both = {"summary": "Get a thing", "tags": ["Things"]}
    whole = document(
        paths={
            "/things/{id}": {"get": operation("a", **both)},
            "/parts/{id}": {"get": operation("b", **both), "put": operation("putPart", tags=["Aux"])},
            "/other": {"get": {"responses": {}, "tags": ["\u05d0"]}},
        }
    )
    assert [part.name for part in split("a.yaml", whole).parts] == [
        "things/get-things-id.md",
        "things/get-parts-id.md",
        "aux-pages/put-part.md",
        "untagged/get-other.md",
    ]


# --- what cannot be split


def test_what_the_pages_could_not_hold_is_named() -> None:
    assert problems(document(tags=[{"name": "a"}, {"name": "a"}])) == [
        'a.yaml: tags[1] could not be kept: {"name": "a"} in the document, absent in the pages made of it; '
        "ask the publisher what it is for, or take a copy without it"
    ]


def test_what_is_wrong_everywhere_is_said_once() -> None:
    paths = {f"/{name}": {"get": operation(name)} for name in "abc"}
    [problem] = problems(document(openapi="3.1.0", paths=paths))
    assert problem == (
        "a.yaml: this is not OpenAPI 3.0: `openapi` should be a string like '3.0.3', and is \"3.1.0\"; "
        f"{MEND}"
    )


def test_other_problems_name_their_operation() -> None:
    paths = {
        "/a": {"get": answering("a", ref("Gone"))},
        "/b c": {"get": operation("b")},
        "/b`c": {"get": operation("c")},
    }
    assert problems(document(paths=paths)) == [
        f"a.yaml: {path!r}: a path begins with / and has no blank or backtick" for path in ("/b c", "/b`c")
    ]
    del paths["/b c"], paths["/b`c"]
    assert problems(document(paths=paths)) == [
        f"a.yaml: get /a: the $ref #/components/schemas/Gone leads nowhere; {MEND}"
    ]
    assert problems(document(paths={"/a": {"$ref": "a.yaml"}, "/b": {"get": operation("b")}})) == [
        "a.yaml: /a is described elsewhere ($ref); write it out"
    ]
    assert problems(document(paths={})) == ["a.yaml: has no operation; name a document that describes some"]


def test_a_document_is_mended_where_pages_would_be_fetched_again() -> None:
    elsewhere = answering("a", {"$ref": "./common.yaml#/User"})
    assert problems(document(paths={"/a": {"get": elsewhere}, "/b": {"get": operation("a")}})) == [
        f"a.yaml: get /a and get /b: both have the operationId a; {MEND}",
        "a.yaml: get /a: the $ref ./common.yaml#/User leads to another file, and other files are not read; "
        f"{MEND}",
    ]
    assert problems(document(paths={"/a": {"get": operation("a", operationId=1)}})) == [
        f"a.yaml: get /a: the operationId should be a string, and is the value 1; {MEND}"
    ]


@pytest.mark.parametrize("components", [[], {"schemas": []}, "x", None])
def test_components_that_are_none_are_refused(components: Any) -> None:
    [problem] = problems(document(components=components))
    assert "`components` should be a mapping of mappings" in problem


@pytest.mark.parametrize("what", [None, [], "get", 1])
def test_an_operation_that_is_none_is_refused(what: Any) -> None:
    [problem] = problems(document(paths={"/a": {"get": what}}))
    assert "the operation get /a should be a mapping" in problem


# --- reading


def test_json_and_yaml_are_read_alike() -> None:
    whole = document(info={"title": "A \U0001f600 / é", "version": "1.0"}, tags=[{"name": "1"}])
    expected = split("a", whole).parts
    for text in [
        json.dumps(whole),
        json.dumps(whole, indent="\t").replace("/", "\\/"),
        "\ufeff" + json.dumps(whole, ensure_ascii=False),
        yaml12.dump(whole),
        "{openapi: 3.0.3, " + json.dumps(whole, ensure_ascii=False)[1:].partition(", ")[2],
    ]:
        assert split("a", read_document("a", text.encode())).parts == expected


def test_half_a_character_is_no_reason_to_fail() -> None:
    whole = read_document(
        "a", json.dumps(document(paths={"/a": {"get": operation("a", summary="\ud83d")}})).encode()
    )
    assert difference(whole, merged(split("a", whole))) is None


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (b"\xff", "byte 1 is not UTF-8"),
        (b"a: [", "neither YAML nor JSON: line 1"),
        (b'{"paths": {}, "paths": {}}', "the key 'paths' stands twice"),
        (b'{"paths": {"/a": NaN}}', "NaN is not a number"),
        (b'{"a":' * 100_000, "too deep"),
        (b"a: " + b"[" * 5000, "deep"),
        (b"", "not an OpenAPI document"),
        (b"# Only a page", "not an OpenAPI document"),
        (b"[]", "not an OpenAPI document"),
        (b"paths: []", "not an OpenAPI document"),
        (b"paths: {/a: 1}", "not an OpenAPI document"),
    ],
)
def test_what_is_no_document_is_refused(source: bytes, problem: str) -> None:
    with pytest.raises(FetchError, match=r"^a\.yaml: ") as caught:
        read_document("a.yaml", source)
    assert problem in str(caught.value)
