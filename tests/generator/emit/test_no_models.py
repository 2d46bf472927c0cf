"""A document whose operations send and answer no objects, so that there is no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document.yaml import dump

from ..growing import Server, client_of, document_of, grow, importable

REMOVAL = {"method": "delete", "tags": ["Things"], "responses": {"204": {"description": "It is gone"}}}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("no_models")
    document = folder / "openapi.yaml"
    document.write_text(dump(document_of(REMOVAL)), encoding="utf-8")
    return grow(document, folder, "modelless_client")


async def test_it_is_called(package: Path) -> None:
    server = Server()
    server.answer(None, 204)
    with importable(package) as modelless:
        async with client_of(modelless, server) as client:
            assert await client.things.delete() is None
        assert modelless.models.__all__ == []
    assert server.last.method == "DELETE"
