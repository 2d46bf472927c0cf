"""No setting of the machine's own is seen."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().endswith("_PROXY") or name.startswith(("EXEC_", "SSL_CERT_")):
            monkeypatch.delenv(name)
