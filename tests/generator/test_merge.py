from __future__ import annotations

from typing import Any

import pytest

from .exactly import exactly
from .made_pages import at, document, merged, page, problem, problems


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


def test_a_component_that_differs_is_named_with_its_pages_and_both_values() -> None:
    one = document(components={"schemas": {"User": {"properties": {"id": {"type": "string"}}}}})
    two = at("/other") | {"components": {"schemas": {"User": {"properties": {"id": {"type": "integer"}}}}}}
    assert problem(one=page(one), two=page(two)).startswith(
        "one.md and two.md: components.schemas.User differs at properties.id.type: "
        '"string" on the first, "integer" on the second; fetch both pages again'
    )


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


def test_a_reference_must_lead_somewhere() -> None:
    refs = ["#/components/schemas/No", "#/components/schemas/A~1B/no", "#/info/title/x", ""]
    schema = {"oneOf": [{"$ref": ref} for ref in [*refs, refs[0]]]}
    found = problems(a=page(document(components={"schemas": {"A/B": schema}})))
    assert [line.partition(" leads nowhere; ")[0] for line in found] == [
        f"a.md: the $ref {ref}" for ref in refs
    ]


@pytest.mark.parametrize("ref", ["other.yaml#/A", "other.yaml", "https://host.test/a.json#/A"])
def test_other_files_are_not_read(ref: str) -> None:
    found = problems(a=page(document(components={"schemas": {"A": {"$ref": ref}}})))
    assert found == [
        f"a.md: the $ref {ref} leads to another file, and other files are not read; "
        "ask the publisher to write out what it leads to"
    ]


def test_a_reference_may_lead_to_any_place_of_the_merged_document() -> None:
    refs = ["#/components/schemas/A~1B", "#/components/schemas/A%7E0C", "#/paths/~1things/get/tags/0"]
    schemas = {"A/B": {}, "Refs": {"oneOf": [{"$ref": ref} for ref in refs]}}
    one = at("/things", operation={"tags": ["T"]}) | {"components": {"schemas": schemas}}
    two = at("/other") | {"components": {"schemas": {"A~C": {}}}}
    assert merged(one=page(one), two=page(two))["components"]["schemas"]["Refs"] == schemas["Refs"]


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
