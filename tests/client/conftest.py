"""No setting of the machine's own reaches the tests of the client."""

import pytest


@pytest.fixture(autouse=True)
def _clean_environment(no_proxy: None) -> None:
    """Each test here begins without settings."""
