"""The package as a whole: its names, what importing it costs, and that it knows no operation by name."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import exec_api_client
from exec_api_client import models
from exec_api_client._runtime.models import Model
from tests.fakes import PACKAGE, ROOT, document, operations, published

PUBLIC = {
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncExecClient",
    "Attempt",
    "AsyncPager",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DailyLimitError",
    "ExecClient",
    "ExecError",
    "Hooks",
    "InternalServerError",
    "NotFoundError",
    "Page",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RedisStore",
    "RequestSent",
    "Response",
    "ResponseDecodeError",
    "ResponseReceived",
    "RetryPlanned",
    "RetryPolicy",
    "UNSET",
    "UnprocessableEntityError",
    "Unset",
    "Usage",
    "WaitStarted",
    "__version__",
}


def after(program: str) -> Any:
    """What a fresh interpreter prints as JSON."""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- names


def test_the_public_names() -> None:
    assert set(exec_api_client.__all__) == PUBLIC
    assert len(exec_api_client.__all__) == len(PUBLIC)
    assert all(getattr(exec_api_client, name) is not None for name in PUBLIC)


def test_the_package_says_that_it_is_typed() -> None:
    assert (files("exec_api_client") / "py.typed").is_file()


# --- importing


def test_importing_opens_nothing_and_loads_no_model_and_no_dateutil() -> None:
    seen = after(
        "import json, sys; events = []; "
        "sys.addaudithook(lambda event, _: events.append(event)); import exec_api_client; "
        "print(json.dumps([sorted(set(events)), sorted(sys.modules)]))"
    )
    events, modules = seen
    assert not [
        event for event in events if event.startswith(("socket.connect", "socket.bind", "socket.getaddr"))
    ]
    assert not [event for event in events if event.startswith(("subprocess", "os.system", "urllib"))]
    assert not [name for name in modules if name.startswith("exec_api_client.generated.models")]
    assert not [name for name in modules if name.startswith("exec_api_client.generated.api.")]
    assert not [name for name in modules if name.startswith(("dateutil", "exec_api_client.sandbox"))]


def test_making_a_client_loads_no_resource_and_using_one_loads_only_that() -> None:
    before, then = after(
        "import json, sys; from exec_api_client import AsyncExecClient; "
        "loaded = lambda: sorted(name for name in sys.modules if '.generated.api.' in name); "
        "client = AsyncExecClient('k'); before = loaded(); client.sessions.list(); "
        "print(json.dumps([before, loaded()]))"
    )
    assert before == []
    assert then == [
        "exec_api_client.generated.api.sessions",
        "exec_api_client.generated.api.sessions.list_sessions",
    ]


def test_no_module_keeps_a_running_loop_or_a_thread_at_import() -> None:
    assert after("import threading, exec_api_client; print(threading.active_count())") == 1


# --- models on demand


def test_models_lists_its_names_and_loads_each_when_asked() -> None:
    listed, before, then = after(
        "import json, sys; from exec_api_client import models; "
        "loaded = lambda: sorted(name for name in sys.modules if '.generated.models.' in name); "
        "listed = dir(models); before = loaded(); from exec_api_client.models import User; "
        "print(json.dumps([listed, before, loaded()]))"
    )
    assert listed == sorted(models.__all__)
    assert before == []
    assert then == ["exec_api_client.generated.models.user"]


def test_star_gives_every_model() -> None:
    names = after(
        "import json; space = {}; exec('from exec_api_client.models import *', space); "
        "print(json.dumps(sorted(set(space) - {'__builtins__'})))"
    )
    assert names == sorted(models.__all__)
    assert set(document()["components"]["schemas"]) >= {"SessionDetail", "User"} <= set(names)


def test_models_has_nothing_but_models() -> None:
    assert dir(models) == sorted(models.__all__)
    assert models.User.__name__ == "User"


def test_an_unknown_model_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        models.Nonsense  # noqa: B018
    with pytest.raises(ImportError, match="Nonsense"):
        from exec_api_client.models import Nonsense  # noqa: F401, PLC0415


# --- what can be vendored


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


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_the_package_imports_itself_by_relative_paths_only(path: Path) -> None:
    foreign = {name.partition(".")[0] for name in imports(path)}
    assert "exec_api_client" not in foreign
    assert foreign - sys.stdlib_module_names <= {
        *("attrs", "dateutil", "h11", "httpx"),
        *("httpx2", "orjson", "redis"),  # where the user has them
    }


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


def test_the_search_would_find_one(tmp_path: Path) -> None:
    assert {"listSessions", "/sessions/{session_id}", "get_analytics_summary", "score", "user_emails"} <= (
        identifiers_of_the_api() - COMMON
    )
    assert not {"id", "text", "title", "to_dict", "page_size"} & (identifiers_of_the_api() - COMMON)
    sample = tmp_path / "sample.py"
    sample.write_text("def walk():\n    'Such as session.score.'\n    return 'rank'  # and created_at\n")
    assert "rank" in code_of(sample)
    assert not {"score", "created_at"} & set(re.findall(r"\w+", code_of(sample)))
