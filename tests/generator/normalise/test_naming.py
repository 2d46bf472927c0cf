from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from exec_api_client import AsyncExecClient
from exec_api_client.generated.api import Resources, ResourcesSync
from exec_api_client.resources import Resource, ResourceSync
from exec_api_client.sync import ExecClient
from generator.emit.generate import TEMPLATES
from generator.errors import GeneratorError
from generator.normalise import naming, normalise


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("listSessions", "list sessions"),
        ("listKnowledgeHubPages", "list knowledge hub pages"),
        ("Knowledge Hub - Pages", "knowledge hub pages"),
        ("HTTPServerError", "http server error"),
        ("listV2Pages", "list v2 pages"),
        ("page2of3", "page2 of3"),
        ("2fa", "2 fa"),
        ("Évaluations", "evaluations"),
        ("E\u0301valuations Straße 評価", "evaluations straße 評価"),
        ("a/{b}/c-d", "a b c d"),
        ("x\u202ey", "x y"),
        ("--- !", ""),
    ],
)
def test_words(name: str, expected: str) -> None:
    assert naming.words(name) == expected.split()


def test_pascal_case() -> None:
    assert naming.pascal(["best", "rank"]) == "BestRank"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [(["list", "pages"], "list_pages"), (["from"], "from_"), (["2", "fa"], "api_2_fa"), (["str"], "str_")],
)
def test_identifiers_are_valid_python(parts: list[str], expected: str) -> None:
    name = naming.identifier(parts, naming.RESERVED_METHODS)
    assert name == expected
    assert name.isidentifier()


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("category", "categories"),
        ("class", "classes"),
        ("box", "boxes"),
        ("branch", "branches"),
    ],
)
def test_singular_and_plural_have_one_stem(one: str, many: str) -> None:
    assert naming.stem(one) == naming.stem(many)


@pytest.mark.parametrize(
    ("tag", "operation_id", "method"),
    [
        ("Sessions", "listSessions", "list"),
        ("Sessions", "getSession", "get"),
        ("Scenarios", "getScenarioAnalyticsSummary", "get_analytics_summary"),
        ("Knowledge Hub - Pages", "listKnowledgeHubPageVersions", "list_versions"),
        ("Sessions", "sessions", "sessions"),
        ("Sessions", "importSessions", "import_"),
        ("Sessions", "strSessions", "str_"),
    ],
)
def test_a_method_is_its_operation_id_less_the_words_of_the_tag(
    tag: str, operation_id: str, method: str
) -> None:
    assert naming.method_names([operation_id], tag) == {operation_id: method}


def test_methods_that_would_collide_keep_their_whole_names() -> None:
    names = naming.method_names(["listSession", "listSessions", "getSession"], "Sessions")
    assert names == {"listSession": "list_session", "listSessions": "list_sessions", "getSession": "get"}


def test_a_short_name_gives_way_to_a_whole_one() -> None:
    names = naming.method_names(["list", "listSessions"], "Sessions")
    assert names == {"list": "list", "listSessions": "list_sessions"}


def test_operations_that_nothing_tells_apart_are_refused() -> None:
    with pytest.raises(GeneratorError, match="tag 'Sessions': several methods would be called get_it"):
        naming.method_names(["getIt", "get_it"], "Sessions")


def test_no_resource_hides_what_the_client_itself_has() -> None:
    def own(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert own(AsyncExecClient) - own(Resources) <= naming.RESERVED_RESOURCES
    assert own(ExecClient) - own(ResourcesSync) <= naming.RESERVED_RESOURCES
    assert not own(Resource)
    assert not own(ResourceSync)


def test_no_model_hides_what_generated_modules_import() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.jinja"))
    imported: set[str] = set()
    for line in re.findall(r"^ *(from [\w.]+ import [\w, ]+)$", source, re.MULTILINE):
        statement = ast.parse(line.strip()).body[0]
        assert isinstance(statement, ast.ImportFrom)
        imported |= {alias.asname or alias.name for alias in statement.names}
    imported |= set(re.findall(r'\("[\w.]+", "(\w+)"\)', source))
    classes = {name for name in imported if name[0].isupper() and not name.startswith("OPERATION")}
    assert {"Any", "Model", "Operation", "AsyncPager", "UUID"} <= classes
    assert classes - {"TYPE_CHECKING"} <= naming.RESERVED_MODELS


def test_arguments_of_one_name_are_told_apart_by_their_places() -> None:
    parameters = [
        ("path", "id"),
        ("query", "id"),
        ("query", "self"),
        ("header", "X-Source"),
        ("query", "page"),
    ]
    assert naming.argument_names(parameters, ["page", "from", "timeout", "x_source"]) == {
        "path:id": "id_path",
        "query:id": "id_query",
        "query:self": "self_",
        "header:X-Source": "x_source",
        "query:page": "page",
        "body:page": "page_body",
        "body:from": "from_",
        "body:timeout": "timeout_",
        "body:x_source": "x_source_body",
    }
    assert naming.argument_names([("query", "body")], [""]) == {"query:body": "body", "body:": "body_body"}


def test_names_that_do_not_follow_from_an_operation_id_are_pointed_out() -> None:
    def operation(**fields: Any) -> Any:
        return {"get": {"tags": ["Things"], "responses": {"200": {"description": "OK"}}, **fields}}

    document = {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "paths": {
            "/things": operation(operationId="listThings"),
            "/things/id": operation(),
            "/thing": operation(operationId="findThing"),
            "/things/all": operation(operationId="findThings"),
        },
    }
    assert normalise(document).notes == [
        "GET /things/id: its method is client.things.get_id, since there is no operationId",
        "GET /thing (findThing): its method is client.things.find_thing, "
        "since its shorter name would be that of another too",
        "GET /things/all (findThings): its method is client.things.find_things, "
        "since its shorter name would be that of another too",
    ]
