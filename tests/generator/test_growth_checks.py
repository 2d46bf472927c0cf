"""What the fields of a body may be is checked before anything is sent, as it is for parameters."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from .growing import PAGE_ID, Server

NAIVE = datetime.datetime(2026, 3, 1, tzinfo=None)  # noqa: DTZ001 (it is to be refused)


def create(**fields: Any) -> Callable[[Any], Any]:
    """A call that is right but for some fields."""
    return lambda client: client.knowledge_hub_pages.create(
        **{"title": "One", "address": {"street": "Main"}, **fields}
    )


def update(**fields: Any) -> Callable[[Any], Any]:
    return lambda client: client.knowledge_hub_pages.update(PAGE_ID, **fields)


BAD_CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (create(kind="film"), "create(kind='film'): kind has to be one of 'article', 'video'"),
    (create(level=4), "level has to be one of 1, 2, 3"),
    (create(tags="a,b"), "tags is a list: write ['a', 'b']"),
    (create(tags=["a", 5]), "tags[1] has to be a string"),
    (create(tags=["x" * 21]), "tags[0] has a length of 21, which has to be at most 20"),
    (create(title=None), "create(title=None): title is required"),
    (create(title=""), "title has a length of 0, which has to be at least 1"),
    (create(title="x" * 121), "title has a length of 121, which has to be at most 120"),
    (create(type_=5), "type_ has to be a string"),
    (create(timeout_=-0.5), "timeout_ has to be at least 0"),
    (create(timeout_=61), "timeout_ has to be at most 60"),
    (create(timeout_=float("nan")), "timeout_ has to be a finite number"),
    (create(self_="yes"), "self_ has to be True or False"),
    (create(publish_on="soon"), "publish_on has to be a date"),
    (create(remind_at=NAIVE), "remind_at has to be an aware datetime or an ISO 8601 string with an offset"),
    (create(owner_id=5), "owner_id has to be a UUID or its text"),
    (create(address=None), "address is required"),
    (create(address="Main"), "address has to be an object: a model or a dict"),
    (create(list_={"street": "S"}), "list_ is a list"),
    (create(list_=["S"]), "list_[0] has to be an object"),
    (create(layout=2), "layout has to be an object"),
    (create(metadata=["a"]), "metadata has to be an object"),
    (create(either="S"), "either has to be an object"),
    (create(either=None), "either cannot be null: leave it out to send nothing"),
    (update(title=None), "update(title=None): title cannot be null: leave it out to send nothing"),
    (update(summary=5), "summary has to be a string"),
    (lambda client: client.operations.run("x", when=None), "when cannot be null"),
    (lambda client: client.evaluations.search(query="q", limit="3"), "limit has to be a whole number"),
    (lambda client: client.evaluations.put_settings(body=[1]), "body has to be an object"),
    (lambda client: client.evaluations.put_settings(body=None), "body is required"),
    (lambda client: client.evaluations.bulk(body_body={"name": "n"}), "body_body is a list"),
    (lambda client: client.evaluations.bulk(body_body=["n"]), "body_body[0] has to be an object"),
]


@pytest.mark.parametrize(("call", "problem"), BAD_CALLS)
async def test_a_wrong_field_is_refused_and_nothing_sent(
    client: Any, server: Server, grown: ModuleType, call: Callable[[Any], Any], problem: str
) -> None:
    with pytest.raises(grown.ConfigurationError) as caught:
        await call(client)
    assert problem in str(caught.value)
    assert not server.requests


async def test_the_length_of_a_parameter_is_checked(client: Any, server: Server, grown: ModuleType) -> None:
    with pytest.raises(grown.ConfigurationError, match="type_ has a length of 0, which has to be at least 1"):
        client.knowledge_hub_pages.list(type_="")
    assert not server.requests


async def test_what_the_document_leaves_free_stays_free(client: Any, server: Server) -> None:
    for loose in (None, 5, ["a", {"b": None}], {"c": 1}):
        await create(loose=loose, metadata={"d": [loose]})(client)
        assert (server.sent["loose"], server.sent["metadata"]) == (loose, {"d": [loose]})
    await create(scores=[1, None], tags=[], list_=({"street": "S", "floor": "2"},))(client)
    assert (server.sent["scores"], server.sent["tags"]) == ([1, None], [])
    assert server.sent["list"] == [{"street": "S", "floor": "2"}]


async def test_what_came_in_an_answer_may_be_given_back(client: Any, server: Server) -> None:
    parent = {"title": "P", "kind": "hologram", "published_on": "soon", "level": 9, "new": {"a": [1]}}
    page = {"title": "T", "parent": parent, "related": [{"name": "n", "children": [{"name": 5}]}]}
    server.answer(page)
    found = await client.knowledge_hub_pages.get(PAGE_ID)
    await client.knowledge_hub_pages.replace(
        PAGE_ID, title=found.title, parent=found.parent, related=found.related, kind=found.kind
    )
    assert server.sent == page


async def test_dates_are_sent_as_the_text_that_parameters_are(client: Any, server: Server) -> None:
    await create(remind_at="2026-03-01 12:00:00+00:00", publish_on="20260301")(client)
    assert (server.sent["remind_at"], server.sent["publish_on"]) == ("2026-03-01T12:00:00Z", "2026-03-01")


def test_the_hover_tells_left_out_from_null_where_null_may_be_sent(client: Any) -> None:
    said = " ".join(client.knowledge_hub_pages.update.__doc__.split())
    assert "summary: What it is about (left out: not sent; None: null) address:" in said
    assert "title: Of type `str`. summary:" in said
    assert (
        "address: Of type `AddressInput | Mapping[str, Any] | None` (left out: not sent; None: null)." in said
    )
    made = " ".join(client.knowledge_hub_pages.create.__doc__.split())
    assert "title: The page's title address:" in made
