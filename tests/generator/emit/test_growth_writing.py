"""What a package from a document unlike the published one makes of arguments."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import UUID

import httpx
import pytest

from ..growing import PAGE_ID, Server


async def test_the_fields_of_a_body_are_keyword_arguments(
    client: Any, server: Server, grown: ModuleType
) -> None:
    server.answer({}, 201)
    await client.knowledge_hub_pages.create(
        title="One",
        address=grown.models.Address(street="Main", city=None),
        kind=None,
        level=1,
        publish_on=datetime.date(2026, 3, 1),
        remind_at=datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC),
        owner_id=UUID(PAGE_ID),
        tags=("a", "b"),
        from_="f",
        list=[{"street": "S"}, grown.models.Address(street="T", city="C")],
        self_=True,
        timeout_=1.5,
        type="t",
        layout={"columns": 2, "note": None},
        metadata={"any": {"thing": [1]}},
        offices={"home": {"street": "S"}, "work": grown.models.Address(street="T", city="C")},
        x_request_source="test",
        timeout=9.0,
    )
    assert server.last.method == "POST"
    assert server.last.headers["content-type"] == "application/json"
    assert server.last.headers["x-request-source"] == "test"
    assert server.sent == {
        "title": "One",
        "address": {"street": "Main", "city": None},
        "kind": None,
        "level": 1,
        "publish_on": "2026-03-01",
        "remind_at": "2026-03-01T00:00:00Z",
        "owner_id": PAGE_ID,
        "tags": ["a", "b"],
        "from": "f",
        "list": [{"street": "S"}, {"street": "T", "city": "C"}],
        "self": True,
        "timeout": 1.5,
        "type": "t",
        "layout": {"columns": 2, "note": None},
        "metadata": {"any": {"thing": [1]}},
        "offices": {"home": {"street": "S"}, "work": {"street": "T", "city": "C"}},
    }


async def test_left_out_and_none_are_different(client: Any, server: Server, grown: ModuleType) -> None:
    update = client.knowledge_hub_pages.update
    await update(PAGE_ID, summary=None, address=None)
    assert server.sent == {"summary": None, "address": None}
    assert server.last.headers["content-type"] == "application/merge-patch+json"
    await update(PAGE_ID, title="Two", summary=grown.UNSET)
    assert server.sent == {"title": "Two"}
    with pytest.raises(grown.ConfigurationError, match="pass at least one field to change"):
        await update(PAGE_ID)


async def test_a_field_that_is_called_as_a_parameter_is_marked(client: Any, server: Server) -> None:
    await client.knowledge_hub_pages.update(PAGE_ID, page_id_body=None)
    assert server.last.url.path.endswith(PAGE_ID)
    assert server.sent == {"page_id": None}
    await client.operations.run("in path", id_query="in query", id="in body")
    assert server.last.url.raw_path == b"/v1/operations/in%20path?id=in%20query"
    assert server.sent == {"id": "in body"}
    await client.operations.run("in path", how={"by": {"a": "b"}})
    assert server.sent == {"how": {"by": {"a": "b"}}}


async def test_a_write_with_a_key_of_its_own_is_retried_with_that_key(
    grown: ModuleType, server: Server
) -> None:
    server.answer({}, 503)
    retry = grown.RetryPolicy(backoff=0)
    async with grown.AsyncExecClient(
        "k", transport=httpx.MockTransport(server), retry=retry, base_url="http://127.0.0.1"
    ) as client:
        with pytest.raises(grown.InternalServerError):
            await client.scenario_jobs.create(prompt="p")
        sent = [json.loads(request.content) for request in server.requests]
        assert len(sent) == 3
        assert len({body["request_id"] for body in sent}) == 1
        with pytest.raises(grown.InternalServerError):
            await client.scenario_jobs.create(prompt="p", request_id="mine")
    assert server.sent == {"prompt": "p", "request_id": "mine"}
    assert len(server.requests) == 6


# --- what is checked before anything is sent


def create(**fields: Any) -> Callable[[Any], Any]:
    """A call that is right but for some fields."""
    return lambda client: client.knowledge_hub_pages.create(
        **{"title": "One", "address": {"street": "Main"}, **fields}
    )


def update(**fields: Any) -> Callable[[Any], Any]:
    return lambda client: client.knowledge_hub_pages.update(PAGE_ID, **fields)


BAD_CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (create(kind="film"), "create(kind='film'): kind must be one of 'article', 'video'"),
    (create(title=None), "create(title=None): title is required"),
    (create(timeout_=61), "timeout_ must be at most 60"),
    (create(list=["S"]), "list[0] must be an object"),
    (create(either="S"), "either must be an object"),
    (update(title=None), "update(title=None): title must not be null; leave it out to send nothing"),
    (lambda client: client.evaluations.bulk(body_body=["n"]), "body_body[0] must be an object"),
]


@pytest.mark.parametrize(("call", "problem"), BAD_CALLS)
async def test_a_wrong_field_is_refused_and_nothing_sent(
    client: Any, server: Server, grown: ModuleType, call: Callable[[Any], Any], problem: str
) -> None:
    with pytest.raises(grown.ConfigurationError) as caught:
        await call(client)
    assert problem in str(caught.value)
    assert not server.requests


async def test_what_came_in_an_answer_may_be_given_back(client: Any, server: Server) -> None:
    parent = {"title": "P", "kind": "hologram", "published_on": "soon", "level": 9, "new": {"a": [1]}}
    page = {"title": "T", "parent": parent, "related": [{"name": "n", "children": [{"name": 5}]}]}
    server.answer(page)
    found = await client.knowledge_hub_pages.get(PAGE_ID)
    await client.knowledge_hub_pages.replace(
        PAGE_ID, title=found.title, parent=found.parent, related=found.related, kind=found.kind
    )
    assert server.sent == page


def test_the_hover_tells_left_out_from_null_where_null_may_be_sent(client: Any) -> None:
    said = " ".join(client.knowledge_hub_pages.update.__doc__.split())
    assert "summary: What it is about (left out: not sent; None: null) address:" in said
    assert "title: Of type `str`. summary:" in said
    assert "address: Of type `Address | Mapping[str, Any] | None` (left out: not sent; None: null)." in said
    made = " ".join(client.knowledge_hub_pages.create.__doc__.split())
    assert "title: The page's title (1 to 120 characters) address:" in made
