"""A list whose description speaks of commas: what its caller is told to write."""

from __future__ import annotations

from typing import Any

import pytest

from generator.normalise import normalise
from generator.walk import Json, operations

from .growing import document_of

TEXT: Json = {"type": "string"}
LIST: Json = {"type": "array", "items": TEXT}


def told(**fields: Any) -> str:
    """What a caller is told of a parameter in the query."""
    document = normalise(document_of({"parameters": [{"name": "p", "in": "query", **fields}]}))
    [operation] = [operation for _, _, operation, _ in operations(document)]
    description: str = operation["responses"]["200"]["x-operation"]["descriptions"]["query:p"]
    return description


@pytest.mark.parametrize("fields", [{"schema": TEXT}, {"schema": LIST, "explode": False}])
def test_a_caller_is_told_to_write_a_list_where_commas_are_sent(fields: Json) -> None:
    assert told(description="Comma-separated IDs", **fields) == (
        "Comma-separated IDs. Write a list here: the client joins it."
    )
    assert told(description="Separated by commas.", **fields) == (
        "Separated by commas. Write a list here: the client joins it."
    )


@pytest.mark.parametrize(
    ("description", "schema"),
    [("IDs", LIST), ("Comma-separated", LIST), ("Not comma-separated", TEXT)],
)
def test_no_caller_is_told_so_where_no_commas_are_sent_or_spoken_of(description: str, schema: Json) -> None:
    assert told(description=description, schema=schema) == description
