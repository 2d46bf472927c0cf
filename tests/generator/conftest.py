from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator.checkout import Checkout
from generator.document.yaml import load_file

from .growing import HERE, PAGER, TAGS, Server, answering, client_of, grow, importable, together
from .sources.made_pages import PUBLISHED, write


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback addresses are asked directly, whatever the machine is set to."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="session")
def grown_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, generated from three documents at once, with a resource for each odd tag."""
    document = together("growth", "museum", "forms")
    for number, tag in enumerate(TAGS):
        operation = {"operationId": f"get{number}", "tags": [tag], "responses": answering(PAGER)}
        document["paths"][f"/{number}"] = {"get": operation}
    document["components"]["schemas"]["Pager"] = {"type": "object", "properties": {"id": {}}}
    return grow(document, tmp_path_factory.mktemp("growth"), "grown_client")


@pytest.fixture(scope="session")
def grown(grown_folder: Path) -> Iterator[ModuleType]:
    with importable(grown_folder) as package:
        yield package


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def client(grown: ModuleType, server: Server) -> AsyncIterator[Any]:
    """A client of the grown package, which asks `server`."""
    async with client_of(grown, server) as client:
        yield client


@pytest.fixture(scope="session")
def hostile_folder(grown_folder: Path) -> Path:
    """The package, generated from hostile.yaml, beside the grown one."""
    return grow(load_file(HERE / "hostile.yaml"), grown_folder.parent, "hostile_client")


@pytest.fixture(scope="session")
def hostile(hostile_folder: Path) -> Iterator[ModuleType]:
    with importable(hostile_folder) as package:
        yield package


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what an update reads and replaces; all of it looks an hour old."""
    here, copy = Checkout(), Checkout(tmp_path / "checkout")
    left_out = shutil.ignore_patterns("__pycache__", "sandbox")
    shutil.copytree(here.package, copy.package, ignore=left_out)
    write(PUBLISHED, copy.pages)
    shutil.copy(here.document, copy.document)
    for path in [copy.root, *copy.root.rglob("*")]:
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
    return copy.root


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder of pages as they are published now."""
    return write(PUBLISHED, tmp_path / "published")
