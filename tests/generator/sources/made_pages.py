"""Pages made for one case each."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document import yaml
from generator.document.openapi import METHODS
from generator.errors import GeneratorError
from generator.sources.merge import merge


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
    """Return a document with one operation, named after its place."""
    name = fields.pop("operationId", f"{method}{path}")
    return document(paths={path: {method: operation(name, **fields.pop("operation", {})), **fields}})


def page(body: dict[str, Any] | str, fence: str = "", after: str = "\n") -> bytes:
    if isinstance(body, dict):
        [(path, item)] = list(body["paths"].items())[:1]
        method = next((method for method in METHODS if method in item), "get")
        fence = fence or f"{method} {path}"
        body = yaml.dump(body)
    return f"# A page\n\n````yaml /api-reference/openapi.yaml {fence}\n{body}````{after}".encode()


def problems(**pages: bytes) -> list[str]:
    with pytest.raises(GeneratorError) as caught:
        merged(**pages)
    return list(caught.value.problems)


def merged(**pages: bytes) -> Any:
    return merge({f"{name}.md": source for name, source in pages.items()})
