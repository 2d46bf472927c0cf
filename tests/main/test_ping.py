"""Which call a ping makes, and what it says of what came back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, Hooks
from exec_api_client.__main__ import Event, advice, lists, ping
from exec_api_client.errors import APIConnectionError, APIStatusError, ResponseDecodeError
from exec_api_client.pagination import AsyncPager
from exec_api_client.resources import Resource
from tests.fakes import KEY, ONCE, Api, operations, page_of, refusal

# --- which call a ping makes


async def test_the_call_is_a_list_that_needs_nothing_and_is_read_only() -> None:
    api = Api(page_of([]))
    async with api.client() as client:
        pager = next(lists(client))
        assert isinstance(pager, AsyncPager)
        assert api.requests == []
        await pager
    [request] = api.requests
    operation = operations()[request.method, request.url.path.removeprefix("/rest/v1")]
    assert operation.page_size
    assert not any(parameter.required for parameter in operation.parameters.values())
    assert request.url.query == b"page_size=1"


class Resources(Resource):
    """Methods that no ping may call, all before the one that it does."""

    async def add(self, *, page_size: int | None = None) -> None:
        raise AssertionError("no list, and so never called")

    def about(self, whom: str, *, page_size: int | None = None) -> Any:
        raise AssertionError("needs an argument")

    def aid(self) -> Any:
        raise AssertionError("has no pages")

    def all(self, *, page_size: int | None = None) -> Any:
        return "this one"


class Walked:
    """What is walked of a client: its properties, of which only resources count."""

    aaa = 1

    @property
    def bbb(self) -> Resource:
        async def call(*_: Any) -> Any:
            raise AssertionError("nothing is sent")

        return Resources(call)


def test_what_writes_or_needs_an_argument_is_passed_over() -> None:
    walked: Any = Walked()
    assert next(lists(walked)) == "this one"


async def test_an_api_without_such_a_list() -> None:
    client: Any = SimpleNamespace()
    [found] = await ping(client, [])
    assert not found.right
    assert "no list of this API can be asked for without arguments" in found.said


async def test_a_list_that_the_server_does_not_know_is_passed_over() -> None:
    api = Api(httpx.Response(404, json={"error": {"type": "not_found", "message": "No"}}), page_of([]))
    events = list[Event]()
    note = events.append
    async with api.client(hooks=Hooks(on_request=note, on_response=note)) as client:
        found = (await ping(client, events))[0]
    assert found.right
    assert found.said.count(": 404 in ") == found.said.count(": 200 in ") == 1
    assert "2 requests" in found.said


# --- what came back


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refusal(403, message="No"), "403 in 0.00 s, 1 request, the key may not do this"),
        (refusal(404, message="No"), "check EXEC_BASE_URL (No)"),
        (refusal(302, message="Go"), "check EXEC_BASE_URL"),
        (refusal(429, message="Slow"), "try again in a minute, or tomorrow (Slow)"),
        (refusal(429, message="Slow", retry_after=7), "try again in 7 s (Slow)"),
        (refusal(520, message="Hm"), "the API has a fault"),
        (httpx.Response(200, text="<html>"), "check EXEC_BASE_URL"),
        (httpx.ConnectTimeout("late"), "no answer, 1 request, check the network"),
        (OSError("odd"), "check the network"),
    ],
)
async def test_advice(answer: Any, said: str) -> None:
    events: list[Event] = []
    hooks = Hooks(on_request=events.append, on_response=events.append)
    client = Api(answer).client(hooks=hooks, rate_limit=None, retry=ONCE)
    async with client:
        [found] = await ping(client, events)
    assert not found.right
    assert said in found.said


async def test_without_an_answer_nothing_is_said_of_the_quota() -> None:
    events: list[Event] = []
    hooks = Hooks(on_request=events.append, on_response=events.append)
    for answer, names in ((httpx.ConnectError("away"), ["ping"]), (page_of([]), ["ping", "limits"])):
        async with Api(answer).client(hooks=hooks, retry=ONCE) as client:
            assert [finding.name for finding in await ping(client, events)] == names


async def test_certificates_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    async with AsyncExecClient(KEY, rate_limit=None) as client:
        [found] = await ping(client, [])
    assert not found.right
    assert "X509" in found.said
    assert "no answer, 0 requests" in found.said
    assert "check the proxy and the certificates" in found.said


def test_all_that_can_be_raised_has_its_advice() -> None:
    kinds: list[Any] = [APIStatusError, APIConnectionError, ResponseDecodeError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        said = advice(kind("what the API said"))
        assert len(said) > len(" (what the API said)")
        assert said.endswith(" (what the API said)")
