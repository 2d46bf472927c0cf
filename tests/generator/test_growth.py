"""Documents unlike the published one are generated, checked and called without a hand edit."""

from __future__ import annotations

import ast
import copy
import datetime
import inspect
import json
import pkgutil
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest

from exec_api_client.generated import models
from generator.generate import DOCUMENT, OVERLAY, ROOT, corrected, emit
from generator.normalise import normalise
from generator.walk import Json, operations
from generator.yaml12 import load_file

from .growing import Server, answering, client_of, document_of

PAGE_ID = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def client(grown: ModuleType, server: Server) -> AsyncIterator[Any]:
    async with client_of(grown, server) as client:
        yield client


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".generated" in found.name:
            yield import_module(found.name)


# --- the code


def test_every_module_can_be_imported(grown: ModuleType) -> None:
    assert len(list(modules(grown))) > 40


def test_mypy_is_strict_and_content(grown_folder: Path, hostile_folder: Path, tmp_path: Path) -> None:
    for folder in (grown_folder, hostile_folder):
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--python-version", "3.11"]
        command += ["--cache-dir", str(tmp_path / "cache"), "--follow-imports", "silent"]
        command += [f"{folder.name}/generated"]
        done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("npx") is None, reason="pyright needs Node.js")
def test_pyright_is_strict_and_content(grown_folder: Path, hostile_folder: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pyright = next(word for word in makefile.split() if word.startswith("pyright@"))
    for folder in (grown_folder, hostile_folder):
        config = folder.parent / "pyrightconfig.json"
        settings = {"include": [f"{folder.name}/generated"], "typeCheckingMode": "strict"}
        config.write_text(json.dumps({**settings, "pythonVersion": "3.11"}), encoding="utf-8")
        command = ["npx", "--yes", pyright, "--pythonpath", sys.executable]
        done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
        if "errors" not in done.stdout and "rror:" not in done.stdout:
            pytest.skip(f"pyright could not be run: {done.stderr[-300:]}")
        assert done.returncode == 0, done.stdout


def test_ruff_is_content(grown_folder: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(grown_folder / "generated", tmp_path / "exec_api_client/generated")
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_resources(grown: ModuleType) -> None:
    client = client_of(grown, Server())
    methods = {
        resource: sorted(name for name in dir(getattr(client, resource)) if not name.startswith("_"))
        for resource in (
            "default",
            "knowledge_hub_pages",
            "operations",
            "scenario_jobs",
            "things",
            "evaluations",
        )
    }
    assert methods == {
        "default": ["get_status_from"],
        "knowledge_hub_pages": ["create", "delete", "get", "list", "list_versions", "replace", "update"],
        "operations": ["run"],
        "scenario_jobs": ["create"],
        "things": [
            *("check", "get_due", "get_ids", "get_labels", "get_names", "list_times", "things", "touch"),
        ],
        "evaluations": ["bulk", "put_settings", "search"],
    }


# --- reading


async def test_a_list_under_another_tag_is_a_pager(client: Any, server: Server, grown: ModuleType) -> None:
    answer = {"data": [{"title": "One"}], "pagination": {"page": 1, "total_pages": 1}, "took_ms": 1.5}
    server.answer(answer)
    pages = client.knowledge_hub_pages.list(
        kinds=["article", "video"],
        label=["a", "b,c"],
        level=2,
        since=datetime.date(2026, 3, 1),
        type_="x",
        url="y",
    )
    items = [item async for item in pages]
    assert isinstance(items[0], grown.models.KnowledgePage)
    assert items[0].title == "One"
    assert server.query == (
        "page_size=200&kinds=article,video&label=a&label=b%2Cc&level=2&since=2026-03-01&type=x&url=y"
    )
    assert isinstance(await pages, grown.Page)


async def test_a_list_of_texts_is_given_as_it_is(client: Any, server: Server) -> None:
    server.answer(["a", None])
    assert await client.things.get_labels(l="x") == ["a", None]
    assert server.query == "l=x"


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


def test_growth_can_come_to_what_is_published() -> None:
    document, growth = load_file(DOCUMENT), load_file(Path(__file__).parent / "growth.yaml")
    for section, members in growth["components"].items():  # type: ignore[union-attr]
        present = document["components"].setdefault(section, {})  # type: ignore[union-attr]
        present |= {name: member for name, member in members.items() if name not in present}
    document["paths"] |= growth["paths"]  # type: ignore[operator]
    ours = corrected(document, load_file(OVERLAY))
    assert len(list(operations(ours))) > len(growth["paths"])  # type: ignore[arg-type]
    assert set(ours["components"]["schemas"]["Tier"]) == {"type", "enum"}


async def test_whole_numbers_of_an_enum_are_checked(client: Any, server: Server, grown: ModuleType) -> None:
    with pytest.raises(grown.ConfigurationError, match="has to be one of 1, 2, 3"):
        client.knowledge_hub_pages.list(level=4)
    assert not server.requests


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
    assert page.seen.additional_properties == {"jane": page.updated_at}
    assert page.extra.additional_properties == {"x": [1]}
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
    assert isinstance(counts.additional_properties["a"], grown.models.Receipt)


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


async def test_a_list_without_page_size_is_answered_as_it_is(client: Any, server: Server) -> None:
    server.answer({"data": ["a"], "pagination": {"page": 1}})
    answer = await client.knowledge_hub_pages.list_versions("a/b", page=2)
    assert server.last.url.raw_path == b"/v1/knowledge-hub/pages/a%2Fb/versions?page=2"
    assert answer.data == ["a"]
    assert answer.pagination.additional_properties == {"page": 1}


def test_enums(grown: ModuleType) -> None:
    assert get_args(grown.models.Level) == (1, 2, 3)
    assert get_args(grown.models.PageKind) == ("article", "video")
    assert get_args(grown.models.OperationStatus) == ('it\'s "done"', "running")


# --- writing


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
        list_=[{"street": "S"}, grown.models.Address(street="T", city="C")],
        self_=True,
        timeout_=1.5,
        type_="t",
        layout={"columns": 2, "note": None},
        metadata={"any": {"thing": [1]}},
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
    }


async def test_left_out_and_none_are_different(client: Any, server: Server, grown: ModuleType) -> None:
    update = client.knowledge_hub_pages.update
    await update(PAGE_ID, summary=None, address=None)
    assert server.sent == {"summary": None, "address": None}
    assert server.last.headers["content-type"] == "application/merge-patch+json"
    await update(PAGE_ID, title="Two", summary=grown.UNSET)
    assert server.sent == {"title": "Two"}
    await update(PAGE_ID)
    assert server.sent == {}


async def test_a_field_that_is_called_as_a_parameter_is_marked(client: Any, server: Server) -> None:
    await client.knowledge_hub_pages.update(PAGE_ID, page_id_body=None)
    assert server.last.url.path.endswith(PAGE_ID)
    assert server.sent == {"page_id": None}
    await client.operations.run("in path", id_query="in query", id="in body")
    assert server.last.url.raw_path == b"/v1/operations/in%20path?id=in%20query"
    assert server.sent == {"id": "in body"}


async def test_a_body_that_may_be_left_out(client: Any, server: Server, grown: ModuleType) -> None:
    await client.operations.run("x")
    assert server.last.content == b""
    assert "content-type" not in server.last.headers
    await client.operations.run("x", when=None)
    assert server.sent == {"when": None}
    search = client.evaluations.search
    server.answer([])
    await search()
    assert server.last.content == b""
    await search(query="q")
    assert server.sent == {"query": "q"}
    before = len(server.requests)
    with pytest.raises(grown.ConfigurationError, match="query is required"):
        await search(limit=3)
    assert len(server.requests) == before


async def test_a_body_without_fixed_fields_is_one_argument(
    client: Any, server: Server, grown: ModuleType
) -> None:
    evaluations = client.evaluations
    await evaluations.put_settings(body={"theme": "dark", "other": "x"})
    assert server.sent == {"theme": "dark", "other": "x"}
    server.answer({}, 202)
    await evaluations.bulk(body_body=[{"name": "n", "text": "t"}], body="q")
    assert server.sent == [{"name": "n", "text": "t"}]
    assert server.query == "body=q"
    with pytest.raises(grown.ConfigurationError, match="body is required"):
        await evaluations.put_settings(body=grown.UNSET)


async def test_what_requests_and_answers_hold_is_told_apart(
    client: Any, server: Server, grown: ModuleType
) -> None:
    signature = inspect.signature(client.knowledge_hub_pages.replace)
    assert "id" not in signature.parameters
    assert signature.parameters["secret"].default is grown.UNSET
    assert signature.parameters["title"].default is inspect.Parameter.empty
    node = grown.models.NodeInput(name="n", children=[grown.models.NodeInput(name="m")])
    await client.knowledge_hub_pages.replace(PAGE_ID, title="T", secret="s", related=[node])
    assert server.sent == {
        "title": "T",
        "secret": "s",
        "related": [{"name": "n", "children": [{"name": "m"}]}],
    }


async def test_names_that_python_has_taken(client: Any, server: Server) -> None:
    await client.default.get_status_from("a", self_="b", timeout_=3, list_=[PAGE_ID, UUID(PAGE_ID)], id=0.5)
    assert str(server.last.url).endswith(f"/status/a?self=b&timeout=3&list={PAGE_ID},{PAGE_ID}&id=0.5")


async def test_writes_raise_and_retry_by_the_same_rules(
    client: Any, server: Server, grown: ModuleType
) -> None:
    server.answer({"error": {"type": "conflict", "message": "There already"}}, 409)
    with pytest.raises(grown.ConflictError):
        await client.knowledge_hub_pages.create(title="One", address={"street": "S"})
    assert len(server.requests) == 1


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


# --- hostile text


def test_no_text_of_a_document_becomes_code(hostile: ModuleType, hostile_folder: Path) -> None:
    names = [module.__name__ for module in modules(hostile)]
    assert len(names) >= 8
    for path in (hostile_folder / "generated").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        allowed = {"\n"}
        assert not [
            one for one in text if unicodedata.category(one)[0] in "CZ" and one not in allowed | {" "}
        ]
        for node in ast.walk(ast.parse(text)):
            assert not (isinstance(node, ast.Name) and node.id == "SystemExit")
            assert not (isinstance(node, ast.Import) and node.names[0].name == "os")


def test_hostile_text_stays_readable(hostile: ModuleType) -> None:
    (resource,) = [name for name in dir(hostile.AsyncExecClient) if "evil" in name]
    method = getattr(client_of(hostile, Server()), resource).get_raise_system_exit_id
    text = inspect.getdoc(method) or ""
    assert text.splitlines()[0] == "''' raise SystemExit('summary') #\\"
    assert "\\N{BULLET} \\U0001 \\x {{ 7 * 7 }} {% raise %} {# gone #} {exec} %s %(a)s \\" in text
    assert "id: ''' raise SystemExit('path') ''' RTL line next last\\" in text
    assert "49" not in text


async def test_hostile_names_arrive_as_they_are(hostile: ModuleType) -> None:
    server = Server()
    odd = "\"\\\u202e{{ 7 * 7 }}'''"
    field = "\"\\\u202e\n{{ 7 * 7 }}'''"
    server.answer({f"k{field}": "read", "kind": "\u202eevil"})
    (resource,) = [name for name in dir(hostile.AsyncExecClient) if "evil" in name]
    async with client_of(hostile, server) as client:
        method = getattr(client, resource).get_raise_system_exit_id
        evil = await method("i", f_7_7="written", q_7_7="\u202eevil")
    assert dict(server.last.url.params) == {f"q{odd}": "\u202eevil"}
    assert server.sent == {f"f{field}": "written"}
    assert evil.k_7_7 == "read"
    assert server.last.url.path == '/v1/a"b/{{ 7 * 7 }}/\\i"'


# --- the generator's own refusals


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "integer"}}}]},
        {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
    ],
)
def test_what_the_generator_cannot_do_fails(
    schema: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    document = document_of({"responses": answering({"$ref": "#/components/schemas/Thing"})}, Thing=schema)
    with pytest.raises(subprocess.CalledProcessError):
        emit(normalise(document), tmp_path / "generated")
    assert "Thing" in capfd.readouterr().err


# --- growth of the published document itself


def test_an_addition_takes_no_name_away(tmp_path: Path) -> None:
    document = load_file(DOCUMENT)
    tiers = {"type": "string", "nullable": True, "enum": ["gold", "silver", "bronze", "unranked"]}
    statuses = copy.deepcopy(document["components"]["schemas"]["Assignment"]["properties"]["status"]["enum"])
    grades = copy.deepcopy(document["components"]["schemas"]["EvaluationItem"]["properties"]["grade"]["enum"])
    document["paths"]["/teams"] = {
        "get": {
            "operationId": "getTeams",
            "tags": ["Teams"],
            "parameters": [
                {"name": "status", "in": "query", "schema": {"type": "string", "enum": ["open", "closed"]}},
                {"name": "sorting", "in": "query", "schema": {"type": "string", "enum": ["name", "-name"]}},
            ],
            "responses": answers(
                {
                    "best": tiers,
                    "best_tier": tiers,
                    "rank": {"type": "string", "enum": ["first", "second"]},
                    "status": {"type": "string", "enum": statuses},
                    "best_grade": {"type": "string", "enum": grades},
                    "quality": {"type": "string", "enum": grades},
                    "salience": {"type": "string", "enum": ["loud", "quiet"]},
                }
            ),
        }
    }
    schemas = document["components"]["schemas"]
    schemas["Assignment"]["properties"]["status"]["enum"].insert(1, "paused")
    listed = next(
        parameter
        for _, _, operation, _ in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter.get("name") == "status" and "items" in parameter["schema"]
    )
    listed["schema"]["items"]["enum"].append("paused")
    schemas["Aardvark"] = {
        "type": "object",
        "properties": {"best": tiers, "rank_before": tiers, "status": {"type": "string", "enum": statuses}},
    }
    schemas["User"]["properties"] |= {
        "aardvark": {"$ref": "#/components/schemas/Aardvark"},
        "best_tier": tiers,
    }
    emit(corrected(document, load_file(OVERLAY)), tmp_path / "generated")
    text = (tmp_path / "generated/models/__init__.py").read_text(encoding="utf-8")
    names = set(ast.literal_eval(text.split("__all__ = ")[1].split("]")[0] + "]"))
    assert set(models.__all__) <= names


def answers(properties: Json) -> Json:
    return answering({"type": "object", "properties": properties})
