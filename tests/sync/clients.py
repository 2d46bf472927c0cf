"""Synchronous clients on virtual time, and their threads."""

import threading
from typing import Any

from exec_api_client.sync import ExecClient
from tests.fakes import KEY, Api, Time


def client_of(api: Api, **settings: Any) -> ExecClient:
    """Return a client of an API, on virtual time."""
    return ExecClient(KEY, transport=api.transport, _environment=Time().environment, **settings)


def threads() -> int:
    """Return the number of clients that have a thread."""
    return [thread.name for thread in threading.enumerate()].count("exec-api-client")
