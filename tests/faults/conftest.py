"""What the tests of the faults do not want to hear."""

import logging

import pytest


@pytest.fixture(autouse=True)
def _quiet_server(caplog: pytest.LogCaptureFixture) -> None:
    # The server's half of asyncio tells of handshakes that the client broke off.
    caplog.set_level(logging.CRITICAL, "asyncio")
