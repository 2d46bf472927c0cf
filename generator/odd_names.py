"""The methods whose names do not follow from their operationIds: for a maintainer to name in time."""

from __future__ import annotations

from collections.abc import Iterator

from .naming import method_names, words
from .walk import Json, label, operations


def odd_names(document: Json, normalised: Json) -> Iterator[str]:
    """A line for each.

    Args:
        document: As its corrections leave it.
        normalised: As the generator gets it.
    """
    for path, method, operation, _ in operations(normalised):
        told = next(iter(operation["responses"].values()))["x-operation"]
        name, tag = operation["operationId"], operation["tags"][0]
        published = document["paths"][path][method]
        if not words(published.get("operationId", "")):
            why = "there is no operationId"
        elif told["method"] != method_names([name], tag)[name]:
            why = "its shorter name would be that of another too"
        else:
            continue
        called = f"client.{told['resource']}.{told['method']}"
        yield f"{label(path, method, published)}: its method is {called}, since {why}"
