"""The package as a whole: its names, what importing it costs, and that it knows no operation by name."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exec_api_client import models
from exec_api_client._runtime.models import Model
from tests.fakes import PACKAGE, ROOT, document, operations, published


def after(program: str) -> Any:
    """What a fresh interpreter prints as JSON."""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- importing


def test_importing_opens_nothing_and_loads_only_what_every_program_needs() -> None:
    events, modules, threads = after(
        "import json, sys, threading; events = []; "
        "sys.addaudithook(lambda event, _: events.append(event)); "
        "from exec_api_client import AsyncExecClient, models; models.User; AsyncExecClient('k').sessions; "
        "print(json.dumps([sorted(set(events)), sorted(sys.modules), threading.active_count()]))"
    )
    assert threads == 1
    opening = ("socket.connect", "socket.bind", "socket.getaddr", "subprocess", "os.system", "urllib")
    assert not [event for event in events if event.startswith(opening)]
    optional = ("dateutil", "exec_api_client.sandbox", "exec_api_client.sync", "pydantic_core")
    assert not [name for name in modules if name.startswith(optional)]


@pytest.mark.parametrize(
    ("program", "kind", "loaded"),
    [
        ("from exec_api_client import AsyncExecClient; AsyncExecClient('k')", "api", []),
        (
            "from exec_api_client import AsyncExecClient; AsyncExecClient('k').sessions.list()",
            "api",
            ["sessions", "sessions.list_sessions"],
        ),
        ("from exec_api_client import AsyncExecClient", "models", []),
        ("from exec_api_client import models; assert dir(models) == sorted(models.__all__)", "models", []),
        ("from exec_api_client.models import User", "models", ["user"]),
    ],
)
def test_resources_and_models_are_loaded_when_they_are_used(
    program: str, kind: str, loaded: list[str]
) -> None:
    modules = after(f"{program}\nimport json, sys; print(json.dumps(sorted(sys.modules)))")
    found = [name.partition(f".generated.{kind}.")[2] for name in modules]
    assert [name for name in found if name] == loaded


def test_star_gives_every_model() -> None:
    space: dict[str, Any] = {}
    exec("from exec_api_client.models import *", space)
    assert sorted(set(space) - {"__builtins__"}) == sorted(models.__all__) == dir(models)
    assert set(document()["components"]["schemas"]) >= {"SessionDetail", "User"} <= set(models.__all__)


def test_an_unknown_model_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        models.Nonsense  # noqa: B018
    with pytest.raises(ImportError, match="Nonsense"):
        from exec_api_client.models import Nonsense  # noqa: F401, PLC0415


def sources(*, generated: bool) -> list[Path]:
    """The package's modules, less the sandbox, which serves the published operations by name."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if "sandbox" not in path.relative_to(PACKAGE).parts
        and (generated or "generated" not in path.relative_to(PACKAGE).parts)
    ]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_only_one_module_touches_httpx() -> None:
    touching = [
        path.relative_to(PACKAGE).as_posix()
        for path in sources(generated=True)
        if "httpx" in {*imports(path)}
    ]
    assert touching == ["_transport/http.py"]


# --- growth costs no hand edit


def identifiers_of_the_api() -> set[str]:
    """Names that only the API gives: operations, paths, methods, tags, schemas and their fields."""
    names = {
        name for _, path, described in published() for name in (described.get("operationId", path), path)
    }
    names |= {operation.name for operation in operations().values()}
    names |= {operation.name.split(".")[1] for operation in operations().values()}
    names |= {tag for _, _, described in published() for tag in described.get("tags", [])}
    names |= {parameter["name"] for _, _, described in published() for parameter in described["parameters"]}
    for name, schema in document()["components"]["schemas"].items():
        names |= {name, *schema.get("properties", {})}
    return {name for name in names if tells(name)} | WORDS


# What all lists of the API have in common, and words that the API has today and no other program.
COMMON = {"page_size", "total_count", "total_pages"}
WORDS = {"evaluations", "rank", "salience", "scenario", "scenarios", "score", "sorting", "transcript"}


def tells(name: str) -> bool:
    """Whether a name tells of the API: a single word may be anybody's, and a model has names of its own."""
    return len(re.findall(r"[A-Z]?[a-z\d]+|[A-Z]+", name)) > 1 and name not in dir(Model)


def code_of(path: Path) -> str:
    """The source without its comments and docstrings, where an example may name an operation."""
    source = path.read_text(encoding="utf-8")
    docstrings = {
        (node.body[0].lineno, node.body[0].col_offset)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    }
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    kept = (token for token in tokens if token.type != tokenize.COMMENT and token.start not in docstrings)
    return "\n".join(token.string for token in kept)


@pytest.mark.parametrize("path", sources(generated=False), ids=lambda path: path.name)
def test_no_hand_written_line_names_an_operation_a_path_or_a_field(path: Path) -> None:
    code = code_of(path)
    named = [
        name
        for name in sorted(identifiers_of_the_api() - COMMON)
        if re.search(rf"(?<![\w/]){re.escape(name)}(?![\w/])", code)
    ]
    assert named == []
