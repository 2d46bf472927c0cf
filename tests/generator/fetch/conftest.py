from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import merge

from ..publisher import Publisher, publisher
from .folder import ADDRESSES, PUBLISHED


@pytest.fixture
def host(no_proxy: None) -> Iterator[Publisher]:
    """A host that publishes the pages in the repository and a guide; no index yet."""
    with publisher() as server:
        server.answers |= {ADDRESSES[name]: source for name, source in PUBLISHED.items()}
        server.answers |= {
            "/guide.md": b"# A guide\n",
            "/api-reference/openapi.yaml": merge.OUTPUT.read_bytes(),
        }
        yield server


@pytest.fixture
def index(host: Publisher) -> str:
    return host.index_of("/guide.md", *ADDRESSES.values())


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with the pages in the repository, last written in 2001."""
    folder = tmp_path / "pages"
    for name, source in PUBLISHED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(source)
        os.utime(folder / name, (1e9, 1e9))
    return folder
