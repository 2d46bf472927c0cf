"""After each test the key is searched for in all log records."""

import pytest

from tests.key.search import Records


@pytest.fixture(autouse=True)
def _no_record_holds_the_key(records: Records, no_proxy: None) -> None:
    """Each test here records the log, and begins without settings."""
