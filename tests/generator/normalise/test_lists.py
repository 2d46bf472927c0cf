"""Lists that only a description tells of."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document.openapi import Node as Json

from .normalising import PARAMETER, TEXT, described, enum, normalised, operation_of, ref

LIST: Json = {"type": "array", "items": TEXT}


def told(**fields: Any) -> str:
    """What a caller is told of a parameter in the query."""
    text: str = described({"parameters": [{"name": "p", "in": "query", **fields}]})["descriptions"]["query:p"]
    return text


@pytest.mark.parametrize("fields", [{"schema": TEXT}, {"schema": LIST, "explode": False}])
@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ("Comma-separated shelf IDs to filter by", "Shelf IDs to filter by"),
        ("Filter by comma-separated IDs.", "Filter by IDs."),
        ("Filter by ID. Comma-separated for multiple.", "Filter by ID."),
        ("IDs. Values are comma-separated.", "IDs."),
        ("IDs (comma-separated, at most 5)", "IDs (at most 5)"),
        ("IDs must be comma-separated", "IDs must be comma-separated"),
        ("IDs (comma-separated). Or names.", "IDs. Or names."),
        ("IDs, separated by commas (such as `a`)", "IDs (such as `a`)"),
    ],
)
def test_a_caller_who_writes_a_list_reads_nothing_of_commas(
    fields: Json, description: str, shown: str
) -> None:
    assert told(description=description, **fields) == shown


@pytest.mark.parametrize(
    ("description", "schema"),
    [("IDs", LIST), ("Comma-separated", LIST), ("Not comma-separated", TEXT)],
)
def test_no_caller_is_told_so_where_no_commas_are_sent_or_spoken_of(description: str, schema: Json) -> None:
    assert told(description=description, schema=schema) == description


COMMAS = "Comma-separated names"


@pytest.mark.parametrize(
    ("parameter", "items"),
    [
        ({"description": COMMAS, "schema": TEXT}, TEXT),
        ({"schema": {**TEXT, "description": COMMAS}}, TEXT),
        ({"schema": ref("Names")}, ref("Names")),
        ({"schema": {**ref("Names"), "description": "Which"}}, ref("Names")),
        (
            {
                "description": COMMAS,
                "schema": {**TEXT, "format": "uuid", "maxLength": 9, "pattern": "^a", "default": "a"},
            },
            {**TEXT, "format": "uuid", "pattern": "^a"},
        ),
        ({"description": COMMAS, "schema": enum("a", "b")}, ref("GetItP")),
        *(
            ({"description": text, "schema": TEXT}, TEXT)
            for text in (
                "COMMA-SEPARATED",
                "comma-delimited",
                "Names, comma-\nseparated",
                "Separated by commas",
                "comma\u2011separated",
            )
        ),
    ],
)
def test_what_is_described_as_comma_separated_is_a_list(parameter: Json, items: Json) -> None:
    document = normalised(
        {"operationId": "getIt", "parameters": [{**PARAMETER, **parameter}]},
        Names={**TEXT, "description": COMMAS},
    )
    [found] = document.operations[0].parameters
    assert (found["style"], found["explode"]) == ("form", False)
    assert (found["schema"]["type"], found["schema"]["items"]) == ("array", items)


@pytest.mark.parametrize(
    "parameter",
    [
        {"description": "NOT comma-separated", "schema": TEXT},
        {"description": "This isn't comma-separated", "schema": TEXT},
        {"description": "Names without commas", "schema": TEXT},
        {"description": "`json` or `csv` (comma-separated values)", "schema": TEXT},
        {"description": "Whether it is comma-separated or not", "schema": TEXT},
        {"description": COMMAS, "schema": {"type": "integer"}},
        {"description": COMMAS, "schema": TEXT, "in": "header"},
    ],
)
def test_what_is_not_comma_separated_stays(parameter: Json) -> None:
    found = operation_of({"parameters": [{**PARAMETER, **parameter}]})["parameters"][0]
    assert found["schema"] == parameter["schema"]
    assert "explode" not in found


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ("Available values: `a`, `b`", ["a", "b"]),
        ("What to add.\navailable values: `a` (the first), `b` (the second). Use `,` between.", ["a", "b"]),
        ("Available values:\n- `a`\n- `b`\n\nSee `c`.", ["a", "b"]),
        ("One of `a` and `b`", None),
        ("Available values: see elsewhere", None),
    ],
)
def test_values_that_a_description_names_are_an_enum(description: str, values: list[str] | None) -> None:
    listed = {"type": "array", "items": TEXT}
    parameter = {**PARAMETER, "schema": listed, "explode": False, "description": description}
    document = normalised({"operationId": "getIt", "parameters": [parameter]})
    assert document.schemas.get("GetItP", {}).get("enum") == values


def test_stated_values_stay() -> None:
    listed = {"type": "array", "items": enum("x")}
    parameter = {**PARAMETER, "schema": listed, "description": "Available values: `a`"}
    assert normalised({"operationId": "getIt", "parameters": [parameter]}).schemas["GetItP"]["enum"] == ["x"]
