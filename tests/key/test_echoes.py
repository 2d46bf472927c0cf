"""A server that gives the key back does not bring it into anything."""

import gc
from typing import Any

import pytest

from exec_api_client import APIConnectionError, APIStatusError, BadRequestError, ResponseDecodeError
from tests.faults.server import READ, answer, serving
from tests.faults.table import connected
from tests.key.search import CANARY, failing, search, search_client


def echo(status: str, *headers: str, body: str = "{key}") -> Any:
    """Answers with the key in its body and headers."""

    def reply(head: bytes) -> bytes:
        line = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"authorization: "))
        key = line.split(b" ", 1)[1].decode()
        assert key == f"Bearer {CANARY}"
        return answer(
            body.replace("{key}", key).encode(), status, *[header.replace("{key}", key) for header in headers]
        )

    return reply


ECHOES = {
    "error message": (echo("400 Bad", body='{"error": {"message": "wrong key {key}"}}'), BadRequestError),
    "error type and code": (
        echo("400 Bad", body='{"error": {"type": "{key}", "code": "{key}"}}'),
        BadRequestError,
    ),
    "error page": (echo("400 Bad", body="<pre>authorization: {key}</pre>"), BadRequestError),
    "headers of an error": (
        echo("400 Bad", "x-echo: {key}", "www-authenticate: {key}", "location: /?key={key}"),
        BadRequestError,
    ),
    "cookie": (echo("400 Bad", "set-cookie: key={key}; path=/"), BadRequestError),
    "reason phrase": (echo("400 {key}"), BadRequestError),
    "redirect": (echo("302 Found", "location: /{key}"), APIStatusError),
    "body that is no JSON": (echo("200 OK", "x-echo: {key}"), ResponseDecodeError),
    "JSON that is cut": (echo("200 OK", body='{"data": "{key}'), ResponseDecodeError),
    "body that is not UTF-8": (
        lambda head: echo("200 OK", body="{key} and more")(head).replace(b" and", b" \xff\xff\xff"),
        ResponseDecodeError,
    ),
    "another shape": (echo("200 OK", body='{"data": "{key}"}'), ResponseDecodeError),
    "nesting": (echo("200 OK", body="[" * 100_000 + '"{key}"'), ResponseDecodeError),
    "content type": (echo("200 OK", "content-type: text/html; key={key}"), ResponseDecodeError),
    "content encoding": (echo("200 OK", "content-encoding: {key}"), ResponseDecodeError),
    "status line": (lambda head: b"HTTP/9 " + echo("200 OK")(head)[9:].split(b"\n")[-1], APIConnectionError),
    "broken header": (echo("200 OK", "{key}\0: x"), APIConnectionError),
    "content length": (echo("200 OK", "content-length: {key}"), APIConnectionError),
    "long headers": (echo("200 OK", *["x-echo: {key}"] * 3000), APIConnectionError),
    "cut body": (lambda head: echo("200 OK")(head).replace(b"content-length: ", b"content-length: 9"), None),
}


@pytest.mark.parametrize("name", ECHOES)
async def test_a_server_that_echoes_the_key(name: str, library: str) -> None:
    reply, kind = ECHOES[name]
    async with (
        serving((READ, reply)) as server,
        connected(library, server.base_url, api_key=CANARY) as client,
    ):
        error = await failing(client)
        assert type(error) is (kind or APIConnectionError)
        search(error)
        if name != "cookie" or library != "httpx2 client":  # which keeps its own cookies
            search_client(client)
        del error
    gc.collect()
