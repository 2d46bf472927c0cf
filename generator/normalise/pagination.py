"""Lists that can be paged: by number, and by the time at which their items were created."""

from __future__ import annotations

import re

from ..document.openapi import JSON, Document, Node, Operation
from .naming import words

_PAGING = re.compile(
    "page(_(size|number|limit|offset|cursor|token|after|before))?|per_page|limit|max_results|offset|skip|cursor"
    "|(next|continuation)_token|after|before|starting_after|ending_before"
)


def paging(operation: Operation, document: Document) -> tuple[Node, str]:
    """Return how a list is paged, by the names that the runtime has for it, or why the SDK does not page it.

    A list takes `page` and `page_size`, both whole numbers, and has one response, of `data` and `pagination`.
    For what is no list, both are empty.
    """
    content = document.content(operation.responses[-1])
    fields = {name: document.resolve(field) for name, field in document.fields(content).items()}
    inner = [document.resolve(field) for each in fields.values() for field in document.fields(each).values()]
    lists = [each for each in (document.resolve(content), *fields.values(), *inner) if _is_array(each)]
    query = _query(operation, document)
    sent = [*query, *document.fields(document.content(operation.body))]
    taken = [name for name in sent if _PAGING.fullmatch("_".join(words(name)))]
    if not lists or not taken:
        return {}, ""
    if not {"page", "page_size"} <= query.keys():
        told = f"it takes {', '.join(taken)} instead of page and page_size"
        return {}, told if taken != ["page", "page_size"] else "it takes page and page_size in its body"
    if {query["page"].get("type"), query["page_size"].get("type")} != {"integer"}:
        return {}, "page and page_size must be whole numbers"
    if len(operation.responses) > 1 or "pagination" not in fields or not _is_array(fields.get("data", {})):
        return {}, "it must have one response, an object with a list `data` and `pagination`"
    page_size = query["page_size"]
    found = {"page_size": page_size.get("maximum", 100), "default_page_size": page_size.get("default")}
    return {**found, "keyset": _keyset(operation, document)}, ""


def _is_array(schema: Node) -> bool:
    return bool(schema.get("type") == "array")


def unwrap_page(operation: Operation, document: Document) -> None:
    """Let an operation answer with the items of a page, without the envelope around them."""
    [response] = operation.responses
    data = document.resolve(document.fields(document.content(response))["data"])
    response["content"][JSON] = {"schema": {key: data[key] for key in data if key != "nullable"}}


def _keyset(operation: Operation, document: Document) -> Node | None:
    """Return how a list is read from creation time to creation time, or None where it cannot be.

    Its items always have an id and the time of their creation. It can be sorted by that time in both
    directions. Two parameters are described as inclusive bounds of that time: "created on or after". A time
    that can change, or be missing, would lead past items.
    """
    envelope = document.fields(document.content(operation.responses[0]))
    row = document.resolve(document.resolve(envelope["data"])["items"])
    required = document.required(row)
    query = _query(operation, document)
    texts = {
        parameter["name"]: " ".join(parameter.get("description", "").lower().split())
        for parameter in operation.parameters
    }
    for field, schema in document.fields(row).items():
        if not {"id", field} <= required or not _is_creation_time(field, schema, document):
            continue
        after, before = (
            [
                name
                for name, found in query.items()
                if f"{words(field)[0]} on or {side}" in texts[name] and found.get("format") == "date-time"
            ]
            for side in ("after", "before")
        )
        sortings = [name for name, found in query.items() if {field, f"-{field}"} <= {*found.get("enum", ())}]
        if len(after) == len(before) == len(sortings) == 1:
            return {
                "field": field,
                "after": after[0],
                "before": before[0],
                "order": sortings[0],
                "ascending": field,
                "descending": f"-{field}",
                "default": query[sortings[0]].get("default", ""),
            }
    return None


def _query(operation: Operation, document: Document) -> Node:
    """Return the schemas of the query's parameters, by their names."""
    return {
        parameter["name"]: document.resolve(parameter["schema"])
        for parameter in operation.parameters
        if parameter["in"] == "query"
    }


def _is_creation_time(field: str, schema: Node, document: Document) -> bool:
    """Whether a field holds when its item was created: its name or its text says so."""
    resolved = document.resolve(schema)
    text = f"{field} {schema.get('description', '')} {resolved.get('description', '')}"
    is_time = resolved.get("format") == "date-time" and not resolved.get("nullable")
    return is_time and any(word.startswith("creat") for word in words(text))
