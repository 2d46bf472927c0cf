"""After each test the key is searched for in all log records."""

import logging
from collections.abc import Iterator

import pytest

from tests.key.search import Records, absent, look_into


@pytest.fixture(autouse=True)
def records() -> Iterator[Records]:
    """All log records; at the end of each test the key is searched for in them."""
    root, handler = logging.getLogger(), Records()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    try:
        yield handler
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    for record in handler.kept:
        absent(logging.Formatter("%(name)s %(message)s").format(record))
        absent(repr(record.args))
        look_into(record)
