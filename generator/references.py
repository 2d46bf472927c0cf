"""The references in a document: which there are, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from .compare import ABSENT, Value
from .yaml12 import Json

# Where a mapping's keys are names that the API chose, `example` or `$ref` may be one of them.
_KEYED_BY_NAME = frozenset(
    [
        *("paths", "responses", "callbacks", "content", "encoding", "examples", "headers", "links"),
        *("properties", "schemas", "parameters", "requestBodies", "securitySchemes"),
    ]
)
_DATA = frozenset(["default", "enum", "example", "value"])


def references(document: Json) -> Iterator[str]:
    """The target of each `$ref` in an OpenAPI document, but for those in examples and other data."""
    return _references(document, names=False)


def _references(node: Json, *, names: bool) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item, names=False)
    elif isinstance(node, dict):
        for key, value in node.items():
            if names:
                yield from _references(value, names=False)
            elif key == "$ref" and isinstance(value, str):
                yield value
            elif key not in _DATA and not key.startswith("x-"):
                yield from _references(value, names=key in _KEYED_BY_NAME)


def target(reference: str, document: Json) -> Value:
    """What a reference within the document leads to; ABSENT where it leads nowhere, or out of it."""
    file, mark, pointer = reference.partition("#")
    if file or not mark:
        return ABSENT
    node: Value = document
    for token in unquote(pointer).split("/")[1:]:
        name = unescaped(token)
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        else:
            return ABSENT
    return node


def unescaped(token: str) -> str:
    """The name that one token of a JSON pointer (RFC 6901) stands for."""
    return token.replace("~1", "/").replace("~0", "~")
