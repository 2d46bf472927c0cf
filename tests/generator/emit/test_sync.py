"""The twins of documents unlike the published one: whatever tags and fields are called, each call arrives."""

import ast
import inspect
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from ..growing import KEY, TAGS, Server


def client_of(package: ModuleType, server: Server) -> Any:
    return import_module(f"{package.__name__}.sync").ExecClient(
        KEY, base_url="https://growth.test/v1", rate_limit=None, transport=httpx.MockTransport(server)
    )


class Original:
    """In place of a resource: gives what a method was called with."""

    def __getattr__(self, method: str) -> Any:
        return lambda **given: (method, given)


class Runner:
    """Runs nothing."""

    def run(self, call: Any) -> Any:
        return call


def test_each_twin_passes_on_all_that_it_is_given(grown: ModuleType) -> None:
    client, passed = client_of(grown, Server()), 0
    for name, value in vars(import_module(f"{grown.__name__}.generated.api").ResourcesSync).items():
        if not isinstance(value, cached_property):
            continue
        twin = type(getattr(client, name))(Original(), Runner())
        for method in [method for method in vars(type(twin)) if not method.startswith("_")]:
            call = getattr(twin, method)
            given = {parameter: object() for parameter in inspect.signature(call).parameters}
            answer = call(**given)
            assert getattr(answer, "_pager", answer) == (method, given)
            passed += 1
    assert passed > 15


def test_no_tag_takes_the_name_of_a_twin(grown: ModuleType, grown_folder: Path) -> None:
    server = Server()
    with client_of(grown, server) as client:
        for number, name in enumerate(TAGS.values()):
            assert isinstance(getattr(getattr(client, name), f"get{number}")(), grown.models.PagerObject)
            assert server.last.url.path == f"/v1/{number}"
    code = ast.parse((grown_folder / "generated/api/__init__.py").read_text(encoding="utf-8"))
    [typed] = [node for node in code.body if isinstance(node, ast.If)]
    names = [alias.name for node in typed.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert len(names) == len({*names})
    assert {"SyncJobsResource", "JobsResourceSync", "JobsSyncResource"} <= {*names}
