"""What a package from a document unlike the published one makes of answers."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from ..growing import PAGE_ID, Server


async def test_a_list_under_another_tag_is_a_pager(client: Any, server: Server, grown: ModuleType) -> None:
    answer = {"data": [{"title": "One"}], "pagination": {"page": 1, "total_pages": 1}, "took_ms": 1.5}
    server.answer(answer)
    pages = client.knowledge_hub_pages.list(
        kinds=["article", "video"],
        label=["a", "b,c"],
        level=2,
        since=datetime.date(2026, 3, 1),
        type="x",
        url="y",
    )
    items = [item async for item in pages]
    assert isinstance(items[0], grown.models.KnowledgePage)
    assert items[0].title == "One"
    assert server.query == (
        "kinds=article,video&label=a&label=b%2Cc&level=2&since=2026-03-01&type=x&url=y&page_size=200"
    )
    assert isinstance(await pages, grown.Page)


async def test_names_in_capitals_with_numbers_and_without_case(
    client: Any, server: Server, grown: ModuleType
) -> None:
    inner = {"next": {"many": []}, "many": [{"種類": "甲"}], "種類": "乙"}
    body = {
        "l": "x",
        "faq": {"q": "?"},
        "page10": {"l": [{"l": 9}]},
        "語": inner,
        "badge": {"tier": "a", "current": None},
    }
    server.answer(body)
    names = await client.things.get_names()
    assert names.l == "x"
    assert isinstance(names.faq, grown.models.FAQ)
    assert names.page10.l[0].l == 9
    assert names.語.many[0].種類 == "甲"
    assert names.to_dict() == body


async def test_one_object_is_read_with_all_that_it_holds(
    client: Any, server: Server, grown: ModuleType
) -> None:
    sent = {
        "id": PAGE_ID,
        "title": "One",
        "kind": None,
        "second_kind": "podcast",
        "level": 3,
        "address": {"street": "Main"},
        "published_on": "2026-03-01",
        "updated_at": "2026-03-01T10:00:00Z",
        "from": "here",
        "field": "f",
        "unknown": "u",
        "to_dict": "t",
        "additional_properties": 7,
        "parent": {"title": "Zero", "parent": None},
        "related": [
            {
                "name": "n",
                "children": [{"name": "m"}],
                "next": None,
                "page": {"title": "P"},
                "sub": {"sub": {"node": {"name": "k"}}},
            }
        ],
        "owner": {"name": "Jane"},
        "counts": {"a": 1},
        "seen": {"jane": "2026-03-01T10:00:00Z"},
        "matrix": [[{"street": "S"}], None, 5],
        "extra": {"x": [1]},
        "when": {"street": "W"},
        "loose": {"any": 1},
        "anything": [1, "a"],
        "brand_new": True,
    }
    server.answer(sent)
    page = await client.knowledge_hub_pages.get(UUID(PAGE_ID), verbose=True)
    assert server.last.url.path == f"/v1/knowledge-hub/pages/{PAGE_ID}"
    assert server.query == "verbose=true"
    models = grown.models
    assert page.id == UUID(PAGE_ID)
    assert page.published_on == datetime.date(2026, 3, 1)
    assert page.updated_at == datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC)
    assert page.kind is None
    assert page.second_kind == "podcast"
    assert (page.from_, page.field, page.unknown, page.to_dict_, page.additional_properties_) == (
        "here",
        "f",
        "u",
        "t",
        7,
    )
    assert isinstance(page.parent, models.KnowledgePage)
    assert isinstance(page.related[0].children[0], models.Node)
    assert isinstance(page.related[0].sub.sub, models.SubNode)
    assert isinstance(page.related[0].sub.sub.node, models.Node)
    assert isinstance(page.related[0].page, models.KnowledgePage)
    assert isinstance(page.matrix[0][0], models.Address)
    assert page.matrix[1:] == [None, 5]
    assert isinstance(page.when, models.Address)
    assert page.seen == {"jane": page.updated_at}
    assert page.extra == {"x": [1]}
    assert page.additional_properties == {"brand_new": True}
    assert page.draft is grown.UNSET
    assert page.to_dict() == sent
    assert (
        models.Node(name="n", children=[], next_=page.related[0], page=page, sub=None).to_dict()["name"]
        == "n"
    )


async def test_each_status_has_its_own_answer(client: Any, server: Server, grown: ModuleType) -> None:
    pages = client.knowledge_hub_pages
    server.answer({"title": "One"}, 200)
    assert isinstance(await pages.create(title="One", address={"street": "S"}), grown.models.KnowledgePage)
    server.answer({"number": 1, "id": "r", "at": "2026-03-01T10:00:00Z"}, 201)
    receipt = await pages.create(title="One", address={"street": "S"})
    assert isinstance(receipt, grown.models.Receipt)
    assert (receipt.id, receipt.number) == ("r", 1)
    server.answer(None, 204)
    assert await pages.delete(PAGE_ID) is None
    assert server.last.method == "DELETE"
    assert await pages.update(PAGE_ID, title="Two") is None
    server.answer({"title": "Two"}, 200)
    assert (await pages.update(PAGE_ID, title="Two")).title == "Two"
    server.answer(None, 200)
    assert await client.things.check() is None
    assert server.last.method == "HEAD"


async def test_answers_that_are_no_objects(client: Any, server: Server, grown: ModuleType) -> None:
    server.answer("a text")
    assert await client.things.things() == "a text"
    server.answer([{"name": "n", "text": "t"}, {"name": "n", "text": "t", "score": 1}, {"odd": 1}, None])
    found = await client.evaluations.search(query="q")
    assert [type(item).__name__ for item in found] == [
        "TextEvaluation",
        "ScoredEvaluation",
        "dict",
        "NoneType",
    ]
    assert server.last.url.path == "/v1/évaluations/search"
    server.answer(["any", {"thing": None}])
    assert await client.evaluations.put_settings(body={}) == ["any", {"thing": None}]
    server.answer({"a": {"number": 1}}, 202)
    counts = await client.evaluations.bulk(body_body=[])
    assert isinstance(counts["a"], grown.models.Receipt)


async def test_answers_that_are_dates_or_identifiers(client: Any, server: Server) -> None:
    moment = datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC)
    server.answer("2026-03-01T10:00:00Z")
    assert await client.things.touch(OPERATION="x", operation="y") == moment
    assert server.query == "OPERATION=x&operation=y"
    server.answer("2026-03-01")
    assert await client.things.get_due() == datetime.date(2026, 3, 1)
    server.answer(7)
    assert await client.things.get_due() == 7
    server.answer([PAGE_ID])
    assert await client.things.get_ids() == [UUID(PAGE_ID)]
    server.answer({"data": ["2026-03-01T10:00:00Z"], "pagination": {"page": 1, "total_pages": 1}})
    assert [item async for item in client.things.list_times()] == [moment]


def test_an_enum_that_is_a_component_has_its_description(grown_folder: Path) -> None:
    code = (grown_folder / "generated/models/page_kind.py").read_text(encoding="utf-8")
    assert 'PageKind = Literal["article", "video"]\n"""What a page is\n\nOne of the values that' in code
