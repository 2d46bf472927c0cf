"""One Prism server for all contract tests: its start costs more than they do."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.contract.prism import ROOT, Prism, why_not

DOCUMENT = ROOT / "openapi.yaml"


@pytest.fixture(scope="session")
def prism() -> Iterator[Prism]:
    """A server that mocks openapi.yaml. Skipped where it cannot run, except in CI."""
    reason = why_not()
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must not skip the contract tests")
        pytest.skip(reason)
    with Prism(DOCUMENT) as server:
        yield server


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The published document, parsed."""
    parsed: dict[str, Any] = YAML(typ="safe", pure=True).load(DOCUMENT)
    return parsed
