"""Writes over a real connection: what may have been done is not sent again."""

import pytest

from exec_api_client import ExecError
from tests.faults.server import READ, answer, json_answer, serving
from tests.faults.table import HTML, by_name, connected, write

MADE = json_answer(b'{"id": "made"}', "201 Created")


@pytest.mark.parametrize(
    "name",
    [
        "closed before the headers",
        "closed in the headers",
        "closed after the headers",
        "reset before the headers",
        "garbage",
        "silence",
        "502 with HTML",
        "503 with nothing",
    ],
)
async def test_a_write_that_may_have_been_done_is_not_sent_again(name: str, library: str) -> None:
    fault = by_name(name)
    async with (
        serving(fault.script) as server,
        connected(library, server.base_url, **fault.settings) as client,
    ):
        for method, requests in (("POST", 1), ("PATCH", 1), ("PUT", 3), ("DELETE", 3)):
            server.heads.clear()
            with pytest.raises(ExecError) as caught:
                await write(client, method)
            assert type(caught.value) is fault.error
            assert server.requests == requests


async def test_a_write_that_was_refused_is_sent_again(library: str) -> None:
    refusal = answer(HTML, "429 Slow Down")
    async with (
        serving((READ, refusal, READ, refusal, READ, MADE)) as server,
        connected(library, server.base_url) as client,
    ):
        assert (await write(client)).json() == {"id": "made"}
    assert server.bodies == [b'{"name":"x"}'] * 3


async def test_204_is_an_answer(library: str) -> None:
    async with (
        serving((READ, b"HTTP/1.1 204 No Content\r\n\r\n", READ, MADE)) as server,
        connected(library, server.base_url) as client,
    ):
        assert (await write(client, "DELETE")).json() is None
        assert (await write(client)).json() == {"id": "made"}
    assert server.connections == 1
