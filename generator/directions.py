"""What requests and what answers hold of a schema that both use, and how alternatives are told apart."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from .walk import (
    Json,
    Place,
    fields,
    label,
    of_content,
    operations,
    reachable,
    rename_references,
    schemas_of,
    used_schemas,
    within,
)


def require_what_answers_hold(document: Json) -> None:
    """Require, in answers, every field that is not marked `x-on-request`.

    A schema that requests use too, and of which they require less, is copied for them as `…Input`.
    Fields that are for reading only are no part of requests, nor those for writing only of answers.
    """
    schemas = schemas_of(document)
    bodies = [body for _, _, operation, _ in operations(document) if (body := operation.get("requestBody"))]
    answers = [
        answer for _, _, operation, _ in operations(document) for answer in operation["responses"].values()
    ]
    in_requests, in_answers = reachable(bodies, schemas), reachable(answers, schemas)
    inputs = _names_of_inputs(in_requests & in_answers, schemas)
    for name, copied in inputs.items():
        schemas[copied] = copy.deepcopy(schemas[name])
    requests = [
        *bodies,
        *(
            schemas[inputs.get(name, name)]
            for name in in_requests
            if name in inputs or name not in in_answers
        ),
    ]
    for node in requests:
        rename_references(node, inputs)
    for schema in _schemas_in(requests):
        _fit_for_request(schema)
    for schema in _schemas_in([*answers, *(schemas[name] for name in sorted(in_answers))]):
        _fit_for_answer(schema)


def _schemas_in(nodes: list[Json]) -> Iterator[Json]:
    """The schemas of bodies, of answers and of components, with those inside them."""
    for node in nodes:
        found = of_content(node, "") if "content" in node else within(Place({"": node}, "", "", ""))
        yield from [place.schema for place in found]


def _names_of_inputs(shared: set[str], schemas: Json) -> dict[str, str]:
    """Name the copies of those schemas that differ between requests and answers."""
    differing: set[str] = set()
    for name in shared:
        asked, answered = copy.deepcopy(schemas[name]), copy.deepcopy(schemas[name])
        for schema in _schemas_in([asked]):
            _fit_for_request(schema)
        for schema in _schemas_in([answered]):
            _fit_for_answer(schema)
        if asked != answered:
            differing.add(name)
    copied = {name for name in shared if name in differing or reachable([schemas[name]], schemas) & differing}
    for name in copied:
        if f"{name}Input" in schemas:
            raise ValueError(f"the schema {name}Input is wanted for what requests hold of {name}; rename it")
    return {name: f"{name}Input" for name in sorted(copied)}


def _fit_for_request(schema: Json) -> None:
    _drop_fields(schema, "readOnly")


def _fit_for_answer(schema: Json) -> None:
    _drop_fields(schema, "writeOnly")
    if schema.get("properties"):
        schema["required"] = [
            name for name, field in schema["properties"].items() if "x-on-request" not in field
        ]


def _drop_fields(schema: Json, mark: str) -> None:
    dropped = {name for name, field in schema.get("properties", {}).items() if field.get(mark)}
    for name in dropped:
        del schema["properties"][name]
    if dropped and "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in dropped]


def order_alternatives(document: Json) -> None:
    """Put the object with the most fields first: an answer is read as the first that it fits.

    Two with the same fields could not be told apart.
    """
    for path, method, operation, _ in operations(document):
        for schema in _schemas_in([*operation["responses"].values(), *_answered(operation, document)]):
            for key in ("anyOf", "oneOf"):
                names = [frozenset(fields(part, document)) for part in schema.get(key, [])]
                objects = [found for found in names if found]
                if len(set(objects)) < len(objects):
                    raise ValueError(
                        f"{label(path, method, operation)}: two of the alternatives in {key} have the same "
                        "fields, so an answer cannot be told from another; merge them in overlay.yaml"
                    )
                if objects:
                    schema[key].sort(key=lambda part: -len(fields(part, document)))


def _answered(operation: Json, document: Json) -> list[Json]:
    return used_schemas({"responses": operation["responses"]}, document)
