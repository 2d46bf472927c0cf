"""A copy of the package under another name whose code is generated from another document."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from generator.checkout import Checkout
from generator.document.openapi import Node as Json
from generator.document.yaml import load_file
from generator.emit.generate import emit
from generator.normalise import normalise

HERE = Path(__file__).parent / "emit"
PACKAGE = Checkout().package
KEY = "exec_live_" + "k" * 40
PAGE_ID = "11111111-1111-1111-1111-111111111111"
# Tags that could take each other's names, with the names of their attributes.
TAGS = {
    "Jobs": "jobs",
    "Sync Jobs": "sync_jobs",
    "Jobs Sync": "jobs_sync",
    "Jobs Resource": "jobs_resource",
    "Jobs Resource Sync": "jobs_resource_sync",
    "Sync": "sync",
    "Resource": "resource",
    "Close": "close_",
    "Pager": "pager",
}
PAGER = {"$ref": "#/components/schemas/Pager"}


@cache
def _published() -> Json:
    return load_file(Checkout().document)


def published() -> Json:
    """Return a copy of the document in the repository."""
    return copy.deepcopy(_published())


def together(*names: str) -> Json:
    """Return one document of several, which have no name in common."""
    whole, *others = (load_file(HERE / f"{name}.yaml") for name in names)
    for other in others:
        whole["paths"] |= other["paths"]
        for section, members in other["components"].items():
            present = whole["components"].setdefault(section, {})
            assert not present.keys() & members.keys()
            present |= members
    return whole


def grow(document: Json, folder: Path, name: str) -> Path:
    """Make the package `name` in a folder; return where it stands."""
    package = folder / name
    left_out = shutil.ignore_patterns("__pycache__", "generated", "sandbox")
    shutil.copytree(PACKAGE, package, ignore=left_out)
    emit(normalise(document).value, package / "generated")
    return package


@contextmanager
def importable(package: Path) -> Iterator[ModuleType]:
    """Import a package from where it stands, and forget it again."""
    sys.path.insert(0, str(package.parent))
    try:
        importlib.import_module(f"{package.name}.models")
        yield sys.modules[package.name]
    finally:
        sys.path.remove(str(package.parent))
        for module in [module for module in sys.modules if module.split(".")[0] == package.name]:
            del sys.modules[module]


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """The generated modules of a package."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".generated" in found.name:
            yield importlib.import_module(found.name)


def wrong_types(code: Iterable[str], cwd: Path, cache: Path) -> list[str]:
    """Return the errors that a strict mypy finds."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--python-version", "3.11"]
    command += ["--cache-dir", str(cache), "--follow-imports", "silent", *code]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error: " in line]


class Server:
    """Answers every request with what it was told to, and keeps the requests."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {}
        self.requests: list[httpx.Request] = []

    def answer(self, body: Any, status: int = 200) -> None:
        self.body, self.status = body, status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.body is None:
            return httpx.Response(self.status)
        return httpx.Response(self.status, json=self.body)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def sent(self) -> Any:
        """The JSON of the last request, or None where it had no body."""
        return json.loads(self.last.content) if self.last.content else None

    @property
    def query(self) -> str:
        return self.last.url.query.decode()


def client_of(package: ModuleType, server: Callable[[httpx.Request], httpx.Response]) -> Any:
    return package.AsyncExecClient(
        KEY, base_url="https://growth.test/v1", rate_limit=None, transport=httpx.MockTransport(server)
    )


def document_of(*operations: Json, **schemas: Json) -> Json:
    """A small document: each operation brings its `path` and `method`."""
    paths: Json = {}
    for operation in operations:
        described = {"responses": {"200": {"description": "Done"}}, **operation}
        path, method = described.pop("path", "/things"), described.pop("method", "get")
        paths.setdefault(path, {})[method] = described
    return {
        "openapi": "3.0.3",
        "info": {"title": "Small", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def answering(schema: Json) -> Json:
    """The `responses` of an operation with one answer."""
    return {"200": {"description": "Done", "content": {"application/json": {"schema": schema}}}}


def taking(schema: Json, **other: Any) -> Json:
    """A request body."""
    return {"content": {"application/json": {"schema": schema}}, **other}
