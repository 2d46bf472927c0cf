import pytest


@pytest.fixture(autouse=True)
def counts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples in this process share no quota with other tests."""
    monkeypatch.setenv("EXEC_QUOTA", "")
