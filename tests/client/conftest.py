"""No setting of the machine's own reaches the tests of the client."""

import pytest


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, no_proxy: None) -> None:
    for name in ("EXEC_API_KEY", "EXEC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
