"""What goes over the wire, and two frequent mistakes that send nothing."""

import re
import unicodedata
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import httpx
import pytest

from exec_api_client import __version__
from tests import schemas
from tests.fakes import OK, Api, document, needed, operations, published


async def test_the_headers_of_every_request() -> None:
    api = Api(OK)
    async with api.client() as client:
        await client.sessions.get("x")
    headers = api.requests[0].headers
    assert headers["user-agent"] == f"exec-api-client/{__version__}"
    assert headers["accept"] == "application/json"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", __version__)
    assert "content-type" not in headers


def words(name: str) -> set[str]:
    """The words of an identifier or a title in lower case, less their accents."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return set(re.findall(r"[a-z]+|\d+", re.sub(r"(?=[A-Z])", " ", plain).lower()))


@pytest.mark.parametrize(
    ("method", "path", "described"),
    [pytest.param(*each, id=f"{each[0]} {each[1]}") for each in published()],
)
async def test_every_published_operation_has_its_method(
    method: str, path: str, described: dict[str, Any]
) -> None:
    operation = operations()[method, path]
    resource, name = operation.name.split(".")
    assert words(resource) == words(described.get("tags", ["default"])[0])
    assert words(name) <= words(described.get("operationId", f"{method.lower()} {path}"))
    arguments = needed(operation, described)
    status, answer = schemas.answer(described, document())
    api = Api(httpx.Response(status) if answer is None else httpx.Response(status, json=answer))
    async with api.client() as client:
        await getattr(getattr(client, resource), name)(**arguments)
    [request] = api.requests
    assert request.method == method
    for argument, parameter in operation.parameters.items():
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", str(arguments[argument]))
    assert api.targets[0].partition("?")[0] == quote(path)


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
