"""Small fakes: an API that answers from a list, time that passes only when slept, and the document."""

import functools
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import hypothesis
from ruamel.yaml import YAML

import exec_api_client.generated.api
from exec_api_client import AsyncExecClient, RetryPolicy
from exec_api_client._runtime.operations import Operation, Parameter
from tests.schemas import json_of, operations_of, sample
from tests.virtual_time import clocks

# A busy machine is no failure.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

KEY = "exec_live_" + "a1B2" * 10
OK = httpx.Response(200, json={"id": "x"})
ONCE = RetryPolicy(max_retries=0)
ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "exec_api_client"


class Two:
    """A whole number of another library, such as numpy."""

    def __index__(self) -> int:
        return 2


class Time:
    """Virtual time: sleeping moves the clock and is written down; chance is always in the middle."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []
        self.environment = clocks(self.sleep, lambda: self.passed)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Api:
    """Gives the answers in turn, the last of them for ever, and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    @property
    def targets(self) -> list[str]:
        """Paths and queries as they were sent, less the base."""
        return [request.url.raw_path.decode().removeprefix("/rest/v1") for request in self.requests]

    def client(self, key: str | None = KEY, **settings: Any) -> AsyncExecClient:
        """A client that talks to this API, on virtual time unless told otherwise."""
        return AsyncExecClient(
            key, **{"transport": self.transport, "_environment": Time().environment, **settings}
        )


def refusal(status: int, headers: Mapping[str, str] | None = None, **error: Any) -> httpx.Response:
    """An answer in the API's form of an error."""
    return httpx.Response(status, headers=headers, json={"error": error})


def page_of(
    items: Iterable[Any], page: int = 1, total_pages: int = 1, page_size: int = 100
) -> httpx.Response:
    data = list(items)
    said = {
        "page": page,
        "page_size": page_size,
        "total_count": total_pages * page_size,
        "total_pages": total_pages,
    }
    return httpx.Response(200, json={"data": data, "pagination": said})


@functools.cache
def document() -> dict[str, Any]:
    """The published document."""
    parsed: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "openapi.yaml")
    return parsed


def published() -> list[tuple[str, str, dict[str, Any]]]:
    """Each operation of the document: method, path, description with all its parameters.

    Those that generator/overlay.yaml removes have no method, and are left out.
    """
    found = [(method.upper(), path, operation) for path, method, operation in operations_of(document())]
    return [each for each in found if each[:2] in operations()]


@functools.cache
def operations() -> dict[tuple[str, str], Operation[Any]]:
    """The generated operations by method and path."""
    api = exec_api_client.generated.api
    names = [module.name for module in pkgutil.walk_packages(api.__path__, f"{api.__name__}.")]
    found = [getattr(import_module(name), "OPERATION", None) for name in names]
    return {(operation.method, operation.path): operation for operation in found if operation}


def fitting(parameter: Parameter, schema: dict[str, Any], text: str = "a b") -> Any:
    """An argument that a parameter takes; its description may say more than its schema."""
    value = parameter.choices[0] if parameter.choices else sample(schema, document(), text)
    return [value] if parameter.many and not isinstance(value, list) else value


def examples() -> Iterator[tuple[str, Operation[Any], Any]]:
    """The published example of each answer that has one: name, operation, what its `read` is given."""
    for method, path, described in published():
        operation = operations()[method, path]
        answer = json_of(described["responses"].get("200", {})) or {}
        if "example" in answer:
            example = json.loads(json.dumps(answer["example"]))
            yield operation.name, operation, example["data"] if operation.page_size else example


def example(name: str) -> Any:
    """What the operation of this name answers in the document."""
    return next(answer for found, _, answer in examples() if found == name)
