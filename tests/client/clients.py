"""Clients on the network."""

from typing import Any

from exec_api_client import AsyncExecClient
from tests.fakes import KEY
from tests.faults.server import RawServer


def plain(server: RawServer | str, **settings: Any) -> AsyncExecClient:
    """A client of this server without a limit."""
    url = server if isinstance(server, str) else server.base_url
    return AsyncExecClient(KEY, **{"base_url": url, "rate_limit": None, **settings})
