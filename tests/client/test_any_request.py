"""Requests that the API's document does not have, and the raw response of any call."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from exec_api_client import ConfigurationError, NotFoundError, ResponseDecodeError
from exec_api_client.models import SessionDetail
from tests.fakes import KEY, OK, Api, Two, page_of, refusal
from tests.model.samples import DETAIL

CREATED = httpx.Response(201, json={"id": "j1"}, headers={"X-Request-Id": "r1"})


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({"path": "/workspace/members"}, "/workspace/members"),
        ({"path": "/a b/ü"}, "/a%20b/%C3%BC"),
        (
            {"path": "/x", "params": {"a": [1, "two"], "b": True, "c": None, "d e": "f&g"}},
            "/x?a=1&a=two&b=true&d%20e=f%26g",
        ),
        (
            {"path": "/x", "params": {"at": datetime(2026, 3, 1, tzinfo=UTC)}},
            "/x?at=2026-03-01T00%3A00%3A00Z",
        ),
    ],
)
async def test_any_read_is_sent(arguments: dict[str, Any], target: str) -> None:
    api = Api(OK)
    async with api.client() as client:
        response = await client.request("get", **arguments)
    assert (response.status_code, response.json()) == (200, {"id": "x"})
    assert repr(response).startswith("<Response 200 of GET /")
    assert api.targets == [target]
    assert api.requests[0].method == "GET"


async def test_any_write_is_sent_with_its_body_and_headers() -> None:
    api = Api(CREATED)
    body = {"prompt": "p", "detail": SessionDetail.from_dict(DETAIL)}
    async with api.client() as client:
        response = await client.request("POST", "/jobs", json=body, headers={"X-Trace": "t"})
    [request] = api.requests
    assert request.headers["x-trace"] == "t"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert b'"created_at":"' in request.content
    assert (response.status_code, response.request_id, response.headers["x-request-id"]) == (201, "r1", "r1")
    assert response.content == CREATED.content


async def test_an_error_has_the_request_id() -> None:
    api = Api(refusal(404, {"x-request-id": "r2"}, message="no"))
    async with api.client() as client:
        with pytest.raises(NotFoundError) as caught:
            await client.request("GET", "/x")
    assert caught.value.request_id == "r2"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        *(
            ({"path": path}, "path must be a path below the base URL")
            for path in (
                *("", None, "members", "\\x", "//host/x", "https://host/x", "/x?a=1", "/x#a", "/a%3fx=1"),
                *("/a/../b", "/./a", "/a/%2e%2e/b", "/..%2f..%2fadmin", "/a%5c..%5cadmin"),
            )
        ),
        ({"method": "GET /x"}, "method must be an HTTP method"),
        ({"method": None}, "method must be an HTTP method"),
        ({"params": "a=1"}, "params must be a dict"),
        ({"params": {1: 2}}, "params must be a dict"),
        ({"params": {"\ud800": 2}}, "params must be a dict"),
        ({"headers": "x"}, "headers must be a dict"),
        ({"headers": {"a": 1}}, "headers: a must hold only printable ASCII"),
        ({"headers": {"content-length": "5"}}, "headers: 'content-length' must be a header's name"),
        ({"headers": {KEY: "x"}}, "an argument holds an API key"),
        ({"params": {"a": {"b": 1}}}, "a must be a single value"),
        ({"params": {"a": []}}, "a must not be empty"),
        ({"params": {"a": float("nan")}}, "a must be a value that fits in a URL"),
        ({"params": {"at": datetime(2026, 3, 1)}}, "must be aware"),  # noqa: DTZ001
        ({"json": {"a": object()}}, "the body must be JSON"),
        ({"headers": {"a b": "c"}}, "headers: 'a b' must be a header's name"),
        ({"headers": {"a": "b\r\nc: d"}}, "headers: a must hold only printable ASCII"),
        ({"headers": {"Authorization": "x"}}, "pass a key as api_key="),
        ({"path": f"/{KEY}"}, "an argument holds an API key"),
        ({"params": {"a": KEY}}, "an argument holds an API key"),
        ({"json": [KEY]}, "an argument holds an API key"),
        ({"headers": {"a": KEY}}, "an argument holds an API key"),
    ],
)
async def test_a_wrong_request_is_not_sent(arguments: dict[str, Any], problem: str) -> None:
    api = Api(OK)
    async with api.client() as client:
        with pytest.raises(ConfigurationError) as caught:
            await client.request(**{"method": "POST", "path": "/x", **arguments})
    assert problem in str(caught.value)
    assert KEY not in str(caught.value)
    assert api.requests == []


@pytest.mark.parametrize("settings", [{"headers": {"x-a": KEY}}, {"app": KEY}])
async def test_a_key_in_a_setting_of_every_request_is_not_sent(settings: dict[str, Any]) -> None:
    api = Api(OK)
    async with api.client(**settings) as client:
        with pytest.raises(ConfigurationError, match="an argument holds an API key"):
            await client.sessions.get("x")
    assert api.requests == []


async def test_a_method_that_is_not_awaited_has_no_response() -> None:
    async with Api(OK).client() as client:
        wrong: Any
        for wrong in (print, None, client.sessions.list()):
            with pytest.raises(ConfigurationError, match="which is awaited"):
                await client.with_response(wrong)


async def test_whole_numbers_of_other_libraries_are_sent() -> None:
    api = Api(OK)
    async with api.client() as client:
        await client.request("GET", "/x", params={"a": Two(), "b": [Two()]})
    assert api.targets == ["/x?a=2&b=2"]


async def test_any_list_is_paged() -> None:
    api = Api(page_of([{"id": "a"}] * 100, 1, 2), page_of([{"id": f"b{n}"} for n in range(100)], 2, 2))
    async with api.client() as client:
        pager = client.paginate("/workspace/members", params={"role": ["a", "b"]})
        members = await pager.collect()
    assert {"id": "b99"} in members
    assert api.targets[0] == "/workspace/members?role=a&role=b&page_size=100"
    assert "page=2" in api.targets[1]
    assert pager.report.requests == 2


async def test_any_list_takes_a_page_and_resumes() -> None:
    api = Api(page_of([{"id": f"a{n}"} for n in range(10)], 3, 9, page_size=10))
    async with api.client() as client:
        page = await client.paginate("/members", params={"page": 3, "page_size": 10})
        assert (page.page, len(page)) == (3, 10)
        with pytest.raises(ConfigurationError, match="path must be"):
            client.paginate("members")
        for wrong in ("soon", 0):
            with pytest.raises(ConfigurationError, match="page must be a whole number from 1"):
                await client.paginate("/members", params={"page": wrong}).collect()


@pytest.mark.parametrize("answer", [httpx.Response(200, json=DETAIL), httpx.Response(201, json=DETAIL)])
async def test_a_call_is_made_with_its_response(answer: httpx.Response) -> None:
    async with Api(answer).client() as client:
        detail, response = await client.with_response(client.sessions.get, "x", include=["transcript"])
    assert (detail.id, response.status_code) == (DETAIL["id"], answer.status_code)
    assert response.json() == DETAIL


async def test_the_response_of_a_page() -> None:
    async with Api(page_of([DETAIL])).client() as client:
        page, response = await client.with_response(client.sessions.list, page_size=10)
        assert (len(page), response.json()["data"]) == (1, [DETAIL])
        with pytest.raises(ConfigurationError, match="sends a request"):
            await client.with_response(client.sessions.list(page_size=1).collect, limit=0)


async def test_options_go_out_with_every_request() -> None:
    api = Api(OK)
    async with api.client(headers={"X-Team": "sales"}, app="report/2") as client:
        options = client.with_options(params={"beta": "1", "expand": ["a", "b"]}, headers={"X-Trace": "t"})
        await options.sessions.get("x", include=["transcript"])
        await options.request("GET", "/y", params={"beta": "2"}, headers={"x-trace": "u"})
        await client.sessions.get("x")
    assert api.targets == [
        "/sessions/x?beta=1&expand=a&expand=b&include=transcript",
        "/y?beta=2&expand=a&expand=b",
        "/sessions/x",
    ]
    assert [request.headers.get("x-trace") for request in api.requests] == ["t", "u", None]
    assert {request.headers["x-team"] for request in api.requests} == {"sales"}
    assert {request.headers["user-agent"].partition(" ")[0] for request in api.requests} == {"report/2"}


@pytest.mark.parametrize(
    "settings", [{"headers": {"Authorization": "x"}}, {"headers": {"a": "\n"}}, {"app": 5}, {"app": "\n"}]
)
def test_wrong_options_of_every_request(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Api(OK).client(**settings)


async def test_a_body_that_is_not_json_is_an_error_of_the_response() -> None:
    async with Api(httpx.Response(200, text="<html>")).client() as client:
        response = await client.request("GET", "/x")
    assert response.content == b"<html>"
    with pytest.raises(ResponseDecodeError, match="the response is not JSON") as caught:
        response.json()
    assert caught.value.status_code == 200
