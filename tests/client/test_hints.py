"""Two frequent mistakes get an error that says what to write."""

import re
from typing import Any

import pytest

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox


def client() -> Any:
    return AsyncExecClient(SANDBOX_KEY, transport=Sandbox().transport())


def test_an_async_client_needs_async_with() -> None:
    with pytest.raises(TypeError, match="needs `async with`"), client():
        pass


def test_a_pager_needs_async_for() -> None:
    with pytest.raises(TypeError, match=re.escape("`async for item in pager`, or `await pager.collect()`")):
        list(client().sessions.list())
