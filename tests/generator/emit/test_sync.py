"""The twins of documents unlike the published one: whatever tags and fields are called, each call arrives."""

import ast
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
