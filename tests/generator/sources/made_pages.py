"""Pages made for one case each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.checkout import Checkout, replace_files
from generator.document import yaml
from generator.document.openapi import METHODS, Document
from generator.errors import GeneratorError
from generator.normalise.naming import words
from generator.sources.fetch import fetch


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


def problems(folder: Path, **pages: bytes) -> list[str]:
    """Return what is wrong with a folder of pages."""
    with pytest.raises(GeneratorError) as caught:
        merged(folder, **pages)
    return list(caught.value.problems)


def merged(folder: Path, **pages: bytes) -> Any:
    """Return the document that a folder of pages makes."""
    files = {f"{name}.md": source for name, source in pages.items()}
    return fetch(str(write(files, folder)), files).document


def pages_of(document: dict[str, Any]) -> dict[str, bytes]:
    """Return a page for each operation of a document, by its file's name."""
    pages: dict[str, bytes] = {}
    for operation in Document(document).operations:
        beside = {key: value for key, value in operation.item.items() if key not in METHODS}
        paths = {operation.path: {**beside, operation.method: operation.value}}
        pages[f"{'-'.join(words(operation.tag))}/{operation.id}.md"] = page({**document, "paths": paths})
    return pages


# The published pages, or, where the source is a whole document, pages of it.
PUBLISHED = Checkout().read_pages() or pages_of(yaml.load_file(Checkout().document))


def write(pages: dict[str, bytes], folder: Path) -> Path:
    replace_files(folder, pages)
    return folder
