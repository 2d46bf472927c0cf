"""What goes over the wire, and two frequent mistakes that send nothing."""

import re
from typing import Any
from unittest.mock import patch

import pytest

from exec_api_client import __version__
from tests.fakes import OK, Api


async def test_the_headers_of_every_request() -> None:
    api = Api(OK)
    async with api.client() as client:
        await client.sessions.get("x")
    headers = api.requests[0].headers
    assert headers["user-agent"] == f"exec-api-client/{__version__}"
    assert headers["accept"] == "application/json"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", __version__)
    assert "content-type" not in headers


async def test_a_method_can_be_replaced_in_a_test() -> None:
    async with Api(OK).client() as client:
        with patch.object(client.sessions, "get", lambda _: "replaced"):
            assert client.sessions.get("x") == "replaced"
        assert (await client.sessions.get("x")).id == "x"


def test_an_async_client_needs_async_with() -> None:
    client: Any = Api(OK).client()
    with pytest.raises(TypeError, match="needs `async with`"), client:
        pass


def test_a_pager_needs_async_for() -> None:
    pager: Any = Api(OK).client().sessions.list()
    with pytest.raises(TypeError, match=re.escape("`async for item in pager`, or `await pager.collect()`")):
        list(pager)
