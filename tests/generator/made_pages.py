"""Pages made for one case each, and what merging says of them."""

from __future__ import annotations

from typing import Any

import pytest

from generator import merge, yaml12
from generator.pages import METHODS


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
    assert all("\n" not in str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def problem(**pages: bytes) -> str:
    [only] = problems(**pages)
    return only


def merged(**pages: bytes) -> Any:
    return merge.merge({f"{name}.md": source for name, source in pages.items()})
